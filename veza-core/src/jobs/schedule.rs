//! Jobs that come back: a due time stores exactly one, whatever the number of instances.

use std::time::Duration;

use serde_json::json;

use crate::kernel::{Environment, PortError, Timestamp};

use super::model::{NewJob, Priority};

/// A job that is stored at each of its due times: `offset` after every full `every` since
/// 1970-01-01T00:00:00Z, so that a day begins at midnight UTC.
///
/// The payload is `{"dueAt": time}`. Due times that were missed while nobody ran are made up for
/// by one job, at the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its name in the store.
    pub name: &'static str,
    /// The kind of its jobs.
    pub kind: &'static str,
    /// How long from one due time to the next.
    pub every: Duration,
    /// How long after the full period it is due; less than a period.
    pub offset: Duration,
}

impl Schedule {
    /// The first due time after `time`.
    pub fn after(&self, time: Timestamp) -> Timestamp {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let (every, offset) = (millis(self.every).max(1), millis(self.offset));
        let since = time.as_millis() - offset;
        let next = (since.div_euclid(every) + 1).saturating_mul(every);
        Timestamp::from_millis(next.saturating_add(offset))
    }
}

/// Stores the job of every schedule that is due, and answers how many. A schedule that was never
/// seen is due at its next time.
///
/// # Errors
/// Those of the store; the schedules before the one that failed are done.
pub async fn run_schedules(env: &Environment, schedules: &[Schedule]) -> Result<usize, PortError> {
    let mut stored = 0;
    for schedule in schedules {
        // Most of the time nothing is due, and then nobody is to wait for a writer.
        let next = {
            let mut reader = env.store.begin_read().await?;
            reader.schedules().next_due(schedule.name).await?
        };
        let now = env.now();
        if next.is_some_and(|next| next > now) {
            continue;
        }
        let mut unit = env.store.begin().await?;
        match unit.schedules().next_due(schedule.name).await? {
            None => {
                unit.schedules()
                    .start(schedule.name, schedule.after(now))
                    .await?;
            }
            Some(due) if due <= now => {
                let job = NewJob::new(schedule.kind, json!({ "dueAt": due }))
                    .priority(Priority::Low)
                    .unique(format!("{}@{due}", schedule.name));
                unit.jobs().enqueue(&job.into_job(env)).await?;
                unit.schedules()
                    .advance(schedule.name, schedule.after(now))
                    .await?;
                stored += 1;
            }
            // Another instance was quicker.
            Some(_) => continue,
        }
        unit.commit().await?;
    }
    Ok(stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_times_are_full_periods_and_the_offset() {
        let daily = Schedule {
            name: "d",
            kind: "k",
            every: Duration::from_secs(86_400),
            offset: Duration::from_secs(600),
        };
        let after = |text: &str| daily.after(text.parse().unwrap()).to_string();
        assert_eq!(
            after("2026-03-01T00:09:59.999Z"),
            "2026-03-01T00:10:00.000Z"
        );
        assert_eq!(after("2026-03-01T00:10:00Z"), "2026-03-02T00:10:00.000Z");
        assert_eq!(after("2026-02-28T23:00:00Z"), "2026-03-01T00:10:00.000Z");
        assert_eq!(after("1970-01-01T00:00:00Z"), "1970-01-01T00:10:00.000Z");
    }
}
