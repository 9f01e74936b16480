//! The contract of [`Jobs`](crate::jobs::Jobs) and [`Schedules`](crate::jobs::Schedules) for those
//! who look after them.

use crate::jobs::{Fenced, Job, JobQuery, JobStatus, Outcome};
use crate::kernel::{Store, Timestamp};

use super::job_queue::claim;
use super::jobs::{enqueue, find, finish};
use super::samples::{at, job_at};

/// Claims the job, which is the only one that is due, and ends it.
async fn end(store: &dyn Store, outcome: Outcome, now: Timestamp) -> Job {
    let job = claim(store, 1, now).await.remove(0);
    assert_eq!(finish(store, job.token(), outcome, now).await, Fenced::Held);
    job
}

fn dead() -> Outcome {
    Outcome::Dead {
        error: "disk full".into(),
    }
}

async fn list(store: &dyn Store, query: JobQuery) -> Vec<Job> {
    let mut reader = store.begin_read().await.expect("begin_read");
    reader.jobs().list(&query).await.expect("list")
}

pub(super) async fn lists_hold_what_their_query_says(store: &dyn Store) {
    let jobs: Vec<_> = (1..=6).map(|number| job_at(number, at(number))).collect();
    enqueue(store, &jobs[..2]).await;
    end(store, Outcome::Done, at(2)).await;
    end(store, dead(), at(2)).await;
    let more = Job {
        kind: "test.more".into(),
        ..jobs[5].clone()
    };
    enqueue(
        store,
        &[jobs[2].clone(), jobs[3].clone(), jobs[4].clone(), more],
    )
    .await;

    let mut newest: Vec<_> = jobs.iter().map(|job| job.id).collect();
    newest.sort();
    newest.reverse();
    let query = |status, kind: Option<&str>, before, limit| JobQuery {
        status,
        kind: kind.map(str::to_owned),
        before,
        limit,
    };
    let ids = async |query| -> Vec<_> {
        let jobs = list(store, query).await;
        jobs.iter().map(|job| job.id).collect()
    };
    assert_eq!(ids(query(None, None, None, 99)).await, newest);
    assert_eq!(ids(query(None, None, None, 2)).await, newest[..2]);
    assert_eq!(
        ids(query(None, None, Some(newest[1]), 2)).await,
        newest[2..4]
    );
    let dead = list(store, query(Some(JobStatus::Dead), None, None, 9)).await;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].last_error.as_deref(), Some("disk full"));
    let queued = query(Some(JobStatus::Queued), Some("test.work"), None, 9);
    assert_eq!(ids(queued).await.len(), 3);
    let more = query(None, Some("test.more"), None, 9);
    assert_eq!(ids(more).await, [jobs[5].id]);
    let nothing = query(Some(JobStatus::Dead), Some("test.more"), None, 9);
    assert_eq!(list(store, nothing).await, []);
}

pub(super) async fn dead_letters_are_revived_and_discarded(store: &dyn Store) {
    enqueue(store, &[job_at(1, at(0))]).await;
    let job = end(store, dead(), at(1)).await;
    let mut unit = store.begin().await.expect("begin");
    assert!(unit.jobs().revive(job.id, 5, at(9)).await.expect("revive"));
    assert!(
        !unit.jobs().revive(job.id, 5, at(9)).await.expect("revive"),
        "it waits already"
    );
    assert!(
        !unit.jobs().discard(job.id).await.expect("discard"),
        "it is not dead"
    );
    unit.commit().await.expect("commit");
    let kept = find(store, &job).await;
    assert_eq!((kept.status, kept.run_at), (JobStatus::Queued, at(9)));
    assert_eq!(
        (kept.attempt, kept.max_attempts),
        (1, 6),
        "five attempts more"
    );
    assert_eq!(kept.last_error.as_deref(), Some("disk full"));
    let again = claim(store, 1, at(9)).await.remove(0);
    assert_eq!(again.attempt, 2, "old tokens stay worthless");
    let died = finish(store, again.token(), dead(), at(10)).await;
    assert_eq!(died, Fenced::Held);

    let others: Vec<_> = (2..=4).map(|number| job_at(number, at(11))).collect();
    enqueue(store, &others).await;
    for _ in 2..=4 {
        end(store, dead(), at(11)).await;
    }
    let mut unit = store.begin().await.expect("begin");
    let jobs = unit.jobs();
    assert_eq!(
        jobs.revive_kind("test.more", 5, 99, at(12))
            .await
            .expect("revive"),
        0
    );
    assert_eq!(
        jobs.revive_kind("test.work", 5, 3, at(12))
            .await
            .expect("revive"),
        3
    );
    assert_eq!(
        jobs.revive_kind("test.work", 5, 99, at(12))
            .await
            .expect("revive"),
        1
    );
    unit.commit().await.expect("commit");
    assert_eq!(claim(store, 9, at(12)).await.len(), 4);

    let gone = job_at(5, at(13));
    enqueue(store, std::slice::from_ref(&gone)).await;
    end(store, dead(), at(13)).await;
    let mut unit = store.begin().await.expect("begin");
    assert!(unit.jobs().discard(gone.id).await.expect("discard"));
    assert!(!unit.jobs().discard(gone.id).await.expect("discard"));
    assert_eq!(unit.jobs().find(gone.id).await.expect("find"), None);
}

pub(super) async fn a_revived_job_takes_nobodys_key(store: &dyn Store) {
    let keyed = |number| Job {
        unique_key: Some("a".into()),
        ..job_at(number, at(number))
    };
    for number in 1..=2 {
        enqueue(store, &[keyed(number)]).await;
        end(store, dead(), at(number)).await;
    }
    enqueue(store, &[keyed(3)]).await;
    let mut unit = store.begin().await.expect("begin");
    let first = unit.jobs().revive(keyed(1).id, 5, at(9)).await;
    assert!(!first.expect("revive"), "the third has the key");
    let all = unit.jobs().revive_kind("test.work", 5, 9, at(9)).await;
    assert_eq!(all.expect("revive"), 0);
    drop(unit);
    end(store, Outcome::Done, at(9)).await;
    let mut unit = store.begin().await.expect("begin");
    let all = unit.jobs().revive_kind("test.work", 5, 9, at(9)).await;
    assert_eq!(all.expect("revive"), 1, "one of the two");
    unit.commit().await.expect("commit");
    let oldest = keyed(1).id.min(keyed(2).id);
    assert_eq!(claim(store, 9, at(9)).await.remove(0).id, oldest);
}

pub(super) async fn what_is_over_is_pruned(store: &dyn Store) {
    let jobs: Vec<_> = (1..=6).map(|number| job_at(number, at(number))).collect();
    let outcomes = [Outcome::Done, Outcome::Done, dead(), dead()];
    for (job, outcome) in jobs.iter().zip(outcomes) {
        enqueue(store, std::slice::from_ref(job)).await;
        end(store, outcome, job.run_at).await;
    }
    enqueue(store, &jobs[4..]).await;
    let mut unit = store.begin().await.expect("begin");
    assert!(unit.jobs().cancel(jobs[4].id, at(5)).await.expect("cancel"));
    unit.commit().await.expect("commit");

    let prune = async |ended, dead, limit| {
        let mut unit = store.begin().await.expect("begin");
        let pruned = unit.jobs().prune(at(ended), at(dead), limit).await;
        unit.commit().await.expect("commit");
        pruned.expect("prune")
    };
    let left = async || -> Vec<_> {
        let query = JobQuery {
            limit: 9,
            ..JobQuery::default()
        };
        let mut left: Vec<_> = list(store, query)
            .await
            .iter()
            .map(|job| job.run_at)
            .collect();
        left.sort();
        left
    };
    assert_eq!(prune(2, 2, 9).await, 1, "the first was done before that");
    assert_eq!(left().await, [at(2), at(3), at(4), at(5), at(6)]);
    assert_eq!(prune(99, 4, 2).await, 2, "no more at once");
    assert_eq!(prune(99, 4, 2).await, 1);
    assert_eq!(
        left().await,
        [at(4), at(6)],
        "the later dead, and what waits"
    );
}

pub(super) async fn schedules_keep_their_time(store: &dyn Store) {
    let next_due = async |name: &str| {
        let mut reader = store.begin_read().await.expect("begin_read");
        reader.schedules().next_due(name).await.expect("next_due")
    };
    assert_eq!(next_due("daily").await, None);
    let mut unit = store.begin().await.expect("begin");
    let schedules = unit.schedules();
    schedules.start("daily", at(1)).await.expect("start");
    schedules.start("hourly", at(2)).await.expect("start");
    schedules
        .start("daily", at(3))
        .await
        .expect("once is enough");
    schedules.advance("hourly", at(4)).await.expect("advance");
    unit.commit().await.expect("commit");
    assert_eq!(next_due("daily").await, Some(at(1)));
    assert_eq!(next_due("hourly").await, Some(at(4)));
}
