//! What is done with texts all over the place. The standard library's searches take any pattern, and several KB of the
//! npm package's wasm; what separates the parts of STOMP's texts is one ASCII character.

/// The text before the first such ASCII character and the text behind it.
pub(crate) fn cut(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = memchr::memchr(separator, text.as_bytes())?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The texts in one. `[..].concat()` does the same in nine times the wasm.
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// The text without the spaces at both ends.
pub(crate) fn trim_spaces(mut text: &str) -> &str {
    while text.as_bytes().first() == Some(&b' ') {
        text = text.get(1..).unwrap_or_default();
    }
    while text.as_bytes().last() == Some(&b' ') {
        text = text.get(..text.len() - 1).unwrap_or_default();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_text_is_cut_at_the_first_separator() {
        assert_eq!(cut("a:b:c", b':'), Some(("a", "b:c")));
        assert_eq!(cut(":ü", b':'), Some(("", "ü")));
        assert_eq!(cut("ü", b':'), None);
    }

    #[test]
    fn texts_are_joined() {
        assert_eq!(join(&["a", "", "ü"]), "aü");
    }

    #[test]
    fn spaces_at_the_ends_are_taken_away() {
        assert_eq!(["  a b ", "", " ", "\t"].map(trim_spaces), ["a b", "", "", "\t"]);
    }
}
