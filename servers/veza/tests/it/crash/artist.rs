//! Somebody who uploads songs, changes and removes them.

use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::caller::{Asked, Caller};
use super::ledger::Song;
use crate::sound::wav;

/// How often each of them uploads something.
const UPLOAD_EVERY: Duration = Duration::from_secs(8);

/// An artist.
pub(super) struct Artist {
    pub(super) caller: Caller,
    /// The number among the artists.
    pub(super) number: usize,
    pub(super) user_id: String,
    /// Whether uploads have a key.
    pub(super) is_careful: bool,
    /// Counts what is to be unique.
    serial: usize,
}

impl Artist {
    pub(super) async fn new(mut caller: Caller, number: usize, is_careful: bool) -> Self {
        caller.log_in().await;
        let me = caller
            .ask(|line| line.get("/users/me"))
            .await
            .unwrap()
            .answer;
        Self {
            caller,
            number,
            user_id: me.json["id"].as_str().unwrap().to_owned(),
            is_careful,
            serial: 0,
        }
    }

    /// Goes on until the time is over.
    pub(super) async fn work(mut self) {
        // Not all at the same time.
        let delay = Duration::from_millis(self.caller.chance.within(0..8_000));
        let mut upload_at = Instant::now() + delay;
        while self.caller.is_working() {
            if Instant::now() >= upload_at {
                upload_at = Instant::now() + UPLOAD_EVERY;
                self.upload().await;
            }
            match self.caller.chance.below(20) {
                0 => self.caller.refresh().await,
                1..=3 => self.rename().await,
                4 => self.remove().await,
                _ => self.change().await,
            }
            self.caller.pause(1..40).await;
        }
    }

    /// Does nothing but upload, until the time is over.
    pub(super) async fn upload_all_the_time(mut self) {
        while self.caller.is_working() {
            self.upload().await;
        }
    }

    fn unique(&mut self, what: &str) -> String {
        self.serial += 1;
        format!("{what} {} of {}", self.serial, self.number)
    }

    async fn upload(&mut self) {
        let title = self.unique("song");
        let is_careful = self.is_careful;
        let asked = self.caller.ask(|line| {
            let file = Part::bytes(wav(1)).file_name("song.wav");
            let form = Form::new()
                .text("title", title.clone())
                .text("visibility", "public")
                .part("file", file);
            let mut request = line.post("/tracks");
            if is_careful {
                request = request.header("idempotency-key", title.replace(' ', "-"));
            }
            request.multipart(form)
        });
        let id = match asked.await {
            Some(asked) => self.uploaded(&title, &asked).await,
            None => None,
        };
        self.caller.ledger.lock().songs.push(Song {
            artist: self.number,
            first_title: title.clone(),
            id,
            title,
            maybe: None,
            removed: None,
        });
    }

    /// The id of a track that was acknowledged.
    async fn uploaded(&mut self, title: &str, asked: &Asked) -> Option<String> {
        let Asked { answer, .. } = asked;
        match answer.status {
            202 => Some(answer.json["id"].as_str().unwrap().to_owned()),
            // It took effect, and somebody died before the answer was stored: we have to look.
            409 if answer.json["code"] == "request.answer_lost" => {
                let mine = self.caller.list(super::MINE).await;
                let found = mine.iter().find(|track| track["title"] == title);
                if found.is_none() {
                    let what = format!("lost: {title}, of which the key tells that it was made");
                    self.caller.ledger.fault(what);
                }
                found.map(|track| track["id"].as_str().unwrap().to_owned())
            }
            status => {
                let what = format!("answered: {status} to an upload: {}", answer.json);
                self.caller.ledger.fault(what);
                None
            }
        }
    }

    /// One of the songs that are there for certain: its place in the ledger, and its id.
    fn any_song(&mut self) -> Option<(usize, String)> {
        let ledger = self.caller.ledger.lock();
        let mine = ledger.songs.iter().enumerate().filter_map(|(place, song)| {
            let is_mine = song.artist == self.number && song.removed.is_none();
            Some((place, song.id.clone().filter(|_| is_mine)?))
        });
        let mut mine: Vec<_> = mine.collect();
        drop(ledger);
        let count = mine.len();
        (count > 0).then(|| mine.swap_remove(self.caller.chance.below(count)))
    }

    async fn change(&mut self) {
        let Some((place, id)) = self.any_song() else {
            return self.rename().await;
        };
        let title = self.unique("title");
        let body = json!({"title": title, "visibility": "public"});
        let is_made = self.put(&format!("/tracks/{id}"), "title", &body).await;
        let mut ledger = self.caller.ledger.lock();
        ledger.changes.add(is_made);
        let song = &mut ledger.songs[place];
        if is_made {
            song.title = title;
        } else {
            song.maybe = Some(title);
        }
    }

    async fn rename(&mut self) {
        self.serial += 1;
        let name = format!("artist{}-{}", self.number, self.serial);
        let path = format!("/users/{}", self.user_id);
        let is_made = self
            .put(&path, "username", &json!({ "username": name }))
            .await;
        let mut ledger = self.caller.ledger.lock();
        ledger.renames.add(is_made);
        if is_made {
            ledger.names.insert(self.number, (name, None));
        } else if let Some((_, maybe)) = ledger.names.get_mut(&self.number) {
            *maybe = Some(name);
        }
    }

    /// Changes a thing in the version that was seen; whether that is certain. A change whose answer
    /// was lost is looked for: its field tells it from any other.
    async fn put(&mut self, path: &str, field: &str, body: &Value) -> bool {
        let mut may_be_made = false;
        loop {
            let Some(seen) = self.caller.ask(|line| line.get(path)).await else {
                return false;
            };
            let seen = seen.answer;
            if seen.status != 200 {
                let what = format!("lost: {path}: {} {}", seen.status, seen.json);
                self.caller.ledger.fault(what);
                return false;
            }
            if may_be_made && seen.json[field] == body[field] {
                return true;
            }
            let tag = seen.headers["etag"].to_str().unwrap();
            let change = self.caller.ask(|line| {
                let request = line.put(path).header("if-match", tag);
                request.json(body)
            });
            let Some(asked) = change.await else {
                return false;
            };
            may_be_made |= asked.was_lost;
            match asked.answer.status {
                200 => return true,
                // Somebody was quicker: the work on the track, or we ourselves.
                412 => {}
                status => {
                    let what = format!("answered: {status} to {path}: {}", asked.answer.json);
                    self.caller.ledger.fault(what);
                    return false;
                }
            }
        }
    }

    async fn remove(&mut self) {
        let Some((place, id)) = self.any_song() else {
            return;
        };
        self.caller.ledger.lock().songs[place].removed = Some(false);
        let path = format!("/tracks/{id}");
        let asked = self.caller.ask(|line| line.delete(&path)).await;
        let mut ledger = self.caller.ledger.lock();
        match asked {
            None => ledger.removals.add(false),
            Some(Asked { answer, was_lost }) if answer.status == 204 || was_lost => {
                ledger.removals.add(true);
                ledger.songs[place].removed = Some(true);
            }
            Some(Asked { answer, .. }) => {
                let what = format!("lost: {path}: {} {}", answer.status, answer.json);
                ledger.faults.push(what);
            }
        }
    }
}
