//! Of fifty who want at the same moment what only one can have, one gets it.
//!
//! Each race is run three times; `RACE_ROUNDS` says how often else.

mod administrators;
mod keys;
mod registration;
mod second_factor;
mod sessions;

use std::future::Future;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Answer, Veza};

/// How many attempts there are at once.
const AT_ONCE: usize = 50;

/// How often a race is run.
fn rounds() -> usize {
    let wanted = std::env::var("RACE_ROUNDS").ok();
    wanted.map_or(3, |rounds| rounds.parse().unwrap())
}

/// A server before which fifty networks stand: what limits one of them is not what is tried here.
async fn start(data: &std::path::Path) -> Veza {
    let settings = ["--rate-limits", "loose", "--trusted-proxy", "127.0.0.1"];
    Veza::start_with(data, &settings).await
}

/// Sends a request from a network of its own. Fifty who wait for one row of PostgreSQL on a busy
/// machine may wait too long for a connection: who is told to come again does.
async fn send(request: reqwest::RequestBuilder, network: usize) -> Answer {
    let address = format!("10.0.{network}.1");
    let mut request = request.header("x-forwarded-for", address);
    for _ in 0..20 {
        // A form with a file cannot be sent again.
        let again = request.try_clone();
        let answer = Answer::of(request.send().await.unwrap()).await;
        match again {
            Some(again) if answer.status == 503 => {
                eprintln!("not available: asked again");
                request = again;
            }
            _ => return answer,
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("still not available after twenty times");
}

/// All attempts at once, and what each was answered.
async fn at_once<F: Future<Output = Answer>>(attempt: impl FnMut(usize) -> F) -> Vec<Answer> {
    futures_util::future::join_all((0..AT_ONCE).map(attempt)).await
}

/// The same request by everybody.
async fn all_post(veza: &Veza, path: &str, token: Option<&str>, body: &Value) -> Vec<Answer> {
    at_once(|n| {
        let mut request = veza.http.post(veza.url(path)).json(body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        send(request, n)
    })
    .await
}

/// The one that was answered `won`, where all others were answered `lost`.
fn only(answers: &[Answer], won: u16, lost: u16) -> &Answer {
    let (winners, others): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == won);
    let stray = others.iter().find(|answer| answer.status != lost);
    if let Some(stray) = stray {
        panic!("{} instead of {lost}: {}", stray.status, stray.json);
    }
    assert_eq!(winners.len(), 1, "one of {} wins", answers.len());
    winners[0]
}

/// Every one of them was answered so.
fn all(answers: &[Answer], status: u16) {
    for answer in answers {
        assert_eq!(answer.status, status, "{}", answer.json);
    }
}
