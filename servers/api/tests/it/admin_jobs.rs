//! Dead letters over the wire.

use http::StatusCode;
use veza_core::kernel::Role;

use veza_api::RateLimits;

use crate::support::App;

#[tokio::test]
async fn an_operator_finds_retries_cancels_and_discards_jobs() {
    let app = App::new(RateLimits::Loose);
    let root = app.person("root", Role::Admin).await;
    let root = Some(root.as_str());
    let mut dead = [app.job(true).await, app.job(true).await];
    // Made in one millisecond, they are in the order of the rest of their ids.
    dead.sort();
    let [first, second] = dead;
    app.job(false).await;

    let page = app
        .get(
            "/api/v1/admin/jobs?status=dead&kind=test.work&limit=1",
            root,
        )
        .await;
    assert_eq!(page.status, StatusCode::OK);
    let item = &page.json["items"][0];
    assert_eq!(item["id"], second, "the newest first");
    assert_eq!(
        (&item["status"], &item["lastError"]),
        (&"dead".into(), &"disk full".into())
    );
    assert_eq!(item["payload"]["do"], "it");
    let cursor = page.json["nextCursor"].as_str().unwrap();
    let next = format!("/api/v1/admin/jobs?status=dead&kind=test.work&cursor={cursor}");
    let next = app.get(&next, root).await;
    assert_eq!(next.json["items"][0]["id"], first);
    assert_eq!(next.json["items"].as_array().unwrap().len(), 1);

    let post = async |path: String| app.method("POST", &path, root).await;
    let retried = post(format!("/api/v1/admin/jobs/{first}/retry")).await;
    assert_eq!(
        (retried.status, &retried.json["status"]),
        (StatusCode::OK, &"queued".into())
    );
    let again = post(format!("/api/v1/admin/jobs/{first}/retry")).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(again.json["code"], "jobs.job.wrong_status");
    let cancelled = post(format!("/api/v1/admin/jobs/{first}/cancel")).await;
    assert_eq!(cancelled.json["status"], "cancelled");

    let discarded = app
        .method("DELETE", &format!("/api/v1/admin/jobs/{second}"), root)
        .await;
    assert_eq!(discarded.status, StatusCode::NO_CONTENT);
    let gone = app.get(&format!("/api/v1/admin/jobs/{second}"), root).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let unknown = app.get("/api/v1/admin/jobs?status=lost", root).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}
