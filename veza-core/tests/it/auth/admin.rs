use std::time::Duration;

use veza_core::auth::{
    BanUser, ChangeRole, LogInError, Refresh, TokenError, TokenVerifier as _, UnbanUser, User,
    UserId, ban_user, change_role, refresh, unban_user,
};
use veza_core::kernel::{Principal, Role, Timestamp, UseCaseError as _};

use crate::world::{PASSWORD, World, metadata, now};

fn promote(
    world: &World,
    who: &Principal,
    user_id: UserId,
    role: Role,
) -> Result<User, &'static str> {
    let command = ChangeRole {
        user_id,
        role,
        metadata: metadata(),
    };
    now(change_role(&world.env, who, command)).map_err(|error| error.code())
}

fn ban(
    world: &World,
    who: &Principal,
    user_id: UserId,
    until: Option<Timestamp>,
) -> Result<User, &'static str> {
    let command = BanUser {
        user_id,
        reason: "spam".into(),
        until,
        metadata: metadata(),
    };
    now(ban_user(&world.env, who, command)).map_err(|error| error.code())
}

fn unban(world: &World, who: &Principal, user_id: UserId) -> Result<User, &'static str> {
    let command = UnbanUser {
        user_id,
        metadata: metadata(),
    };
    now(unban_user(&world.env, who, command)).map_err(|error| error.code())
}

#[test]
fn a_new_role_counts_at_once_and_the_old_tokens_are_gone() {
    let world = World::new();
    let admin = world.person_of("root", Role::Admin);
    let ada = world.account("ada", Role::User);
    let held = world.log_in(&ada.email, PASSWORD).unwrap();
    world.clock.advance(Duration::from_millis(1));
    let changed = promote(&world, &admin, ada.id, Role::Moderator).unwrap();
    assert_eq!(changed.role, Role::Moderator);
    world.learn_of_revocations();
    let verified = |token: &str| world.verifier.verify(token);
    assert_eq!(
        verified(held.access_token.expose()),
        Err(TokenError::Revoked)
    );
    world.clock.advance(Duration::from_millis(1));
    let command = Refresh {
        refresh_token: held.refresh_token.expose().into(),
        metadata: metadata(),
    };
    let next = now(refresh(&world.env, &*world.tokens, command)).unwrap();
    let grant = verified(next.access_token.expose()).unwrap();
    assert_eq!(grant.roles, [Role::Moderator], "the session goes on");
    let told = world.events();
    assert_eq!(told.last().unwrap(), "auth.user.role_changed.v1");
    promote(&world, &admin, ada.id, Role::Moderator).unwrap();
    assert_eq!(world.events(), told, "what is so already changes nothing");
}

#[test]
fn only_administrators_change_roles_and_by_the_role_they_have_now() {
    let world = World::new();
    let root = world.person_of("root", Role::Admin);
    let second = world.person_of("second", Role::Admin);
    let moderator = world.person_of("mod", Role::Moderator);
    let ada = world.account("ada", Role::User);
    let forbidden = Err("auth.admin.forbidden");
    assert_eq!(
        promote(&world, &moderator, ada.id, Role::Creator),
        forbidden
    );
    promote(&world, &root, second.user_id, Role::User).unwrap();
    assert_eq!(
        promote(&world, &second, ada.id, Role::Admin),
        forbidden,
        "the token still says admin"
    );
    let unknown = world.env.new_id();
    assert_eq!(
        promote(&world, &root, unknown, Role::User),
        Err("auth.user.not_found")
    );
}

#[test]
fn the_last_administrator_stays() {
    let world = World::new();
    let root = world.person_of("root", Role::Admin);
    let last = Err("auth.admin.last_admin");
    assert_eq!(promote(&world, &root, root.user_id, Role::User), last);
    assert_eq!(
        ban(&world, &root, root.user_id, None),
        Err("auth.admin.forbidden")
    );
    let second = world.person_of("second", Role::Admin);
    promote(&world, &root, root.user_id, Role::User).unwrap();
    assert_eq!(promote(&world, &second, second.user_id, Role::User), last);
}

#[test]
fn who_is_banned_is_out_until_the_ban_ends() {
    let world = World::new();
    let moderator = world.person_of("mod", Role::Moderator);
    let ada = world.account("ada", Role::Creator);
    let held = world.log_in(&ada.email, PASSWORD).unwrap();
    world.clock.advance(Duration::from_millis(1));
    let until = world.env.now().plus(Duration::from_secs(3_600));
    let banned = ban(&world, &moderator, ada.id, Some(until)).unwrap();
    assert!(banned.ban_at(world.env.now()).is_some());
    world.learn_of_revocations();
    assert_eq!(
        world.verifier.verify(held.access_token.expose()),
        Err(TokenError::Revoked)
    );
    let command = Refresh {
        refresh_token: held.refresh_token.expose().into(),
        metadata: metadata(),
    };
    assert!(now(refresh(&world.env, &*world.tokens, command)).is_err());

    let error = world.log_in(&ada.email, "another password").unwrap_err();
    assert!(
        matches!(error, LogInError::InvalidCredentials),
        "only who knows the password learns of the ban"
    );
    let error = world.log_in(&ada.email, PASSWORD).unwrap_err();
    assert_eq!(error.code(), "auth.account_banned");
    assert!(error.public_detail().contains("spam"), "{error:?}");
    world.clock.advance(Duration::from_secs(3_600));
    world.log_in(&ada.email, PASSWORD).unwrap();

    ban(&world, &moderator, ada.id, None).unwrap();
    world.clock.advance(Duration::from_secs(1_000_000));
    assert!(world.log_in(&ada.email, PASSWORD).is_err());
    unban(&world, &moderator, ada.id).unwrap();
    world.log_in(&ada.email, PASSWORD).unwrap();
    let told = world.events();
    for event in ["admin.user.banned.v1", "admin.user.unbanned.v1"] {
        assert!(told.contains(&event.into()), "{event}");
    }
    unban(&world, &moderator, ada.id).unwrap();
}

#[test]
fn nobody_bans_those_who_stand_as_high() {
    let world = World::new();
    let roles = [Role::User, Role::Creator, Role::Moderator, Role::Admin];
    let people: Vec<Principal> = roles
        .iter()
        .map(|role| world.person_of(role.as_str(), *role))
        .collect();
    for (actor, by) in people.iter().zip(roles) {
        for (subject, of) in people.iter().zip(roles) {
            let may = by >= Role::Moderator && by > of;
            let done = ban(&world, actor, subject.user_id, None);
            assert_eq!(done.is_ok(), may, "{by} bans {of}");
            if may {
                unban(&world, actor, subject.user_id).unwrap();
            }
        }
    }
    let command = BanUser {
        user_id: people[0].user_id,
        reason: " ".into(),
        until: Some(world.env.now()),
        metadata: metadata(),
    };
    let error = now(ban_user(&world.env, &people[3], command)).unwrap_err();
    let fields: Vec<_> = error.field_errors().iter().map(|f| f.field).collect();
    assert_eq!(fields, ["reason", "until"]);
}

#[test]
fn a_banned_moderator_bans_nobody() {
    let world = World::new();
    let root = world.person_of("root", Role::Admin);
    let moderator = world.person_of("mod", Role::Moderator);
    let ada = world.account("ada", Role::User);
    ban(&world, &root, moderator.user_id, None).unwrap();
    assert_eq!(
        ban(&world, &moderator, ada.id, None),
        Err("auth.admin.forbidden"),
        "the token is still good for a few seconds"
    );
}
