//! Which headers must never be seen in a log, an error or debug output.

use super::Command;

/// What stands in place of a secret value.
pub const REDACTED: &str = "[redacted]";

/// Whether a header's value is a secret by its name: `passcode`, `authorization`, cookies, and whatever calls itself a
/// token, password, secret or key. Case does not matter.
///
/// ```
/// use stomp_wasm::frame::is_secret;
/// assert!(is_secret("passcode") && is_secret("X-Auth-Token") && !is_secret("destination"));
/// ```
#[must_use]
pub fn is_secret(name: &str) -> bool {
    is_secret_name(name.as_bytes())
}

fn is_secret_name(name: &[u8]) -> bool {
    const PARTS: [&str; 9] =
        ["passcode", "authorization", "cookie", "token", "password", "secret", "api-key", "apikey", "credential"];
    PARTS.iter().any(|part| contains_ignoring_case(name, part.as_bytes()))
}

fn contains_ignoring_case(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// A frame's text, as a log may show it: secret values are replaced, the rest stands as it was. Also for several frames;
/// for frames that come in pieces there is the [`Redactor`].
///
/// ```
/// use stomp_wasm::frame::redact;
/// assert_eq!(redact("CONNECT\nlogin:me\npasscode:1234\n\n\0"), "CONNECT\nlogin:me\npasscode:[redacted]\n\n\0");
/// ```
#[must_use]
pub fn redact(text: &str) -> String {
    Redactor::default().redact(text)
}

/// For `Debug`: a whole frame without its secrets; of anything else, which may be a piece of a secret, only the length.
pub(crate) fn shown(text: &str) -> String {
    let command = text.split_once('\n').and_then(|(line, _)| Command::parse(line.as_bytes()));
    let is_frame = text.ends_with('\0') && command.is_some_and(|command| !matches!(command, Command::Other(_)));
    if is_frame || text == "\n" { redact(text) } else { format!("{} bytes", text.len()) }
}

/// Replaces secret values in frames that come in pieces, wherever they are cut: the piece after a cut begins in the
/// middle of a header, and only who saw the piece before knows whose value goes on there.
///
/// ```
/// use stomp_wasm::frame::Redactor;
/// let mut redactor = Redactor::default();
/// redactor.hide(["x-session"].into_iter());
/// assert_eq!(redactor.redact("CONNECT\npass"), "CONNECT\npass");
/// assert_eq!(redactor.redact("code:12"), "code:[redacted]");
/// assert_eq!(redactor.redact("34\nX-Session:5\n\n\0"), "\nX-Session:[redacted]\n\n\0");
/// ```
#[derive(Clone, Default)]
pub struct Redactor {
    place: Place,
    /// What there is of the name that is being read.
    name: Vec<u8>,
    names: Vec<Box<str>>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before a frame, where line ends may be.
    #[default]
    Between,
    /// In the command, or in a header's name.
    Name,
    Value,
    Secret,
    Body,
}

/// More of a name is not kept: no name of a secret is as long.
const LONGEST_NAME: usize = 256;

impl Redactor {
    /// Treats the values of headers of these names as secrets too, besides those that [`is_secret`] knows, and no more
    /// those that were named before. Case does not matter.
    pub fn hide<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        self.names.clear();
        for name in names {
            self.names.push(name.into());
        }
    }

    /// Whether the values of headers of this name are secrets.
    #[must_use]
    pub fn hides(&self, name: &str) -> bool {
        self.hides_bytes(name.as_bytes())
    }

    fn hides_bytes(&self, name: &[u8]) -> bool {
        is_secret_name(name) || self.names.iter().any(|hidden| hidden.as_bytes().eq_ignore_ascii_case(name))
    }

    /// Begins anew: what comes next is the beginning of a connection.
    pub fn restart(&mut self) {
        self.place = Place::Between;
        self.name.clear();
    }

    /// Whether what comes next is in a body.
    #[must_use]
    pub fn is_in_body(&self) -> bool {
        self.place == Place::Body
    }

    /// The next piece, without the secrets.
    #[must_use]
    pub fn redact(&mut self, piece: &str) -> String {
        let mut out = Vec::with_capacity(piece.len());
        self.redact_bytes(piece.as_bytes(), &mut out);
        // Whole characters stay or go.
        String::from_utf8_lossy(&out).into_owned()
    }

    /// The next piece, without the secrets, behind what is in `out`. What matters is ASCII, so that the bytes of other
    /// characters stay together.
    pub(crate) fn redact_bytes(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for byte in piece {
            let before = self.place;
            self.place = self.after(*byte);
            if before != Place::Secret || self.place != Place::Secret {
                out.push(*byte);
            }
            if self.place == Place::Secret && before != Place::Secret {
                out.extend_from_slice(REDACTED.as_bytes());
            }
        }
    }

    /// Where the next byte is.
    fn after(&mut self, byte: u8) -> Place {
        match (self.place, byte) {
            (Place::Between, b'\n' | b'\r') => Place::Between,
            (Place::Name, b'\n') if matches!(self.name.as_slice(), b"" | b"\r") => Place::Body,
            (Place::Name | Place::Value | Place::Secret, b'\n') => {
                self.name.clear();
                Place::Name
            }
            // A body with NULs in it is taken for a frame after the first: better a word too many is hidden.
            (Place::Name | Place::Body, 0) => {
                self.name.clear();
                Place::Between
            }
            (Place::Name, b':') if self.hides_bytes(&self.name) => Place::Secret,
            (Place::Name, b':') => Place::Value,
            (Place::Between | Place::Name, byte) => {
                if self.name.len() < LONGEST_NAME {
                    self.name.push(byte);
                }
                Place::Name
            }
            (place, _) => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_body_that_looks_like_a_secret_is_left_alone() {
        assert_eq!(redact("SEND\na:b\n\ntoken:1\n\0"), "SEND\na:b\n\ntoken:1\n\0");
        assert_eq!(redact("CONNECT\r\nX-Token:1\r\n\r\nx:1\0"), "CONNECT\r\nX-Token:[redacted]\n\r\nx:1\0");
        assert_eq!(redact("\n"), "\n");
    }

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in
            ["passcode", "Authorization", "proxy-authorization", "Cookie", "set-cookie", "access_token", "API-Key"]
        {
            assert!(is_secret(name), "{name}");
        }
        for name in ["login", "destination", "content-length", "receipt", "host", ""] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn a_secret_cut_in_two_is_not_shown() {
        let text =
            "CONNECT\nlogin:me\nAuthorization:Bearer hunter2\npasscode:hunter2\n\n\0\n\nSEND\ntoken:hunter2\n\nbody\0";
        for size in 1..text.len() {
            let mut redactor = Redactor::default();
            let pieces = text.as_bytes().chunks(size).map(|piece| std::str::from_utf8(piece).unwrap());
            let shown: String = pieces.map(|piece| redactor.redact(piece)).collect();
            assert_eq!(shown, text.replace("Bearer ", "").replace("hunter2", REDACTED), "in pieces of {size}");
        }
    }

    #[test]
    fn a_user_names_secrets_too() {
        let mut redactor = Redactor::default();
        redactor.hide(["Session"].into_iter());
        assert_eq!(
            redactor.redact("CONNECTED\nsession:1\nmy-session:2\n"),
            "CONNECTED\nsession:[redacted]\nmy-session:2\n"
        );
        // What was cut off does not go on in the next connection.
        assert_eq!(redactor.redact("session:"), "session:[redacted]");
        redactor.restart();
        assert_eq!(redactor.redact("CONNECT\na:b"), "CONNECT\na:b");
    }

    #[test]
    fn a_log_shows_heads_without_secrets_and_bodies_as_they_are() {
        let text = "SEND\nAuthorization:Bearer x\na:b\n\ntoken:body\0\nSEND\ntoken:y\n\n\0";
        let shown = "SEND\nAuthorization:[redacted]\na:b\n\ntoken:body\0\nSEND\ntoken:[redacted]\n\n\0";
        assert_eq!(redact(text), shown);
        assert_eq!(redact("SEND\npasscode:cut of"), "SEND\npasscode:[redacted]");
    }
}
