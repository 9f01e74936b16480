//! The contract of [`Jobs`](crate::jobs::Jobs): which jobs there are, and which come first.

use std::cell::RefCell;
use std::time::Duration;

use crate::jobs::{Claim, Fenced, Job, JobId, JobStatus, Outcome, Priority};
use crate::kernel::{Store, Timestamp};

use super::concurrently::{after_the_others, both};
use super::jobs::{enqueue, find, finish};
use super::samples::{at, job_at};

/// Claims at most `limit` at `now`, for ten seconds.
pub(super) async fn claim(store: &dyn Store, limit: u32, now: Timestamp) -> Vec<Job> {
    let mut unit = store.begin().await.expect("begin");
    let claim = Claim {
        kind: "test.work",
        limit,
        worker: "w1",
        now,
        lease_until: now.plus(Duration::from_secs(10)),
    };
    let jobs = unit.jobs().claim(&claim).await.expect("claim");
    unit.commit().await.expect("commit");
    jobs
}

async fn is_due(store: &dyn Store, now: Timestamp) -> bool {
    let mut reader = store.begin_read().await.expect("begin_read");
    reader
        .jobs()
        .is_due("test.work", now)
        .await
        .expect("is_due")
}

fn ids(jobs: &[Job]) -> Vec<JobId> {
    let mut ids: Vec<_> = jobs.iter().map(|job| job.id).collect();
    ids.sort();
    ids
}

pub(super) async fn as_many_are_claimed_as_are_wanted(store: &dyn Store) {
    assert!(!is_due(store, at(99)).await);
    let mut jobs: Vec<_> = (1..=5).map(|number| job_at(number, at(number))).collect();
    jobs[4].kind = "test.more".into();
    enqueue(store, &jobs).await;
    assert!(!is_due(store, at(0)).await, "not before the first is due");
    assert!(is_due(store, at(1)).await);
    let first = claim(store, 3, at(9)).await;
    assert_eq!(ids(&first), ids(&jobs[..3]), "those that are due longest");
    for job in &first {
        assert_eq!((job.status, job.attempt), (JobStatus::Running, 1));
        assert_eq!(find(store, job).await, *job);
    }
    assert_eq!(ids(&claim(store, 3, at(10)).await), ids(&jobs[3..4]));
    assert!(!is_due(store, at(18)).await);
    assert!(is_due(store, at(19)).await, "leases have run out");
    let again = claim(store, 2, at(19)).await;
    assert_eq!(again.len(), 2);
    assert!(again.iter().all(|job| job.attempt == 2));
}

pub(super) async fn priorities_come_first_and_starve_nobody(store: &dyn Store) {
    let job = |number, due, priority| Job {
        priority,
        ..job_at(number, at(due))
    };
    let (minute, hour) = (60, 3_600);
    let low = job(1, hour, Priority::Low);
    let normal = job(2, hour, Priority::Normal);
    let high = job(3, hour, Priority::High);
    let soon = job(4, hour + minute + 1, Priority::High);
    let late = job(5, hour + 10 * minute + 1, Priority::High);
    let all = [&late, &soon, &high, &normal, &low].map(Clone::clone);
    enqueue(store, &all).await;
    let mut order = Vec::new();
    while let Some(job) = claim(store, 1, at(2 * hour)).await.pop() {
        // Its lease would run out meanwhile, and it would come again.
        let done = finish(store, job.token(), Outcome::Done, at(2 * hour)).await;
        assert_eq!(done, Fenced::Held);
        assert_eq!(job.priority, find(store, &job).await.priority);
        order.push(job.id);
    }
    assert_eq!(
        order,
        [high.id, normal.id, soon.id, low.id, late.id],
        "a low one comes before a high one that became due more than ten minutes later"
    );
}

fn keyed(number: u64, key: &str) -> Job {
    Job {
        unique_key: Some(key.into()),
        ..job_at(number, at(0))
    }
}

async fn enqueue_one(store: &dyn Store, job: &Job) -> JobId {
    let mut unit = store.begin().await.expect("begin");
    let id = unit.jobs().enqueue(job).await.expect("enqueue");
    unit.commit().await.expect("commit");
    id
}

pub(super) async fn a_unique_key_is_taken_while_its_job_is_active(store: &dyn Store) {
    let first = keyed(1, "a");
    assert_eq!(enqueue_one(store, &first).await, first.id);
    assert_eq!(enqueue_one(store, &keyed(2, "a")).await, first.id, "queued");
    let other_kind = Job {
        kind: "test.more".into(),
        ..keyed(3, "a")
    };
    assert_eq!(enqueue_one(store, &other_kind).await, other_kind.id);
    let other_key = keyed(4, "b");
    assert_eq!(enqueue_one(store, &other_key).await, other_key.id);

    let running = claim(store, 1, at(0)).await.remove(0);
    assert_eq!(running.unique_key.as_deref(), Some("a"));
    assert_eq!(
        enqueue_one(store, &keyed(5, "a")).await,
        first.id,
        "running"
    );
    let done = finish(store, running.token(), Outcome::Done, at(1)).await;
    assert_eq!(done, Fenced::Held);
    let next = keyed(6, "a");
    assert_eq!(enqueue_one(store, &next).await, next.id, "done");
    let mut reader = store.begin_read().await.expect("begin_read");
    for refused in [2, 5] {
        let refused = keyed(refused, "a").id;
        assert_eq!(reader.jobs().find(refused).await.expect("find"), None);
    }
}

pub(super) async fn two_that_store_the_same_unique_job_store_one(store: &dyn Store) {
    let told = RefCell::new(Vec::new());
    let store_it = async |number| {
        let mut unit = store.begin().await.expect("begin");
        let id = unit.jobs().enqueue(&keyed(number, "a")).await;
        after_the_others().await;
        unit.commit().await.expect("commit");
        told.borrow_mut().push(id.expect("enqueue"));
    };
    both(store_it(1), store_it(2)).await;
    let told = told.into_inner();
    assert_eq!(told[0], told[1], "both are told of the one that is there");
    assert_eq!(claim(store, 9, at(0)).await.len(), 1);
}

pub(super) async fn a_job_that_is_called_off_fences_its_holder_off(store: &dyn Store) {
    let (waiting, running) = (keyed(1, "a"), job_at(2, at(0)));
    let cancel = async |job: &Job, now| {
        let mut unit = store.begin().await.expect("begin");
        let cancelled = unit.jobs().cancel(job.id, now).await.expect("cancel");
        unit.commit().await.expect("commit");
        cancelled
    };
    enqueue(store, std::slice::from_ref(&waiting)).await;
    assert!(cancel(&waiting, at(1)).await);
    let kept = find(store, &waiting).await;
    assert_eq!(
        (kept.status, kept.updated_at),
        (JobStatus::Cancelled, at(1))
    );
    assert!(!cancel(&waiting, at(2)).await, "it is over");
    assert_eq!(claim(store, 9, at(99)).await, []);
    let again = keyed(3, "a");
    assert_eq!(
        enqueue_one(store, &again).await,
        again.id,
        "its key is free"
    );
    assert!(cancel(&again, at(2)).await);

    enqueue(store, std::slice::from_ref(&running)).await;
    let token = claim(store, 9, at(3)).await.remove(0).token();
    assert!(cancel(&running, at(4)).await);
    let mut unit = store.begin().await.expect("begin");
    let beat = unit.jobs().extend_lease(&token, at(99), Some(0.5), at(5));
    assert_eq!(beat.await.expect("extend"), Fenced::Lost);
    drop(unit);
    assert_eq!(
        finish(store, token, Outcome::Done, at(6)).await,
        Fenced::Lost,
        "what is completed after it is refused"
    );
    let kept = find(store, &running).await;
    assert_eq!(
        (kept.status, kept.lease_until, kept.worker),
        (JobStatus::Cancelled, None, None)
    );
    assert_eq!(claim(store, 9, at(99)).await, []);
}
