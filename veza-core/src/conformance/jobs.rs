//! The contract of [`Jobs`](crate::jobs::Jobs).

use crate::jobs::{Claim, Fenced, FencingToken, Job, JobStatus, Outcome};
use crate::kernel::{Store, Timestamp};

use super::samples::{at, id, job_at};

pub(super) async fn enqueue(store: &dyn Store, jobs: &[Job]) {
    let mut unit = store.begin().await.expect("begin");
    for job in jobs {
        unit.jobs().enqueue(job).await.expect("enqueue");
    }
    unit.commit().await.expect("commit");
}

/// Claims at `now` for ten seconds.
async fn claim(store: &dyn Store, now: Timestamp) -> Option<Job> {
    let mut unit = store.begin().await.expect("begin");
    let lease_until = now.plus(std::time::Duration::from_secs(10));
    let claim = Claim {
        kind: "test.work",
        limit: 1,
        worker: "w1",
        now,
        lease_until,
    };
    let mut jobs = unit.jobs().claim(&claim).await.expect("claim");
    unit.commit().await.expect("commit");
    assert!(jobs.len() <= 1);
    jobs.pop()
}

pub(super) async fn finish(
    store: &dyn Store,
    token: FencingToken,
    outcome: Outcome,
    now: Timestamp,
) -> Fenced {
    let mut unit = store.begin().await.expect("begin");
    let fenced = unit
        .jobs()
        .finish(&token, &outcome, now)
        .await
        .expect("finish");
    unit.commit().await.expect("commit");
    fenced
}

pub(super) async fn find(store: &dyn Store, job: &Job) -> Job {
    let mut reader = store.begin_read().await.expect("begin_read");
    reader
        .jobs()
        .find(job.id)
        .await
        .expect("find")
        .expect("the job is there")
}

pub(super) async fn a_job_is_claimed_at_its_time_and_once(store: &dyn Store) {
    let job = job_at(1, at(5));
    let other = Job {
        kind: "other.work".into(),
        ..job_at(2, at(0))
    };
    enqueue(store, &[job.clone(), other]).await;
    assert_eq!(find(store, &job).await, job, "what was stored is found");
    assert_eq!(
        claim(store, at(4)).await,
        None,
        "not before its time, and only of these kinds"
    );

    let claimed = claim(store, at(5)).await.expect("it is due");
    let expected = Job {
        status: JobStatus::Running,
        attempt: 1,
        lease_until: Some(at(15)),
        worker: Some("w1".into()),
        updated_at: at(5),
        ..job.clone()
    };
    assert_eq!(claimed, expected);
    assert_eq!(find(store, &job).await, expected);
    assert_eq!(claim(store, at(14)).await, None, "it is taken");
}

pub(super) async fn a_lost_lease_fences_its_holder_off(store: &dyn Store) {
    let job = job_at(1, at(0));
    enqueue(store, std::slice::from_ref(&job)).await;
    let first = claim(store, at(0)).await.expect("it is due").token();
    let second = claim(store, at(10)).await.expect("the lease has run out");
    assert_eq!(second.attempt, 2);

    let mut unit = store.begin().await.expect("begin");
    let extended = unit
        .jobs()
        .extend_lease(&first, at(99), Some(0.9), at(11))
        .await;
    assert_eq!(extended.expect("extend"), Fenced::Lost);
    unit.commit().await.expect("commit");
    assert_eq!(
        finish(store, first, Outcome::Done, at(11)).await,
        Fenced::Lost
    );
    assert_eq!(
        find(store, &job).await,
        second,
        "a stale token writes nothing"
    );

    assert_eq!(
        finish(store, second.token(), Outcome::Done, at(12)).await,
        Fenced::Held
    );
    assert_eq!(
        finish(store, second.token(), Outcome::Done, at(13)).await,
        Fenced::Lost
    );
    let nobodys = FencingToken {
        job_id: id(99),
        attempt: 1,
    };
    assert_eq!(
        finish(store, nobodys, Outcome::Done, at(13)).await,
        Fenced::Lost
    );
}

pub(super) async fn heartbeats_keep_a_lease(store: &dyn Store) {
    let job = job_at(1, at(0));
    enqueue(store, std::slice::from_ref(&job)).await;
    let token = claim(store, at(0)).await.expect("it is due").token();
    let mut unit = store.begin().await.expect("begin");
    let jobs = unit.jobs();
    let held = jobs
        .extend_lease(&token, at(20), Some(0.25), at(8))
        .await
        .expect("extend");
    assert_eq!(held, Fenced::Held);
    let held = jobs
        .extend_lease(&token, at(25), None, at(9))
        .await
        .expect("extend");
    assert_eq!(held, Fenced::Held);
    unit.commit().await.expect("commit");
    let kept = find(store, &job).await;
    assert_eq!((kept.progress, kept.lease_until), (0.25, Some(at(25))));
    assert_eq!(claim(store, at(24)).await, None, "the lease holds");
    let again = claim(store, at(25)).await.expect("until it has run out");
    assert_eq!((again.attempt, again.progress), (2, 0.0));
}

pub(super) async fn outcomes_are_kept(store: &dyn Store) {
    let job = job_at(1, at(0));
    enqueue(store, std::slice::from_ref(&job)).await;
    let token = claim(store, at(0)).await.expect("it is due").token();
    let retry = Outcome::Retry {
        run_at: at(30),
        error: "disk full".into(),
    };
    assert_eq!(finish(store, token, retry, at(1)).await, Fenced::Held);
    let kept = find(store, &job).await;
    assert_eq!(
        (kept.status, kept.run_at, kept.attempt),
        (JobStatus::Queued, at(30), 1)
    );
    assert_eq!((kept.lease_until, kept.worker), (None, None));
    assert_eq!(kept.last_error.as_deref(), Some("disk full"));
    assert_eq!(claim(store, at(29)).await, None, "it waits");

    let token = claim(store, at(30)).await.expect("it is due again").token();
    let dead = Outcome::Dead {
        error: "still full".into(),
    };
    assert_eq!(finish(store, token, dead, at(31)).await, Fenced::Held);
    let kept = find(store, &job).await;
    assert_eq!((kept.status, kept.attempt), (JobStatus::Dead, 2));
    assert_eq!(kept.last_error.as_deref(), Some("still full"));
    assert_eq!(claim(store, at(1_000_000)).await, None, "the dead rest");

    let other = job_at(2, at(0));
    enqueue(store, std::slice::from_ref(&other)).await;
    let token = claim(store, at(40)).await.expect("it is due").token();
    assert_eq!(
        finish(store, token, Outcome::HandedBack, at(41)).await,
        Fenced::Held
    );
    let kept = find(store, &other).await;
    assert_eq!(
        (kept.status, kept.run_at, kept.attempt),
        (JobStatus::Queued, at(41), 1)
    );
    assert_eq!(
        kept.max_attempts,
        other.max_attempts + 1,
        "stopping uses nothing up"
    );
    let again = claim(store, at(41)).await.expect("it is due at once");
    assert_eq!(
        again.attempt, 2,
        "the token of a worker that stopped is good no more"
    );
}

pub(super) async fn the_oldest_due_comes_first(store: &dyn Store) {
    enqueue(
        store,
        &[job_at(1, at(3)), job_at(2, at(1)), job_at(3, at(2))],
    )
    .await;
    let mut order = Vec::new();
    while let Some(job) = claim(store, at(5)).await {
        order.push(job.run_at);
    }
    assert_eq!(order, [at(1), at(2), at(3)]);
}
