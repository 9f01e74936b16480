//! `veza.tracks.v1.Tracks`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, async_trait};
use veza_core::kernel::{Caller, Environment, PageRequest};
use veza_core::streaming::{self, TrackId, TrackState as Standing, Visibility as Seen};
use veza_proto::tracks::v1::tracks_server::Tracks;
use veza_proto::tracks::v1::{
    GetTrackRequest, ListTracksRequest, ListTracksResponse, Track, TrackState, TrackStatus,
    Visibility, WatchTrackRequest,
};

use super::access::Door;
use super::status::{caller, given, id, limit, status, time};

/// How often a track that is watched is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Tracks that are watched at once, by all callers.
const MAX_WATCHED: usize = 500;
/// The path of this call.
const WATCH: &str = "/veza.tracks.v1.Tracks/WatchTrack";
/// How long one is watched; whoever wants to know more asks again.
const MAX_WATCH: Duration = Duration::from_secs(10 * 60);

pub(super) struct TracksService {
    env: Environment,
    door: Door,
    watchers: Arc<Semaphore>,
}

impl TracksService {
    pub(super) fn new(env: Environment, door: Door) -> Self {
        Self {
            env,
            door,
            watchers: Arc::new(Semaphore::new(MAX_WATCHED)),
        }
    }
}

fn standing(state: &Standing) -> TrackStatus {
    let (name, failure) = match state {
        Standing::Queued => (TrackState::Queued, None),
        Standing::Processing { .. } => (TrackState::Processing, None),
        Standing::Ready(_) => (TrackState::Ready, None),
        Standing::Failed(failure) => (TrackState::Failed, Some(failure)),
    };
    TrackStatus {
        state: name.into(),
        progress: state.progress(),
        failure_code: failure.map(|f| f.code.clone()).unwrap_or_default(),
        failure_detail: failure.map(|f| f.detail.clone()).unwrap_or_default(),
    }
}

fn message(track: streaming::Track) -> Track {
    let visibility = match track.visibility {
        Seen::Public => Visibility::Public,
        Seen::Private => Visibility::Private,
    };
    let media = track.media();
    Track {
        id: track.id.to_string(),
        status: Some(standing(&track.state)),
        duration_seconds: media.map(|media| media.measurements.duration_seconds),
        artist_id: track.artist.id.to_string(),
        artist_username: track.artist.username,
        title: track.title,
        genre: track.genre,
        description: track.description,
        visibility: visibility.into(),
        version: track.version,
        created_at: time(track.created_at),
        updated_at: time(track.updated_at),
    }
}

#[async_trait]
impl Tracks for TracksService {
    type WatchTrackStream = ReceiverStream<Result<TrackStatus, Status>>;

    async fn get_track(
        &self,
        request: Request<GetTrackRequest>,
    ) -> Result<Response<Track>, Status> {
        let who = caller(&request)?;
        let id = id("id", &request.into_inner().id)?;
        let track = streaming::track_for_service(&self.env, &who, id)
            .await
            .map_err(status)?;
        Ok(Response::new(message(track)))
    }

    async fn list_tracks(
        &self,
        request: Request<ListTracksRequest>,
    ) -> Result<Response<ListTracksResponse>, Status> {
        let who = caller(&request)?;
        let asked = request.into_inner();
        let artist = match given(asked.artist_id) {
            Some(artist) => Some(id("artist_id", &artist)?),
            None => None,
        };
        let page = PageRequest {
            cursor: given(asked.cursor),
            limit: limit(asked.limit),
        };
        let page = streaming::tracks_for_service(&self.env, &who, artist, &page)
            .await
            .map_err(status)?;
        Ok(Response::new(ListTracksResponse {
            tracks: page.items.into_iter().map(message).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }

    async fn watch_track(
        &self,
        request: Request<WatchTrackRequest>,
    ) -> Result<Response<Self::WatchTrackStream>, Status> {
        let who = caller(&request)?;
        let headers = request.metadata().clone().into_headers();
        let id = id("id", &request.into_inner().id)?;
        let first = look(&self.env, &who, id).await?;
        let Ok(place) = Arc::clone(&self.watchers).try_acquire_owned() else {
            return Err(Status::resource_exhausted("too many tracks are watched"));
        };
        let (sender, receiver) = mpsc::channel(1);
        let (env, door) = (self.env.clone(), self.door.clone());
        tokio::spawn(async move {
            let watch = watch(&env, &who, id, first, &sender, || {
                door.admit(WATCH, &headers).is_ok()
            });
            tokio::select! {
                () = watch => {}
                () = sender.closed() => {}
                () = tokio::time::sleep(MAX_WATCH) => {
                    let over = Status::deadline_exceeded("watched for long enough; ask again");
                    // Gone, or slow: both have had their time.
                    let _ = sender.try_send(Err(over));
                }
            }
            drop(place);
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

async fn look(env: &Environment, who: &Caller, id: TrackId) -> Result<TrackStatus, Status> {
    let track = streaming::track_for_service(env, who, id).await;
    track.map(|track| standing(&track.state)).map_err(status)
}

/// Sends each state that differs from the one before, to the last.
async fn watch(
    env: &Environment,
    who: &Caller,
    id: TrackId,
    first: TrackStatus,
    sender: &mpsc::Sender<Result<TrackStatus, Status>>,
    still_good: impl Fn() -> bool,
) {
    let mut last = None;
    let mut now = Ok(first);
    loop {
        let state = match &now {
            Ok(state) if last.as_ref() == Some(state) => None,
            other => Some(other.clone()),
        };
        if let Some(state) = state
            && sender.send(state).await.is_err()
        {
            return;
        }
        let Ok(state) = now else { return };
        if matches!(state.state(), TrackState::Ready | TrackState::Failed) {
            return;
        }
        last = Some(state);
        tokio::time::sleep(LOOK_EVERY).await;
        now = if still_good() {
            look(env, who, id).await
        } else {
            Err(Status::unauthenticated("the token is no longer good"))
        };
    }
}
