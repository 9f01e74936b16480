//! The partitions of PostgreSQL, made before they are needed. SQLite has none.

use async_trait::async_trait;
use veza_core::kernel::{Day, Partitions, PortError, Timestamp};

use crate::SqlStore;
use crate::dialect::Dialect;
use crate::statement::Statement;
use crate::unit::Unit;

const OP: &str = "partitions.make_ahead";

/// Held by whoever makes partitions, so that others leave it to them. The number means nothing.
const LOCK: i64 = 0x7665_7a61_7061_7274;

/// How long others may be kept waiting for a table.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '1s'";

/// What one partition holds.
#[derive(Clone, Copy)]
enum Span {
    Day,
    Month,
}

/// A table that is parted by a time.
struct Table {
    name: &'static str,
    column: &'static str,
    span: Span,
    /// How many partitions there are after the present one.
    ahead: u32,
}

const TABLES: [Table; 2] = [
    Table {
        name: "analytics_events",
        column: "occurred_at",
        span: Span::Day,
        ahead: 7,
    },
    Table {
        name: "messages",
        column: "created_at",
        span: Span::Month,
        ahead: 2,
    },
];

/// One partition: its name, and the days from the first to the first that is no longer in it.
struct Partition {
    name: String,
    from: Day,
    to: Day,
}

impl Table {
    /// The present partition and those ahead of it.
    fn wanted(&self, now: Timestamp) -> Vec<Partition> {
        let today = Day::of(now);
        let mut from = match self.span {
            Span::Day => today,
            Span::Month => today.first_of_month(),
        };
        let mut wanted = Vec::new();
        for _ in 0..=self.ahead {
            let to = match self.span {
                Span::Day => from.plus(1),
                Span::Month => from.first_of_next_month(),
            };
            // At the end of all times there is no next one.
            if to > from {
                wanted.push(Partition {
                    name: self.partition_name(from),
                    from,
                    to,
                });
            }
            from = to;
        }
        wanted
    }

    /// `messages_2025_01`, `analytics_events_2025_01_01`.
    fn partition_name(&self, from: Day) -> String {
        let date = from.to_string().replace('-', "_");
        let date = match self.span {
            Span::Day => &date[..],
            Span::Month => &date[..7],
        };
        format!("{}_{date}", self.name)
    }

    /// Makes a partition. It is filled with what the default one has of its time before it is
    /// attached, for which nobody is kept waiting but who uses the default one. A present partition
    /// keeps writers out meanwhile: one that was on its way to the default partition would be
    /// refused there.
    fn making(&self, partition: &Partition, now: Timestamp) -> String {
        let (table, column) = (self.name, self.column);
        let Partition { name, from, to } = partition;
        let (from, to) = (from.start(), to.start());
        let writers_out = if from <= now {
            format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE;")
        } else {
            String::new()
        };
        format!(
            "{writers_out}
             CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
             LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE;
             WITH moved AS (
                 DELETE FROM {table}_default WHERE {column} >= '{from}' AND {column} < '{to}'
                 RETURNING *)
             INSERT INTO {name} SELECT * FROM moved;
             ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{from}') TO ('{to}')"
        )
    }
}

/// The names of the partitions of a table that are there.
async fn present(unit: &mut Unit, table: &Table) -> Result<Vec<String>, PortError> {
    let rows = Statement::new(
        "SELECT part.relname::text AS name
         FROM pg_inherits
         JOIN pg_class part ON part.oid = inhrelid
         WHERE inhparent = $1::text::regclass",
    )
    .bind(table.name)
    .all(unit, OP)
    .await?;
    rows.iter().map(|row| row.get("name")).collect()
}

/// Makes one partition, unless it is there or somebody else makes some.
async fn make(
    store: &SqlStore,
    table: &Table,
    partition: &Partition,
    now: Timestamp,
) -> Result<bool, PortError> {
    let mut unit = store.unit(OP, true).await?;
    let row = Statement::new("SELECT pg_try_advisory_xact_lock($1) AS mine")
        .bind(LOCK)
        .optional(&mut unit, OP)
        .await?;
    let mine = row.map_or(Ok(false), |row| row.get("mine"))?;
    if !mine || present(&mut unit, table).await?.contains(&partition.name) {
        return Ok(false);
    }
    let making = format!("{LOCK_TIMEOUT}; {}", table.making(partition, now));
    unit.script(OP, &making).await?;
    unit.commit().await?;
    Ok(true)
}

#[async_trait]
impl Partitions for SqlStore {
    async fn make_ahead(&self, now: Timestamp) -> Result<u32, PortError> {
        let mut made = 0;
        for table in &TABLES {
            let there = {
                let mut unit = self.unit(OP, false).await?;
                if unit.dialect() == Dialect::Sqlite {
                    return Ok(0);
                }
                present(&mut unit, table).await?
            };
            for partition in table.wanted(now) {
                if !there.contains(&partition.name) {
                    made += u32::from(make(self, table, &partition, now).await?);
                }
            }
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_follow_each_other_without_gap() {
        let now = "2028-12-30T23:59:59Z".parse().unwrap();
        for table in &TABLES {
            let wanted = table.wanted(now);
            assert_eq!(wanted.len(), table.ahead as usize + 1);
            assert!(wanted[0].from.start() <= now && now < wanted[0].to.start());
            for pair in wanted.windows(2) {
                assert_eq!(pair[0].to, pair[1].from);
            }
        }
        let names = TABLES.map(|table| table.wanted(now).swap_remove(2).name);
        assert_eq!(names, ["analytics_events_2029_01_01", "messages_2029_02"]);
        let last = Timestamp::from_millis(i64::MAX);
        assert!(TABLES[1].wanted(last).is_empty());
    }
}
