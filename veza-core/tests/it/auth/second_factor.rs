use std::time::Duration;

use totp_rs::{Builder, Secret};
use veza_core::auth::{
    ChangeSecondFactor, CompleteLogIn, ConfirmSecondFactor, LogIn, LogInOutcome, LoggedIn,
    Password, SecondFactor, TokenVerifier as _, complete_log_in, confirm_second_factor,
    disable_second_factor, list_sessions, log_in, regenerate_recovery_codes, second_factor_status,
    set_up_second_factor,
};
use veza_core::kernel::{Principal, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

const STEP: Duration = Duration::from_secs(30);
const MINUTE: Duration = Duration::from_secs(60);

/// Somebody with an authenticator.
struct Armed {
    world: World,
    who: Principal,
    secret: Vec<u8>,
    recovery: Vec<String>,
}

/// The code that an authenticator shows.
fn code(world: &World, secret: &[u8]) -> String {
    let seconds = u64::try_from(world.env.now().as_seconds()).unwrap();
    let totp = Builder::new()
        .with_secret(secret.to_vec())
        .build_noncompliant();
    totp.generate(seconds).to_string()
}

/// The code that an authenticator with this secret, as it is typed, shows.
pub(super) fn code_of(world: &World, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    code(world, secret.as_bytes())
}

fn confirm(world: &World, who: &Principal, code: &str) -> Result<Vec<String>, &'static str> {
    let command = ConfirmSecondFactor {
        code: code.into(),
        metadata: metadata(),
    };
    now(confirm_second_factor(&world.env, who, command))
        .map(|codes| codes.expose().to_vec())
        .map_err(|error| error.code())
}

impl Armed {
    fn new() -> Self {
        let world = World::new();
        let who = world.person("ada");
        let set_up = now(set_up_second_factor(&world.env, &who)).unwrap();
        let secret = Secret::try_from_base32(&set_up.secret).unwrap();
        let secret = secret.as_bytes().to_vec();
        let recovery = confirm(&world, &who, &code(&world, &secret)).unwrap();
        world.clock.advance(STEP);
        Self {
            world,
            who,
            secret,
            recovery,
        }
    }

    fn code(&self) -> String {
        code(&self.world, &self.secret)
    }

    /// The ticket that the right password gives.
    fn ticket(&self) -> String {
        let world = &self.world;
        let command = LogIn {
            email: "ada@example.com".into(),
            password: Password::new(PASSWORD),
            remember_me: true,
            metadata: metadata(),
        };
        let outcome = now(log_in(
            &world.env,
            &world.passwords,
            &*world.tokens,
            command,
        ));
        match outcome.unwrap() {
            LogInOutcome::SecondFactor(challenge) => challenge.ticket.expose().to_owned(),
            LogInOutcome::In(_) => panic!("no second factor was asked for"),
        }
    }

    fn complete(&self, ticket: &str, shown: SecondFactor) -> Result<LoggedIn, &'static str> {
        let command = CompleteLogIn {
            ticket: ticket.into(),
            second_factor: shown,
            metadata: metadata(),
        };
        now(complete_log_in(
            &self.world.env,
            &*self.world.tokens,
            command,
        ))
        .map_err(|error| error.code())
    }

    fn by_code(&self, ticket: &str, code: &str) -> Result<LoggedIn, &'static str> {
        self.complete(ticket, SecondFactor::Code(code.into()))
    }

    fn by_recovery(&self, ticket: &str, code: &str) -> Result<LoggedIn, &'static str> {
        self.complete(ticket, SecondFactor::RecoveryCode(code.into()))
    }

    fn wrong(&self) -> String {
        let right: u32 = self.code().parse().unwrap();
        format!("{:06}", (right + 500_000) % 1_000_000)
    }
}

const WRONG: &str = "auth.second_factor.code_wrong";
const NO_TICKET: &str = "auth.second_factor.ticket_not_good";
const WAIT: &str = "auth.second_factor.wait";

#[test]
fn the_password_gives_a_ticket_and_the_code_opens_the_session() {
    let armed = Armed::new();
    let ticket = armed.ticket();
    let logged_in = armed.by_code(&ticket, &armed.code()).unwrap();
    assert!(logged_in.session.remember_me, "as the first step said");
    let token = logged_in.access_token.expose();
    assert!(armed.world.tokens.verify(token).is_ok());
    assert_eq!(
        armed.by_code(&ticket, &armed.code()).unwrap_err(),
        NO_TICKET,
        "a ticket opens one session"
    );
    assert!(
        armed
            .world
            .events()
            .contains(&"auth.mfa.enabled.v1".to_owned())
    );
}

#[test]
fn nothing_asks_for_a_factor_that_was_not_confirmed() {
    let world = World::new();
    let who = world.person("ada");
    now(set_up_second_factor(&world.env, &who)).unwrap();
    assert!(world.log_in("ada@example.com", PASSWORD).is_ok());
    assert_eq!(now(second_factor_status(&world.env, &who)).unwrap(), None);
    assert_eq!(confirm(&world, &who, "000000").unwrap_err(), WRONG);
    assert!(world.log_in("ada@example.com", PASSWORD).is_ok());
    let other = world.person("bob");
    assert_eq!(
        confirm(&world, &other, "000000").unwrap_err(),
        "auth.second_factor.not_set_up"
    );
}

#[test]
fn sessions_without_the_factor_end_when_it_is_put_to_use() {
    let world = World::new();
    let who = world.person("ada");
    world.log_in("ada@example.com", PASSWORD).unwrap();
    let set_up = now(set_up_second_factor(&world.env, &who)).unwrap();
    assert!(set_up.uri.starts_with("otpauth://totp/Veza:"));
    let secret = Secret::try_from_base32(&set_up.secret).unwrap();
    confirm(&world, &who, &code(&world, secret.as_bytes())).unwrap();
    let left = now(list_sessions(&world.env, &who)).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(Some(left[0].id), who.session_id);
    let again = now(set_up_second_factor(&world.env, &who)).unwrap_err();
    assert_eq!(again.code(), "auth.second_factor.already_on");
}

#[test]
fn a_code_is_good_once_and_none_before_it_is() {
    let armed = Armed::new();
    let code = armed.code();
    armed.by_code(&armed.ticket(), &code).unwrap();
    assert_eq!(armed.by_code(&armed.ticket(), &code).unwrap_err(), WRONG);
    let before = {
        armed.world.clock.set(armed.world.env.now().minus(STEP));
        let code = armed.code();
        armed.world.clock.advance(STEP);
        code
    };
    assert_eq!(armed.by_code(&armed.ticket(), &before).unwrap_err(), WRONG);
    armed.world.clock.advance(STEP);
    assert!(armed.by_code(&armed.ticket(), &armed.code()).is_ok());
}

#[test]
fn codes_one_step_away_are_taken_and_two_are_not() {
    let armed = Armed::new();
    for steps in [2_u32, 1] {
        let code = armed.code();
        armed.world.clock.advance(STEP * steps);
        let taken = armed.by_code(&armed.ticket(), &code).is_ok();
        assert_eq!(taken, steps == 1, "{steps} steps late");
        armed.world.clock.advance(STEP * 3);
    }
}

#[test]
fn a_ticket_has_five_tries_and_five_minutes() {
    let armed = Armed::new();
    let (ticket, late) = (armed.ticket(), armed.ticket());
    for _ in 0..5 {
        assert_eq!(armed.by_code(&ticket, &armed.wrong()).unwrap_err(), WRONG);
        armed.world.clock.advance(Duration::from_secs(2));
    }
    assert_eq!(
        armed.by_code(&ticket, &armed.code()).unwrap_err(),
        NO_TICKET
    );
    assert_eq!(
        armed.by_recovery(&ticket, &armed.recovery[0]).unwrap_err(),
        NO_TICKET
    );
    armed.world.clock.advance(MINUTE * 5);
    assert_eq!(armed.by_code(&late, &armed.code()).unwrap_err(), NO_TICKET);
    for forged in ["", "x", &"A".repeat(100_000)] {
        assert_eq!(armed.by_code(forged, "000000").unwrap_err(), NO_TICKET);
    }
}

#[test]
fn guessing_is_slowed_down_over_all_tickets_and_the_owner_is_not_locked_out() {
    let armed = Armed::new();
    for _ in 0..5 {
        assert_eq!(
            armed.by_code(&armed.ticket(), &armed.wrong()).unwrap_err(),
            WRONG
        );
    }
    assert_eq!(
        armed.by_code(&armed.ticket(), &armed.code()).unwrap_err(),
        WAIT,
        "with a new ticket too, and whether the code is right or not"
    );
    assert!(
        armed
            .by_recovery(&armed.ticket(), &armed.recovery[0])
            .is_ok(),
        "a recovery code is taken all the same"
    );

    // A day of guessing, as fast as it is let through.
    let mut tried = 0;
    let end = armed
        .world
        .env
        .now()
        .plus(Duration::from_secs(24 * 60 * 60));
    while armed.world.env.now() < end {
        if armed.by_code(&armed.ticket(), &armed.wrong()).unwrap_err() == WRONG {
            tried += 1;
        }
        armed.world.clock.advance(STEP);
    }
    assert!(tried < 120, "{tried} guesses in a day");
    armed.world.clock.advance(MINUTE * 15);
    assert!(
        armed.by_code(&armed.ticket(), &armed.code()).is_ok(),
        "the owner comes in after a while, at the worst"
    );
}

#[test]
fn a_recovery_code_is_good_once_however_it_is_typed() {
    let armed = Armed::new();
    assert_eq!(armed.recovery.len(), 10);
    let typed = armed.recovery[3].to_uppercase().replace('-', " ");
    assert!(armed.by_recovery(&armed.ticket(), &typed).is_ok());
    assert_eq!(
        armed
            .by_recovery(&armed.ticket(), &armed.recovery[3])
            .unwrap_err(),
        WRONG
    );
    let status = now(second_factor_status(&armed.world.env, &armed.who)).unwrap();
    assert_eq!(status.unwrap().recovery_codes_left, 9);
}

#[test]
fn a_ticket_dies_with_the_password_it_was_given_for() {
    let armed = Armed::new();
    let ticket = armed.ticket();
    let hash = veza_core::auth::PasswordHash::new("$another$");
    let env = &armed.world.env;
    let mut unit = now(env.store.begin()).unwrap();
    now(unit
        .users()
        .set_password_hash(armed.who.user_id, &hash, env.now()))
    .unwrap();
    now(unit.commit()).unwrap();
    assert_eq!(
        armed.by_code(&ticket, &armed.code()).unwrap_err(),
        NO_TICKET
    );
}

#[test]
fn the_factor_is_changed_by_who_shows_it() {
    let armed = Armed::new();
    let change = |shown: &SecondFactor| ChangeSecondFactor {
        second_factor: shown.clone(),
        metadata: metadata(),
    };
    let (env, who) = (&armed.world.env, &armed.who);
    let wrong = SecondFactor::Code(armed.wrong());
    let right = SecondFactor::Code(armed.code());
    let refused = now(disable_second_factor(env, who, change(&wrong))).unwrap_err();
    assert_eq!(refused.code(), WRONG);
    let codes = now(regenerate_recovery_codes(env, who, change(&right))).unwrap();
    let old = SecondFactor::RecoveryCode(armed.recovery[0].clone());
    let refused = now(disable_second_factor(env, who, change(&old))).unwrap_err();
    assert_eq!(refused.code(), WRONG, "the old codes are gone");

    let new = SecondFactor::RecoveryCode(codes.expose()[0].clone());
    armed.world.clock.advance(MINUTE * 11);
    let refused = now(disable_second_factor(env, who, change(&new))).unwrap_err();
    assert_eq!(refused.code(), "auth.step_up_required");
    let fresh = armed.by_code(&armed.ticket(), &armed.code()).unwrap();
    let fresh = armed.world.bearer(&fresh);
    now(disable_second_factor(env, &fresh, change(&new))).unwrap();
    assert!(armed.world.log_in("ada@example.com", PASSWORD).is_ok());
}

#[test]
fn the_secret_is_stored_sealed_and_opens_for_its_account_only() {
    let armed = Armed::new();
    let bob = armed.world.account("bob", Role::User);
    let mut unit = now(armed.world.env.store.begin()).unwrap();
    let config = now(unit.mfa_configs().find(armed.who.user_id))
        .unwrap()
        .unwrap();
    let shows = config
        .sealed_secret
        .windows(armed.secret.len())
        .any(|part| part == armed.secret);
    assert!(!shows);
    let context = format!("auth.totp:{}", bob.id);
    let sealer = &armed.world.env.sealer;
    assert!(sealer.open(&context, &config.sealed_secret).is_err());
    assert!(!format!("{config:?}").contains("sealed"));
    drop(unit);
}
