use std::time::{Duration, Instant};

use crate::support::{Veza, on_full_set};

#[tokio::test]
async fn all_three_ports_tell_their_health() {
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let chat = veza.chat.replace("ws://", "http://");
    let chat = chat.strip_suffix("/ws").unwrap();
    for service in [veza.api.as_str(), chat, &veza.stream] {
        for path in ["/health/live", "/health/ready"] {
            let response = veza
                .http
                .get(format!("{service}{path}"))
                .send()
                .await
                .unwrap();
            assert_eq!(response.status(), 200, "{service}{path}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        }
    }
}

#[tokio::test]
async fn it_ends_when_it_is_asked_to() {
    let data = tempfile::tempdir().unwrap();
    for signal in ["TERM", "INT"] {
        let mut veza = Veza::start(data.path()).await;
        // A connection that is kept alive does not keep the process.
        veza.get("/tracks", None).await;
        veza.signal(signal);
        let status = tokio::time::timeout(Duration::from_secs(15), veza.child.wait()).await;
        assert!(status.unwrap().unwrap().success(), "{signal}");
    }
}

#[tokio::test]
async fn what_stops_the_start_is_named_at_once() {
    let data = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = async |more: &[&str], variable: Option<(&str, &str)>| {
        let began = Instant::now();
        let mut command = Veza::command(data.path(), more);
        if let Some((name, value)) = variable {
            command.env(name, value);
        }
        let output = command
            .stderr(std::process::Stdio::piped())
            .output()
            .await
            .unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        // A second is promised; the machine of a test may be busy.
        assert!(began.elapsed() < Duration::from_secs(5));
        String::from_utf8(output.stderr).unwrap()
    };
    let busy = refused(&["--stream-port", &port], None).await;
    assert!(
        busy.contains("--stream-port") && busy.contains("in use"),
        "{busy}"
    );
    assert!(refused(&["--jobs", "0"], None).await.contains("--jobs"));
    assert!(
        refused(&["--web", "/nowhere"], None)
            .await
            .contains("--web")
    );
    assert!(
        refused(&["--allow-origin", "*"], None)
            .await
            .contains("origin")
    );
    let unknown = refused(&[], Some(("VEZA_LGO", "hidden"))).await;
    assert!(
        unknown.contains("VEZA_LGO") && !unknown.contains("hidden"),
        "{unknown}"
    );
    let wrong = refused(&[], Some(("VEZA_JOBS", "hidden"))).await;
    assert!(
        wrong.contains("--jobs") && !wrong.contains("hidden"),
        "{wrong}"
    );
    // On the servers of production a flag names the database, and a flag wins.
    if !on_full_set() {
        let weak = "postgres://veza:hidden@db.example/veza";
        let weak = refused(&[], Some(("VEZA_DATABASE_URL", weak))).await;
        assert!(
            weak.contains("--database-url") && !weak.contains("hidden"),
            "{weak}"
        );
    }
    let file = data.path().join("veza.toml");
    std::fs::write(&file, "jobs = 'hidden'").unwrap();
    let wrong = refused(&["--config", file.to_str().unwrap()], None).await;
    assert!(
        wrong.contains("--jobs") && !wrong.contains("hidden"),
        "{wrong}"
    );
    // A flag wins over the file.
    let config = ["--config", file.to_str().unwrap(), "--jobs", "2"];
    let mut veza = Veza::start_with(data.path(), &config).await;
    veza.child.kill().await.unwrap();

    let veza = Veza::start(data.path()).await;
    // What is kept in the folder alone is one process's.
    if !on_full_set() {
        let held = refused(&[], None).await;
        assert!(held.contains("in use by another process"), "{held}");
    }
    assert_eq!(veza.get("/tracks", None).await.status, 200);
}

#[tokio::test]
async fn the_page_is_served_beside_the_api() {
    let data = tempfile::tempdir().unwrap();
    let web = tempfile::tempdir().unwrap();
    std::fs::write(web.path().join("index.html"), "<p>page").unwrap();
    let more = ["--web", web.path().to_str().unwrap()];
    let veza = Veza::start_with(data.path(), &more).await;
    let page = veza
        .http
        .get(format!("{}/tracks/1", veza.api))
        .send()
        .await
        .unwrap();
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains(&format!("media-src 'self' blob: {}", veza.stream)),
        "{policy}"
    );
    assert_eq!(page.text().await.unwrap(), "<p>page");
    assert_eq!(veza.get("/nothing", None).await.status, 404);
}
