//! Which headers must never be seen in a log, an error or debug output.

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
    const PARTS: [&str; 9] =
        ["passcode", "authorization", "cookie", "token", "password", "secret", "api-key", "apikey", "credential"];
    PARTS.iter().any(|part| contains_ignoring_case(name.as_bytes(), part.as_bytes()))
}

fn contains_ignoring_case(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

/// A frame's text, as a log may show it: secret values are replaced, the rest stands as it was. Also for a piece of a
/// frame, or for several.
///
/// ```
/// use stomp_wasm::frame::redact;
/// assert_eq!(redact("CONNECT\nlogin:me\npasscode:1234\n\n\0"), "CONNECT\nlogin:me\npasscode:[redacted]\n\n\0");
/// ```
#[must_use]
pub fn redact(text: &str) -> String {
    let mut out = String::new();
    let mut in_head = true;
    for line in text.split_inclusive('\n') {
        match line.split_once(':') {
            Some((name, value)) if in_head && is_secret(name) => {
                out.push_str(name);
                out.push(':');
                out.push_str(REDACTED);
                out.push_str(if value.ends_with('\n') { "\n" } else { "" });
            }
            _ => out.push_str(line),
        }
        // A body is shown as it is; the next frame's head begins behind its NUL.
        in_head = line.contains('\0') || in_head && !matches!(line, "\n" | "\r\n");
    }
    out
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
    fn a_log_shows_heads_without_secrets_and_bodies_as_they_are() {
        let text = "SEND\nAuthorization:Bearer x\na:b\n\ntoken:body\0\nSEND\ntoken:y\n\n\0";
        let shown = "SEND\nAuthorization:[redacted]\na:b\n\ntoken:body\0\nSEND\ntoken:[redacted]\n\n\0";
        assert_eq!(redact(text), shown);
        assert_eq!(redact("passcode:cut of"), "passcode:[redacted]");
    }
}
