//! The things that operations are called on. What belongs to somebody belongs to `owner`.

use super::server::People;
use crate::support::App;

/// Makes the thing of this name; answers its id.
pub(super) async fn make(app: &App, people: &People, thing: Option<&str>) -> Option<String> {
    let owner = people.token("owner").unwrap();
    let id = match thing? {
        "public track" => app.ready_track(owner, "public").await,
        "private track" => app.ready_track(owner, "private").await,
        "queued track" => app.queued_track(owner).await,
        "report" => app.report().await,
        other => panic!("nobody knows how to make a {other}"),
    };
    Some(id)
}
