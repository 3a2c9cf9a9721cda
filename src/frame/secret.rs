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

#[cfg(test)]
mod tests {
    use super::*;

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
}
