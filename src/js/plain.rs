//! The short way of an everyday message across the boundary: JavaScript writes the header block into a piece of wasm
//! memory and reads offsets from another; no string and no object crosses.

use std::cell::Cell;

use crate::frame::MAX_PLAIN_HEADERS;
use crate::session::PlainMessage;

/// The longest header block that goes the short way, in bytes.
pub(super) const MAX_BLOCK: usize = 2048;

/// Where in the answer what stands. The face has the same names.
#[derive(Clone, Copy)]
enum Slot {
    /// The length of the block, with its blank line.
    Length = 0,
    /// The subscription's key.
    Key = 1,
    /// The length of the body in bytes, plus 1; 0 if the body ends at the first NUL.
    BodyPlusOne = 2,
    /// The number of the template that the block fits.
    Template = 3,
    /// Where the session has the subscription.
    Place = 4,
    /// The number of headers, if the template is a new one.
    Count = 5,
    /// The number of the template's holes.
    Holes = 6,
    /// The connection on which the face may put frames together by itself and send them; 0 for none.
    Ready = 7,
    /// Whether only text may be sent there.
    TextOnly = 8,
    /// Whose values have escapes, if the template is a new one: see `PlainBlock::escaped`.
    Escaped = 9,
    /// Where what stands in the holes begins and ends, in turns. Behind them, if the template is a new one, the ends of
    /// name and value, in turns, and for each hole its header, how much of the value is fixed, and whether it can have
    /// escapes.
    Marks = 10,
}

/// The two pieces of memory. They are never moved, so that JavaScript may keep their addresses.
pub(super) struct Area {
    block: Box<[Cell<u8>]>,
    answer: Box<[Cell<u32>]>,
}

impl Area {
    pub(super) fn new() -> Self {
        Self {
            block: vec![Cell::new(0); MAX_BLOCK].into(),
            answer: vec![Cell::new(0); Slot::Marks as usize + 7 * MAX_PLAIN_HEADERS].into(),
        }
    }

    /// The address of the piece that JavaScript writes to.
    pub(super) fn block_address(&self) -> *const Cell<u8> {
        self.block.as_ptr()
    }

    /// The address of the piece that JavaScript reads from.
    pub(super) fn answer_address(&self) -> *const Cell<u32> {
        self.answer.as_ptr()
    }

    /// The first `length` bytes that JavaScript wrote. It writes only while no Rust code runs.
    #[allow(unsafe_code)]
    pub(super) fn block(&self, length: usize) -> &[u8] {
        let length = length.min(self.block.len());
        // SAFETY: `Cell<u8>` has the layout of `u8`, the cells are alive as long as `self`, there are `length` of them,
        // and no Rust code ever writes to them, so that nothing changes behind this reference.
        unsafe { std::slice::from_raw_parts(self.block.as_ptr().cast::<u8>(), length) }
    }

    /// Writes the answer.
    pub(super) fn answer(&self, message: &PlainMessage<'_>) {
        self.set(Slot::Length as usize, message.length);
        self.set(Slot::Key as usize, message.subscription.0 as usize);
        self.set(Slot::BodyPlusOne as usize, message.content_length.map_or(0, |length| length.saturating_add(1)));
        self.set(Slot::Template as usize, message.template as usize);
        self.set(Slot::Place as usize, message.place);
        self.set(Slot::Holes as usize, message.marks.len());
        let mut slot = Slot::Marks as usize;
        let mut next = |number: usize| {
            self.set(slot, number);
            slot += 1;
        };
        for (start, end) in message.marks {
            next(*start as usize);
            next(*end as usize);
        }
        let Some(learnt) = &message.learnt else { return };
        self.set(Slot::Count as usize, learnt.block.count);
        self.set(Slot::Escaped as usize, learnt.block.escaped as usize);
        for (name_end, end) in learnt.block.ends.iter().take(learnt.block.count) {
            next(*name_end as usize);
            next(*end as usize);
        }
        for (place, fixed, escaped) in learnt.holes() {
            next(place);
            next(fixed);
            next(usize::from(escaped));
        }
    }

    pub(super) fn set_ready(&self, connection: u32, text_only: bool) {
        self.set(Slot::Ready as usize, connection as usize);
        self.set(Slot::TextOnly as usize, usize::from(text_only));
    }

    #[allow(clippy::cast_possible_truncation)]
    fn set(&self, slot: usize, value: usize) {
        if let Some(cell) = self.answer.get(slot) {
            cell.set(value as u32);
        }
    }
}

/// What [`Session::recall`] found, as one number: 0 for nothing, 1 for a body that ends at the first NUL, otherwise the
/// length of the body in bytes, plus 2.
pub(super) fn recalled(found: Option<Option<usize>>) -> u32 {
    match found {
        None => 0,
        Some(None) => 1,
        // What is over the limits was not found.
        Some(Some(length)) => u32::try_from(length).map_or(0, |length| length.checked_add(2).unwrap_or(0)),
    }
}
