//! The wire: frames, headers, escaping, the encoder and the incremental decoder, with limits.
//!
//! This room stands on nothing: it knows no connection, no clock and no browser, and client and broker share it, so
//! that they can never disagree about the wire.
//!
//! ```
//! use stomp_wasm::frame::{Command, Decoded, Decoder, Frame, Version};
//!
//! let frame = Frame::new(Command::Send).with_header("destination", "/queue/a").with_body("hello");
//! let bytes = frame.encode(Some(Version::V1_2))?;
//! assert_eq!(bytes, b"SEND\ndestination:/queue/a\ncontent-length:5\n\nhello\0");
//!
//! let mut decoder = Decoder::default();
//! decoder.set_version(Version::V1_2);
//! let mut input = &bytes[..];
//! match decoder.decode(&mut input)? {
//!     Some(Decoded::Frame(decoded)) => assert_eq!(decoded.to_owned().body, b"hello"),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod command;
mod content_length;
mod decoder;
mod encoder;
mod error;
mod escape;
#[allow(clippy::module_inception)]
mod frame;
mod headers;
mod limits;
mod line;
mod plain;
mod secret;
mod template;
mod text;
mod version;

pub use command::Command;
pub use content_length::ContentLength;
pub use decoder::{Decoded, Decoder};
pub use encoder::encode_head;
pub(crate) use encoder::push_number;
pub(crate) use error::is_error;
pub use error::{DecodeError, EncodeError};
#[cfg(all(feature = "js", target_arch = "wasm32"))]
pub(crate) use escape::Escaping;
pub use frame::{Frame, FrameRef};
pub use headers::Headers;
pub use limits::{Leniency, Limits};
pub use plain::{MAX_PLAIN_HEADERS, PlainBlock};
pub(crate) use secret::shown;
pub use secret::{REDACTED, Redactor, is_secret, redact};
pub(crate) use template::{Fit, Template};
pub(crate) use text::{cut, join, trim_spaces};
pub use version::{Version, Versions};
