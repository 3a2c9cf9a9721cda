//! The frames that a SockJS server sends, and how they quote text.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::broker::Outgoing;

/// The session is open.
pub(super) const OPEN: &str = "o";
/// Keeps proxies from closing a connection on which nothing else is sent.
pub(super) const HEARTBEAT: &str = "h";

/// Why a session is closed, as the client is told: `c[3000,"Go away!"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Farewell {
    pub(super) code: u16,
    pub(super) reason: Cow<'static, str>,
}

impl Farewell {
    pub(super) const ANOTHER: Self = Self::new(2010, "Another connection still open");
    pub(super) const INTERRUPTED: Self = Self::new(1002, "Connection interrupted");

    pub(super) const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The frame.
    pub(super) fn frame(&self) -> String {
        let mut out = format!("c[{},", self.code);
        quote(&mut out, &self.reason);
        out.push(']');
        out
    }
}

/// Something that is to be sent is not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotText;

impl NotText {
    pub(super) const FAREWELL: Farewell = Farewell::new(1003, "SockJS carries text only");
}

/// The frame with messages, one for each of `messages`: `a["first","second"]`.
pub(super) fn messages(messages: &[Outgoing]) -> Result<String, NotText> {
    let length: usize = messages.iter().map(|message| message.len() + 16).sum();
    let mut out = String::with_capacity(2 + length + length / 16);
    let mut bytes = Vec::new();
    out.push_str("a[");
    for (at, message) in messages.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        bytes.clear();
        message.write_to(&mut bytes);
        quote(&mut out, std::str::from_utf8(&bytes).map_err(|_| NotText)?);
    }
    out.push(']');
    Ok(out)
}

/// Adds text as a JSON string. "The server is able to send much more chars verbatim. But, it can't send Unicode surrogates
/// over Websockets, also various \u2xxxx chars get mangled": besides what JSON requires, the characters that the protocol
/// lists are escaped. (`escapable_by_server` in sockjs-protocol; surrogates do not occur in UTF-8.)
pub(super) fn quote(out: &mut String, text: &str) {
    quote_where(
        out,
        text,
        |c| matches!(c, '\u{200c}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{fff0}'..='\u{ffff}'),
    );
}

/// Adds text as a string of JavaScript that may stand in a script of a page: `</script>` in it does not end that.
pub(super) fn quote_for_script(out: &mut String, text: &str) {
    quote_where(out, text, |c| matches!(c, '<' | '\u{2028}' | '\u{2029}'));
}

fn quote_where(out: &mut String, text: &str, must_escape: impl Fn(char) -> bool) {
    out.push('"');
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            c if c < ' ' || must_escape(c) => "",
            _ => continue,
        };
        out.push_str(text.get(done..at).unwrap_or_default());
        done = at + c.len_utf8();
        if short.is_empty() {
            // All that is escaped lies in the basic plane. Writing to a string does not fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push_str(short);
        }
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_an_array_of_strings() {
        let all = [Outgoing::text("a\"b\\"), Outgoing::text("\0\n\u{1}é\u{2028}𝄞\u{ffff}</script>")];
        assert_eq!(messages(&all).unwrap(), r#"a["a\"b\\","\u0000\n\u0001é\u2028𝄞\uffff</script>"]"#);
        assert_eq!(messages(&[Outgoing::binary(vec![0xff])]), Err(NotText));
    }

    #[test]
    fn every_character_survives_quoting() {
        let text: String = (0..0x1_1000).filter_map(char::from_u32).collect();
        let (mut json, mut script) = (String::new(), String::new());
        quote(&mut json, &text);
        quote_for_script(&mut script, &text);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
        assert_eq!(serde_json::from_str::<String>(&script).unwrap(), text);
        assert!(!script.contains('<'));
    }

    #[test]
    fn a_farewell_quotes_its_reason() {
        assert_eq!(Farewell::new(3000, "Go away!").frame(), r#"c[3000,"Go away!"]"#);
        assert_eq!(Farewell::new(1002, "a \"b\"").frame(), r#"c[1002,"a \"b\""]"#);
    }
}
