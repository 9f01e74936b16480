//! A code is good once and an invitation's last use has one winner, also when many show them at
//! once through two processes.

use std::sync::Arc;

use totp_rs::{Builder, Secret};
use veza_core::auth::factors::CompleteLogInError;
use veza_core::auth::{
    AddAccount, CompleteLogIn, ConfirmSecondFactor, CreateInvitation, LogIn, LogInOutcome,
    OpaqueToken, Password, PendingRegistration, SecondFactor, TokenDigest, TokenVerifier as _,
    VerifyEmail, add_account, complete_log_in, confirm_second_factor, create_invitation, log_in,
    set_up_second_factor, verify_email,
};
use veza_core::kernel::{
    Clock as _, CursorKey, Entropy, Environment, Metadata, Principal, ReadCache, Role, Timestamp,
};
use veza_core::memory::{ManualClock, MemorySealer, MemoryTokens, QuickPasswords, SeededEntropy};

use crate::databases::{Place, places};

const PASSWORD: &str = "correct horse battery";

/// Two processes on one database.
struct World {
    envs: [Environment; 2],
    tokens: Arc<MemoryTokens>,
    passwords: QuickPasswords,
    clock: Arc<ManualClock>,
}

impl World {
    async fn new(place: &Place) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(11));
        let sealer = Arc::new(MemorySealer::new(entropy.clone()));
        let env = async || Environment {
            store: Arc::new(place.open().await),
            clock: clock.clone(),
            cache: ReadCache::none(),
            entropy: entropy.clone(),
            sealer: sealer.clone(),
            cursors: CursorKey::new([7; 32]),
        };
        Self {
            envs: [env().await, env().await],
            tokens: Arc::new(MemoryTokens::new(clock.clone(), entropy.clone())),
            passwords: QuickPasswords::new(entropy.clone()),
            clock: clock.clone(),
        }
    }

    async fn account(&self, name: &str, role: Role) {
        let command = AddAccount {
            email: format!("{name}@example.com"),
            username: name.into(),
            password: Password::new(PASSWORD),
            role,
        };
        let made = add_account(&self.envs[0], &self.passwords, command).await;
        made.unwrap();
    }

    async fn log_in(&self, name: &str) -> LogInOutcome {
        let command = LogIn {
            email: format!("{name}@example.com"),
            password: Password::new(PASSWORD),
            remember_me: false,
            metadata: Metadata::default(),
        };
        log_in(&self.envs[0], &self.passwords, &*self.tokens, command)
            .await
            .unwrap()
    }

    async fn person(&self, name: &str, role: Role) -> Principal {
        self.account(name, role).await;
        match self.log_in(name).await {
            LogInOutcome::In(logged_in) => {
                let token = logged_in.access_token.expose().to_owned();
                self.tokens.verify(&token).unwrap().into()
            }
            LogInOutcome::SecondFactor(_) => panic!("a new account has no second factor"),
        }
    }

    async fn ticket(&self, name: &str) -> String {
        match self.log_in(name).await {
            LogInOutcome::SecondFactor(challenge) => challenge.ticket.expose().to_owned(),
            LogInOutcome::In(_) => panic!("no second factor was asked for"),
        }
    }

    fn code(&self, secret: &str) -> String {
        let secret = Secret::try_from_base32(secret).unwrap();
        let totp = Builder::new()
            .with_secret(secret.as_bytes().to_vec())
            .build_noncompliant();
        let seconds = u64::try_from(self.clock.now().as_seconds()).unwrap();
        totp.generate(seconds).to_string()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_show_one_code_at_once_one_is_let_in() {
    let (_folder, places) = places().await;
    for place in &places {
        one_code(&World::new(place).await).await;
    }
}

async fn one_code(world: &World) {
    let who = world.person("ada", Role::User).await;
    let env = &world.envs[0];
    let set_up = set_up_second_factor(env, &who).await.unwrap();
    let command = ConfirmSecondFactor {
        code: world.code(&set_up.secret),
        metadata: Metadata::default(),
    };
    confirm_second_factor(env, &who, command).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(30));
    let code = world.code(&set_up.secret);
    let mut tries = Vec::new();
    // Fewer than would make the next wait.
    for number in 0..4 {
        let command = CompleteLogIn {
            ticket: world.ticket("ada").await,
            second_factor: SecondFactor::Code(code.clone()),
            metadata: Metadata::default(),
        };
        let env = world.envs[number % 2].clone();
        let tokens = world.tokens.clone();
        tries.push(tokio::spawn(async move {
            complete_log_in(&env, &*tokens, command).await.map(drop)
        }));
    }
    let mut let_in = 0;
    for one in tries {
        match one.await.unwrap() {
            Ok(()) => let_in += 1,
            Err(CompleteLogInError::SecondFactor(_) | CompleteLogInError::TicketNotGood) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(let_in, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_come_by_the_last_use_of_an_invitation_one_has_an_account() {
    let (_folder, places) = places().await;
    for place in &places {
        last_use(&World::new(place).await).await;
    }
}

async fn last_use(world: &World) {
    let who = world.person("mona", Role::Moderator).await;
    let env = &world.envs[0];
    let command = CreateInvitation {
        role: Role::Creator,
        uses: 1,
        expires_at: None,
        metadata: Metadata::default(),
    };
    let created = create_invitation(env, &who, command).await.unwrap();
    let mut tries = Vec::new();
    for number in 0..6 {
        let token = OpaqueToken::generate(&*env.entropy);
        let pending = PendingRegistration {
            id: env.new_id(),
            email: format!("guest{number}@example.com"),
            username: format!("guest{number}"),
            password_hash: veza_core::auth::PasswordHash::new("$quick$"),
            token: token.digest(),
            invitation: Some(TokenDigest::of(created.code.expose())),
            created_at: env.now(),
            expires_at: env.now().plus(std::time::Duration::from_secs(60)),
        };
        let mut unit = env.store.begin().await.unwrap();
        let pendings = unit.pending_registrations();
        pendings.add(&pending).await.unwrap();
        unit.commit().await.unwrap();
        let env = world.envs[number % 2].clone();
        let command = VerifyEmail {
            token: token.expose().to_owned(),
            metadata: Metadata::default(),
        };
        tries.push(tokio::spawn(async move {
            verify_email(&env, command).await.map(|user| user.role)
        }));
    }
    let mut roles = Vec::new();
    for one in tries {
        roles.extend(one.await.unwrap().ok());
    }
    assert_eq!(roles, [Role::Creator]);
}
