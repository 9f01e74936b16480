//! Somebody who asks again until there is an answer.

use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::Instant;

use super::ledger::Shared;
use super::process::Up;
use crate::chance::Random;
use crate::support::{Answer, PASSWORD};

/// Whether new things are begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Working,
    /// Only what was begun is brought to its end, until then.
    Finishing(Instant),
}

/// An answer, after however many requests.
pub(super) struct Asked {
    pub(super) answer: Answer,
    /// Whether a request before got no answer, so that it may have taken effect.
    pub(super) was_lost: bool,
}

/// What a request is made of.
pub(super) struct Line<'a> {
    pub(super) http: &'a reqwest::Client,
    /// Where the API is.
    pub(super) api: &'a str,
    pub(super) token: &'a str,
}

impl Line<'_> {
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.authorised(self.http.get(self.url(path)))
    }

    pub(super) fn post(&self, path: &str) -> RequestBuilder {
        self.authorised(self.http.post(self.url(path)))
    }

    pub(super) fn put(&self, path: &str) -> RequestBuilder {
        self.authorised(self.http.put(self.url(path)))
    }

    pub(super) fn delete(&self, path: &str) -> RequestBuilder {
        self.authorised(self.http.delete(self.url(path)))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.api)
    }

    fn authorised(&self, request: RequestBuilder) -> RequestBuilder {
        if self.token.is_empty() {
            request
        } else {
            request.bearer_auth(self.token)
        }
    }
}

/// Somebody with an account, before the processes of the API.
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) chance: Random,
    pub(super) ledger: Shared,
    pub(super) phase: watch::Receiver<Phase>,
    pub(super) refresh_token: Value,
    http: reqwest::Client,
    front: Vec<watch::Receiver<Option<Up>>>,
    token: String,
}

impl Caller {
    pub(super) fn new(
        name: &str,
        front: Vec<watch::Receiver<Option<Up>>>,
        ledger: Shared,
        phase: watch::Receiver<Phase>,
        chance: Random,
    ) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(15));
        Self {
            name: name.to_owned(),
            chance,
            ledger,
            phase,
            refresh_token: Value::Null,
            http: http.build().unwrap(),
            front,
            token: String::new(),
        }
    }

    pub(super) fn is_working(&self) -> bool {
        *self.phase.borrow() == Phase::Working
    }

    pub(super) fn gives_up(&self) -> bool {
        matches!(*self.phase.borrow(), Phase::Finishing(until) if Instant::now() > until)
    }

    /// Does nothing for a while.
    pub(super) async fn pause(&mut self, millis: std::ops::Range<u64>) {
        tokio::time::sleep(Duration::from_millis(self.chance.within(millis))).await;
    }

    /// Signs in. The name in the address stays, whatever the account is called.
    pub(super) async fn log_in(&mut self) {
        self.token.clear();
        let email = format!("{}@example.com", self.name);
        let body = json!({"email": email, "password": PASSWORD, "tokenDelivery": "body"});
        let asked = self.ask(|line| line.post("/auth/login").json(&body)).await;
        if let Some(Asked { answer, .. }) = asked {
            assert_eq!(answer.status, 200, "{}", answer.json);
            self.take_tokens(&answer.json);
        }
    }

    fn take_tokens(&mut self, answer: &Value) {
        self.token = answer["accessToken"].as_str().unwrap().to_owned();
        self.refresh_token = answer["refreshToken"].clone();
    }

    /// Gets the next tokens of the session. A lost answer must not end it.
    pub(super) async fn refresh(&mut self) {
        let body = json!({ "refreshToken": self.refresh_token });
        let Some(asked) = self
            .ask(|line| line.post("/auth/refresh").json(&body))
            .await
        else {
            return;
        };
        if asked.answer.status == 200 {
            self.take_tokens(&asked.answer.json);
            self.ledger.lock().refreshes += 1;
        } else {
            let said = &asked.answer.json["code"];
            self.ledger
                .fault(format!("lost: a session, by a refresh: {said}"));
            self.log_in().await;
        }
    }

    /// One request, to any of the processes that are up; none without an answer.
    async fn try_once(&mut self, request: &impl Fn(&Line<'_>) -> RequestBuilder) -> Tried {
        let up = self.front.iter().filter_map(|up| up.borrow().clone());
        let up: Vec<Up> = up.collect();
        if up.is_empty() {
            return Tried::NotSent;
        }
        let line = Line {
            http: &self.http,
            api: &up[self.chance.below(up.len())].api,
            token: &self.token,
        };
        match request(&line).send().await {
            Err(error) if error.is_connect() => Tried::NotSent,
            Err(_) => Tried::Lost,
            Ok(response) => {
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                let Ok(body) = response.bytes().await else {
                    return Tried::Lost;
                };
                let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
                Tried::Answered(Answer {
                    status,
                    headers,
                    json,
                })
            }
        }
    }

    /// Asks until the answer is final; none when the run is over before.
    pub(super) async fn ask(
        &mut self,
        request: impl Fn(&Line<'_>) -> RequestBuilder,
    ) -> Option<Asked> {
        let mut was_lost = false;
        while !self.gives_up() {
            let answer = match self.try_once(&request).await {
                Tried::NotSent => {
                    self.pause(20..80).await;
                    continue;
                }
                Tried::Lost => {
                    was_lost = true;
                    self.ledger.lock().lost_answers += 1;
                    self.pause(5..50).await;
                    continue;
                }
                Tried::Answered(answer) => answer,
            };
            match answer.status {
                // It may have taken effect all the same.
                503 => {
                    was_lost = true;
                    self.pause(100..400).await;
                }
                500 | 429 => {
                    let said = format!("{} {}", answer.status, answer.json);
                    self.ledger.fault(format!("answered: {said}"));
                    was_lost = true;
                    self.pause(100..400).await;
                }
                409 if answer.json["code"] == "request.in_flight" => self.pause(100..400).await,
                401 if answer.json["code"] == "auth.token.expired" => Box::pin(self.log_in()).await,
                _ => {
                    if answer.headers.contains_key("idempotency-replayed") {
                        self.ledger.lock().replayed += 1;
                    }
                    return Some(Asked { answer, was_lost });
                }
            }
        }
        None
    }

    /// A text on another port of the installation; none when it is not there.
    pub(super) async fn fetch(&self, url: &str) -> Option<String> {
        let response = self.http.get(url).send().await.ok()?;
        let response = response.error_for_status().ok()?;
        response.text().await.ok()
    }

    /// All items of a list.
    pub(super) async fn list(&mut self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{path}limit=100{cursor}");
            let Some(page) = self.ask(|line| line.get(&path)).await else {
                return items;
            };
            let page = page.answer;
            assert_eq!(page.status, 200, "{path}: {}", page.json);
            items.extend(page.json["items"].as_array().unwrap().iter().cloned());
            match page.json["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }
}

/// What became of a request.
enum Tried {
    /// Nobody was there to take it.
    NotSent,
    /// It may have taken effect.
    Lost,
    Answered(Answer),
}
