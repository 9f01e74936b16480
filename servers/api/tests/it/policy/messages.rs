//! A message for each call between services, which whoever may call it is answered well.

use prost::Message as _;
use veza_proto::auth::v1::{GetUserRequest, VerifyTokenRequest};
use veza_proto::jobs::v1::{CancelJobRequest, ListJobsRequest, RetryJobRequest};
use veza_proto::tracks::v1::{GetTrackRequest, ListTracksRequest, WatchTrackRequest};

use super::server::People;

/// The message of the call at this path, about the thing of this id.
pub(super) fn of(path: &str, id: Option<String>, people: &People) -> Vec<u8> {
    let id = id.unwrap_or_default();
    match path.rsplit('/').next().unwrap() {
        "VerifyToken" => VerifyTokenRequest {
            token: people.token("owner").unwrap().to_owned(),
        }
        .encode_to_vec(),
        "GetUser" => GetUserRequest { id }.encode_to_vec(),
        "ListJobs" => ListJobsRequest::default().encode_to_vec(),
        "RetryJob" => RetryJobRequest { id }.encode_to_vec(),
        "CancelJob" => CancelJobRequest { id }.encode_to_vec(),
        "GetTrack" => GetTrackRequest { id }.encode_to_vec(),
        "ListTracks" => ListTracksRequest::default().encode_to_vec(),
        "WatchTrack" => WatchTrackRequest { id }.encode_to_vec(),
        other => panic!("nobody knows what to send to {other}"),
    }
}
