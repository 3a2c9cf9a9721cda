//! What the example applications share: the messages, and what a page makes of them. No framework, no browser, no clock.

mod notes;
mod people;
mod prices;

pub use notes::{NOTES, Note, Notes};
pub use people::{PEOPLE, Hello, People};
pub use prices::{PRICES, Price, Prices, Series};
