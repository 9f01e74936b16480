use std::time::Duration;

use veza_core::analytics::{
    AnalyticsError, Metric, ReadMetrics, read_metrics, read_report, record_event, roll_up_day,
    roll_up_recent,
};
use veza_core::kernel::{Day, PageRequest, Principal, Role};

use crate::world::{World, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const UPLOADED: &str = "files.file.uploaded.v1";

/// Notes everything that is in the outbox.
fn record_all(world: &World) {
    let mut unit = now(world.env.store.begin()).unwrap();
    let events = now(unit.outbox().fetch_unpublished(1_000)).unwrap();
    for event in &events {
        now(record_event(&mut *unit, event, world.env.now())).unwrap();
    }
    now(unit.commit()).unwrap();
}

fn moderator(world: &World) -> Principal {
    Principal {
        permissions: Role::Moderator.permissions(),
        ..world.person("mod")
    }
}

fn generated(world: &World) -> usize {
    let is_ours = |event: &&String| *event == "analytics.report.generated.v1";
    world.events().iter().filter(is_ours).count()
}

#[test]
fn a_day_is_counted_as_often_as_one_likes_and_told_of_when_it_changes() {
    let world = World::new();
    let ada = world.person("ada");
    world.upload(&ada, "One");
    world.upload(&ada, "Two");
    record_all(&world);
    let today = Day::of(world.env.now());
    let report = now(roll_up_day(&world.env, today)).unwrap();
    let of = |name: &str| {
        let metric = report
            .metrics
            .iter()
            .find(|metric| metric.event_type == name);
        metric.map(|metric| (metric.events, metric.aggregates))
    };
    assert_eq!(of(UPLOADED), Some((2, 2)));
    assert_eq!(generated(&world), 1);

    let again = now(roll_up_day(&world.env, today)).unwrap();
    assert_eq!((again.id, &again.metrics), (report.id, &report.metrics));
    assert_eq!(generated(&world), 1, "nothing has changed");

    world.upload(&ada, "Three");
    record_all(&world);
    record_all(&world);
    let later = now(roll_up_day(&world.env, today)).unwrap();
    assert_eq!(later.id, report.id);
    assert!(later.events() > report.events());
    assert_eq!(generated(&world), 2);
}

#[test]
fn what_comes_late_is_counted_in_the_day_it_happened() {
    let world = World::new();
    let first = Day::of(world.env.now());
    let ada = world.person("ada");
    world.upload(&ada, "One");
    world.clock.advance(DAY);
    now(roll_up_recent(&world.env, 2)).unwrap();
    record_all(&world);
    now(roll_up_recent(&world.env, 2)).unwrap();
    let moderator = moderator(&world);
    let report = now(read_report(&world.env, &moderator, first)).unwrap();
    let uploaded = |metric: &&Metric| metric.event_type == UPLOADED;
    let uploaded = report.metrics.iter().find(uploaded).unwrap();
    assert_eq!((uploaded.day, uploaded.events), (first, 1));
    let empty = now(read_report(&world.env, &moderator, first.minus(1)));
    assert_eq!(empty.unwrap().metrics, []);
}

#[test]
fn metrics_are_for_those_who_look_after_the_platform() {
    let world = World::new();
    let ada = world.person("ada");
    let today = Day::of(world.env.now());
    let wish = ReadMetrics {
        from: today,
        to: today,
        event_type: None,
        page: PageRequest::default(),
    };
    let refused = now(read_metrics(&world.env, &ada, &wish)).unwrap_err();
    assert!(matches!(refused, AnalyticsError::Forbidden));
    let refused = now(read_report(&world.env, &ada, today)).unwrap_err();
    assert!(matches!(refused, AnalyticsError::Forbidden));
    let moderator = moderator(&world);
    let missing = now(read_report(&world.env, &moderator, today)).unwrap_err();
    assert!(matches!(missing, AnalyticsError::NotFound));
    assert_eq!(
        now(read_metrics(&world.env, &moderator, &wish))
            .unwrap()
            .items,
        []
    );
}

#[test]
fn metrics_come_in_pages_of_their_own_list() {
    let world = World::new();
    let first = Day::of(world.env.now());
    let ada = world.person("ada");
    for title in ["One", "Two", "Three"] {
        world.upload(&ada, title);
        record_all(&world);
        world.clock.advance(DAY);
    }
    now(roll_up_recent(&world.env, 5)).unwrap();
    let moderator = moderator(&world);
    let wish = |cursor: Option<String>, from: Day| ReadMetrics {
        from,
        to: first.plus(10),
        event_type: Some(UPLOADED.into()),
        page: PageRequest {
            cursor,
            limit: Some(2),
        },
    };
    let page = now(read_metrics(&world.env, &moderator, &wish(None, first))).unwrap();
    let days: Vec<Day> = page.items.iter().map(|metric| metric.day).collect();
    assert_eq!(days, [first, first.plus(1)]);
    let next = wish(page.next_cursor.clone(), first);
    let rest = now(read_metrics(&world.env, &moderator, &next)).unwrap();
    assert_eq!(rest.items.len(), 1);
    assert_eq!(rest.next_cursor, None);
    let foreign = wish(page.next_cursor, first.minus(1));
    let refused = now(read_metrics(&world.env, &moderator, &foreign)).unwrap_err();
    assert!(matches!(refused, AnalyticsError::Cursor(_)));
}

#[test]
fn a_time_that_is_none_or_too_long_is_refused_by_name() {
    let world = World::new();
    let today = Day::of(world.env.now());
    for (from, to) in [(today, today.minus(1)), (today, today.plus(366))] {
        let wish = ReadMetrics {
            from,
            to,
            event_type: None,
            page: PageRequest::default(),
        };
        let refused = now(read_metrics(&world.env, &moderator(&World::new()), &wish));
        match refused.unwrap_err() {
            AnalyticsError::Invalid(fields) => assert_eq!(fields[0].field, "to"),
            other => panic!("{other}"),
        }
    }
}
