//! What was acknowledged, and what only may have happened.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::mails::Mail;

/// How often something was done.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    /// So often it was acknowledged.
    pub(super) acknowledged: u64,
    /// So often more nobody knows.
    pub(super) unknown: u64,
}

impl Count {
    pub(super) fn add(&mut self, is_acknowledged: bool) {
        if is_acknowledged {
            self.acknowledged += 1;
        } else {
            self.unknown += 1;
        }
    }
}

/// A track that was to be.
#[derive(Clone, Debug)]
pub(super) struct Song {
    /// The number of its artist.
    pub(super) artist: usize,
    /// What only this one was ever called.
    pub(super) first_title: String,
    /// Its id, once it was acknowledged.
    pub(super) id: Option<String>,
    /// Its title as of the last change that was acknowledged.
    pub(super) title: String,
    /// The title of a change of which nobody knows.
    pub(super) maybe: Option<String>,
    /// Whether it was to be removed, and whether that was acknowledged.
    pub(super) removed: Option<bool>,
}

/// Somebody who registered.
#[derive(Clone, Debug)]
pub(super) struct Newcomer {
    pub(super) email: String,
    pub(super) username: String,
    /// Whether the registration was acknowledged, so that a mail has to come.
    pub(super) asked: bool,
    /// Whether the account was acknowledged.
    pub(super) confirmed: bool,
    /// Whether the account was to be, with or without an answer.
    pub(super) tried: bool,
}

/// The log of the run.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) songs: Vec<Song>,
    pub(super) newcomers: Vec<Newcomer>,
    pub(super) changes: Count,
    pub(super) renames: Count,
    pub(super) removals: Count,
    /// The name of each artist as it was last acknowledged, and one that may be.
    pub(super) names: HashMap<usize, (String, Option<String>)>,
    /// Invitations that were acknowledged, by the number of who made them.
    pub(super) invitations: Vec<(usize, String)>,
    pub(super) refreshes: u64,
    /// Mails by their ids, and how often each came.
    pub(super) mails: HashMap<String, (Mail, usize)>,
    /// Requests that got no answer.
    pub(super) lost_answers: u64,
    /// Answers that were given a second time.
    pub(super) replayed: u64,
    /// What is wrong.
    pub(super) faults: Vec<String>,
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let confirmed = self.newcomers.iter().filter(|newcomer| newcomer.confirmed);
        let doubles = self.mails.values().filter(|(_, count)| *count > 1);
        write!(
            f,
            "acknowledged: {} songs, {} changes, {} renames, {} removals, {} refreshes, {} \
             accounts, {} invitations; {} mails, {} of them more than once; {} answers were lost, \
             {} given again",
            self.songs.iter().filter(|song| song.id.is_some()).count(),
            self.changes.acknowledged,
            self.renames.acknowledged,
            self.removals.acknowledged,
            self.refreshes,
            confirmed.count(),
            self.invitations.len(),
            self.mails.len(),
            doubles.count(),
            self.lost_answers,
            self.replayed,
        )
    }
}

/// The ledger, in everybody's hands.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Ledger>>);

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap()
    }

    pub(super) fn fault(&self, what: impl Into<String>) {
        self.lock().faults.push(what.into());
    }

    /// The token that was mailed to an address.
    pub(super) fn token_for(&self, email: &str) -> Option<String> {
        let ledger = self.lock();
        let mut mails = ledger.mails.values();
        mails
            .find(|(mail, _)| mail.to == email)
            .and_then(|(mail, _)| mail.token.clone())
    }
}
