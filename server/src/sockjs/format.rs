//! How each transport that receives wraps a frame.

use super::frame::quote_for_script;

/// A transport that receives by HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `xhr`: one frame for each response.
    Xhr,
    /// `xhr_streaming`.
    XhrStreaming,
    /// `eventsource`: server-sent events.
    EventSource,
    /// `htmlfile`: a page that never finishes loading, with a script for each frame.
    HtmlFile(Callback),
    /// `jsonp`: a script that calls back, one frame for each response.
    Jsonp(Callback),
}

impl Format {
    /// Whether a response carries many frames.
    pub(super) const fn streams(&self) -> bool {
        matches!(self, Self::XhrStreaming | Self::EventSource | Self::HtmlFile(_))
    }

    pub(super) const fn content_type(&self) -> &'static str {
        match self {
            Self::Xhr | Self::XhrStreaming | Self::Jsonp(_) => "application/javascript; charset=UTF-8",
            Self::EventSource => "text/event-stream",
            Self::HtmlFile(_) => "text/html; charset=UTF-8",
        }
    }

    /// What comes before the first frame, so that browsers begin to hand over what comes.
    pub(super) fn prelude(&self) -> String {
        match self {
            // "The transport must first send 2KiB of `h` bytes as prelude."
            Self::XhrStreaming => format!("{}\n", "h".repeat(2048)),
            // "The transport must first send a new line prelude, due to a bug in Opera."
            Self::EventSource => "\r\n".to_owned(),
            Self::HtmlFile(Callback(name)) => {
                let mut page = include_str!("htmlfile.html").trim_end().replacen("CALLBACK", name, 1);
                // Some browsers show nothing before they have a kilobyte.
                page.push_str(&" ".repeat(1024));
                page.push_str("\r\n\r\n");
                page
            }
            Self::Xhr | Self::Jsonp(_) => String::new(),
        }
    }

    /// A frame as it stands in a response.
    pub(super) fn wrap(&self, mut frame: String) -> String {
        let script = |before: &str, after: &str| {
            let mut out = String::with_capacity(before.len() + after.len() + frame.len() + frame.len() / 4);
            out.push_str(before);
            quote_for_script(&mut out, &frame);
            out.push_str(after);
            out
        };
        match self {
            Self::Xhr | Self::XhrStreaming => {
                frame.push('\n');
                frame
            }
            // A frame has no line ends: it quotes them. The protocol does not say so, but sockjs-client decodes what it
            // receives as a URI (`decodeURI(e.data)`), so a percent sign has to be encoded as in one.
            Self::EventSource => format!("data: {}\r\n\r\n", frame.replace('%', "%25")),
            Self::HtmlFile(_) => script("<script>\np(", ");\n</script>\r\n"),
            // A comment first, so that nothing a client chooses stands at the very beginning of what may be taken for a
            // file of another kind.
            Self::Jsonp(Callback(name)) => script(&format!("/**/{name}("), ");\r\n"),
        }
    }
}

/// The name of a function in the client's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Callback(String);

impl Callback {
    /// The parameter `c`, or `callback`, of a query.
    pub(super) fn from_query(query: &str) -> Result<Self, &'static str> {
        let parameter = |wanted| form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        let Some((_, name)) = parameter("c").or_else(|| parameter("callback")).filter(|(_, name)| !name.is_empty())
        else {
            return Err("\"callback\" parameter required");
        };
        // "Invalid characters are any matching the following regexp: `[^a-zA-Z0-9-_.]`"
        let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.len() > 256 || !name.chars().all(valid) {
            return Err("invalid \"callback\" parameter");
        }
        Ok(Self(name.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_a_name_and_nothing_else() {
        assert_eq!(Callback::from_query("c=%63all_b.ck-1&t=2"), Ok(Callback("call_b.ck-1".to_owned())));
        assert_eq!(Callback::from_query("callback=x"), Ok(Callback("x".to_owned())));
        for query in ["", "c", "c=", "d=x"] {
            assert!(Callback::from_query(query).unwrap_err().contains("required"), "{query}");
        }
        for query in ["c=%20", "c=*", "c=abc(", "c=abc%28", "c=ü", &format!("c={}", "a".repeat(257))] {
            assert!(Callback::from_query(query).unwrap_err().contains("invalid"), "{query}");
        }
    }

    #[test]
    fn a_percent_sign_survives_sockjs_client() {
        assert_eq!(Format::EventSource.wrap("a[\"100%41\"]".to_owned()), "data: a[\"100%2541\"]\r\n\r\n");
    }

    #[test]
    fn a_page_cannot_be_broken_out_of() {
        let format = Format::HtmlFile(Callback("c".to_owned()));
        let frame = r#"a["</script><script>alert(1)"]"#.to_owned();
        assert_eq!(
            format.wrap(frame),
            "<script>\np(\"a[\\\"\\u003c/script>\\u003cscript>alert(1)\\\"]\");\n</script>\r\n"
        );
    }
}
