use std::time::Duration;

use veza_core::kernel::idempotency::{
    Claim, Claimed, Ending, StoredAnswer, Ticket, claim, finish, prune,
};
use veza_core::kernel::{Principal, Timestamp, UnitOfWork};

use crate::world::{World, now};

fn ask(world: &World, who: &Principal, request: u8) -> Claimed {
    ask_one_that_is_alone(world, who, request, None)
}

/// Asks a process that shares its store with none since then.
fn ask_one_that_is_alone(
    world: &World,
    who: &Principal,
    request: u8,
    since: Option<Timestamp>,
) -> Claimed {
    let wish = Claim {
        owner: who.user_id,
        key: "k".into(),
        operation: "POST /api/v1/tracks".into(),
        request_hash: [request; 32],
    };
    now(claim(&world.env, wish, since)).unwrap()
}

fn work(claimed: Claimed) -> Ticket {
    match claimed {
        Claimed::Work(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

fn take_effect(world: &World, ticket: &Ticket) -> (bool, Box<dyn UnitOfWork>) {
    let mut unit = now(world.env.store.begin()).unwrap();
    let held = now(unit.idempotency_keys().take_effect(ticket)).unwrap();
    (held, unit)
}

fn answer() -> StoredAnswer {
    StoredAnswer {
        status: 202,
        headers: vec![("location".into(), "/api/v1/tracks/1".into())],
        body: "{\"secret\":\"shown once\"}".into(),
    }
}

const DEAD: Duration = Duration::from_secs(121);

#[test]
fn a_request_is_worked_on_once_and_answered_again_and_again() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    let ticket = work(ask(&world, &ada, 1));
    assert_eq!(ask(&world, &ada, 1), Claimed::InFlight);
    assert_eq!(ask(&world, &ada, 2), Claimed::OtherRequest);
    work(ask(&world, &bob, 2));

    let (held, unit) = take_effect(&world, &ticket);
    assert!(held);
    now(unit.commit()).unwrap();
    assert_eq!(
        ask(&world, &ada, 1),
        Claimed::InFlight,
        "it has no answer yet"
    );
    now(finish(&world.env, &ticket, Ending::Done(&answer()))).unwrap();
    assert_eq!(ask(&world, &ada, 1), Claimed::Answered(answer()));
    assert_eq!(ask(&world, &ada, 2), Claimed::OtherRequest);

    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(now(prune(&world.env)).unwrap(), 2);
    work(ask(&world, &ada, 2));
}

#[test]
fn one_that_changed_nothing_may_be_tried_again() {
    let world = World::new();
    let ada = world.person("ada");
    let ticket = work(ask(&world, &ada, 1));
    now(finish(&world.env, &ticket, Ending::Failed)).unwrap();
    let ticket = work(ask(&world, &ada, 2));
    now(finish(&world.env, &ticket, Ending::Refused(&answer()))).unwrap();
    let ticket = work(ask(&world, &ada, 3));
    // A refusal that is noted down is an effect: the same key is answered the same.
    now(take_effect(&world, &ticket).1.commit()).unwrap();
    now(finish(&world.env, &ticket, Ending::Refused(&answer()))).unwrap();
    assert_eq!(ask(&world, &ada, 3), Claimed::Answered(answer()));
}

#[test]
fn one_that_died_before_its_effect_is_done_by_the_next_and_by_no_other() {
    let world = World::new();
    let ada = world.person("ada");
    let first = work(ask(&world, &ada, 1));
    world.clock.advance(DEAD);
    let second = work(ask(&world, &ada, 1));
    // The first was slow, not dead: it comes too late.
    assert!(!take_effect(&world, &first).0);
    now(finish(&world.env, &first, Ending::Done(&answer()))).unwrap();
    assert_eq!(ask(&world, &ada, 1), Claimed::InFlight);
    assert!(take_effect(&world, &second).0);
}

#[test]
fn one_that_died_after_its_effect_is_not_done_again() {
    let world = World::new();
    let ada = world.person("ada");
    let ticket = work(ask(&world, &ada, 1));
    now(take_effect(&world, &ticket).1.commit()).unwrap();
    now(finish(&world.env, &ticket, Ending::Failed)).unwrap();
    world.clock.advance(DEAD);
    assert_eq!(ask(&world, &ada, 1), Claimed::AnswerLost);
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    work(ask(&world, &ada, 1));
}

#[test]
fn who_is_alone_knows_that_what_began_before_is_dead() {
    let world = World::new();
    let ada = world.person("ada");
    let first = work(ask(&world, &ada, 1));
    world.clock.advance(Duration::from_secs(1));
    let restarted = Some(world.env.now());
    let again = || ask_one_that_is_alone(&world, &ada, 1, restarted);
    assert_eq!(ask(&world, &ada, 1), Claimed::InFlight, "others may live");
    let second = work(again());
    assert_eq!(again(), Claimed::InFlight, "that one lives");
    let (held, _) = take_effect(&world, &first);
    assert!(!held, "whatever it was, it changes nothing any more");

    let (_, unit) = take_effect(&world, &second);
    now(unit.commit()).unwrap();
    world.clock.advance(Duration::from_secs(1));
    let restarted = Some(world.env.now());
    let lost = ask_one_that_is_alone(&world, &ada, 1, restarted);
    assert_eq!(lost, Claimed::AnswerLost);
}
