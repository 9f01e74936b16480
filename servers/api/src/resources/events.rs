//! `/events`: what happens to one's own things, as it happens (server-sent events).
//!
//! | event | when | data |
//! |---|---|---|
//! | `ready` | at the beginning | `{}` |
//! | `resync` | instead, when `Last-Event-ID` tells of an earlier stream: what happened in between is not told again, so look at all anew | `{}` |
//! | `track` | one of the newest tracks was made, has changed or has come further | the track |
//! | `bye` | the service stops: come back | `{}` |
//!
//! The stream ends when its token is no longer good, within seconds.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::auth::UserId;
use veza_core::kernel::{PageRequest, Principal};
use veza_core::streaming::{self, TrackError, TrackId};
use veza_server_kit::auth::principal;
use veza_server_kit::{Auth, Problem};

use crate::Api;
use crate::view::TrackView;

/// How often the tracks are looked at; a token that ends is noticed as soon.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How many of the newest tracks are followed.
const FOLLOWED: u32 = 20;
/// How often a stream with nothing to tell says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Streams of one account, and of all.
const MAX_OF_ONE: usize = 5;
const MAX_OF_ALL: usize = 2_000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default().routes(routes!(events))
}

/// What happens to one's own things
///
/// A stream of server-sent events: `ready` (or `resync` after `Last-Event-ID`: look at all anew),
/// `track` with the track whenever one of the newest has changed or has come further, and `bye`
/// when the service stops. It ends when the token does.
#[utoipa::path(
    get,
    path = "/events",
    operation_id = "events.stream",
    tag = "users",
    security(("accessToken" = [])),
    params(
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event seen"),
    ),
    responses(
        (status = 200, description = "The stream", body = String,
            content_type = "text/event-stream"),
    ),
)]
pub(super) async fn events(
    State(api): State<Api>,
    Auth(who): Auth,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let place = api.streams.enter(who.user_id).ok_or_else(|| {
        Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "events.too_many_streams",
            "too many streams of events are open",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(30))
    })?;
    let (sender, receiver) = mpsc::channel(8);
    let task = async move {
        let stopping = api.shutdown.clone();
        let follow = follow(&api, &who, &headers, &sender);
        tokio::select! {
            outcome = follow => if let Err(error) = outcome {
                tracing::warn!(%error, "a stream of events ended early");
            },
            () = sender.closed() => {}
            () = stopping.requested() => {
                // Full or gone: the connection closes all the same.
                let _ = sender.try_send(Ok(Event::default().event("bye").data("{}")));
            }
        }
        drop(place);
    };
    tokio::spawn(task);
    let stream =
        Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // A proxy that buffers would keep the events for itself.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), "no");
    Ok(([unbuffered], stream))
}

type Sent = Result<Event, Infallible>;

/// Tells of changes until the client is gone or its token is no longer good.
async fn follow(
    api: &Api,
    who: &Principal,
    headers: &HeaderMap,
    sender: &mpsc::Sender<Sent>,
) -> Result<(), TrackError> {
    let origin = api.origins.stream_for(headers);
    let newest = PageRequest {
        cursor: None,
        limit: Some(FOLLOWED),
    };
    let mut known: HashMap<TrackId, (u64, f32)> = HashMap::new();
    let first = if headers.contains_key("last-event-id") {
        "resync"
    } else {
        "ready"
    };
    let mut is_first = true;
    loop {
        let page = streaming::my_tracks(&api.services.env, who, &newest).await?;
        let mut seen = HashMap::with_capacity(page.items.len());
        let mut changed = Vec::new();
        for track in page.items.into_iter().rev() {
            let state = (track.version, track.state.progress());
            if known.get(&track.id) != Some(&state) && !is_first {
                changed.push(track.clone());
            }
            seen.insert(track.id, state);
        }
        known = seen;
        let mut events = Vec::new();
        if is_first {
            events.push(Event::default().event(first).data("{}"));
        }
        for track in changed {
            let event = Event::default().event("track");
            let view = TrackView::of(track, &origin);
            events.extend(event.json_data(view).ok());
        }
        for event in events {
            let id = api.services.env.now().as_millis().to_string();
            if sender.send(Ok(event.id(id))).await.is_err() {
                return Ok(());
            }
        }
        is_first = false;
        tokio::time::sleep(LOOK_EVERY).await;
        if principal(headers, &*api.services.verifier).is_err() {
            return Ok(());
        }
    }
}

/// The streams that are open, by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams(Arc<Mutex<HashMap<UserId, usize>>>);

impl Streams {
    /// A place for one more, if there is one.
    fn enter(&self, owner: UserId) -> Option<Place> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = open.values().sum();
        let own = open.get(&owner).copied().unwrap_or_default();
        if own >= MAX_OF_ONE || all >= MAX_OF_ALL {
            return None;
        }
        open.insert(owner, own + 1);
        Some(Place {
            streams: self.clone(),
            owner,
        })
    }
}

/// A place that is free again when this is dropped.
struct Place {
    streams: Streams,
    owner: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self
            .streams
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.owner) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.owner);
            }
        }
    }
}
