//! The mailers keep their contract, over every kind of line, and survive what servers do.

#![allow(
    clippy::unwrap_used,
    reason = "a test which panics has failed, as it should"
)]

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use mail_parser::MessageParser;
use test_services::smtp::Smtp;
use veza_core::conformance::{self, ArrivedMail};
use veza_core::jobs::JobId;
use veza_core::kernel::{PortErrorKind, Timestamp, TypedId as _};
use veza_core::mail::{MailError, Mailer as _, OutgoingMail, RenderedMail};
use veza_core::memory::SeededEntropy;
use veza_mail::{FolderMailer, Sender, SmtpMailer, SmtpSettings};

fn sender() -> Sender {
    "Véza <no-reply@music.example>".parse().unwrap()
}

/// The mails in a folder, in the order of their names.
fn arrived(folder: &Path) -> Vec<ArrivedMail> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| parse(&std::fs::read(file).unwrap()))
        .collect()
}

fn parse(raw: &[u8]) -> ArrivedMail {
    assert!(raw.is_ascii(), "any server takes it");
    let mail = MessageParser::default().parse(raw).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Véza"));
    assert_eq!(from.address(), Some("no-reply@music.example"));
    ArrivedMail {
        message_id: mail.message_id().unwrap().into(),
        to: mail
            .to()
            .unwrap()
            .first()
            .unwrap()
            .address()
            .unwrap()
            .into(),
        subject: mail.subject().unwrap().into(),
        auto_submitted: mail.header_raw("Auto-Submitted").unwrap().trim().into(),
        text: mail.body_text(0).unwrap().into(),
        html: mail.body_html(0).unwrap().into(),
    }
}

fn mail_to(to: &str) -> OutgoingMail {
    let date = Timestamp::from_millis(1_762_079_400_000);
    OutgoingMail {
        id: JobId::generate(date, &SeededEntropy::new(7)),
        date,
        to: to.into(),
        rendered: RenderedMail {
            subject: "Hello".into(),
            text: "Hello\n".into(),
            html: "<p>Hello</p>\n".into(),
        },
    }
}

fn mailer(url: &str) -> SmtpMailer {
    let settings = SmtpSettings::from_url(url).unwrap();
    SmtpMailer::new(settings.timeout(Duration::from_secs(2)), sender()).unwrap()
}

fn is_unavailable(error: &MailError) -> bool {
    matches!(error, MailError::Port(error) if error.kind == PortErrorKind::Unavailable)
}

#[tokio::test]
async fn mail_into_a_folder_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("deep/mail");
    let mailer = FolderMailer::open(&folder, sender()).unwrap();
    conformance::mailer(&mailer, async || {
        let mut mails = arrived(&folder);
        mails.sort_by(|one, other| one.subject.cmp(&other.subject));
        mails
    })
    .await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn mail_over_every_line_keeps_the_contract() {
    let smtp = Smtp::start().unwrap();
    for url in [smtp.open_url(), smtp.starttls_url(), smtp.tls_url()] {
        for entry in std::fs::read_dir(smtp.mail_folder()).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        let settings = SmtpSettings::from_url(&url).unwrap();
        let trusted = settings.trust(&smtp.certificate().unwrap()).unwrap();
        let mailer = SmtpMailer::new(trusted, sender()).unwrap();
        conformance::mailer(&mailer, async || arrived(&smtp.mail_folder())).await;
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_prove_who_it_is() {
    let smtp = Smtp::start().unwrap();
    for url in [smtp.starttls_url(), smtp.tls_url()] {
        let error = mailer(&url)
            .send(&mail_to("ada@example.com"))
            .await
            .unwrap_err();
        assert!(is_unavailable(&error), "{error:?}");
    }
    // A server without STARTTLS is not spoken to in the open.
    let open = smtp.open_url().replace("?tls=none", "");
    let error = mailer(&open)
        .send(&mail_to("ada@example.com"))
        .await
        .unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    assert_eq!(arrived(&smtp.mail_folder()), []);
}

#[tokio::test]
async fn a_wrong_password_is_our_fault_and_stays_out_of_the_reason() {
    let smtp = Smtp::start().unwrap();
    let url = smtp.tls_url().replace("p%40ss", "guess3d");
    let settings = SmtpSettings::from_url(&url).unwrap();
    let trusted = settings.trust(&smtp.certificate().unwrap()).unwrap();
    let mailer = SmtpMailer::new(trusted, sender()).unwrap();
    let error = mailer.send(&mail_to("ada@example.com")).await.unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    assert!(!format!("{error:?}").contains("guess3d"), "{error:?}");
}

#[tokio::test]
async fn refusals_are_told_from_what_may_go_well_later() {
    let smtp = Smtp::start().unwrap();
    let mailer = mailer(&smtp.open_url());
    for (to, status) in [("unknown", "550"), ("spam", "554")] {
        let error = mailer
            .send(&mail_to(&format!("{to}@example.com")))
            .await
            .unwrap_err();
        let MailError::Refused(said) = error else {
            panic!("{to}: {error:?}");
        };
        assert!(said.starts_with(status), "{said}");
    }
    let later = mailer
        .send(&mail_to("later@example.com"))
        .await
        .unwrap_err();
    assert!(is_unavailable(&later), "{later:?}");
    let settings = SmtpSettings::from_url(&smtp.open_url()).unwrap();
    let banned = SmtpMailer::new(settings, "banned@music.example".parse().unwrap()).unwrap();
    let error = banned.send(&mail_to("ada@example.com")).await.unwrap_err();
    assert!(
        is_unavailable(&error),
        "our sender is no fault of the mail: {error:?}"
    );
    mailer.send(&mail_to("ada@example.com")).await.unwrap();
    assert_eq!(arrived(&smtp.mail_folder()).len(), 1);
}

#[tokio::test]
async fn a_slow_server_costs_the_time_out_and_its_late_answer_is_no_others() {
    let smtp = Smtp::start().unwrap();
    let mailer = mailer(&smtp.open_url());
    let start = Instant::now();
    let error = mailer.send(&mail_to("slow@example.com")).await.unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(4));
    let refused = mailer.send(&mail_to("unknown@example.com")).await;
    assert!(matches!(refused, Err(MailError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn a_server_that_was_away_or_frozen_is_used_again_when_it_is_back() {
    let mut smtp = Smtp::start().unwrap();
    let mailer = mailer(&smtp.open_url());
    mailer.send(&mail_to("ada@example.com")).await.unwrap();
    smtp.kill().unwrap();
    for _ in 0..2 {
        let error = mailer.send(&mail_to("ada@example.com")).await.unwrap_err();
        assert!(is_unavailable(&error), "{error:?}");
    }
    smtp.restart().unwrap();
    mailer.send(&mail_to("ada@example.com")).await.unwrap();
    smtp.server().unwrap().freeze(true).unwrap();
    let error = mailer.send(&mail_to("ada@example.com")).await.unwrap_err();
    assert!(is_unavailable(&error), "{error:?}");
    smtp.server().unwrap().freeze(false).unwrap();
    mailer.send(&mail_to("ada@example.com")).await.unwrap();
    assert!(arrived(&smtp.mail_folder()).len() >= 3);
}
