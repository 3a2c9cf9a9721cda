//! The short way of an everyday message across the boundary: JavaScript writes the header block into a piece of wasm
//! memory and reads offsets from another; no string and no object crosses.

use std::cell::Cell;

use crate::frame::{MAX_PLAIN_HEADERS, PlainBlock};
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
    /// The number of headers.
    Count = 3,
    /// The number of the template that the headers were compared with.
    Template = 4,
    /// The headers, a bit for each, whose values may differ from the template's.
    Changing = 5,
    /// The connection.
    Connection = 6,
    /// The number of the answer: as long as it stands, so do the ends.
    Number = 7,
    /// The connection on which the face may put frames together by itself and send them; 0 for none.
    Ready = 8,
    /// The ends of name and value, in turns.
    Ends = 9,
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
            answer: vec![Cell::new(0); Slot::Ends as usize + 2 * MAX_PLAIN_HEADERS].into(),
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
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn answer(&self, message: &PlainMessage, block: &PlainBlock, connection: u32) {
        self.set(Slot::Length, block.length as u32);
        self.set(Slot::Key, message.subscription.0);
        self.set(Slot::BodyPlusOne, block.content_length.map_or(0, |length| (length as u32).saturating_add(1)));
        self.set(Slot::Count, block.count as u32);
        self.set(Slot::Template, message.template);
        self.set(Slot::Changing, message.changing);
        self.set(Slot::Connection, connection);
        self.forget();
        let ends = block.ends.iter().take(block.count).flat_map(|(name, value)| [*name, *value]);
        for (cell, end) in self.answer.iter().skip(Slot::Ends as usize).zip(ends) {
            cell.set(end);
        }
    }

    pub(super) fn set_ready(&self, connection: u32) {
        self.set(Slot::Ready, connection);
    }

    /// Says that the ends stand no more for the message before.
    fn forget(&self) {
        if let Some(cell) = self.answer.get(Slot::Number as usize) {
            cell.set(cell.get().wrapping_add(1));
        }
    }

    fn set(&self, slot: Slot, value: u32) {
        if let Some(cell) = self.answer.get(slot as usize) {
            cell.set(value);
        }
    }
}
