//! The contracts of [`AnalyticsEvents`](super::AnalyticsEvents) and [`Reports`](super::Reports).

use crate::conformance::samples::{START, at, id};
use crate::kernel::{Day, Partitions, PortErrorKind, Store, Timestamp, TypedId as _};

use super::{AnalyticsEvent, Metric, MetricKeyset, MetricQuery, Report, ReportId};

const READY: &str = "streaming.track.ready.v1";
const DELETED: &str = "streaming.track.deleted.v1";

fn event(number: u64, event_type: &str, aggregate: u64, occurred_at: Timestamp) -> AnalyticsEvent {
    AnalyticsEvent {
        event_id: id(number),
        event_type: event_type.into(),
        aggregate_id: id::<ReportId>(aggregate).uuid(),
        occurred_at,
        recorded_at: at(5),
    }
}

fn metric(day: Day, event_type: &str, events: u64, aggregates: u64) -> Metric {
    Metric {
        day,
        event_type: event_type.into(),
        events,
        aggregates,
    }
}

pub(crate) async fn an_event_is_kept_once_and_counted_in_its_day(store: &dyn Store) {
    let day = Day::of(START);
    let last = Timestamp::from_millis(day.end().as_millis() - 1);
    let mut unit = store.begin().await.expect("begin");
    for (event, new) in [
        (event(1, READY, 1, day.start()), true),
        (event(2, READY, 1, last), true),
        (event(3, READY, 2, START), true),
        (event(4, DELETED, 2, START), true),
        // The neighbours of the day, and the ends of time.
        (event(5, READY, 3, day.end()), true),
        (event(6, READY, 3, day.minus(1).start()), true),
        (event(7, READY, 3, Timestamp::from_millis(0)), true),
        (event(8, READY, 3, Timestamp::from_millis(i64::MAX)), true),
        (event(3, READY, 2, START), false),
    ] {
        let kept = unit.analytics_events().append(&event).await;
        assert_eq!(kept.expect("append"), new, "{event:?}");
    }
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let again = event(1, READY, 1, day.start());
    let kept = unit.analytics_events().append(&again).await;
    assert!(!kept.expect("it is there already, and that is no error"));
    let counted = unit.analytics_events().count(day).await.expect("count");
    let expected = [metric(day, DELETED, 1, 1), metric(day, READY, 3, 2)];
    assert_eq!(counted, expected);
    let empty = unit.analytics_events().count(day.plus(9)).await;
    assert_eq!(empty.expect("count"), []);
    let ancient = Day::of(Timestamp::from_millis(0));
    let counted = unit.analytics_events().count(ancient).await.expect("count");
    assert_eq!(counted, [metric(ancient, READY, 1, 1)]);
}

pub(crate) async fn a_day_has_one_report_which_can_be_replaced(store: &dyn Store) {
    let day = Day::of(START);
    let report = Report {
        id: id(1),
        day,
        generated_at: at(1),
        metrics: vec![metric(day, DELETED, 1, 1), metric(day, READY, 3, 2)],
    };
    let mut unit = store.begin().await.expect("begin");
    assert_eq!(unit.reports().find(day).await.expect("find"), None);
    unit.reports().add(&report).await.expect("add");
    let found = unit.reports().find(day).await.expect("find");
    assert_eq!(found.as_ref(), Some(&report));
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let twin = Report {
        id: id(2),
        metrics: Vec::new(),
        ..report.clone()
    };
    let refused = unit
        .reports()
        .add(&twin)
        .await
        .expect_err("the day has one");
    assert_eq!(refused.kind, PortErrorKind::Duplicate("day"));
    drop(unit);

    let mut unit = store.begin().await.expect("begin");
    let metrics = [metric(day, READY, 4, 2)];
    let replaced = unit.reports().replace(day, &metrics, at(9)).await;
    assert!(replaced.expect("replace"));
    let missing = unit.reports().replace(day.plus(1), &metrics, at(9)).await;
    assert!(!missing.expect("replace"));
    unit.commit().await.expect("commit");

    let mut reader = store.begin_read().await.expect("begin_read");
    let found = reader.reports().find(day).await.expect("find");
    let expected = Report {
        generated_at: at(9),
        metrics: metrics.to_vec(),
        ..report
    };
    assert_eq!(found, Some(expected));
}

pub(crate) async fn metrics_come_by_day_and_name(store: &dyn Store) {
    let first = Day::of(START);
    // More names than are stored at once, and in another order.
    let names: Vec<String> = (0..70)
        .rev()
        .map(|n| format!("test.thing.{n:02}.v1"))
        .collect();
    let mut all = Vec::new();
    let mut unit = store.begin().await.expect("begin");
    for number in [2, 0, 1] {
        let day = first.plus(number);
        let mut metrics: Vec<Metric> = names.iter().map(|name| metric(day, name, 5, 1)).collect();
        metrics.sort_by(|a, b| a.event_type.cmp(&b.event_type));
        let report = Report {
            id: id(u64::from(number)),
            day,
            generated_at: at(1),
            metrics: metrics.clone(),
        };
        unit.reports().add(&report).await.expect("add");
        all.extend(metrics);
    }
    unit.commit().await.expect("commit");
    all.sort_by(|a, b| (a.day, &a.event_type).cmp(&(b.day, &b.event_type)));

    let mut reader = store.begin_read().await.expect("begin_read");
    let query = |from, to, event_type: Option<&str>, after, limit| MetricQuery {
        from: first.plus(from),
        to: first.plus(to),
        event_type: event_type.map(str::to_owned),
        after,
        limit,
    };
    let mut seen: Vec<Metric> = Vec::new();
    loop {
        let after = seen.last().map(|last| MetricKeyset {
            day: last.day,
            event_type: last.event_type.clone(),
        });
        let page = query(0, 9, None, after, 33);
        let page = reader.reports().metrics(&page).await.expect("metrics");
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen, all, "pages join without gap or overlap");

    let name = Some("test.thing.07.v1");
    let one = query(1, 2, name, None, 100);
    let found = reader.reports().metrics(&one).await.expect("metrics");
    let expected = [1, 2].map(|n| metric(first.plus(n), "test.thing.07.v1", 5, 1));
    assert_eq!(found, expected);
    for nothing in [
        query(1, 0, None, None, 100),
        query(5, 9, None, None, 100),
        query(0, 9, Some("test.thing\0"), None, 100),
    ] {
        let found = reader.reports().metrics(&nothing).await.expect("metrics");
        assert_eq!(found, [], "{nothing:?}");
    }
}

pub(crate) async fn events_are_kept_with_and_without_partitions<S: Store + Partitions>(store: &S) {
    let ends = [0, i64::MAX].map(Timestamp::from_millis);
    let times = [ends[0], START, ends[1]];
    for (round, now) in [START, at(86_400), ends[0], ends[1]]
        .into_iter()
        .enumerate()
    {
        for (number, time) in (0_u64..).zip(times) {
            let mut unit = store.begin().await.expect("begin");
            let event = event(number, READY, 1, time);
            let new = unit.analytics_events().append(&event).await;
            assert_eq!(new.expect("append"), round == 0, "once at {time}");
            unit.commit().await.expect("commit");
        }
        store.make_ahead(now).await.expect("make_ahead");
        let again = store.make_ahead(now).await.expect("make_ahead");
        assert_eq!(again, 0, "what is there is not made again");
        let mut reader = store.begin_read().await.expect("begin_read");
        let counted = reader.analytics_events().count(Day::of(START)).await;
        assert_eq!(
            counted.expect("count"),
            [metric(Day::of(START), READY, 1, 1)]
        );
    }
}
