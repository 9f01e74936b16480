//! Accounts, by many at once and killed half-way.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinSet;
use veza_core::auth::{
    AddAccount, AdminError, AuditAction, AuditFilter, BanUser, ChangePassword, ChangeRole, LogIn,
    LogInOutcome, LoggedIn, Password, Refresh, RefreshError, Register, RegistrationPolicy,
    TokenVerifier as _, User, UserId, VerifyEmail, add_account, ban_user, change_password,
    change_role, list_sessions, log_in, refresh, register, verify_email,
};
use veza_core::kernel::{
    CursorKey, Environment, ErrorKind, Metadata, Principal, Role, Timestamp, UseCaseError,
};
use veza_core::mail::{MAIL_JOB, MailStyle, send_mail};
use veza_core::memory::{
    ManualClock, MemoryMailer, MemorySealer, MemoryTokens, QuickPasswords, SeededEntropy,
};

use crate::databases::{Place, places};

const PASSWORD: &str = "correct horse battery";

/// One of the processes of an installation.
#[derive(Clone)]
struct World {
    env: Environment,
    clock: Arc<ManualClock>,
    hasher: Arc<QuickPasswords>,
    tokens: Arc<MemoryTokens>,
}

impl World {
    async fn open(place: &Place) -> Self {
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(SeededEntropy::new(7));
        Self {
            env: Environment {
                store: Arc::new(place.open().await),
                clock: clock.clone(),
                entropy: entropy.clone(),
                sealer: Arc::new(MemorySealer::new(entropy.clone())),
                cursors: CursorKey::new([7; 32]),
                cache: veza_core::kernel::ReadCache::none(),
            },
            hasher: Arc::new(QuickPasswords::new(entropy.clone())),
            tokens: Arc::new(MemoryTokens::new(clock.clone(), entropy)),
            clock,
        }
    }

    async fn account(&self, name: &str, role: Role) -> User {
        let command = AddAccount {
            email: format!("{name}@example.com"),
            username: name.into(),
            password: Password::new(PASSWORD),
            role,
        };
        add_account(&self.env, &*self.hasher, command)
            .await
            .unwrap()
    }

    async fn log_in(&self, name: &str) -> LoggedIn {
        let command = LogIn {
            email: format!("{name}@example.com"),
            password: Password::new(PASSWORD),
            remember_me: false,
            metadata: Metadata::default(),
        };
        let outcome = log_in(&self.env, &*self.hasher, &*self.tokens, command).await;
        match outcome.unwrap() {
            LogInOutcome::In(logged_in) => *logged_in,
            LogInOutcome::SecondFactor(_) => panic!("nobody here has a second factor"),
        }
    }

    async fn person(&self, name: &str, role: Role) -> Principal {
        self.account(name, role).await;
        self.bearer(&self.log_in(name).await)
    }

    fn bearer(&self, logged_in: &LoggedIn) -> Principal {
        let token = logged_in.access_token.expose();
        self.tokens.verify(token).unwrap().into()
    }

    async fn refresh(&self, token: &str) -> Result<LoggedIn, RefreshError> {
        let command = Refresh {
            refresh_token: token.into(),
            metadata: Metadata::default(),
        };
        refresh(&self.env, &*self.tokens, command).await
    }
}

/// What many did at once, in no order.
async fn at_once<T: Send + 'static>(
    count: usize,
    work: impl Fn(usize) -> std::pin::Pin<Box<dyn Future<Output = T> + Send>>,
) -> Vec<T> {
    let mut tasks: JoinSet<T> = (0..count).map(work).collect();
    let mut done = Vec::new();
    while let Some(result) = tasks.join_next().await {
        done.push(result.unwrap());
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_refreshes_of_one_token_at_once_leave_one_chain() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        world.account("ada", Role::User).await;
        let first = world.log_in("ada").await;
        let token = first.refresh_token.expose().to_owned();
        let answers = at_once(50, |_| {
            let (world, token) = (world.clone(), token.clone());
            Box::pin(async move { world.refresh(&token).await.unwrap() })
        })
        .await;
        assert_eq!(answers.len(), 50, "a lost answer costs nothing");
        let mut survivors = Vec::new();
        for answer in &answers {
            survivors.extend(world.refresh(answer.refresh_token.expose()).await.ok());
        }
        assert_eq!(survivors.len(), 1, "{place:?}");
        let next = survivors.remove(0);
        assert_eq!(next.session.id, first.session.id);
        world.refresh(next.refresh_token.expose()).await.unwrap();
        let sessions = list_sessions(&world.env, &world.bearer(&next)).await;
        assert_eq!(sessions.unwrap().len(), 1);
        // The token that all began with is spent: it ends the session.
        world.refresh(&token).await.unwrap_err();
        let sessions = list_sessions(&world.env, &world.bearer(&next)).await;
        assert_eq!(sessions.unwrap().len(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_demote_each_other_one_stays() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        for round in 0..5 {
            let names = [format!("ann{round}"), format!("bob{round}")];
            let people = [
                world.person(&names[0], Role::Admin).await,
                world.person(&names[1], Role::Admin).await,
            ];
            // Each asks again and again: whoever is demoted may be locked by some as one of the
            // administrators, and by others as one who was.
            let done = at_once(20, |number| {
                let (world, people) = (world.clone(), people.clone());
                Box::pin(async move {
                    let command = ChangeRole {
                        user_id: people[1 - number % 2].user_id,
                        role: Role::User,
                        metadata: Metadata::default(),
                    };
                    change_role(&world.env, &people[number % 2], command).await
                })
            })
            .await;
            let failed =
                |result: &&Result<_, AdminError>| matches!(result, Err(AdminError::Port(_)));
            assert!(
                !done.iter().any(|result| failed(&result)),
                "{place:?}: {done:?}"
            );
            let demoted: Vec<_> = done.iter().flatten().map(|user| user.id).collect();
            assert_eq!(demoted.len(), 10, "{place:?}: {done:?}");
            let is_one = demoted.iter().all(|id| *id == demoted[0]);
            assert!(is_one, "{place:?}: {done:?}");
            let mut unit = world.env.store.begin().await.unwrap();
            let admins = unit.users().lock_admins(&[]).await.unwrap();
            assert_eq!(admins.len(), 1, "{place:?}");
            // The next round has none of the last.
            let mut last = unit.users().find(admins[0]).await.unwrap().unwrap();
            last.role = Role::User;
            unit.users().update(&last).await.unwrap();
            unit.commit().await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_proofs_of_one_address_one_makes_the_account() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        let (mailer, mut tokens) = (MemoryMailer::new(), Vec::new());
        for number in 0..6 {
            let command = Register {
                email: "ada@example.com".into(),
                username: format!("ada-{number}"),
                password: Password::new(PASSWORD),
                invitation: None,
                policy: RegistrationPolicy::Open,
                metadata: Metadata::default(),
            };
            register(&world.env, &*world.hasher, command).await.unwrap();
            tokens.push(mailed_token(&world, &mailer).await);
        }
        let proved = at_once(12, |number| {
            let command = VerifyEmail {
                token: tokens[number % 6].clone(),
                metadata: Metadata::default(),
            };
            let world = world.clone();
            Box::pin(async move {
                let done = verify_email(&world.env, command).await;
                done.map_err(|error| error.code())
            })
        })
        .await;
        let accounts = proved.iter().filter(|result| result.is_ok()).count();
        assert_eq!(accounts, 1, "{place:?}: {proved:?}");
        let refused = |result: &Result<User, _>| {
            result.is_ok() || result.as_ref().unwrap_err() == &"auth.link_not_good"
        };
        assert!(proved.iter().all(refused), "{place:?}: {proved:?}");
    }
}

/// Sends the mail that waits, and answers the token of its link.
async fn mailed_token(world: &World, mailer: &MemoryMailer) -> String {
    let style = MailStyle {
        service: "Veza".into(),
        page_url: "https://music.example".into(),
    };
    let lease = Duration::from_secs(10);
    let job = veza_core::jobs::claim_next(&world.env, MAIL_JOB, "test", lease).await;
    let job = job.unwrap().unwrap();
    let sent = send_mail(&world.env, mailer, &style, &job).await;
    assert_eq!(sent.unwrap(), None);
    let mail = mailer.mails().pop().unwrap().rendered.text;
    let (_, rest) = mail.split_once("?token=").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

/// Everything that locks an account, a session or both, all at once: none waits for another which
/// waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_to_an_account_at_once_ends() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        let admin = world.person("root", Role::Admin).await;
        let ada = world.account("ada", Role::User).await;
        let held = world.log_in("ada").await;
        let done = at_once(48, |number| {
            let (world, admin, held) = (world.clone(), admin.clone(), held.clone());
            Box::pin(async move { anything(number, &world, &admin, ada.id, &held).await })
        })
        .await;
        for kind in done.into_iter().flatten() {
            let meant = !matches!(kind, ErrorKind::Internal | ErrorKind::Unavailable);
            assert!(meant, "{place:?}: {kind:?}");
        }
    }
}

/// One of several things; what went wrong with it, if anything did.
async fn anything(
    number: usize,
    world: &World,
    admin: &Principal,
    user_id: UserId,
    held: &LoggedIn,
) -> Option<ErrorKind> {
    let metadata = Metadata::default();
    let env = &world.env;
    fn kind<T, E: UseCaseError>(result: Result<T, E>) -> Option<ErrorKind> {
        result.err().map(|error| error.kind())
    }
    match number % 6 {
        0 | 1 => kind(world.refresh(held.refresh_token.expose()).await),
        2 => {
            let command = LogIn {
                email: "ada@example.com".into(),
                password: Password::new(PASSWORD),
                remember_me: true,
                metadata,
            };
            kind(log_in(env, &*world.hasher, &*world.tokens, command).await)
        }
        3 => {
            let command = ChangePassword {
                present: Password::new(PASSWORD),
                new: Password::new(PASSWORD),
                metadata,
            };
            let who = world.bearer(held);
            kind(change_password(env, &*world.hasher, &*world.tokens, &who, command).await)
        }
        4 => {
            let role = if number.is_multiple_of(4) {
                Role::Creator
            } else {
                Role::User
            };
            let command = ChangeRole {
                user_id,
                role,
                metadata,
            };
            kind(change_role(env, admin, command).await)
        }
        _ => {
            let command = BanUser {
                user_id,
                reason: "spam".into(),
                until: Some(env.now().plus(Duration::from_millis(1))),
                metadata,
            };
            world.clock.advance(Duration::from_millis(2));
            kind(ban_user(env, admin, command).await)
        }
    }
}

/// The result of a future, if it comes to its end within so many steps; else it is dropped where
/// it stands, as when its process is killed.
async fn killed_after<T>(steps: usize, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = steps;
    poll_fn(|context| match (work.as_mut().poll(context), left) {
        (Poll::Ready(done), _) => Poll::Ready(Some(done)),
        (Poll::Pending, 0) => Poll::Ready(None),
        (Poll::Pending, _) => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// What a change of an account left: the account, events, lines of the record, revocations.
async fn traces(world: &World, id: UserId, action: AuditAction) -> (User, usize, usize, usize) {
    let mut reader = world.env.store.begin_read().await.unwrap();
    let user = reader.users().find(id).await.unwrap().unwrap();
    let events = reader.outbox().fetch_unpublished(10_000).await.unwrap();
    let filter = AuditFilter {
        user: Some(id),
        action: Some(action),
        limit: 1_000,
        ..AuditFilter::default()
    };
    let lines = reader.audit_log().list(&filter).await.unwrap();
    let start = Timestamp::from_millis(0);
    let revocations = reader.revocations().list(start, start).await.unwrap();
    (user, events.len(), lines.len(), revocations.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_a_role_that_is_killed_half_way_keeps_all_of_it_or_nothing() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        let admin = world.person("root", Role::Admin).await;
        let id = world.account("ada", Role::User).await.id;
        let mut cuts = 0;
        for steps in 0.. {
            let before = traces(&world, id, AuditAction::ChangeRole).await;
            let role = match before.0.role {
                Role::User => Role::Creator,
                _ => Role::User,
            };
            let command = ChangeRole {
                user_id: id,
                role,
                metadata: Metadata::default(),
            };
            let done = killed_after(steps, change_role(&world.env, &admin, command)).await;
            let whole = done.is_some();
            done.transpose().unwrap();
            cuts += usize::from(!whole);
            let after = settled(&world, id, AuditAction::ChangeRole).await;
            let changed = usize::from(after.0.role == role);
            assert!(!whole || changed == 1, "{place:?}: done, and not kept");
            let expected = (before.1 + changed, before.2 + changed, before.3 + changed);
            let kept = (after.1, after.2, after.3);
            assert_eq!(kept, expected, "{place:?}: killed after {steps} steps");
            if whole {
                break;
            }
        }
        assert!(cuts > 3, "{place:?}: killed only {cuts} times");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ban_that_is_killed_half_way_keeps_all_of_it_or_nothing() {
    let (_folder, places) = places().await;
    for place in &places {
        let world = World::open(place).await;
        let admin = world.person("root", Role::Admin).await;
        let mut cuts = 0;
        for steps in 0.. {
            let name = format!("ada{steps}");
            let ada = world.person(&name, Role::User).await;
            let id = ada.user_id;
            let before = traces(&world, id, AuditAction::Ban).await;
            let command = BanUser {
                user_id: id,
                reason: "spam".into(),
                until: None,
                metadata: Metadata::default(),
            };
            let done = killed_after(steps, ban_user(&world.env, &admin, command)).await;
            let whole = done.is_some();
            done.transpose().unwrap();
            cuts += usize::from(!whole);
            let after = settled(&world, id, AuditAction::Ban).await;
            let banned = usize::from(after.0.ban.is_some());
            assert!(!whole || banned == 1, "{place:?}: done, and not kept");
            // The end of the session and the ban are an event and a revocation each.
            let expected = (
                before.1 + 2 * banned,
                before.2 + banned,
                before.3 + 2 * banned,
                1 - banned,
            );
            let sessions = list_sessions(&world.env, &ada).await.unwrap().len();
            let kept = (after.1, after.2, after.3, sessions);
            assert_eq!(kept, expected, "{place:?}: killed after {steps} steps");
            if whole {
                break;
            }
        }
        assert!(cuts > 3, "{place:?}: killed only {cuts} times");
    }
}

/// What is left once the server has noticed that nobody is there any more: whoever locks the
/// account next waits for that.
async fn settled(world: &World, id: UserId, action: AuditAction) -> (User, usize, usize, usize) {
    let mut unit = world.env.store.begin().await.unwrap();
    unit.users().find(id).await.unwrap();
    drop(unit);
    traces(world, id, action).await
}
