//! The deliveries of one pass: which are handled together, and what is done when that fails.

use std::collections::{HashSet, VecDeque};

use uuid::Uuid;

use crate::kernel::consumer::HandleError;
use crate::kernel::delivery::Delivery;
use crate::kernel::id::TypedId as _;

/// Deliveries that are handled in one unit of work while all goes well: a commit is what costs most,
/// and what keeps those waiting who have something more urgent to write.
const TOGETHER: usize = 20;

/// Why deliveries were not handled; none of them was.
pub(super) struct Broken {
    /// The place of the one that failed; none when it was the unit of work.
    pub(super) at: Option<usize>,
    pub(super) error: HandleError,
}

/// What is left of a pass. Each event is tried until it fails once: those before one that failed are
/// handled again without it, and it is judged by how it failed.
pub(super) struct Work<'a> {
    left: VecDeque<&'a Delivery>,
    together: usize,
    /// The event which failed among others, and how.
    failed: Option<(Uuid, HandleError)>,
    /// Aggregates of which one failed: what comes after it waits with it.
    held_up: HashSet<Uuid>,
}

impl<'a> Work<'a> {
    pub(super) fn new(due: &'a [Delivery]) -> Self {
        Self {
            left: due.iter().collect(),
            together: TOGETHER,
            failed: None,
            held_up: HashSet::new(),
        }
    }

    pub(super) fn first(&self) -> Option<&'a Delivery> {
        self.left.front().copied()
    }

    /// How the first one failed, if it has.
    pub(super) fn judgement(&mut self) -> Option<HandleError> {
        let first = self.first()?.event.event_id.uuid();
        let failed = self.failed.take_if(|(event, _)| *event == first);
        failed.map(|(_, error)| error)
    }

    /// What is to be handled now: as many as go together, up to the one that failed.
    pub(super) fn group(&self) -> Vec<&'a Delivery> {
        let failed = self.failed.as_ref().map(|(event, _)| *event);
        let sound = |delivery: &&&Delivery| Some(delivery.event.event_id.uuid()) != failed;
        let group = self.left.iter().take(self.together).take_while(sound);
        group.copied().collect()
    }

    /// The first ones are handled.
    pub(super) fn done(&mut self, count: usize) {
        self.left.drain(..count);
    }

    /// A group failed. How the first one failed, where it is known to be that one.
    pub(super) fn judge(&mut self, group: &[&Delivery], broken: Broken) -> Option<HandleError> {
        match broken.at {
            // Nobody knows whose fault it is until each is alone.
            None if group.len() > 1 => self.together = 1,
            None | Some(0) => return Some(broken.error),
            Some(at) => self.failed = Some((group[at].event.event_id.uuid(), broken.error)),
        }
        None
    }

    /// The first one failed, and those of its aggregate wait with it.
    pub(super) fn hold_up(&mut self) {
        if let Some(first) = self.left.pop_front() {
            self.held_up.insert(first.event.aggregate_id);
        }
        let held_up = &self.held_up;
        self.left
            .retain(|delivery| !held_up.contains(&delivery.event.aggregate_id));
    }
}
