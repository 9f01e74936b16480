//! What other services call, over the network.

use std::collections::BTreeSet;
use std::time::Duration;

use prost::Message as _;
use prost::bytes::{Buf as _, BufMut as _};
use tokio::net::TcpListener;
use tokio_stream::StreamExt as _;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use veza_api::RateLimits;
use veza_api::rpc::{METHODS, RpcServices, serve_rpc};
use veza_core::auth::revoke_service_token;
use veza_core::kernel::Role;
use veza_core::streaming::TrackState as Standing;
use veza_proto::auth::v1::auth_client::AuthClient;
use veza_proto::auth::v1::{GetUserRequest, VerifyTokenRequest};
use veza_proto::jobs::v1::jobs_client::JobsClient;
use veza_proto::jobs::v1::{CancelJobRequest, JobStatus, ListJobsRequest, RetryJobRequest};
use veza_proto::tracks::v1::tracks_client::TracksClient;
use veza_proto::tracks::v1::{GetTrackRequest, ListTracksRequest, TrackState, WatchTrackRequest};
use veza_server_kit::Shutdown;

use crate::support::App;

pub(crate) struct Rpc {
    pub(crate) app: App,
    pub(crate) channel: Channel,
    shutdown: Shutdown,
}

impl Rpc {
    pub(crate) async fn start() -> Self {
        let app = App::new(RateLimits::Loose);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let services = RpcServices {
            env: app.env.clone(),
            verifier: app.verifier.clone(),
            services: app.services.clone(),
        };
        let shutdown = Shutdown::new();
        tokio::spawn(serve_rpc(listener, services, shutdown.clone()));
        let channel = Channel::from_shared(address).unwrap();
        Self {
            app,
            channel: channel.connect().await.unwrap(),
            shutdown,
        }
    }

    /// A token for a service that may make every call.
    pub(crate) async fn service(&self) -> String {
        let all = METHODS.map(|method| method.path);
        self.app.service(&all).await.token.expose().to_owned()
    }

    /// Calls a method with this message; answers the code.
    pub(crate) async fn code(
        &self,
        path: &'static str,
        token: Option<&str>,
        message: Vec<u8>,
    ) -> Code {
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.unwrap();
        let path = PathAndQuery::from_static(path);
        let request = with(token, message);
        let answer = client.server_streaming(request, path, Verbatim).await;
        match answer {
            Ok(mut answer) => match answer.get_mut().next().await {
                Some(Err(status)) => status.code(),
                _ => Code::Ok,
            },
            Err(status) => status.code(),
        }
    }
}

/// Messages as they are on the wire.
#[derive(Clone, Copy)]
struct Verbatim;

impl Codec for Verbatim {
    type Encode = Vec<u8>;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Verbatim {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Verbatim {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}

impl Drop for Rpc {
    fn drop(&mut self) {
        self.shutdown.request();
    }
}

fn with<T>(token: Option<&str>, message: T) -> Request<T> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().unwrap();
        request.metadata_mut().insert("authorization", value);
    }
    request
}

#[test]
fn the_table_names_every_method_of_the_definitions() {
    let files = prost_types::FileDescriptorSet::decode(veza_proto::DESCRIPTORS).unwrap();
    let mut defined = BTreeSet::new();
    for file in &files.file {
        for service in &file.service {
            for method in &service.method {
                let (package, service) = (file.package(), service.name());
                defined.insert(format!("/{package}.{service}/{}", method.name()));
            }
        }
    }
    let named: BTreeSet<String> = METHODS.iter().map(|m| m.path.to_owned()).collect();
    assert_eq!(named, defined);
}

#[tokio::test]
async fn a_service_learns_whose_a_token_is() {
    let rpc = Rpc::start().await;
    let service = rpc.service().await;
    let ada = rpc.app.person("ada", Role::Creator).await;
    let mut auth = AuthClient::new(rpc.channel.clone());
    let ask = |token: &str| {
        let message = VerifyTokenRequest {
            token: token.to_owned(),
        };
        with(Some(&service), message)
    };
    let known = auth.verify_token(ask(&ada)).await.unwrap().into_inner();
    assert!(known.active);
    assert_eq!(
        (known.username.as_str(), &known.roles),
        ("ada", &vec!["creator".to_owned()])
    );
    assert!(known.permissions.contains(&"track:create".to_owned()));
    for bad in ["", "nonsense", &"x".repeat(100_000)] {
        let unknown = auth.verify_token(ask(bad)).await.unwrap().into_inner();
        assert_eq!(unknown, Default::default());
    }
    let message = GetUserRequest { id: known.user_id };
    let user = auth.get_user(with(Some(&service), message)).await.unwrap();
    assert_eq!(user.into_inner().username, "ada");
    for (id, code) in [
        ("0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f", Code::NotFound),
        ("x", Code::InvalidArgument),
    ] {
        let message = GetUserRequest { id: id.into() };
        let refused = auth.get_user(with(Some(&service), message)).await;
        assert_eq!(refused.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_service_sees_every_track_and_its_progress() {
    let rpc = Rpc::start().await;
    let service = rpc.service().await;
    let ada = rpc.app.person("ada", Role::User).await;
    let private = rpc.app.ready_track(&ada, "private").await;
    let queued = rpc.app.queued_track(&ada).await;
    let mut tracks = TracksClient::new(rpc.channel.clone());

    let message = GetTrackRequest {
        id: private.clone(),
    };
    let track = tracks
        .get_track(with(Some(&service), message))
        .await
        .unwrap();
    let track = track.into_inner();
    assert_eq!(
        (track.title.as_str(), track.duration_seconds),
        ("One", Some(12.5))
    );

    let mut cursor = String::new();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let message = ListTracksRequest {
            artist_id: track.artist_id.clone(),
            cursor,
            limit: 1,
        };
        let page = tracks
            .list_tracks(with(Some(&service), message))
            .await
            .unwrap();
        let page = page.into_inner();
        seen.extend(page.tracks.into_iter().map(|track| track.id));
        cursor = page.next_cursor;
    }
    seen.sort();
    let mut both = [private, queued.clone()];
    both.sort();
    assert_eq!((seen.as_slice(), cursor.as_str()), (&both[..], ""));
    let message = ListTracksRequest {
        cursor: "forged".into(),
        ..ListTracksRequest::default()
    };
    let refused = tracks.list_tracks(with(Some(&service), message)).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(
        refused.metadata().get("problem-code").unwrap(),
        "page.cursor_invalid"
    );

    let message = WatchTrackRequest { id: queued.clone() };
    let watched = tracks
        .watch_track(with(Some(&service), message))
        .await
        .unwrap();
    let mut watched = watched.into_inner();
    let state = watched.next().await.unwrap().unwrap();
    assert_eq!(state.state(), TrackState::Queued);
    let processing = Standing::Processing { progress: 0.5 };
    set_state(&rpc.app, &queued, &processing).await;
    let state = watched.next().await.unwrap().unwrap();
    assert_eq!(
        (state.state(), state.progress),
        (TrackState::Processing, 0.5)
    );
    let path = format!("/api/v1/tracks/{queued}");
    assert_eq!(
        rpc.app.method("DELETE", &path, Some(&ada)).await.status,
        204
    );
    let gone = watched.next().await.unwrap().unwrap_err();
    assert_eq!(gone.code(), Code::NotFound);
    assert!(watched.next().await.is_none());
}

async fn set_state(app: &App, id: &str, state: &Standing) {
    let mut unit = app.env.store.begin().await.unwrap();
    let (id, now) = (id.parse().unwrap(), app.env.now());
    assert!(unit.tracks().set_state(id, state, now).await.unwrap());
    unit.commit().await.unwrap();
}

#[tokio::test]
async fn an_operator_lists_calls_off_and_retries_jobs() {
    let rpc = Rpc::start().await;
    let admin = rpc.app.person("admin", Role::Admin).await;
    let ada = rpc.app.person("ada", Role::User).await;
    rpc.app.queued_track(&ada).await;
    let mut jobs = JobsClient::new(rpc.channel.clone());
    let message = ListJobsRequest {
        status: JobStatus::Queued.into(),
        kind: "streaming.ingest".into(),
        ..ListJobsRequest::default()
    };
    let page = jobs.list_jobs(with(Some(&admin), message)).await.unwrap();
    let job = page.into_inner().jobs.remove(0);
    assert_eq!((job.status(), job.attempt), (JobStatus::Queued, 0));

    let retry = RetryJobRequest { id: job.id.clone() };
    let refused = jobs.retry_job(with(Some(&admin), retry)).await.unwrap_err();
    assert_eq!(refused.code(), Code::FailedPrecondition);
    let cancel = CancelJobRequest { id: job.id };
    let cancelled = jobs.cancel_job(with(Some(&admin), cancel)).await.unwrap();
    assert_eq!(cancelled.into_inner().status(), JobStatus::Cancelled);
    let wrong = ListJobsRequest {
        status: 99,
        ..ListJobsRequest::default()
    };
    let refused = jobs.list_jobs(with(Some(&admin), wrong)).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn a_message_of_64_megabytes_is_refused_and_others_are_served() {
    let rpc = Rpc::start().await;
    let service = rpc.service().await;
    let mut auth = AuthClient::new(rpc.channel.clone());
    let message = VerifyTokenRequest {
        token: "x".repeat(64 << 20),
    };
    let refused = auth.verify_token(with(Some(&service), message)).await;
    assert_eq!(refused.unwrap_err().code(), Code::ResourceExhausted);
    let message = VerifyTokenRequest::default();
    auth.verify_token(with(Some(&service), message))
        .await
        .unwrap();
}

#[tokio::test]
async fn health_and_definitions_are_for_everybody_and_unknown_methods_for_nobody() {
    let rpc = Rpc::start().await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(rpc.channel.clone());
    let ask = tonic_health::pb::HealthCheckRequest {
        service: "veza.tracks.v1.Tracks".into(),
    };
    let answer = health.check(ask).await.unwrap().into_inner();
    assert_eq!(answer.status(), tonic_health::ServingStatus::Serving.into());

    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    let mut reflection = ServerReflectionClient::new(rpc.channel.clone());
    let ask = tonic_reflection::pb::v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let answer = reflection
        .server_reflection_info(tokio_stream::iter([ask]))
        .await
        .unwrap();
    let answer = answer.into_inner().next().await.unwrap().unwrap();
    assert!(format!("{answer:?}").contains("veza.jobs.v1.Jobs"));

    let service = rpc.service().await;
    let unknown = "/veza.tracks.v1.Tracks/Nothing";
    assert_eq!(
        rpc.code(unknown, Some(&service), Vec::new()).await,
        Code::Unimplemented
    );
    assert_eq!(
        rpc.code(unknown, None, Vec::new()).await,
        Code::Unauthenticated
    );
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    let rpc = Rpc::start().await;
    let admin = rpc.app.person("admin", Role::Admin).await;
    let ada = rpc.app.person("ada", Role::User).await;
    let queued = rpc.app.queued_track(&ada).await;
    // Holds the store, so that whoever writes has to wait.
    let held = rpc.app.env.store.begin().await.unwrap();
    let mut jobs = JobsClient::new(rpc.channel.clone());
    let mut request = with(Some(&admin), CancelJobRequest { id: queued });
    request.set_timeout(Duration::from_millis(100));
    let late: Status = jobs.cancel_job(request).await.unwrap_err();
    assert!(
        matches!(late.code(), Code::Cancelled | Code::DeadlineExceeded),
        "{late}"
    );
    drop(held);
}

#[tokio::test]
async fn a_token_of_a_service_is_good_for_its_calls_until_it_is_revoked() {
    let rpc = Rpc::start().await;
    let get = "/veza.tracks.v1.Tracks/GetTrack";
    let watch = "/veza.tracks.v1.Tracks/WatchTrack";
    let issued = rpc.app.service(&[get, watch]).await;
    let token = issued.token.expose();
    let ada = rpc.app.person("ada", Role::User).await;
    let id = rpc.app.queued_track(&ada).await;
    let message = GetTrackRequest { id: id.clone() }.encode_to_vec();
    let call = |path, message| rpc.code(path, Some(token), message);
    assert_eq!(call(get, message.clone()).await, Code::Ok);
    let list = "/veza.tracks.v1.Tracks/ListTracks";
    assert_eq!(call(list, Vec::new()).await, Code::PermissionDenied);

    // No port for people takes it, whatever it could do there.
    let refused = rpc.app.get("/api/v1/users/me", Some(token)).await;
    assert_eq!(refused.json["code"], "auth.token.invalid");

    let mut tracks = TracksClient::new(rpc.channel.clone());
    let watched = tracks
        .watch_track(with(Some(token), WatchTrackRequest { id }))
        .await
        .unwrap();
    let mut watched = watched.into_inner();
    watched.next().await.unwrap().unwrap();
    let revoked = revoke_service_token(&rpc.app.env, issued.grant.token_id).await;
    revoked.unwrap();
    rpc.app.learn_of_revocations().await;
    assert_eq!(call(get, message).await, Code::Unauthenticated);
    let ended = watched.next().await.unwrap().unwrap_err();
    assert_eq!(ended.code(), Code::Unauthenticated, "what is open ends");
}
