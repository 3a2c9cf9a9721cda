//! The headers of a frame: an ordered list in which a name may stand more than once.

use super::secret::{REDACTED, is_secret};

/// The headers of a frame, in their order, unescaped.
///
/// A name may stand more than once: "only the first header entry SHOULD be used as the value of header entry.
/// Subsequent values are only used to maintain a history of state changes" (STOMP 1.2, Repeated Header Entries). So
/// [`get`](Self::get) answers the first, and [`get_all`](Self::get_all) and [`iter`](Self::iter) show all.
///
/// `Debug` shows no secrets: see [`is_secret`].
///
/// ```
/// use stomp_wasm::frame::Headers;
/// let headers = Headers::from_iter([("foo", "World"), ("foo", "Hello"), ("passcode", "1234")]);
/// assert_eq!(headers.get("foo"), Some("World"));
/// assert_eq!(headers.get_all("foo").collect::<Vec<_>>(), ["World", "Hello"]);
/// assert_eq!(format!("{headers:?}"), r#"{"foo": "World", "foo": "Hello", "passcode": "[redacted]"}"#);
/// ```
// One text and one table of ends instead of two strings a header: a frame's headers cost two allocations however many
// there are, and none once the decoder's have grown. The text is laid out as on the wire, `name:value` and a line feed,
// so that the decoder copies a head in which nothing is escaped in one piece.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    text: String,
    ends: Vec<Ends>,
}

/// Where a header's name and value end in the text. A value begins behind the colon after its name, a name behind the
/// line feed after the value before it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C)]
pub(crate) struct Ends {
    name: usize,
    value: usize,
}

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self { text: String::new(), ends: Vec::new() }
    }

    /// The value of the first header of the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(other, _)| *other == name).map(|(_, value)| value)
    }

    /// The values of all headers of the name, in their order.
    pub fn get_all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.iter().filter(move |(other, _)| *other == name).map(|(_, value)| value)
    }

    /// Whether there is a header of the name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All headers as `(name, value)`, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().filter_map(move |ends| {
            let name = self.text.get(start..ends.name)?;
            let value = self.text.get(ends.name + 1..ends.value)?;
            start = ends.value + 1;
            Some((name, value))
        })
    }

    /// The number of headers, repeated ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no header.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a header at the end. If there is one of the name, that one goes on being the value: see
    /// [`set`](Self::set).
    pub fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.end_name();
        self.text.push_str(value);
        self.end_value(name_end);
    }

    /// Where the next header's name, and after [`end_name`](Self::end_name) its value, is to be written: the decoder
    /// unescapes into it, with no string of its own.
    pub(crate) const fn text_mut(&mut self) -> &mut String {
        &mut self.text
    }

    /// The name is written. Answers where it ends, for [`end_value`](Self::end_value).
    pub(crate) fn end_name(&mut self) -> usize {
        self.text.push(':');
        self.text.len() - 1
    }

    /// The value is written, and with it the header.
    pub(crate) fn end_value(&mut self, name_end: usize) {
        self.ends.push(Ends { name: name_end, value: self.text.len() });
        self.text.push('\n');
    }

    /// Notes where a header's name and value end in a text that is added later, by [`push_lines`](Self::push_lines).
    pub(crate) fn push_ends(&mut self, name: usize, value: usize) {
        self.ends.push(Ends { name, value });
    }

    /// Adds header lines as they stand on the wire, whose ends were noted.
    pub(crate) fn push_lines(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    /// All headers as they stand on the wire, but unescaped, and where in it names and values end, in turns.
    #[cfg(all(feature = "js", target_arch = "wasm32"))]
    pub(crate) const fn parts(&self) -> (&str, &[Ends]) {
        (self.text.as_str(), self.ends.as_slice())
    }

    /// How many bytes the headers take on the wire, if nothing in them is escaped.
    pub(crate) const fn wire_len(&self) -> usize {
        self.text.len()
    }

    /// Makes the header the only one of its name. It keeps the place of the first, or goes to the end.
    pub fn set(&mut self, name: &str, value: &str) {
        if !self.contains(name) {
            return self.push(name, value);
        }
        let mut changed = Self::new();
        let mut done = false;
        for (other, old) in self.iter() {
            if other != name {
                changed.push(other, old);
            } else if !done {
                changed.push(name, value);
                done = true;
            }
        }
        *self = changed;
    }

    /// Removes every header of the name.
    pub fn remove(&mut self, name: &str) {
        if self.contains(name) {
            *self = self.iter().filter(|(other, _)| *other != name).collect();
        }
    }

    /// Removes all headers; the memory is kept for the next ones.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Gives memory beyond so many bytes back.
    pub(crate) fn shrink_to(&mut self, bytes: usize) {
        self.text.shrink_to(bytes);
        self.ends.shrink_to(bytes / size_of::<Ends>());
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(iter: I) -> Self {
        let mut headers = Self::new();
        headers.extend(iter);
        headers
    }
}

impl<N: AsRef<str>, V: AsRef<str>> Extend<(N, V)> for Headers {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, iter: I) {
        for (name, value) in iter {
            self.push(name.as_ref(), value.as_ref());
        }
    }
}

impl std::fmt::Debug for Headers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, if is_secret(name) { REDACTED } else { value })))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn set_keeps_the_first_place_and_drops_the_rest() {
        let mut headers = Headers::from_iter([("a", "1"), ("b", "2"), ("a", "3")]);
        headers.set("a", "4");
        headers.set("c", "5");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", "4"), ("b", "2"), ("c", "5")]);
        headers.remove("b");
        headers.remove("nothing");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", "4"), ("c", "5")]);
        headers.clear();
        assert!(headers.is_empty() && headers.get("a").is_none());
    }

    #[test]
    fn names_that_javascript_treats_specially_are_headers_like_any_other() {
        let headers = Headers::from_iter([("__proto__", "x"), ("toString", "y"), ("constructor", "")]);
        assert_eq!(headers.get("__proto__"), Some("x"));
        assert_eq!(headers.get("constructor"), Some(""));
        assert_eq!(headers.get("hasOwnProperty"), None);
    }
}
