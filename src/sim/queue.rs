//! What is under way: a queue by time, first in, first out among equal times.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

#[derive(Debug)]
struct Item<T> {
    key: Reverse<(u64, u64)>,
    what: T,
}

impl<T> PartialEq for Item<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<T> Eq for Item<T> {}

impl<T> PartialOrd for Item<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Item<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

/// Things that will happen, in the order in which they will.
#[derive(Debug)]
pub(super) struct Queue<T> {
    heap: BinaryHeap<Item<T>>,
    pushed: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), pushed: 0 }
    }
}

impl<T> Queue<T> {
    /// Schedules something.
    pub(super) fn push(&mut self, at_us: u64, what: T) {
        self.heap.push(Item { key: Reverse((at_us, self.pushed)), what });
        self.pushed += 1;
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// When the next thing happens, and what.
    pub(super) fn peek(&self) -> Option<(u64, &T)> {
        self.heap.peek().map(|item| (item.key.0.0, &item.what))
    }

    /// Takes the next thing.
    pub(super) fn pop(&mut self) -> Option<(u64, T)> {
        self.heap.pop().map(|item| (item.key.0.0, item.what))
    }
}
