//! Patterns of topic names, as RabbitMQ has them.

/// A topic name in which `*` stands for exactly one word and `#` for any number of words, none included. Words are
/// separated by dots.
///
/// ```
/// use stomp_server::Pattern;
/// let pattern = Pattern::parse("prices.*").unwrap();
/// assert!(pattern.matches("prices.ACME") && !pattern.matches("prices.ACME.close"));
/// assert!(Pattern::parse("prices.ACME").is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    words: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Exactly(Box<str>),
    One,
    Any,
}

impl Pattern {
    /// Reads a pattern; `None` for a plain name, in which no word is `*` or `#`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<_> = text
            .split('.')
            .map(|word| match word {
                "*" => Word::One,
                "#" => Word::Any,
                word => Word::Exactly(word.into()),
            })
            .collect();
        words.iter().any(|word| !matches!(word, Word::Exactly(_))).then_some(Self { words })
    }

    /// Whether the name fits the pattern.
    #[must_use]
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<&str> = name.split('.').collect();
        let (mut at, mut taken) = (0, 0);
        // Where to go on if what follows the last `#` does not fit: that one takes one word more. Earlier ones need
        // no second try, so this is quadratic at worst.
        let mut retry: Option<(usize, usize)> = None;
        while let Some(word) = name.get(taken) {
            match self.words.get(at) {
                Some(Word::Any) => {
                    retry = Some((at, taken));
                    at += 1;
                }
                Some(Word::One) => (at, taken) = (at + 1, taken + 1),
                Some(Word::Exactly(expected)) if **expected == **word => (at, taken) = (at + 1, taken + 1),
                _ => match &mut retry {
                    None => return false,
                    Some((any, start)) => {
                        *start += 1;
                        (at, taken) = (*any + 1, *start);
                    }
                },
            }
        }
        self.words.iter().skip(at).all(|word| *word == Word::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, name: &str) -> bool {
        Pattern::parse(pattern).unwrap().matches(name)
    }

    #[test]
    fn a_star_is_exactly_one_word() {
        assert!(fits("prices.*", "prices.ACME"));
        assert!(!fits("prices.*", "prices"));
        assert!(!fits("prices.*", "prices.ACME.x"));
        assert!(fits("*.b.*", "a.b.c"));
        assert!(fits("*", "a") && !fits("*", "a.b"));
    }

    #[test]
    fn a_hash_is_any_number_of_words() {
        assert!(fits("#", "a") && fits("#", "a.b.c"));
        assert!(fits("a.#", "a") && fits("a.#", "a.b.c") && !fits("a.#", "b"));
        assert!(fits("#.z", "z") && fits("#.z", "a.b.z") && !fits("#.z", "a.z.b"));
        assert!(fits("a.#.m.#.z", "a.b.m.m.c.z") && !fits("a.#.m.#.z", "a.b.c.z"));
        assert!(fits("#.a.*", "a.a.a.b") && !fits("#.a.*", "a.a.b.c"));
        assert!(fits("#.#", "a"));
    }

    #[test]
    fn stars_inside_words_are_letters() {
        assert_eq!(Pattern::parse("prices.A*"), None);
        assert_eq!(Pattern::parse("plain"), None);
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = "#.a.".repeat(2_000) + "b";
        assert!(!fits(&pattern, &"a.".repeat(4_000)));
    }
}
