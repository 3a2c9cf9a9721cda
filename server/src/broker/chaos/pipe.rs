//! Between a connection and its transport: where deliveries are late, doubled, lost or cut.

use std::collections::VecDeque;

use bytes::Bytes;

use super::super::outgoing::Item;
use super::super::timers::Timer;
use super::super::{Broker, Close, ConnId, How, Outgoing, Taken};
use super::{Behaviour, Random};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::broker) enum Direction {
    In,
    Out,
}

/// How one connection misbehaves, and what is on its way.
#[derive(Debug, Default)]
pub(in crate::broker) struct ConnChaos {
    behaviour: Behaviour,
    out: Pipe<Outgoing>,
    input: Pipe<Bytes>,
    /// The connection ends once the pipe is empty.
    cut: bool,
}

/// Things that arrive later, in their order.
#[derive(Debug)]
struct Pipe<T> {
    things: VecDeque<(u64, T)>,
    bytes: usize,
    /// When the last thing arrives: nothing overtakes it.
    last: u64,
    /// When the line is free again, in microseconds, so that a throttled line keeps its rate to the byte.
    free: u64,
}

impl<T> Default for Pipe<T> {
    fn default() -> Self {
        Self { things: VecDeque::new(), bytes: 0, last: 0, free: 0 }
    }
}

impl<T> Pipe<T> {
    fn push(&mut self, now: u64, thing: T, bytes: usize, delay: u64, rate: u64) {
        let mut at = now.saturating_add(delay);
        if let Some(time) = (bytes as u64).saturating_mul(1_000_000).checked_div(rate) {
            self.free = self.free.max(now.saturating_mul(1_000)).saturating_add(time);
            at = at.max(self.free / 1_000);
        }
        self.last = self.last.max(at);
        self.bytes += bytes;
        self.things.push_back((self.last, thing));
    }

    fn pop(&mut self, now: u64, weigh: impl Fn(&T) -> usize) -> Option<T> {
        if self.things.front()?.0 > now {
            return None;
        }
        let (_, thing) = self.things.pop_front()?;
        self.bytes = self.bytes.saturating_sub(weigh(&thing));
        Some(thing)
    }

    fn next(&self) -> Option<u64> {
        self.things.front().map(|(at, _)| *at)
    }
}

impl ConnChaos {
    pub(super) fn new(behaviour: Behaviour) -> Self {
        Self { behaviour, ..Self::default() }
    }

    pub(super) fn behaviour_mut(&mut self) -> &mut Behaviour {
        &mut self.behaviour
    }

    pub(in crate::broker) fn is_silent(&self) -> bool {
        self.behaviour.silent
    }

    /// Puts a frame on its way, with whatever befalls it there.
    fn send(&mut self, now: u64, item: Outgoing, random: &mut Random) {
        let Behaviour { delay: [_, (delay, jitter)], rate: [_, rate], .. } = self.behaviour;
        let mut delay = delay + random.below(jitter.saturating_add(1));
        let mut item = item;
        match &item.0 {
            Item::Bytes { bytes, .. } => {
                let starts = |start: &str| bytes.starts_with(start.as_bytes());
                if (self.behaviour.no_heart_beats && starts("\n"))
                    || (self.behaviour.no_receipts && starts("RECEIPT\n"))
                    || (self.behaviour.connect_never && starts("CONNECTED\n"))
                {
                    return;
                }
                if starts("CONNECTED\n") {
                    delay += self.behaviour.connect_late;
                    if let Some(wrong) = &self.behaviour.connect_wrong {
                        item = Outgoing::text(format!("{wrong}\0"));
                    }
                }
            }
            Item::Delivery(_) if self.behaviour.cut_next => {
                let mut half = item.to_vec();
                half.truncate(half.len() / 2);
                self.cut = true;
                return self.out.push(now, Outgoing::bytes(half.into()), item.weight(), delay, rate);
            }
            Item::Delivery(_) => {
                let weight = item.weight();
                if random.unit() < self.behaviour.duplicate {
                    self.out.push(now, item.clone(), weight, delay, rate);
                }
                self.out.push(now, item, weight, delay, rate);
                if random.unit() < self.behaviour.reorder {
                    self.swap_last();
                }
                return;
            }
        }
        let weight = item.weight();
        self.out.push(now, item, weight, delay, rate);
    }

    /// The last message arrives before the one that it should follow, if that is still on its way.
    fn swap_last(&mut self) {
        let mut last = self.out.things.iter_mut().rev();
        if let (Some((_, a)), Some((_, b))) = (last.next(), last.next())
            && let (Item::Delivery(_), Item::Delivery(_)) = (&a.0, &b.0)
        {
            std::mem::swap(a, b);
        }
    }
}

impl Broker {
    /// [`Broker::take`] for a connection that misbehaves.
    pub(in crate::broker) fn take_late(&mut self, now: u64, id: ConnId, max: usize, out: &mut Vec<Outgoing>) -> Taken {
        let Some(conn) = self.connections.get_mut(id.index).filter(|conn| conn.serial == id.serial) else {
            return Taken::default();
        };
        let Some(chaos) = conn.chaos.as_mut().filter(|chaos| !chaos.is_silent()) else { return Taken::default() };
        while !chaos.cut {
            let Some(item) = conn.outbox.pop() else { break };
            chaos.send(now, item, &mut self.chaos.random);
        }
        let before = out.len();
        let mut bytes = 0;
        while bytes < max
            && let Some(item) = chaos.out.pop(now, Outgoing::weight)
        {
            bytes += item.weight();
            out.push(item);
        }
        if out.len() > before {
            conn.last_sent = now;
            self.metrics.frames_sent += (out.len() - before) as u64;
        }
        let mut taken = Taken { more: bytes >= max, close: None };
        match chaos.out.next() {
            Some(at) if at > now => self.timers.set(at, id, Timer::LateOut),
            Some(_) => {}
            None if chaos.cut => {
                taken.close = Some(Close { how: How::Cut, ..Close::new(1006, "cut on command") });
            }
            None => taken.close = conn.phase.close(),
        }
        self.let_held_go_on(id);
        taken
    }

    /// Whether what came is to be heard now: not if nothing is, or only later.
    pub(in crate::broker) fn hears(&mut self, now: u64, id: ConnId, data: &[u8]) -> bool {
        let limit = self.settings.frame_limits.frame.saturating_mul(2);
        let Some(conn) = self.connections.get_mut(id.index).filter(|conn| conn.serial == id.serial) else {
            return false;
        };
        let Some(chaos) = &mut conn.chaos else { return true };
        if chaos.is_silent() {
            return false;
        }
        let Behaviour { delay: [(delay, jitter), _], rate: [rate, _], .. } = chaos.behaviour;
        if (delay, jitter, rate) == (0, 0, 0) && chaos.input.things.is_empty() {
            return true;
        }
        if chaos.input.bytes > limit {
            tracing::warn!(conn = %id, "more came than the delay can hold: the connection is cut");
            self.begin_cutting(now, id, How::Cut);
            return false;
        }
        let delay = delay + self.chaos.random.below(jitter.saturating_add(1));
        chaos.input.push(now, Bytes::copy_from_slice(data), data.len(), delay, rate);
        if let Some(at) = chaos.input.next() {
            self.timers.set(at, id, Timer::LateIn);
        }
        false
    }

    /// What was delayed is heard.
    pub(in crate::broker) fn hear_late(&mut self, now: u64, id: ConnId) {
        loop {
            let Some(chaos) = self.conn_mut(id).and_then(|conn| conn.chaos.as_mut()) else { return };
            let Some(data) = chaos.input.pop(now, Bytes::len) else {
                if let Some(at) = chaos.input.next() {
                    self.timers.set(at, id, Timer::LateIn);
                }
                return;
            };
            self.receive_now(now, id, &data);
        }
    }
}
