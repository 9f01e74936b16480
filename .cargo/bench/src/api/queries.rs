//! How long single questions take in a table of a million rows, the beginning and the end of
//! their unit of work included.

use std::time::{Duration, Instant};

use uuid::Uuid;
use veza_core::analytics::AnalyticsEvent;
use veza_core::auth::{AuditAction, AuditFilter, UserId};
use veza_core::jobs::{Claim, JobQuery, JobStatus};
use veza_core::kernel::{Clock as _, PortError, Store as _, Timestamp, UnitOfWork};
use veza_core::streaming::{SortOrder, TrackKeyset, TrackQuery, TrackScope, TrackSort};
use veza_crypto::SystemClock;
use veza_sql::SqlStore;

use super::database::Database;
use super::million::{ROWS, STEP};
use crate::Failure;

/// How often each is asked.
const TIMES: u64 = 400;
/// Rows of a page.
const PAGE: u32 = 20;

/// Prime, and to the million: each time another row, near none of those before.
fn row(n: u64) -> u64 {
    (n * 611_953) % ROWS
}

fn id<T: From<Uuid>>(n: u64) -> T {
    Uuid::from_u128(n.into()).into()
}

/// What is asked.
#[derive(Clone, Copy)]
enum Question {
    UserById,
    UserByEmail,
    UserByName,
    SessionsOfUser,
    TrackById,
    NewestTracks,
    TracksByTitle,
    TracksOfGenre,
    TracksOfUser,
    AuditOfUser,
    AuditOfAction,
    DeadJobs,
    ClaimJobs,
    EventsDue,
    Backlog,
    RecordEvent,
    IdempotencyKey,
    RetitleTrack,
}

impl Question {
    const ALL: [(Self, &'static str); 18] = [
        (Self::UserById, "account by id"),
        (Self::UserByEmail, "account by address"),
        (Self::UserByName, "account by name"),
        (Self::SessionsOfUser, "sessions of an account"),
        (Self::TrackById, "track by id"),
        (Self::NewestTracks, "page of tracks by date, anywhere"),
        (Self::TracksByTitle, "page of tracks by title, anywhere"),
        (Self::TracksOfGenre, "page of tracks of a genre, anywhere"),
        (Self::TracksOfUser, "page of tracks of an account"),
        (Self::AuditOfUser, "page of the record of an account"),
        (
            Self::AuditOfAction,
            "page of the record of an action, anywhere",
        ),
        (Self::DeadJobs, "page of dead jobs, anywhere"),
        (Self::ClaimJobs, "claim of ten jobs"),
        (Self::EventsDue, "events to be published"),
        (Self::Backlog, "size of the outbox"),
        (Self::RecordEvent, "event recorded for analytics"),
        (Self::IdempotencyKey, "answer of an idempotency key"),
        (Self::RetitleTrack, "track loaded, changed and committed"),
    ];

    fn writes(self) -> bool {
        matches!(
            self,
            Self::ClaimJobs | Self::RecordEvent | Self::RetitleTrack
        )
    }

    /// Asks it for the `n`th time, where the first row was made at `began`.
    async fn ask(
        self,
        unit: &mut dyn UnitOfWork,
        n: u64,
        began: Timestamp,
    ) -> Result<usize, PortError> {
        let (row, now) = (row(n), SystemClock.now());
        let user: UserId = id(row);
        let at = Timestamp::from_millis(began.as_millis() + row as i64 * STEP);
        let tracks = |scope, genre: Option<u64>, sort| TrackQuery {
            scope,
            genre_key: genre.map(|genre| format!("genre {genre}")),
            sort,
            order: SortOrder::Descending,
            after: Some(match sort {
                TrackSort::CreatedAt => TrackKeyset::CreatedAt(at, id(row)),
                TrackSort::Title => TrackKeyset::Title(format!("track {row}"), id(row)),
            }),
            limit: PAGE,
        };
        let record = |user, action, after| AuditFilter {
            user,
            action,
            after,
            limit: PAGE,
        };
        Ok(match self {
            Self::UserById => unit.users().find(user).await?.iter().count(),
            Self::UserByEmail => {
                let email = format!("u{row}@example.com");
                unit.users().find_by_email(&email).await?.iter().count()
            }
            Self::UserByName => {
                let name = format!("u{row}");
                unit.users().find_by_username(&name).await?.iter().count()
            }
            Self::SessionsOfUser => unit.sessions().list_of(user).await?.len(),
            Self::TrackById => unit.tracks().find(id(row)).await?.iter().count(),
            Self::NewestTracks => {
                let query = tracks(TrackScope::Published, None, TrackSort::CreatedAt);
                unit.tracks().list(&query).await?.len()
            }
            Self::TracksByTitle => {
                let query = tracks(TrackScope::Published, None, TrackSort::Title);
                unit.tracks().list(&query).await?.len()
            }
            Self::TracksOfGenre => {
                let query = tracks(TrackScope::Published, Some(n % 20), TrackSort::CreatedAt);
                unit.tracks().list(&query).await?.len()
            }
            Self::TracksOfUser => {
                let mut query = tracks(TrackScope::OwnedBy(user), None, TrackSort::CreatedAt);
                query.after = None;
                unit.tracks().list(&query).await?.len()
            }
            Self::AuditOfUser => unit
                .audit_log()
                .list(&record(Some(user), None, None))
                .await?
                .len(),
            Self::AuditOfAction => {
                let filter = record(None, Some(AuditAction::LogOut), Some((at, id(row))));
                unit.audit_log().list(&filter).await?.len()
            }
            Self::DeadJobs => {
                let query = JobQuery {
                    status: Some(JobStatus::Dead),
                    kind: None,
                    before: Some(id(row)),
                    limit: PAGE,
                };
                unit.jobs().list(&query).await?.len()
            }
            Self::ClaimJobs => {
                let claim = Claim {
                    kind: "bench.work",
                    limit: 10,
                    worker: "bench",
                    now,
                    lease_until: now.plus(Duration::from_secs(60)),
                };
                unit.jobs().claim(&claim).await?.len()
            }
            Self::EventsDue => unit.outbox().fetch_due(now, 100).await?.len(),
            Self::Backlog => usize::from(unit.outbox().backlog().await?.parked == 0),
            Self::RecordEvent => {
                let event = AnalyticsEvent {
                    event_id: id(ROWS + n),
                    event_type: "bench.thing0.done.v1".into(),
                    aggregate_id: Uuid::from_u128(row.into()),
                    occurred_at: now,
                    recorded_at: now,
                };
                usize::from(unit.analytics_events().append(&event).await?)
            }
            Self::IdempotencyKey => {
                let found = unit.idempotency_keys().find(user, "no such key").await?;
                found.iter().count()
            }
            Self::RetitleTrack => {
                let Some(mut track) = unit.tracks().find(id(row)).await? else {
                    return Ok(0);
                };
                track.title = format!("Track {row} again");
                track.version += 1;
                usize::from(unit.tracks().update(&track).await?)
            }
        })
    }
}

/// Asks each and prints its median and 95th percentile.
pub(super) async fn measure(database: &Database, began: Timestamp) -> Result<(), Failure> {
    let store = database.store().await?;
    println!("\n| {database}, a million rows in each table | rows | median ms | p95 ms |");
    println!("|---|---|---|---|");
    let mut worst: f64 = 0.0;
    for (question, name) in Question::ALL {
        let (found, mut times) = ask_often(&store, question, began).await?;
        times.sort_unstable();
        let at = |share: f64| {
            let place = (share * (times.len() - 1) as f64).round() as usize;
            times[place].as_secs_f64() * 1_000.0
        };
        worst = worst.max(at(0.95));
        let rows = found as f64 / TIMES as f64;
        println!("| {name} | {rows:.1} | {:.2} | {:.2} |", at(0.5), at(0.95));
    }
    println!("| the slowest of them | | | {worst:.2} |");
    store.close().await;
    Ok(())
}

async fn ask_often(
    store: &SqlStore,
    question: Question,
    began: Timestamp,
) -> Result<(usize, Vec<Duration>), Failure> {
    let mut times = Vec::new();
    let mut found = 0;
    for n in 0..TIMES {
        let start = Instant::now();
        let mut unit = if question.writes() {
            store.begin().await?
        } else {
            store.begin_read().await?
        };
        found += question.ask(&mut *unit, n, began).await?;
        if question.writes() {
            unit.commit().await?;
        } else {
            drop(unit);
        }
        times.push(start.elapsed());
    }
    Ok((found, times))
}
