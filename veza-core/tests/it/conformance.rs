use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt as _;
use veza_core::conformance;
use veza_core::memory::{
    ManualClock, MemoryBlobs, MemoryMailer, MemorySealer, MemoryStore, MemoryTokens,
    QuickPasswords, SeededEntropy,
};

/// What is in memory never waits.
fn at_once(work: impl Future<Output = ()>) {
    work.now_or_never()
        .expect("nothing in memory waits for anything");
}

#[test]
fn the_store_in_memory_keeps_the_contract() {
    // One unit of work waits for the other there, but never for anything else.
    let mut suite = pin!(conformance::store(async || MemoryStore::new()));
    for _ in 0..100_000 {
        if suite.as_mut().now_or_never().is_some() {
            return;
        }
    }
    panic!("units of work in memory wait for each other for ever");
}

#[test]
fn parts_in_memory_keep_the_contract() {
    at_once(conformance::partitions(async || MemoryStore::new()));
}

#[test]
fn blobs_in_memory_keep_the_contract() {
    at_once(conformance::blob_store(&MemoryBlobs::new()));
}

#[test]
fn quick_passwords_keep_the_contract() {
    let entropy = Arc::new(SeededEntropy::new(1));
    at_once(conformance::password_hasher(&QuickPasswords::new(entropy)));
}

#[test]
fn tokens_in_memory_keep_the_contract() {
    let clock = Arc::new(ManualClock::default());
    let tokens = MemoryTokens::new(clock.clone(), Arc::new(SeededEntropy::new(1)));
    conformance::tokens(&tokens, &tokens, &clock);
    conformance::service_tokens(&tokens, &clock);
}

#[test]
fn sealing_in_memory_keeps_the_contract() {
    let sealer = |seed| MemorySealer::new(Arc::new(SeededEntropy::new(seed)));
    conformance::sealer(&sealer(1), &sealer(2));
}

#[test]
fn mail_in_memory_keeps_the_contract() {
    let mailer = MemoryMailer::new();
    let arrived = async || {
        let mails = mailer.mails().into_iter();
        mails
            .map(|mail| conformance::ArrivedMail {
                message_id: mail.id.to_string(),
                to: mail.to,
                subject: mail.rendered.subject,
                auto_submitted: "auto-generated".into(),
                text: mail.rendered.text,
                html: mail.rendered.html,
            })
            .collect()
    };
    at_once(conformance::mailer(&mailer, arrived));
}
