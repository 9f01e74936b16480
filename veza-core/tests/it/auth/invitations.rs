use std::time::Duration;

use veza_core::auth::{
    CreateInvitation, Password, Register, RegistrationPolicy, User, VerifyEmail,
    WithdrawInvitation, create_invitation, list_invitations, register, verify_email,
    withdraw_invitation,
};
use veza_core::kernel::{Principal, Role, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now, token_in};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn wish(role: Role, uses: u32) -> CreateInvitation {
    CreateInvitation {
        role,
        uses,
        expires_at: None,
        metadata: metadata(),
    }
}

fn invite(world: &World, who: &Principal, wish: CreateInvitation) -> String {
    let created = now(create_invitation(&world.env, who, wish)).unwrap();
    created.code.expose().to_owned()
}

/// Registers somebody; the token of the mail, or the code and the field of the refusal.
fn ask(
    world: &World,
    policy: RegistrationPolicy,
    name: &str,
    invitation: Option<&str>,
) -> Result<String, (&'static str, Option<&'static str>)> {
    let email = format!("{name}@example.com");
    let command = Register {
        email: email.clone(),
        username: name.into(),
        password: Password::new(PASSWORD),
        invitation: invitation.map(str::to_owned),
        policy,
        metadata: metadata(),
    };
    now(register(&world.env, &world.passwords, command)).map_err(|error| {
        let field = error.field_errors().first().map(|fault| fault.field);
        (error.code(), field)
    })?;
    Ok(token_in(&world.mail_to(&email).unwrap()))
}

fn prove(world: &World, token: &str) -> Result<User, &'static str> {
    let command = VerifyEmail {
        token: token.into(),
        metadata: metadata(),
    };
    now(verify_email(&world.env, command)).map_err(|error| error.code())
}

#[test]
fn the_policy_says_who_may_register() {
    use RegistrationPolicy::{Closed, Invited, Open};
    let world = World::new();
    let who = world.person_of("mona", Role::Moderator);
    let code = invite(&world, &who, wish(Role::Creator, 5));
    let bad = Err(("auth.user.invalid", Some("invitation")));
    assert!(ask(&world, Open, "ada", None).is_ok());
    assert_eq!(ask(&world, Open, "bob", Some("made up")), bad);
    assert_eq!(ask(&world, Invited, "bob", None), bad);
    assert_eq!(ask(&world, Invited, "bob", Some("made up")), bad);
    let closed = Err(("auth.registration.closed", None));
    assert_eq!(ask(&world, Closed, "bob", Some(&code)), closed);
    let token = ask(&world, Invited, "bob", Some(&code)).unwrap();
    assert_eq!(prove(&world, &token).unwrap().role, Role::Creator);
}

#[test]
fn a_use_counts_when_the_address_is_proved_and_the_last_has_one_winner() {
    let world = World::new();
    let who = world.person_of("mona", Role::Moderator);
    let code = invite(&world, &who, wish(Role::User, 1));
    let uses_left = || now(list_invitations(&world.env, &who)).unwrap()[0].uses_left;
    let policy = RegistrationPolicy::Invited;
    let one = ask(&world, policy, "ada", Some(&code)).unwrap();
    let two = ask(&world, policy, "bob", Some(&code)).unwrap();
    assert_eq!(uses_left(), 1, "asking uses nothing up");
    assert!(prove(&world, &one).is_ok());
    assert_eq!(uses_left(), 0);
    assert_eq!(prove(&world, &two), Err("auth.invitation.not_good"));
    assert!(world.log_in("bob@example.com", PASSWORD).is_err());
    assert!(ask(&world, policy, "eve", Some(&code)).is_err());
}

#[test]
fn an_invitation_ends_by_its_time_by_being_withdrawn_or_with_its_inviter() {
    let world = World::new();
    let (mo, mia) = (
        world.person_of("mona", Role::Moderator),
        world.person_of("mia", Role::Moderator),
    );
    let policy = RegistrationPolicy::Invited;
    let code = invite(&world, &mo, wish(Role::User, 9));
    let token = ask(&world, policy, "ada", Some(&code)).unwrap();
    let id = now(list_invitations(&world.env, &mo)).unwrap()[0].id;
    let withdraw = |who: &Principal| {
        let command = WithdrawInvitation {
            id,
            metadata: metadata(),
        };
        now(withdraw_invitation(&world.env, who, command)).map_err(|error| error.code())
    };
    assert_eq!(withdraw(&mia), Err("auth.invitation.not_found"));
    assert_eq!(withdraw(&mo), Ok(()));
    assert_eq!(prove(&world, &token), Err("auth.invitation.not_good"));

    let code = invite(&world, &mo, wish(Role::Moderator, 9));
    let token = ask(&world, policy, "bob", Some(&code)).unwrap();
    let mut unit = now(world.env.store.begin()).unwrap();
    let mut user = now(unit.users().find(mo.user_id)).unwrap().unwrap();
    user.role = Role::User;
    now(unit.users().update(&user)).unwrap();
    now(unit.commit()).unwrap();
    assert_eq!(
        prove(&world, &token).unwrap().role,
        Role::User,
        "nobody gives more than they have"
    );

    let code = invite(&world, &mia, wish(Role::User, 9));
    world.clock.advance(DAY * 14);
    let late = ask(&world, policy, "eve", Some(&code));
    assert_eq!(late, Err(("auth.user.invalid", Some("invitation"))));
    let listed = || now(list_invitations(&world.env, &mia)).unwrap().len();
    invite(&world, &mia, wish(Role::User, 9));
    assert_eq!(listed(), 2, "one that has ended is listed for a while");
    world.clock.advance(DAY * 30);
    invite(&world, &mia, wish(Role::User, 9));
    assert_eq!(listed(), 2);
}

#[test]
fn who_may_not_invite_cannot_and_nobody_invites_above_themselves() {
    let world = World::new();
    let (ada, mo) = (
        world.person("ada"),
        world.person_of("mona", Role::Moderator),
    );
    let create = |who: &Principal, wish| {
        let made = now(create_invitation(&world.env, who, wish));
        made.map(drop).map_err(|error| {
            let field = error.field_errors().first().map(|fault| fault.field);
            field.unwrap_or(error.code())
        })
    };
    assert_eq!(
        create(&ada, wish(Role::User, 1)),
        Err("auth.invitation.forbidden")
    );
    assert_eq!(create(&mo, wish(Role::Moderator, 1)), Ok(()));
    assert_eq!(create(&mo, wish(Role::Admin, 1)), Err("role"));
    assert_eq!(create(&mo, wish(Role::Guest, 1)), Err("role"));
    assert_eq!(create(&mo, wish(Role::User, 0)), Err("uses"));
    assert_eq!(create(&mo, wish(Role::User, 1_001)), Err("uses"));
    let late = CreateInvitation {
        expires_at: Some(world.env.now().plus(DAY * 366)),
        ..wish(Role::User, 1)
    };
    assert_eq!(create(&mo, late), Err("expiresAt"));
}
