//! What waits to be sent to one connection.

use std::collections::VecDeque;

use super::outgoing::{Delivery, Item, Outgoing};

/// A bounded line of frames. Who reads it is told once that there is something, not for every frame.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    items: VecDeque<Outgoing>,
    weight: usize,
    /// Whether the transport was told that there is something, and has not come for all of it yet.
    pub(super) woken: bool,
    /// Whether a queue passed this consumer over because too much waits.
    pub(super) held: bool,
}

impl Outbox {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    /// Adds a frame; `true` if the transport must be told.
    pub(super) fn push(&mut self, item: Outgoing) -> bool {
        self.weight += item.weight();
        self.items.push_back(item);
        !std::mem::replace(&mut self.woken, true)
    }

    pub(super) fn pop(&mut self) -> Option<Outgoing> {
        let item = self.items.pop_front();
        match &item {
            Some(item) => self.weight = self.weight.saturating_sub(item.weight()),
            None => {
                self.woken = false;
                // A burst's memory is not kept for ever.
                if self.items.capacity() > 1_024 {
                    self.items.shrink_to(64);
                }
            }
        }
        item
    }

    /// Drops the oldest message that came straight from a topic. `false` if there is none.
    pub(super) fn drop_oldest(&mut self) -> bool {
        let droppable = |item: &Outgoing| matches!(&item.0, Item::Delivery(delivery) if delivery.queue.is_none());
        let Some(item) = self.items.iter().position(droppable).and_then(|at| self.items.remove(at)) else {
            return false;
        };
        self.weight = self.weight.saturating_sub(item.weight());
        true
    }

    /// Drops everything: nobody will fetch it. The transport is to be told that.
    pub(super) fn abandon(&mut self) {
        *self = Self { woken: true, ..Self::default() };
    }

    /// Takes all messages out for which `which` says so, in their order; everything else stays.
    pub(super) fn take_deliveries(&mut self, which: impl Fn(&Delivery) -> bool) -> Vec<Delivery> {
        let mut taken = Vec::new();
        for item in std::mem::take(&mut self.items) {
            match item {
                Outgoing(Item::Delivery(delivery)) if which(&delivery) => taken.push(delivery),
                item => self.items.push_back(item),
            }
        }
        self.weight = self.items.iter().map(Outgoing::weight).sum();
        taken
    }
}
