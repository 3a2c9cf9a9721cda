//! What a call is given: numbers, texts and bytes in one piece of memory, since each crossing has its price in time and in
//! the size of the module.

use crate::frame::Headers;

/// What a call is given. What is missing is 0 and empty.
pub(super) struct Given {
    room: Vec<u64>,
    numbers: usize,
    ends: usize,
    bytes: usize,
}

impl Given {
    /// # Safety
    /// The room must hold so many numbers, then the ends of the texts, then so many bytes, and the texts must be UTF-8.
    #[allow(unsafe_code)]
    pub(super) unsafe fn new(room: Vec<u64>, numbers: usize, ends: usize, bytes: usize) -> Self {
        Self { room, numbers, ends, bytes }
    }

    #[allow(unsafe_code)]
    fn all_numbers(&self) -> &[f64] {
        // SAFETY: see `new`; the room is aligned for 8 bytes, and lives as long as `self`.
        unsafe { std::slice::from_raw_parts(self.room.as_ptr().cast(), self.numbers + self.ends) }
    }

    #[allow(unsafe_code)]
    fn all_bytes(&self) -> &[u8] {
        // SAFETY: see `new`.
        unsafe { std::slice::from_raw_parts(self.room.as_ptr().add(self.numbers + self.ends).cast(), self.bytes) }
    }

    /// The number of this place.
    pub(super) fn number(&self, place: usize) -> f64 {
        if place < self.numbers { self.all_numbers().get(place).copied().unwrap_or(0.0) } else { 0.0 }
    }

    /// The number of this place as a count: what is negative or no number is 0, and there is a largest one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn count(&self, place: usize) -> u32 {
        self.number(place) as u32
    }

    /// Whether the number of this place is not 0.
    pub(super) fn flag(&self, place: usize) -> bool {
        self.count(place) != 0
    }

    /// Where the text before this place ends.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn end(&self, place: usize) -> usize {
        match place.min(self.ends) {
            0 => 0,
            ends => self.all_numbers().get(self.numbers + ends - 1).map_or(0, |end| *end as usize),
        }
    }

    /// The text of this place.
    #[allow(unsafe_code)]
    pub(super) fn text(&self, place: usize) -> &str {
        let bytes = self.all_bytes().get(self.end(place)..self.end(place + 1)).unwrap_or_default();
        // SAFETY: see `new`.
        unsafe { std::str::from_utf8_unchecked(bytes) }
    }

    /// How many texts there are.
    pub(super) const fn texts(&self) -> usize {
        self.ends
    }

    /// The texts of these places as headers: name, value, name, value.
    pub(super) fn headers(&self, from: usize, to: usize) -> Headers {
        let mut headers = Headers::new();
        let mut place = from;
        while place + 1 < to {
            headers.push(self.text(place), self.text(place + 1));
            place += 2;
        }
        headers
    }

    /// What stands behind the texts.
    pub(super) fn bytes(&self) -> &[u8] {
        self.all_bytes().get(self.end(self.ends)..).unwrap_or_default()
    }
}
