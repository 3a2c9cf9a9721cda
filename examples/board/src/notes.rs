//! The notes on the board: the chat of the demo page, so that all three applications talk to each other.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Where notes are published.
pub const NOTES: &str = "/topic/chat";

/// How many notes stay on the board.
const MAX: usize = 100;

/// A note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Who wrote it.
    pub from: String,
    /// What it says.
    pub text: String,
    /// When, in ms since 1970.
    #[serde(default)]
    pub time: f64,
}

/// The notes on the board, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notes(VecDeque<Note>);

impl Notes {
    /// Puts a note on the board; the oldest leaves when there are too many.
    pub fn add(&mut self, note: Note) {
        self.0.push_front(note);
        self.0.truncate(MAX);
    }

    /// The notes, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Note> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_note_is_first_and_the_oldest_leaves() {
        let mut notes = Notes::default();
        for n in 0..150 {
            notes.add(Note { from: "me".into(), text: n.to_string(), time: 0.0 });
        }
        assert_eq!(notes.iter().count(), MAX);
        assert_eq!(notes.iter().next().map(|note| note.text.as_str()), Some("149"));
    }

    #[test]
    fn a_note_of_the_demo_page_is_read() {
        let note: Note = serde_json::from_str(r#"{"from":"a","text":"b","time":1e12,"more":1}"#).unwrap();
        assert_eq!((note.from.as_str(), note.text.as_str()), ("a", "b"));
    }
}
