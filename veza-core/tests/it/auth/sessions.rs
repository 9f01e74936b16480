use std::time::Duration;

use veza_core::auth::sessions::{EndSession, MAX_SESSIONS, prune_sessions};
use veza_core::auth::{
    LogIn, LogInError, LogOut, LoggedIn, Password, Reauthenticate, Refresh, TokenError,
    TokenVerifier as _, end_other_sessions, end_session, list_sessions, log_out, me,
    reauthenticate, refresh,
};
use veza_core::kernel::{ErrorKind, Permission, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn renew(world: &World, token: &str) -> Result<LoggedIn, &'static str> {
    let command = Refresh {
        refresh_token: token.into(),
        metadata: metadata(),
    };
    now(refresh(&world.env, &*world.tokens, command)).map_err(|error| error.code())
}

const ENDED: Result<(), &str> = Err("auth.refresh_token.invalid");

fn ada(world: &World) -> LoggedIn {
    world.account("ada", Role::User);
    world.log_in("ada@example.com", PASSWORD).unwrap()
}

fn next(world: &World, logged_in: &LoggedIn) -> LoggedIn {
    renew(world, logged_in.refresh_token.expose()).unwrap()
}

/// What showing a refresh token gives.
fn shown(world: &World, logged_in: &LoggedIn) -> Result<(), &'static str> {
    renew(world, logged_in.refresh_token.expose()).map(drop)
}

#[test]
fn a_token_lets_its_bearer_in_for_fifteen_minutes() {
    let world = World::new();
    let user = world.account("ada", Role::User);
    let logged_in = world.log_in("Ada@Example.com", PASSWORD).unwrap();
    assert_eq!(logged_in.user, user);
    let token = logged_in.access_token.expose().to_owned();
    let grant = world.tokens.verify(&token).unwrap();
    assert_eq!(grant.roles, [Role::User]);
    assert_eq!(grant.session_id, logged_in.session.id);
    assert!(grant.permissions.contains(&Permission::TrackCreate));
    assert!(!grant.permissions.contains(&Permission::TrackDeleteAny));
    assert_eq!(now(me(&world.env, &grant.into())).unwrap(), user);

    world.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(world.tokens.verify(&token), Err(TokenError::Expired));
}

#[test]
fn a_wrong_password_and_an_unknown_account_get_the_same_answer_for_the_same_work() {
    let world = World::new();
    world.account("ada", Role::User);
    let told = world.events();
    world.passwords.take();
    let mut hashes = Vec::new();
    for (email, password) in [
        ("ada@example.com", "another password"),
        ("bob@example.com", PASSWORD),
        ("no address at all", PASSWORD),
    ] {
        let error = world.log_in(email, password).unwrap_err();
        assert!(matches!(error, LogInError::InvalidCredentials));
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Unauthenticated, "auth.credentials_invalid")
        );
        hashes.push(world.passwords.take());
    }
    assert_eq!(hashes, [1, 1, 1]);
    for email in ["ada@example.com", "bob@example.com"] {
        let error = world.log_in(email, &"x".repeat(100_000)).unwrap_err();
        assert!(matches!(error, LogInError::InvalidCredentials));
        assert_eq!(world.passwords.take(), 0, "nobody's password is that long");
    }
    assert_eq!(world.events(), told);
}

#[test]
fn each_refresh_gives_the_next_token_and_says_what_is_so_now() {
    let world = World::new();
    let mut held = ada(&world);
    for _ in 0..5 {
        world.clock.advance(Duration::from_secs(60));
        let next = next(&world, &held);
        assert_eq!(next.session.id, held.session.id);
        assert_ne!(next.refresh_token, held.refresh_token);
        assert_eq!(next.session.authenticated_at, held.session.authenticated_at);
        let grant = world.tokens.verify(next.access_token.expose()).unwrap();
        assert_eq!(grant.issued_at.as_seconds(), world.env.now().as_seconds());
        held = next;
    }
    assert_eq!(shown(&world, &ada_elsewhere(&world)), Ok(()));
    for nonsense in ["", "x", &"x".repeat(100_000)] {
        assert_eq!(renew(&world, nonsense).map(drop), ENDED);
    }
    shown(&world, &held).unwrap();
}

fn ada_elsewhere(world: &World) -> LoggedIn {
    world.log_in("ada@example.com", PASSWORD).unwrap()
}

#[test]
fn a_lost_answer_costs_nothing() {
    let world = World::new();
    let first = ada(&world);
    let lost = next(&world, &first);
    // Long after: the client was away.
    world.clock.advance(DAY);
    let again = next(&world, &first);
    assert_eq!(shown(&world, &again), Ok(()));
    assert_eq!(
        shown(&world, &lost),
        ENDED,
        "what was replaced is no longer good"
    );
}

#[test]
fn a_token_shown_after_its_child_was_used_ends_the_session() {
    let world = World::new();
    let first = ada(&world);
    let second = next(&world, &first);
    let third = next(&world, &second);
    assert_eq!(shown(&world, &first), ENDED);
    for token in [&second, &third] {
        assert_eq!(shown(&world, token), ENDED, "the whole family is gone");
    }
    assert!(world.events().contains(&"auth.session.revoked.v1".into()));
    world.learn_of_revocations();
    let access = third.access_token.expose();
    assert_eq!(world.verifier.verify(access), Err(TokenError::Revoked));
}

#[test]
fn a_replaced_token_shown_late_ends_the_session_and_at_once_only_itself() {
    let world = World::new();
    let stolen = ada(&world);
    let owners = next(&world, &stolen);
    let thiefs = next(&world, &stolen);
    assert_eq!(shown(&world, &owners), ENDED, "two requests have crossed");
    let thiefs = next(&world, &thiefs);
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(shown(&world, &owners), ENDED);
    assert_eq!(shown(&world, &thiefs), ENDED, "found out");
}

#[test]
fn a_session_ends_thirty_days_after_its_last_use() {
    let world = World::new();
    let mut held = ada(&world);
    for _ in 0..4 {
        world.clock.advance(DAY * 29);
        held = next(&world, &held);
    }
    world.clock.advance(DAY * 30);
    assert_eq!(shown(&world, &held), ENDED);
    assert_eq!(now(prune_sessions(&world.env)).unwrap(), 1);
    assert_eq!(now(prune_sessions(&world.env)).unwrap(), 0);
}

#[test]
fn a_remembered_session_ends_after_ninety_days_whatever_is_done() {
    let world = World::new();
    world.account("ada", Role::User);
    let command = LogIn {
        email: "ada@example.com".into(),
        password: Password::new(PASSWORD),
        remember_me: true,
        metadata: metadata(),
    };
    let mut held = world.let_in(command).unwrap();
    for _ in 0..2 {
        world.clock.advance(DAY * 40);
        held = next(&world, &held);
    }
    world.clock.advance(DAY * 10);
    assert_eq!(shown(&world, &held), ENDED);
}

#[test]
fn logging_out_ends_the_session_by_either_token_and_may_be_repeated() {
    let world = World::new();
    for by_access in [true, false] {
        let name = if by_access { "ada" } else { "bob" };
        let user = world.account(name, Role::User);
        let held = world.log_in(&user.email, PASSWORD).unwrap();
        let other = world.log_in(&user.email, PASSWORD).unwrap();
        let command = LogOut {
            principal: by_access.then(|| world.bearer(&held)),
            refresh_token: (!by_access).then(|| held.refresh_token.expose().to_owned()),
            metadata: metadata(),
        };
        now(log_out(&world.env, command.clone())).unwrap();
        now(log_out(&world.env, command)).unwrap();
        assert_eq!(shown(&world, &held), ENDED);
        world.learn_of_revocations();
        let verified = |held: &LoggedIn| world.verifier.verify(held.access_token.expose());
        assert_eq!(verified(&held), Err(TokenError::Revoked));
        assert!(verified(&other).is_ok(), "another session goes on");
        shown(&world, &other).unwrap();
    }
    now(log_out(&world.env, LogOut::default())).unwrap();
}

#[test]
fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let world = World::new();
    let first = ada(&world);
    world.clock.advance(Duration::from_secs(5));
    let second = ada_elsewhere(&world);
    let (me, bob) = (world.bearer(&first), world.person("bob"));
    let listed = now(list_sessions(&world.env, &me)).unwrap();
    assert_eq!(listed, [second.session.clone(), first.session.clone()]);
    assert_eq!(listed[0].user_agent.as_deref(), Some("Test/1.0"));
    assert_eq!(listed[0].address.as_deref(), Some("192.0.2.7"));

    let end = |who, session_id| {
        let command = EndSession {
            session_id,
            metadata: metadata(),
        };
        now(end_session(&world.env, who, command)).map_err(|error| error.kind())
    };
    assert_eq!(end(&bob, second.session.id), Err(ErrorKind::NotFound));
    assert_eq!(end(&me, second.session.id), Ok(()));
    assert_eq!(end(&me, second.session.id), Err(ErrorKind::NotFound));
    assert_eq!(shown(&world, &second), ENDED);

    let others = [ada_elsewhere(&world), ada_elsewhere(&world)];
    let ended = now(end_other_sessions(&world.env, &me, &metadata())).unwrap();
    assert_eq!(ended, 2);
    for other in &others {
        assert_eq!(shown(&world, other), ENDED);
    }
    shown(&world, &first).unwrap();
    assert_eq!(now(list_sessions(&world.env, &bob)).unwrap().len(), 1);
}

#[test]
fn an_account_has_so_many_sessions_at_most_and_the_stalest_goes() {
    let world = World::new();
    let stalest = ada(&world);
    world.clock.advance(Duration::from_secs(1));
    for _ in 0..MAX_SESSIONS {
        ada_elsewhere(&world);
    }
    let me = world.bearer(&ada_elsewhere(&world));
    let listed = now(list_sessions(&world.env, &me)).unwrap();
    assert_eq!(listed.len(), MAX_SESSIONS);
    assert_eq!(shown(&world, &stalest), ENDED);
}

#[test]
fn a_proof_of_who_one_is_is_renewed_by_the_password() {
    let world = World::new();
    let held = ada(&world);
    let me = world.bearer(&held);
    world.clock.advance(Duration::from_secs(700));
    let prove = |password: &str| {
        let command = Reauthenticate {
            password: Password::new(password),
            metadata: metadata(),
        };
        let done = reauthenticate(&world.env, &world.passwords, &*world.tokens, &me, command);
        now(done).map_err(|error| (error.kind(), error.code()))
    };
    let wrong = Err((ErrorKind::Forbidden, "auth.password_wrong"));
    assert_eq!(prove("another password").map(drop), wrong);
    let (token, _) = prove(PASSWORD).unwrap();
    let grant = world.tokens.verify(token.expose()).unwrap();
    assert_eq!(
        grant.authenticated_at.as_seconds(),
        world.env.now().as_seconds()
    );
    assert_eq!(grant.session_id, held.session.id);
}
