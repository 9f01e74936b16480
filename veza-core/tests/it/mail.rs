//! Mail is stored with its change, sealed, sent at least once, and given up with a reason.

use std::time::Duration;

use veza_core::jobs::{Failed, Job, JobId, JobStatus, claim_next};
use veza_core::mail::{
    MAIL_ATTEMPTS, MAIL_JOB, MailContent, MailMessage, MailStyle, MailToken, enqueue_mail,
    send_mail,
};
use veza_core::memory::MemoryMailer;

use crate::world::{LEASE, World, now};

fn reset(to: &str) -> MailMessage {
    MailMessage {
        to: to.into(),
        content: MailContent::ResetPassword {
            username: "ada".into(),
            token: MailToken::new("s3cret"),
        },
    }
}

struct Post {
    world: World,
    mailer: MemoryMailer,
}

impl Post {
    fn new() -> Self {
        Self {
            world: World::new(),
            mailer: MemoryMailer::new(),
        }
    }

    fn enqueue(&self, message: &MailMessage) -> JobId {
        let mut unit = now(self.world.env.store.begin()).unwrap();
        let id = now(enqueue_mail(&self.world.env, &mut *unit, message)).unwrap();
        now(unit.commit()).unwrap();
        id
    }

    fn claim(&self) -> Option<Job> {
        now(claim_next(&self.world.env, MAIL_JOB, "worker", LEASE)).unwrap()
    }

    fn send(&self, job: &Job) -> Option<Failed> {
        let style = MailStyle {
            service: "Veza".into(),
            page_url: "https://music.example".into(),
        };
        now(send_mail(&self.world.env, &self.mailer, &style, job)).unwrap()
    }
}

#[test]
fn a_mail_is_sealed_in_the_store_and_readable_in_the_letter_box() {
    let post = Post::new();
    let id = post.enqueue(&reset("ada@example.com"));
    let job = post.claim().unwrap();
    let stored = format!("{:?}", post.world.stored_job(&job));
    assert!(
        !stored.contains("s3cret") && !stored.contains("ada"),
        "{stored}"
    );

    assert_eq!(post.send(&job), None);
    let mails = post.mailer.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].id, mails[0].to.as_str()), (id, "ada@example.com"));
    assert!(
        mails[0]
            .rendered
            .text
            .contains("https://music.example/reset-password?token=s3cret")
    );
    assert_eq!(post.world.stored_job(&job).status, JobStatus::Done);
}

#[test]
fn a_mail_of_a_unit_that_is_dropped_is_not_sent() {
    let post = Post::new();
    let mut unit = now(post.world.env.store.begin()).unwrap();
    now(enqueue_mail(
        &post.world.env,
        &mut *unit,
        &reset("ada@example.com"),
    ))
    .unwrap();
    drop(unit);
    assert_eq!(post.claim(), None);
}

#[test]
fn a_worker_that_died_after_sending_sends_the_same_mail_again() {
    let post = Post::new();
    post.enqueue(&reset("ada@example.com"));
    let first = post.claim().unwrap();
    post.world.clock.advance(LEASE);
    let second = post.claim().unwrap();
    assert_eq!(
        post.send(&first),
        Some(Failed::Lost),
        "it went out, and was not noted"
    );
    assert_eq!(post.send(&second), None);
    let mails = post.mailer.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(
        mails[0], mails[1],
        "the double has the same id, date and words"
    );
}

#[test]
fn a_server_that_is_away_is_waited_for() {
    let post = Post::new();
    post.enqueue(&reset("ada@example.com"));
    post.mailer.set_away(true);
    let mut waited = Duration::ZERO;
    for _ in 1..MAIL_ATTEMPTS {
        let job = post.claim().unwrap();
        let Some(Failed::RetryAt(at)) = post.send(&job) else {
            panic!("it is to be tried again");
        };
        let pause = Duration::from_millis(
            (at.as_millis() - post.world.env.now().as_millis()).unsigned_abs(),
        );
        post.world.clock.advance(pause);
        waited += pause;
    }
    assert!(waited > Duration::from_secs(3_600), "{waited:?}");
    post.mailer.set_away(false);
    let job = post.claim().unwrap();
    assert_eq!(post.send(&job), None);
    assert_eq!(post.mailer.mails().len(), 1);
}

#[test]
fn a_refused_mail_is_dead_with_the_reason_and_without_the_address() {
    let post = Post::new();
    post.enqueue(&reset("nobody@nowhere.invalid"));
    let job = post.claim().unwrap();
    assert_eq!(post.send(&job), Some(Failed::Dead));
    let stored = post.world.stored_job(&job);
    assert_eq!(stored.status, JobStatus::Dead);
    assert_eq!(stored.last_error.as_deref(), Some("no mailbox <recipient>"));
}

#[test]
fn a_payload_of_another_job_is_not_sent() {
    let post = Post::new();
    post.enqueue(&reset("ada@example.com"));
    post.enqueue(&reset("eve@example.com"));
    let (one, other) = (post.claim().unwrap(), post.claim().unwrap());
    let swapped = Job {
        payload: other.payload,
        ..one
    };
    assert_eq!(post.send(&swapped), Some(Failed::Dead));
    assert_eq!(post.mailer.mails(), []);
}
