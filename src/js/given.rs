//! What a call is given: numbers, texts and bytes.

use super::operation::text;
use crate::frame::Headers;

/// What a call is given. What is missing is 0 and empty.
pub(super) struct Given<'g> {
    numbers: &'g [f64],
    ends: &'g [f64],
    text: &'g [u8],
    bytes: &'g [u8],
}

impl<'g> Given<'g> {
    /// The last `texts` of the numbers are where the texts end.
    pub(super) fn new(numbers: &'g [f64], texts: usize, text: &'g [u8], bytes: &'g [u8]) -> Self {
        let (numbers, ends) = numbers.split_at_checked(numbers.len().saturating_sub(texts)).unwrap_or_default();
        Self { numbers, ends, text, bytes }
    }

    /// The number of this place.
    pub(super) fn number(&self, place: usize) -> f64 {
        self.numbers.get(place).copied().unwrap_or_default()
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

    /// Where the text of this place ends.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn end(&self, place: usize) -> usize {
        self.ends.get(place).map_or(0, |end| *end as usize)
    }

    /// The text of this place.
    pub(super) fn text(&self, place: usize) -> &'g str {
        let start = place.checked_sub(1).map_or(0, |before| self.end(before) + 1);
        text(self.text.get(start..self.end(place)).unwrap_or_default())
    }

    /// How many texts there are.
    pub(super) const fn texts(&self) -> usize {
        self.ends.len()
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

    /// What there is besides.
    pub(super) const fn bytes(&self) -> &'g [u8] {
        self.bytes
    }
}
