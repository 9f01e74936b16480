//! Pictures of people over the wire.

use http::StatusCode;
use veza_api::RateLimits;
use veza_core::kernel::Role;

use crate::support::App;

#[tokio::test]
async fn a_picture_is_shown_to_everybody_and_is_nothing_but_a_picture() {
    let app = App::new(RateLimits::Loose);
    let ada = app.person("ada", Role::User).await;
    let id = app.picture(&ada).await;
    let path = format!("/api/v1/users/{id}/avatar?size=200");
    let shown = app.get(&path, None).await;
    assert_eq!(
        (shown.status, shown.text.as_str()),
        (StatusCode::OK, "a picture")
    );
    assert_eq!(shown.headers["content-type"], "image/png");
    assert_eq!(shown.headers["x-content-type-options"], "nosniff");
    assert!(shown.headers.contains_key("etag"));
    let nobody = "/api/v1/users/0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f/avatar";
    let missing = app.get(nobody, None).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.json["code"], "profiles.avatar.not_found");
}
