use std::time::Duration;

use veza_core::auth::{
    Password, Register, RegisterError, RegistrationPolicy, ResendVerification, VerifyEmail,
    register, resend_verification, verify_email,
};
use veza_core::kernel::{ErrorKind, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now, token_in};

fn ask(world: &World, email: &str, username: &str) -> Result<(), RegisterError> {
    ask_with(world, email, username, PASSWORD)
}

fn ask_with(
    world: &World,
    email: &str,
    username: &str,
    password: &str,
) -> Result<(), RegisterError> {
    let command = Register {
        email: email.into(),
        username: username.into(),
        password: Password::new(password),
        invitation: None,
        policy: RegistrationPolicy::Open,
        metadata: metadata(),
    };
    now(register(&world.env, &world.passwords, command))
}

fn prove(world: &World, token: &str) -> Result<veza_core::auth::User, &'static str> {
    let command = VerifyEmail {
        token: token.into(),
        metadata: metadata(),
    };
    now(verify_email(&world.env, command)).map_err(|error| error.code())
}

#[test]
fn an_account_is_made_by_the_proof_of_its_address_and_told_of_once() {
    let world = World::new();
    ask(&world, " Ada@Example.com ", "Ada_L").unwrap();
    assert!(world.log_in("ada@example.com", PASSWORD).is_err());
    assert!(world.events().is_empty(), "there is no account yet");

    let token = token_in(&world.mail_to("ada@example.com").unwrap());
    let user = prove(&world, &token).unwrap();
    assert_eq!(
        (user.email.as_str(), user.username.as_str(), user.role),
        ("ada@example.com", "ada_l", Role::User)
    );
    assert!(!user.password_hash.expose().contains(PASSWORD));
    world.log_in("ada@example.com", PASSWORD).unwrap();
    assert_eq!(
        world.events(),
        ["auth.user.registered.v1", "auth.user.logged_in.v1"]
    );
    assert_eq!(prove(&world, &token), Err("auth.link_not_good"), "once");
    assert_eq!(prove(&world, "never given"), Err("auth.link_not_good"));
}

#[test]
fn every_field_at_fault_is_named_at_once() {
    let world = World::new();
    let error = ask_with(&world, "not an address", "a b", "short").unwrap_err();
    let faults = error.field_errors().iter();
    let fields: Vec<_> = faults.map(|fault| fault.field).collect();
    assert_eq!(fields, ["email", "username", "password"]);
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(world.passwords.take(), 0, "nothing is hashed for nothing");
}

#[test]
fn a_name_is_kept_for_a_day_whether_or_not_the_address_has_an_account() {
    let world = World::new();
    world.account("ada", Role::User);
    ask(&world, "ada@example.com", "lovelace").unwrap();
    ask(&world, "new@example.com", "newcomer").unwrap();
    for (email, name) in [
        ("x@example.com", "Lovelace"),
        ("x@example.com", "newcomer"),
        ("new@example.com", "newcomer"),
        ("x@example.com", "ADA"),
        ("ada@example.com", "ada"),
    ] {
        let error = ask(&world, email, name).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Conflict, "auth.user.username_taken"),
            "{name}"
        );
    }
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    ask(&world, "x@example.com", "lovelace").unwrap();
    ask(&world, "y@example.com", "newcomer").unwrap();
    assert!(ask(&world, "y@example.com", "ada").is_err());
}

#[test]
fn the_first_proof_of_an_address_wins_and_sets_the_other_names_free() {
    let world = World::new();
    ask(&world, "ada@example.com", "first").unwrap();
    let first = token_in(&world.mail_to("ada@example.com").unwrap());
    ask(&world, "ada@example.com", "second").unwrap();
    let second = token_in(&world.mail_to("ada@example.com").unwrap());
    assert_ne!(first, second);
    assert_eq!(prove(&world, &second).unwrap().username, "second");
    assert_eq!(prove(&world, &first), Err("auth.link_not_good"));
    ask(&world, "bob@example.com", "first").unwrap();
}

#[test]
fn a_link_is_good_for_a_day_and_the_newest_one_counts() {
    let world = World::new();
    ask(&world, "ada@example.com", "ada").unwrap();
    let lost = token_in(&world.mail_to("ada@example.com").unwrap());
    let resend = |email: &str| {
        let command = ResendVerification {
            email: email.into(),
        };
        now(resend_verification(&world.env, command)).unwrap();
    };
    resend("ADA@example.com");
    let found = token_in(&world.mail_to("ada@example.com").unwrap());
    assert_eq!(prove(&world, &lost), Err("auth.link_not_good"));
    world.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
    prove(&world, &found).unwrap();

    ask(&world, "bob@example.com", "bob").unwrap();
    let late = token_in(&world.mail_to("bob@example.com").unwrap());
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(prove(&world, &late), Err("auth.link_not_good"));
    resend("bob@example.com");
    let mail = world.mail_to("bob@example.com").unwrap();
    assert!(!mail.contains("token="), "its time is over: {mail}");
}

#[test]
fn an_address_with_an_account_costs_the_same_and_only_its_owner_is_told() {
    let known = World::new();
    known.account("ada", Role::User);
    let unknown = World::new();
    let mut work = Vec::new();
    for world in [&known, &unknown] {
        world.passwords.take();
        let before = writes(world);
        ask(world, "ada@example.com", "somebody").unwrap();
        work.push((world.passwords.take(), writes(world) - before));
    }
    assert_eq!(work[0], work[1], "hashes, and rows that were written");
    let mail = known.mail_to("ada@example.com").unwrap();
    assert!(mail.contains("has an account already") && !mail.contains("token="));
    let mail = unknown.mail_to("ada@example.com").unwrap();
    prove(&unknown, &token_in(&mail)).unwrap();

    for world in [&known, &unknown] {
        let before = writes(world);
        let command = ResendVerification {
            email: "nobody@example.com".into(),
        };
        now(resend_verification(&world.env, command)).unwrap();
        let for_nobody = writes(world) - before;
        let command = ResendVerification {
            email: "ada@example.com".into(),
        };
        now(resend_verification(&world.env, command)).unwrap();
        assert_eq!(writes(world) - before, 2 * for_nobody);
    }
}

/// Rows that requests have written: mails, and lines of the record.
fn writes(world: &World) -> usize {
    let mut reader = now(world.env.store.begin_read()).unwrap();
    let filter = veza_core::auth::AuditFilter {
        limit: 1_000,
        ..Default::default()
    };
    let lines = now(reader.audit_log().list(&filter)).unwrap().len();
    drop(reader);
    for address in ["ada@example.com", "nobody@example.com"] {
        world.mail_to(address);
    }
    lines + world.mailer.mails().len()
}
