//! The contract of [`Mailer`].

use crate::mail::{MailError, Mailer, OutgoingMail, RenderedMail};

use super::samples::{START, id};

/// A mail as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArrivedMail {
    /// Its `Message-ID`.
    pub message_id: String,
    /// The address in its `To`.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The value of its `Auto-Submitted`.
    pub auto_submitted: String,
    /// Its plain text.
    pub text: String,
    /// Its HTML.
    pub html: String,
}

fn mail(number: u64) -> OutgoingMail {
    OutgoingMail {
        id: id(number),
        date: START,
        to: "ada@example.com".into(),
        rendered: RenderedMail {
            subject: format!(
                "Mail {number}: Été à la mer, 🎵, and a subject which is longer than one line of a header may be"
            ),
            text: format!(
                "Number {number}\n\n.\n..\nFrom the sea: é🎵\n{}\n",
                "long ".repeat(150)
            ),
            html: format!("<!doctype html>\n<p>Number {number} &amp; é🎵</p>\n"),
        },
    }
}

/// The whole contract of a [`Mailer`]. `arrived` tells what has arrived so far, in order.
///
/// # Panics
/// Where the contract is broken.
pub async fn mailer(mailer: &dyn Mailer, arrived: impl AsyncFn() -> Vec<ArrivedMail>) {
    for number in 1..=3 {
        mailer.send(&mail(number)).await.expect("it is taken");
    }
    let before = arrived().await;
    assert_eq!(before.len(), 3);
    for (number, arrived) in (1..).zip(&before) {
        let sent = mail(number);
        assert_eq!(arrived.to, sent.to);
        assert_eq!(arrived.subject, sent.rendered.subject);
        assert_eq!(arrived.auto_submitted, "auto-generated");
        assert_eq!(lines(&arrived.text), lines(&sent.rendered.text));
        assert_eq!(lines(&arrived.html), lines(&sent.rendered.html));
        assert!(arrived.message_id.contains(&sent.id.to_string()));
    }
    assert_ne!(before[0].message_id, before[1].message_id);

    mailer.send(&mail(2)).await.expect("a double is taken");
    let doubles = arrived().await;
    let doubles = doubles
        .iter()
        .filter(|arrived| arrived.message_id == before[1].message_id);
    assert!(
        matches!(doubles.count(), 1 | 2),
        "a double is known by its Message-ID, or replaces the first"
    );

    for nobody in [
        "",
        "ada",
        "@",
        "a b@example.com",
        "a@b\r\nRCPT TO:<c@example.com>",
    ] {
        let refused = OutgoingMail {
            to: nobody.into(),
            ..mail(9)
        };
        let refused = mailer.send(&refused).await;
        assert!(matches!(refused, Err(MailError::Refused(_))), "{nobody:?}");
    }
    let last = arrived().await;
    assert!(last.iter().all(|arrived| arrived.to == "ada@example.com"));
}

/// The lines without blank ones at the end, which mail does not keep apart.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end().lines().collect()
}
