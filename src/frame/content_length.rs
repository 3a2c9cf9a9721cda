//! When a frame carries a `content-length` header.

/// When a frame that is sent carries a `content-length` header.
///
/// Whatever is chosen: "If a frame's body contains NULL octets, the frame MUST include a `content-length` header"
/// (STOMP 1.2, Header content-length), so such a body always has one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentLength {
    /// If there is a body: the default. "The `SEND`, `MESSAGE` and `ERROR` frames SHOULD include a `content-length`
    /// header if a frame body is present."
    #[default]
    IfBody,
    /// Also for an empty body: what stomp.js does for binary bodies.
    Always,
    /// Only where there must be one. ActiveMQ makes a text message of a frame without `content-length`, and a binary
    /// one of a frame with it: this is stomp.js's `skipContentLengthHeader`.
    OnlyIfNul,
}

impl ContentLength {
    /// The value to send for the body, or none.
    #[must_use]
    pub fn of(self, body: &[u8]) -> Option<usize> {
        let wanted = match self {
            Self::IfBody => !body.is_empty(),
            Self::Always => true,
            Self::OnlyIfNul => memchr::memchr(0, body).is_some(),
        };
        wanted.then_some(body.len())
    }
}
