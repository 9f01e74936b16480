//! One reading at a time of each key: those who come meanwhile wait for its end and share it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use bytes::Bytes;

use super::{CacheKey, Space};

/// What came of a reading: the value, or that there is none.
pub(super) type Landed = Option<Bytes>;

/// The readings under way.
#[derive(Clone, Default)]
pub(super) struct Flights(Arc<Mutex<HashMap<CacheKey, Arc<Flight>>>>);

#[derive(Default)]
struct Flight(Mutex<State>);

#[derive(Default)]
enum State {
    #[default]
    Flying,
    Waited(Vec<Waker>),
    Landed(Landed),
    /// Whoever read it failed or went away.
    Lost,
}

/// One's part in a reading.
pub(super) enum Part {
    /// To read.
    Lead(Lead),
    /// To wait for whoever reads.
    Follow(Follow),
}

pub(super) struct Lead {
    flights: Flights,
    key: CacheKey,
    flight: Arc<Flight>,
}

pub(super) struct Follow(Arc<Flight>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    pub(super) fn join(&self, key: &CacheKey) -> Part {
        let mut flights = lock(&self.0);
        if let Some(flight) = flights.get(key) {
            return Part::Follow(Follow(Arc::clone(flight)));
        }
        let flight = Arc::new(Flight::default());
        flights.insert(key.clone(), Arc::clone(&flight));
        Part::Lead(Lead {
            flights: self.clone(),
            key: key.clone(),
            flight,
        })
    }

    /// Whoever comes from now on does not join the readings of these keys: they may have seen
    /// what was there before a change.
    pub(super) fn part_with(&self, keys: &[CacheKey]) {
        let mut flights = lock(&self.0);
        for key in keys {
            flights.remove(key);
        }
    }

    /// The same for all keys of a space.
    pub(super) fn part_with_space(&self, space: &Space) {
        lock(&self.0).retain(|key, _| key.space() != space);
    }
}

impl Flight {
    fn end(&self, end: State) {
        let before = std::mem::replace(&mut *lock(&self.0), end);
        if let State::Waited(wakers) = before {
            wakers.into_iter().for_each(Waker::wake);
        }
    }
}

impl Lead {
    /// Shares what was read.
    pub(super) fn land(self, landed: Landed) {
        self.flight.end(State::Landed(landed));
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        {
            let mut flights = lock(&self.flights.0);
            let own = |flight: &Arc<Flight>| Arc::ptr_eq(flight, &self.flight);
            if flights.get(&self.key).is_some_and(own) {
                flights.remove(&self.key);
            }
        }
        let landed = matches!(*lock(&self.flight.0), State::Landed(_));
        if !landed {
            self.flight.end(State::Lost);
        }
    }
}

impl Follow {
    /// Waits for the end; none when nothing came of it.
    pub(super) async fn wait(self) -> Option<Landed> {
        poll_fn(|context| {
            let mut state = lock(&self.0.0);
            match &mut *state {
                State::Landed(landed) => return Poll::Ready(Some(landed.clone())),
                State::Lost => return Poll::Ready(None),
                State::Waited(wakers) => {
                    if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                        wakers.push(context.waker().clone());
                    }
                }
                State::Flying => *state = State::Waited(vec![context.waker().clone()]),
            }
            Poll::Pending
        })
        .await
    }
}
