//! Somebody who brings others in: invites them, registers them, and reads their mails.

use serde_json::{Value, json};

use super::caller::{Asked, Caller};
use super::ledger::Newcomer;
use crate::support::PASSWORD;

/// An account has so many invitations at most.
const MAX_INVITATIONS: usize = 150;

/// A registrar.
pub(super) struct Registrar {
    pub(super) caller: Caller,
    /// The number among the registrars.
    pub(super) number: usize,
    /// Those who were brought in.
    serial: usize,
    invited: usize,
}

impl Registrar {
    pub(super) async fn new(mut caller: Caller, number: usize) -> Self {
        caller.log_in().await;
        Self {
            caller,
            number,
            serial: 0,
            invited: 0,
        }
    }

    /// Goes on until the time is over.
    pub(super) async fn work(mut self) {
        while self.caller.is_working() {
            self.bring_in().await;
            self.caller.pause(100..700).await;
        }
    }

    async fn bring_in(&mut self) {
        self.serial += 1;
        let name = format!("newcomer{}-{}", self.number, self.serial);
        let mut newcomer = Newcomer {
            email: format!("{name}@example.com"),
            username: name,
            asked: false,
            confirmed: false,
            tried: false,
        };
        let invitation = if self.serial.is_multiple_of(3) {
            self.invite().await
        } else {
            None
        };
        newcomer.asked = self.register(&newcomer, invitation).await;
        if newcomer.asked
            && let Some(token) = self.mailed(&newcomer.email).await
        {
            newcomer.tried = true;
            newcomer.confirmed = self.confirm(&token).await;
        }
        self.caller.ledger.lock().newcomers.push(newcomer);
    }

    /// The code of a new invitation. One whose answer is lost is nobody's: its code is shown once.
    async fn invite(&mut self) -> Option<Value> {
        if self.invited >= MAX_INVITATIONS {
            return None;
        }
        self.invited += 1;
        let body = json!({"uses": 1});
        let request = self
            .caller
            .ask(|line| line.post("/auth/invitations").json(&body));
        let answer = request.await?.answer;
        if answer.status != 201 {
            let what = format!(
                "answered: {} to an invitation: {}",
                answer.status, answer.json
            );
            self.caller.ledger.fault(what);
            return None;
        }
        let id = answer.json["id"].as_str().unwrap().to_owned();
        self.caller
            .ledger
            .lock()
            .invitations
            .push((self.number, id));
        Some(answer.json["code"].clone())
    }

    async fn register(&mut self, newcomer: &Newcomer, invitation: Option<Value>) -> bool {
        let mut body = json!({
            "email": newcomer.email, "username": newcomer.username, "password": PASSWORD,
        });
        if let Some(code) = invitation {
            body["invitation"] = code;
        }
        let request = self
            .caller
            .ask(|line| line.post("/auth/register").json(&body));
        let Some(Asked { answer, was_lost }) = request.await else {
            return false;
        };
        // The name may be taken by the request whose answer was lost.
        let is_own = was_lost && answer.status == 409;
        let is_registered = answer.status == 202 || is_own;
        if !is_registered {
            let what = format!(
                "answered: {} to a registration: {}",
                answer.status, answer.json
            );
            self.caller.ledger.fault(what);
        }
        is_registered
    }

    /// The token that a newcomer is mailed, unless the run is over before it comes.
    async fn mailed(&mut self, email: &str) -> Option<String> {
        while !self.caller.gives_up() {
            if let Some(token) = self.caller.ledger.token_for(email) {
                return Some(token);
            }
            self.caller.pause(20..100).await;
        }
        None
    }

    async fn confirm(&mut self, token: &str) -> bool {
        let body = json!({ "token": token });
        let request = self
            .caller
            .ask(|line| line.post("/auth/verify").json(&body));
        let Some(Asked { answer, was_lost }) = request.await else {
            return false;
        };
        // A link is good once: it may be used up by the request whose answer was lost.
        let is_confirmed = answer.status == 201 || (was_lost && answer.status == 404);
        if !is_confirmed {
            let what = format!("lost: a registration: {} {}", answer.status, answer.json);
            self.caller.ledger.fault(what);
        }
        is_confirmed
    }
}
