//! The contract of [`Signals`].

use bytes::Bytes;

use crate::kernel::PortErrorKind;
use crate::kernel::signal::{Heard, Listener, MAX_SIGNAL_BYTES, SIGNAL_QUEUE, Signals, Topic};

const FIRST: Topic = Topic::fixed("conformance.first");
const SECOND: Topic = Topic::fixed("conformance.second");

/// The whole contract of [`Signals`], as `here` and `there` have it: two instances (or the same
/// twice) which can reach each other. `settle` waits until listeners that were just made are
/// heard of by the other instance.
///
/// # Panics
/// Where the contract is broken.
pub async fn signals(here: &dyn Signals, there: &dyn Signals, settle: impl AsyncFn()) {
    everyone_who_listens_hears_it_in_order(here, there, &settle).await;
    a_payload_is_any_bytes_but_not_many(here, there, &settle).await;
    a_slow_listener_is_told_what_it_missed(here, there, &settle).await;
    who_listens_later_hears_nothing_of_before(here, there, &settle).await;
}

/// What is heard next, but for lost signals, which the contract allows at any time.
async fn signal(listener: &mut dyn Listener) -> Bytes {
    loop {
        if let Heard::Signal(payload) = listener.next().await {
            return payload;
        }
    }
}

async fn send(signals: &dyn Signals, topic: &Topic, payload: &[u8]) {
    signals.send(topic, payload).await.expect("send");
}

async fn everyone_who_listens_hears_it_in_order(
    here: &dyn Signals,
    there: &dyn Signals,
    settle: impl AsyncFn(),
) {
    let mut near = here.listen(&FIRST);
    let mut far = there.listen(&FIRST);
    let mut twice = there.listen(&FIRST);
    let mut other = there.listen(&SECOND);
    settle().await;
    for number in 0..10u8 {
        send(here, &FIRST, &[number]).await;
    }
    send(here, &SECOND, b"second").await;
    for listener in [&mut near, &mut far, &mut twice] {
        for number in 0..10u8 {
            assert_eq!(signal(&mut **listener).await, [number].as_slice());
        }
    }
    assert_eq!(signal(&mut *other).await, "second");
}

async fn a_payload_is_any_bytes_but_not_many(
    here: &dyn Signals,
    there: &dyn Signals,
    settle: impl AsyncFn(),
) {
    let mut far = there.listen(&FIRST);
    settle().await;
    let error = here.send(&FIRST, &[7; MAX_SIGNAL_BYTES + 1]).await;
    assert_eq!(
        error.expect_err("too large").kind,
        PortErrorKind::Internal,
        "it is our own fault"
    );
    let all: Vec<u8> = (0..=255).chain([0, 13, 10]).collect();
    for payload in [&all[..], &[], &[7; MAX_SIGNAL_BYTES]] {
        send(here, &FIRST, payload).await;
        assert_eq!(signal(&mut *far).await, payload);
    }
}

async fn a_slow_listener_is_told_what_it_missed(
    here: &dyn Signals,
    there: &dyn Signals,
    settle: impl AsyncFn(),
) {
    let mut slow = there.listen(&FIRST);
    let mut end = there.listen(&SECOND);
    settle().await;
    for _ in 0..SIGNAL_QUEUE + 50 {
        send(here, &FIRST, b"x").await;
    }
    send(here, &SECOND, b"end").await;
    assert_eq!(signal(&mut *end).await, "end");
    let mut heard = vec![slow.next().await];
    while heard.last() != Some(&Heard::Signal("after".into())) {
        send(here, &FIRST, b"after").await;
        heard.push(slow.next().await);
    }
    assert!(heard.contains(&Heard::Missed));
    let kept = heard.iter().filter(|h| **h == Heard::Signal("x".into()));
    let kept = kept.count();
    assert!(kept <= SIGNAL_QUEUE, "{kept} signals were kept");
}

async fn who_listens_later_hears_nothing_of_before(
    here: &dyn Signals,
    there: &dyn Signals,
    settle: impl AsyncFn(),
) {
    drop(there.listen(&FIRST));
    send(here, &FIRST, b"before").await;
    settle().await;
    let mut far = there.listen(&FIRST);
    settle().await;
    send(here, &FIRST, b"after").await;
    assert_eq!(signal(&mut *far).await, "after");
}
