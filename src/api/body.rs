//! What a message carries, on its way out.

use std::borrow::Cow;

use super::Error;
use crate::client::StoredBody;

/// The body of a message to publish. Text and bytes are bodies already; with the feature `serde`, so is
/// `Json` around anything that can be serialised.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    pub(super) content: Result<Content<'a>, Error>,
    pub(super) content_type: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) enum Content<'a> {
    Text(Cow<'a, str>),
    Binary(Cow<'a, [u8]>),
}

impl Content<'_> {
    pub(super) fn into_stored(self) -> StoredBody {
        match self {
            Content::Text(text) => StoredBody::Text(text.into_owned()),
            Content::Binary(bytes) => StoredBody::Binary(bytes.into_owned()),
        }
    }
}

impl<'a> Body<'a> {
    /// A text body, which goes out in a text message.
    #[must_use]
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self { content: Ok(Content::Text(text.into())), content_type: None }
    }

    /// A body of bytes, which goes out in a binary message.
    #[must_use]
    pub fn binary(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self { content: Ok(Content::Binary(bytes.into())), content_type: None }
    }
}

impl<'a> From<&'a str> for Body<'a> {
    fn from(text: &'a str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Body<'_> {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl<'a> From<&'a String> for Body<'a> {
    fn from(text: &'a String) -> Self {
        Self::text(text.as_str())
    }
}

impl<'a> From<Cow<'a, str>> for Body<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::text(text)
    }
}

impl<'a> From<&'a [u8]> for Body<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::binary(bytes)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Body<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Self::binary(bytes.as_slice())
    }
}

impl From<Vec<u8>> for Body<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::binary(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Body<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::binary(bytes.as_slice())
    }
}
