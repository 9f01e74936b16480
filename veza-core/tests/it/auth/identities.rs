use std::sync::Arc;
use std::time::Duration;

use veza_core::auth::identities::{
    AnswerAuthorization, Answered, BeginAuthorization, BeginSignIn, Begun, MAX_IDENTITIES,
    ProvedIdentity, Provider, UnlinkIdentity,
};
use veza_core::auth::{
    BanUser, CreateInvitation, LogInOutcome, LoggedIn, Password, Providers, RegistrationPolicy,
    RequestErasure, ResetPassword, TokenVerifier as _, answer_authorization, ban_user, begin_link,
    begin_reauthentication, begin_sign_in, confirm_second_factor, create_invitation,
    end_other_sessions, erase_due, list_identities, request_erasure, request_password_reset,
    reset_password, set_up_second_factor, unlink_identity,
};
use veza_core::kernel::{Principal, Role, UseCaseError as _};
use veza_core::memory::MemoryProvider;

use crate::world::{World, metadata, now, token_in};

const NOT_GOOD: &str = "auth.provider.sign_in_not_good";
const NOT_LINKED: &str = "auth.identity.not_linked";

/// A platform with two providers.
struct Door {
    world: World,
    one: Arc<MemoryProvider>,
    providers: Providers,
    policy: RegistrationPolicy,
}

/// Somebody whose address the provider has proved.
fn person(name: &str) -> ProvedIdentity {
    ProvedIdentity {
        subject: format!("subject of {name}"),
        email: Some(format!("{name}@Example.com")),
        email_verified: true,
        preferred_username: Some(name.into()),
        ..ProvedIdentity::default()
    }
}

fn state_of(begun: &Begun) -> String {
    let (_, state) = begun.authorization_url.split_once("state=").unwrap();
    state.to_owned()
}

impl Door {
    fn new() -> Self {
        let one = Arc::new(MemoryProvider::new());
        let provider = |id: &str, port: &Arc<MemoryProvider>| Provider {
            id: id.parse().unwrap(),
            name: format!("Provider {id}"),
            redirect_uri: format!("https://music.example/sign-in/{id}"),
            port: port.clone(),
        };
        let two = Arc::new(MemoryProvider::new());
        Self {
            world: World::new(),
            providers: Providers::new(vec![provider("one", &one), provider("two", &two)]),
            one,
            policy: RegistrationPolicy::Open,
        }
    }

    fn way() -> BeginAuthorization {
        BeginAuthorization {
            provider: "one".into(),
            return_to: Some("/uploads".into()),
            browser: None,
        }
    }

    fn begin_with(&self, command: BeginSignIn) -> Begun {
        now(begin_sign_in(&self.world.env, &self.providers, command)).unwrap()
    }

    fn begin(&self) -> Begun {
        self.begin_with(BeginSignIn {
            way: Self::way(),
            ..BeginSignIn::default()
        })
    }

    fn answer_of(&self, begun: &Begun, code: &str) -> AnswerAuthorization {
        AnswerAuthorization {
            provider: "one".into(),
            state: state_of(begun),
            code: code.into(),
            issuer: None,
            browser: Some(begun.browser.expose().to_owned()),
            policy: self.policy,
            metadata: metadata(),
        }
    }

    fn hand_over(&self, command: AnswerAuthorization) -> Result<Answered, &'static str> {
        let env = &self.world.env;
        let outcome = answer_authorization(env, &self.providers, &*self.world.tokens, command);
        now(outcome)
            .map(|outcome| {
                assert_eq!(outcome.return_to.as_deref(), Some("/uploads"));
                outcome.answered
            })
            .map_err(|error| error.code())
    }

    /// Comes back as this person.
    fn come_back(&self, begun: &Begun, person: ProvedIdentity) -> Result<Answered, &'static str> {
        self.one.give("code", person);
        self.hand_over(self.answer_of(begun, "code"))
    }

    /// Signs in as this person.
    fn enter(&self, person: ProvedIdentity) -> Result<LoggedIn, &'static str> {
        let begun = self.begin();
        match self.come_back(&begun, person)? {
            Answered::SignedIn(LogInOutcome::In(logged_in)) => Ok(*logged_in),
            other => panic!("{other:?}"),
        }
    }

    fn bearer(&self, logged_in: &LoggedIn) -> Principal {
        let token = logged_in.access_token.expose();
        self.world.tokens.verify(token).unwrap().into()
    }

    fn link(&self, who: &Principal, person: ProvedIdentity) -> Result<(), &'static str> {
        let begun = begin_link(&self.world.env, &self.providers, who, Self::way());
        let begun = now(begun).map_err(|error| error.code())?;
        match self.come_back(&begun, person)? {
            Answered::Linked(_) => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    fn unlink_first(&self, who: &Principal) -> Result<(), &'static str> {
        let listed = now(list_identities(&self.world.env, who)).unwrap();
        let command = UnlinkIdentity {
            id: listed[0].id,
            metadata: metadata(),
        };
        now(unlink_identity(
            &self.world.env,
            &self.providers,
            who,
            command,
        ))
        .map_err(|error| error.code())
    }

    fn prove_again(&self, who: &Principal, person: ProvedIdentity) -> Result<(), &'static str> {
        let begun = begin_reauthentication(&self.world.env, &self.providers, who, Self::way());
        match self.come_back(&now(begun).unwrap(), person)? {
            Answered::Reauthenticated(..) => Ok(()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn somebody_new_gets_an_account_and_comes_back_to_it() {
    let door = Door::new();
    let first = door.enter(person("ada")).unwrap();
    assert_eq!(first.user.email, "ada@example.com");
    assert_eq!(first.user.username, "ada");
    assert_eq!(first.user.role, Role::User);
    assert!(!first.user.password_hash.is_set());
    let renamed = ProvedIdentity {
        email: Some("other@example.com".into()),
        preferred_username: None,
        ..person("ada")
    };
    let again = door.enter(renamed).unwrap();
    assert_eq!(again.user, first.user, "the subject alone decides");
    assert_ne!(again.session.id, first.session.id);
    let events = door.world.events();
    let told = |name: &str| events.iter().filter(|event| *event == name).count();
    assert_eq!(told("auth.user.registered.v1"), 1);
    assert_eq!(told("auth.user.logged_in.v1"), 2);
    let nobody = door.world.log_in("ada@example.com", "");
    assert!(nobody.is_err(), "no password is no empty password");
}

#[test]
fn a_name_that_is_taken_gets_a_mark() {
    let door = Door::new();
    door.world.account("ada", Role::User);
    let newcomer = ProvedIdentity {
        email: Some("lovelace@example.com".into()),
        ..person("ada")
    };
    let user = door.enter(newcomer).unwrap().user;
    assert!(user.username.starts_with("ada-"), "{}", user.username);
}

#[test]
fn an_answer_is_good_once_in_time_in_its_browser_and_of_its_provider() {
    let door = Door::new();
    let begun = door.begin();
    door.one.give("code", person("ada"));
    let good = door.answer_of(&begun, "code");
    let stranger = door.begin();
    type Change<'a> = &'a dyn Fn(&mut AnswerAuthorization);
    let changes: [Change<'_>; 5] = [
        &|answer| answer.browser = None,
        &|answer| answer.browser = Some(stranger.browser.expose().into()),
        &|answer| answer.state = "made up".into(),
        &|answer| answer.state = state_of(&stranger),
        &|answer| answer.provider = "two".into(),
    ];
    for change in changes {
        let mut foreign = good.clone();
        change(&mut foreign);
        assert_eq!(door.hand_over(foreign).unwrap_err(), NOT_GOOD);
    }
    let mut unknown = good.clone();
    unknown.provider = "three".into();
    let error = door.hand_over(unknown).unwrap_err();
    assert_eq!(error, "auth.provider.not_found");

    // The nonce is that of the newest request: begun again in the same browser.
    let again = door.begin_with(BeginSignIn {
        way: BeginAuthorization {
            browser: Some(begun.browser.expose().into()),
            ..Door::way()
        },
        ..BeginSignIn::default()
    });
    assert_eq!(again.browser, begun.browser, "both windows go on");
    let good = door.answer_of(&again, "code");
    door.hand_over(good.clone()).unwrap();
    door.one.give("code", person("ada"));
    assert_eq!(door.hand_over(good).unwrap_err(), NOT_GOOD, "used");
    let late = door.begin();
    door.world.clock.advance(Duration::from_secs(600));
    assert_eq!(door.come_back(&late, person("ada")).unwrap_err(), NOT_GOOD);
}

#[test]
fn a_token_for_another_request_is_refused_and_ends_the_sign_in() {
    let door = Door::new();
    for nonce in [Some("of another request".to_owned()), Some(String::new())] {
        let begun = door.begin();
        let stolen = ProvedIdentity {
            nonce,
            ..person("ada")
        };
        let error = door.come_back(&begun, stolen).unwrap_err();
        assert_eq!(error, "auth.provider.answer_refused");
        assert_eq!(door.come_back(&begun, person("ada")).unwrap_err(), NOT_GOOD);
    }
}

#[test]
fn an_address_leads_to_no_account() {
    let door = Door::new();
    let ada = door.world.account("ada", Role::User);
    let same_address = door.enter(person("ada")).unwrap_err();
    let unproved = |name: &str| ProvedIdentity {
        email_verified: false,
        ..person(name)
    };
    let no_address = ProvedIdentity {
        email: None,
        ..person("bob")
    };
    assert_eq!(same_address, NOT_LINKED);
    for stranger in [unproved("ada"), unproved("bob"), no_address] {
        assert_eq!(door.enter(stranger).unwrap_err(), same_address);
    }
    let mail = door.world.mail_to(&ada.email).unwrap();
    assert!(mail.contains("has an account already"), "{mail}");
    // Its owner signs in and links it.
    let who = door.bearer(
        &door
            .world
            .log_in(&ada.email, crate::world::PASSWORD)
            .unwrap(),
    );
    door.link(&who, person("ada")).unwrap();
    assert_eq!(door.enter(person("ada")).unwrap().user.id, ada.id);
    let mail = door.world.mail_to(&ada.email).unwrap();
    assert!(
        mail.contains("signing in with Provider one was linked"),
        "{mail}"
    );
}

#[test]
fn who_may_register_is_asked_of_newcomers_alone() {
    let mut door = Door::new();
    let mona = door.world.person_of("mona", Role::Moderator);
    door.enter(person("ada")).unwrap();
    door.policy = RegistrationPolicy::Closed;
    door.enter(person("ada")).unwrap();
    assert_eq!(
        door.enter(person("bob")).unwrap_err(),
        "auth.registration.closed"
    );
    door.policy = RegistrationPolicy::Invited;
    let uninvited = door.enter(person("bob")).unwrap_err();
    assert_eq!(uninvited, "auth.invitation.not_good");
    let invite = CreateInvitation {
        role: Role::Creator,
        uses: 1,
        expires_at: None,
        metadata: metadata(),
    };
    let made = now(create_invitation(&door.world.env, &mona, invite)).unwrap();
    let with_code = |code: &str| {
        door.begin_with(BeginSignIn {
            way: Door::way(),
            invitation: Some(code.into()),
            ..BeginSignIn::default()
        })
    };
    let code = made.code.expose().to_owned();
    let come = |code: &str, name| door.come_back(&with_code(code), person(name));
    assert_eq!(come("made up", "bob").unwrap_err(), uninvited);
    let Answered::SignedIn(LogInOutcome::In(bob)) = come(&code, "bob").unwrap() else {
        panic!("he is invited");
    };
    assert_eq!(bob.user.role, Role::Creator);
    assert_eq!(come(&code, "eve").unwrap_err(), uninvited, "used up");
}

#[test]
fn the_second_factor_is_asked_for_all_the_same() {
    let door = Door::new();
    let who = door.bearer(&door.enter(person("ada")).unwrap());
    let env = &door.world.env;
    let set_up = now(set_up_second_factor(env, &who)).unwrap();
    let code = super::second_factor::code_of(&door.world, &set_up.secret);
    let confirm = veza_core::auth::ConfirmSecondFactor {
        code,
        metadata: metadata(),
    };
    now(confirm_second_factor(env, &who, confirm)).unwrap();
    let answered = door.come_back(&door.begin(), person("ada")).unwrap();
    assert!(matches!(
        answered,
        Answered::SignedIn(LogInOutcome::SecondFactor(_))
    ));
}

#[test]
fn the_banned_stay_out() {
    let door = Door::new();
    let mona = door.world.person_of("mona", Role::Moderator);
    let ada = door.enter(person("ada")).unwrap().user;
    let ban = BanUser {
        user_id: ada.id,
        reason: "spam".into(),
        until: None,
        metadata: metadata(),
    };
    now(ban_user(&door.world.env, &mona, ban)).unwrap();
    assert_eq!(
        door.enter(person("ada")).unwrap_err(),
        "auth.account_banned"
    );
}

#[test]
fn an_identity_is_linked_to_one_account_by_a_fresh_session() {
    let door = Door::new();
    let ada = door.world.person("ada");
    let bob = door.world.person("bob");
    door.link(&ada, person("x")).unwrap();
    door.link(&ada, person("x")).unwrap();
    assert_eq!(
        now(list_identities(&door.world.env, &ada)).unwrap().len(),
        1
    );
    assert_eq!(
        door.link(&bob, person("x")).unwrap_err(),
        "auth.identity.linked_elsewhere"
    );
    for number in 1..MAX_IDENTITIES {
        door.link(&ada, person(&format!("x{number}"))).unwrap();
    }
    assert_eq!(
        door.link(&ada, person("y")).unwrap_err(),
        "auth.identity.too_many"
    );

    // The session ends while its owner is at the provider.
    let begun = begin_link(&door.world.env, &door.providers, &bob, Door::way());
    let begun = now(begun).unwrap();
    let elsewhere = door.world.log_in("bob@example.com", crate::world::PASSWORD);
    let elsewhere = door.bearer(&elsewhere.unwrap());
    now(end_other_sessions(&door.world.env, &elsewhere, &metadata())).unwrap();
    assert_eq!(door.come_back(&begun, person("z")).unwrap_err(), NOT_GOOD);
    door.world.clock.advance(Duration::from_secs(601));
    let stale = door.link(&elsewhere, person("z")).unwrap_err();
    assert_eq!(stale, "auth.step_up_required");
}

#[test]
fn the_last_way_to_sign_in_stays() {
    let door = Door::new();
    let who = door.bearer(&door.enter(person("ada")).unwrap());
    let last = "auth.identity.last_way_in";
    assert_eq!(door.unlink_first(&who).unwrap_err(), last);
    door.world.clock.advance(Duration::from_secs(1));
    door.link(&who, person("x")).unwrap();
    door.unlink_first(&who).unwrap();
    assert_eq!(door.unlink_first(&who).unwrap_err(), last);
    let gone = door.enter(person("ada")).unwrap_err();
    assert_eq!(gone, NOT_LINKED, "the address has an account");

    // A password by mail is another way.
    let ask = veza_core::auth::RequestPasswordReset {
        email: "ada@example.com".into(),
        metadata: metadata(),
    };
    now(request_password_reset(&door.world.env, ask)).unwrap();
    let mail = door.world.mail_to("ada@example.com").unwrap();
    let reset = ResetPassword {
        token: token_in(&mail),
        password: Password::new(crate::world::PASSWORD),
        metadata: metadata(),
    };
    now(reset_password(
        &door.world.env,
        &door.world.passwords,
        reset,
    ))
    .unwrap();
    let who = door.world.log_in("ada@example.com", crate::world::PASSWORD);
    let who = door.bearer(&who.unwrap());
    door.world.clock.advance(Duration::from_secs(1));
    door.unlink_first(&who).unwrap();
    let mail = door.world.mail_to("ada@example.com").unwrap();
    assert!(mail.contains("unlinked"), "{mail}");
}

#[test]
fn an_erased_account_is_opened_by_nobody() {
    let door = Door::new();
    let first = door.enter(person("ada")).unwrap();
    let erase = RequestErasure {
        user_id: first.user.id,
        metadata: metadata(),
    };
    let who = door.bearer(&first);
    now(request_erasure(&door.world.env, &who, erase)).unwrap();
    door.world
        .clock
        .advance(Duration::from_secs(31 * 24 * 60 * 60));
    assert_eq!(now(erase_due(&door.world.env)).unwrap().erased, 1);
    let again = door.enter(person("ada")).unwrap();
    assert_ne!(again.user.id, first.user.id, "somebody new");
    assert_eq!(again.user.email, "ada@example.com");
}

#[test]
fn a_fresh_proof_is_of_the_same_person_and_made_since() {
    let door = Door::new();
    let who = door.bearer(&door.enter(person("ada")).unwrap());
    door.enter(person("bob")).unwrap();
    door.world.clock.advance(Duration::from_secs(601));
    let stepped_up = || door.link(&who, person("x")).is_ok();
    let proved = |name: &str, seconds_ago| ProvedIdentity {
        authenticated_at: Some(door.world.env.now().minus(Duration::from_secs(seconds_ago))),
        ..person(name)
    };
    let never = ProvedIdentity {
        authenticated_at: None,
        ..person("ada")
    };
    for other in [
        proved("bob", 0),
        proved("nobody", 0),
        proved("ada", 60),
        never,
    ] {
        let error = door.prove_again(&who, other).unwrap_err();
        assert_eq!(error, "auth.identity.other_person");
        assert!(!stepped_up());
    }
    door.prove_again(&who, proved("ada", 1)).unwrap();
    assert!(stepped_up());
}
