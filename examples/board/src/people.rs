//! Who is there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where everybody says that they are there.
pub const PEOPLE: &str = "/topic/board.people";

/// Who has not been heard of for so many ms is gone. Everybody says hello three times as often.
const GONE_AFTER: f64 = 9_000.0;

/// How many people are shown at most: anybody may publish anything.
const MAX: usize = 200;

/// What somebody says of themselves, now and then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// Which page it is.
    pub id: String,
    /// The name to show.
    pub name: String,
    /// What the page is made with.
    pub app: String,
    /// Whether this is a good-bye.
    #[serde(default)]
    pub bye: bool,
}

/// Who is there, by page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct People(BTreeMap<String, (Hello, f64)>);

impl People {
    /// How often a page says hello, in ms.
    pub const EVERY: u32 = 3_000;

    /// Takes a hello. `true` if it is of somebody new, to whom one should say hello at once, so that they need not wait.
    pub fn hear(&mut self, hello: Hello, now: f64) -> bool {
        if hello.bye {
            self.0.remove(&hello.id);
            return false;
        }
        if self.0.len() >= MAX && !self.0.contains_key(&hello.id) {
            return false;
        }
        self.0.insert(hello.id.clone(), (hello, now)).is_none()
    }

    /// Forgets who has not been heard of.
    pub fn forget(&mut self, now: f64) {
        self.0.retain(|_, (_, heard)| now - *heard < GONE_AFTER);
    }

    /// Everybody, by page.
    pub fn iter(&self) -> impl Iterator<Item = &Hello> {
        self.0.values().map(|(hello, _)| hello)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hello(id: &str, bye: bool) -> Hello {
        Hello { id: id.into(), name: "x".into(), app: "y".into(), bye }
    }

    #[test]
    fn people_come_and_go() {
        let mut people = People::default();
        assert!(people.hear(hello("a", false), 0.0));
        assert!(!people.hear(hello("a", false), 5_000.0));
        assert!(people.hear(hello("b", false), 5_000.0));
        people.hear(hello("b", true), 5_001.0);
        assert_eq!(people.iter().map(|hello| hello.id.as_str()).collect::<Vec<_>>(), ["a"]);
        people.forget(13_999.0);
        assert_eq!(people.iter().count(), 1);
        people.forget(14_000.0);
        assert_eq!(people.iter().count(), 0);
    }

    #[test]
    fn a_crowd_has_an_end() {
        let mut people = People::default();
        for n in 0..1_000 {
            people.hear(hello(&n.to_string(), false), 0.0);
        }
        assert_eq!(people.iter().count(), MAX);
    }
}
