//! One lane for each aggregate: what is on it goes one after the other, and lanes go side by side.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// What waits behind what is being worked on.
#[derive(Debug)]
pub(crate) struct Lanes<K, T> {
    busy: HashMap<K, VecDeque<T>>,
}

impl<K: Eq + Hash, T> Lanes<K, T> {
    pub(crate) fn new() -> Self {
        Self {
            busy: HashMap::new(),
        }
    }

    /// Puts an item on a lane. It comes back when it is to be worked on at once; else it waits.
    pub(crate) fn enter(&mut self, lane: K, item: T) -> Option<T> {
        match self.busy.get_mut(&lane) {
            Some(waiting) => {
                waiting.push_back(item);
                None
            }
            None => {
                self.busy.insert(lane, VecDeque::new());
                Some(item)
            }
        }
    }

    /// After the work on an item of this lane: the next.
    pub(crate) fn next(&mut self, lane: &K) -> Option<T> {
        let next = self.busy.get_mut(lane)?.pop_front();
        if next.is_none() {
            self.busy.remove(lane);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_goes_in_order_and_others_do_not_wait() {
        let mut lanes = Lanes::new();
        assert_eq!(lanes.enter('a', 1), Some(1));
        assert_eq!(lanes.enter('a', 2), None);
        assert_eq!(lanes.enter('b', 3), Some(3));
        assert_eq!(lanes.enter('a', 4), None);
        assert_eq!((lanes.next(&'a'), lanes.next(&'b')), (Some(2), None));
        assert_eq!(lanes.enter('b', 5), Some(5));
        assert_eq!((lanes.next(&'a'), lanes.next(&'a')), (Some(4), None));
        assert!(!lanes.busy.contains_key(&'a'), "idle lanes take no room");
    }
}
