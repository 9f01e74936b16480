use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use veza_proto::auth::v1::VerifyTokenRequest;
use veza_proto::auth::v1::auth_client::AuthClient;
use veza_proto::tracks::v1::ListTracksRequest;
use veza_proto::tracks::v1::tracks_client::TracksClient;

use crate::support::{BINARY, Veza, add_account, database};

const VERIFY: &str = "/veza.auth.v1.Auth/VerifyToken";

fn services(data: &Path, args: &[&str]) -> Output {
    Command::new(BINARY)
        .arg("services")
        .args(args)
        .arg("--data")
        .arg(data)
        .args(database(data))
        .output()
        .unwrap()
}

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    request
}

async fn channel(veza: &Veza) -> Channel {
    let address = Channel::from_shared(veza.rpc.clone().unwrap()).unwrap();
    address.connect().await.unwrap()
}

/// Whose token this is, asked with the token of a caller.
async fn verify(veza: &Veza, caller: &str, token: &str) -> Result<String, Status> {
    let mut auth = AuthClient::new(channel(veza).await);
    let message = VerifyTokenRequest {
        token: token.into(),
    };
    let answer = auth.verify_token(with(caller, message)).await?;
    Ok(answer.into_inner().username)
}

#[tokio::test]
async fn an_operator_gives_a_service_a_token_and_ends_it() {
    let data = tempfile::tempdir().unwrap();
    let fast = ["--token-algorithm", "ES256", "--rate-limits", "loose"];
    let veza = Veza::start_with(data.path(), &[&fast[..], &["--rpc-port", "0"]].concat()).await;
    assert!(add_account(data.path(), "root", "admin").await);
    let (root, ada) = (veza.log_in("root").await, veza.token_of("ada").await);

    let args = ["token", "--name", "ingest", "--method", VERIFY, "--json"];
    let made = services(data.path(), &args);
    assert!(made.status.success(), "{made:?}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let (token, id) = (
        made["token"].as_str().unwrap(),
        made["id"].as_str().unwrap(),
    );
    assert_eq!(verify(&veza, token, &ada).await.unwrap(), "ada");

    // It names its calls, and is nobody's access token; what is for services is for no person.
    let mut tracks = TracksClient::new(channel(&veza).await);
    let list = with(token, ListTracksRequest::default());
    let refused = tracks.list_tracks(list).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);
    assert_eq!(veza.get("/users/me", Some(token)).await.status, 401);
    let refused = verify(&veza, &root, &ada).await.unwrap_err();
    assert_eq!(refused.code(), Code::PermissionDenied);

    assert!(
        services(data.path(), &["revoke", "--id", id])
            .status
            .success()
    );
    let began = Instant::now();
    while verify(&veza, token, &ada).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(5), "it ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ended = verify(&veza, token, &ada).await.unwrap_err();
    assert_eq!(ended.code(), Code::Unauthenticated);

    let audit = veza.get(
        "/admin/audit-events?action=service_token.revoke",
        Some(&root),
    );
    assert_eq!(audit.await.json["items"][0]["detail"], id);
}

#[test]
fn what_cannot_be_called_is_in_no_token() {
    let data = tempfile::tempdir().unwrap();
    for (args, said) in [
        (
            ["--method", "/veza.auth.v1.Auth/Everything"],
            "no such call",
        ),
        (["--days", "91"], "1..=90"),
        (["--name", "twice"], "--name"),
    ] {
        let base = ["token", "--name", "a", "--method", VERIFY];
        let refused = services(data.path(), &[&base[..], &args].concat());
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told.contains(said), "{told}");
    }
    let nowhere = services(
        &data.path().join("nowhere"),
        &["token", "--name", "a", "--method", VERIFY],
    );
    let told = String::from_utf8(nowhere.stderr).unwrap();
    assert!(told.contains("there are no keys"), "{told}");
}
