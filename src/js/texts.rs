//! Texts across the boundary: all in one, with where each of them ends, since each string that crosses has its price in
//! time and in the size of the module.

use crate::frame::Headers;

/// Cuts the text at the ends, which count UTF-16 code units as JavaScript does.
pub(super) fn cut<'t>(text: &'t str, ends: &[f64]) -> Vec<&'t str> {
    let mut texts = Vec::with_capacity(ends.len());
    let mut rest = text.char_indices();
    let (mut start, mut units) = (0, 0.0);
    for end in ends {
        while units < *end {
            let Some((_, c)) = rest.next() else { break };
            units += if c.len_utf16() == 2 { 2.0 } else { 1.0 };
        }
        let at = text.len() - rest.as_str().len();
        texts.push(text.get(start..at).unwrap_or_default());
        start = at;
    }
    texts
}

/// Headers from name, value, name, value.
pub(super) fn headers(texts: &[&str]) -> Headers {
    texts.chunks_exact(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?))).collect()
}
