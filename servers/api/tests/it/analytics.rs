use http::StatusCode;
use serde_json::json;
use veza_api::RateLimits;
use veza_core::kernel::Role;

use crate::support::App;

#[tokio::test]
async fn what_happened_is_told_to_those_who_look_after_the_platform() {
    let app = App::new(RateLimits::Loose);
    let token = app.person("mod", Role::Moderator).await;
    app.queued_track(&token).await;
    let day = app.report().await;

    let path = format!("/api/v1/analytics/reports/{day}");
    let report = app.get(&path, Some(&token)).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text);
    assert_eq!(report.json["day"], json!(day));
    let metrics = report.json["metrics"].as_array().unwrap();
    assert!(metrics.len() > 1);
    let counted: u64 = metrics.iter().map(|m| m["events"].as_u64().unwrap()).sum();
    assert_eq!(report.json["events"], json!(counted));

    // The same, page by page, by the links of the pages.
    let mut path = format!("/api/v1/analytics/metrics?from={day}&to={day}&limit=1");
    let mut seen = Vec::new();
    loop {
        let page = app.get(&path, Some(&token)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        seen.extend(page.json["items"].as_array().unwrap().clone());
        let Some(link) = page.headers.get("link") else {
            break;
        };
        let link = link.to_str().unwrap();
        path = link[1..link.find('>').unwrap()].to_owned();
    }
    assert_eq!(&seen, metrics);

    let name = metrics[0]["eventType"].as_str().unwrap();
    let path = format!("/api/v1/analytics/metrics?from={day}&to={day}&event_type={name}");
    let one = app.get(&path, Some(&token)).await;
    assert_eq!(one.json["items"], json!([metrics[0]]));
}

#[tokio::test]
async fn a_day_that_is_none_is_refused_by_name() {
    let app = App::new(RateLimits::Loose);
    let token = app.person("mod", Role::Moderator).await;
    for (path, status) in [
        (
            "metrics?from=2026-02-30&to=2026-03-01",
            StatusCode::BAD_REQUEST,
        ),
        ("metrics?to=2026-03-01", StatusCode::BAD_REQUEST),
        (
            "metrics?from=2026-03-02&to=2026-03-01",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "metrics?from=2020-03-02&to=2026-03-01",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "metrics?from=2026-03-01&to=2026-03-01&cursor=x",
            StatusCode::BAD_REQUEST,
        ),
        ("reports/yesterday", StatusCode::NOT_FOUND),
        ("reports/2026-03-01", StatusCode::NOT_FOUND),
    ] {
        let answer = app
            .get(&format!("/api/v1/analytics/{path}"), Some(&token))
            .await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}
