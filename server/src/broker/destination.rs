//! Destinations by their kind.

use std::borrow::Cow;
use std::fmt::Write;

use super::ConnId;
use super::close::Violation;

/// A destination by its kind. "The STOMP protocol treats destinations as opaque string and their syntax is server
/// implementation specific." (STOMP 1.2, Protocol Overview)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination<'a> {
    /// `/topic/name`: everybody who subscribed gets it.
    Topic(&'a str),
    /// `/queue/name`, whole: one gets it.
    Queue(&'a str),
    /// `/temp-queue/name`: a queue of this connection alone, gone with it.
    TempQueue(&'a str),
    /// `/reply-queue/...`, whole: what others call a connection's temporary queue.
    ReplyQueue(&'a str),
    /// `/app/...`, whole: a handler gets it.
    App(&'a str),
    /// `/user/queue/name`, or `/user/NAME/queue/name`: all sessions of the user who subscribed get it.
    User { name: Option<&'a str>, path: &'a str },
}

impl<'a> Destination<'a> {
    pub(super) fn parse(text: &'a str, max: usize) -> Result<Self, Violation> {
        if text.len() > max {
            return Err(Violation::refused("destination too long", format!("A destination may have {max} bytes.")));
        }
        let named = |prefix| text.strip_prefix(prefix).filter(|name: &&str| !name.is_empty());
        let found = if let Some(name) = named("/topic/") {
            Some(Self::Topic(name))
        } else if named("/queue/").is_some() {
            Some(Self::Queue(text))
        } else if let Some(name) = named("/temp-queue/") {
            Some(Self::TempQueue(name))
        } else if named("/reply-queue/").is_some() {
            Some(Self::ReplyQueue(text))
        } else if named("/app/").is_some() {
            Some(Self::App(text))
        } else {
            named("/user/").and_then(Self::parse_user)
        };
        found.ok_or_else(|| {
            Violation::protocol(
                "unknown destination",
                format!(
                    "'{text}' is no destination of this server: they begin with /topic/, /queue/, /temp-queue/, /app/ \
                     or /user/, and a name follows."
                ),
            )
        })
    }

    fn parse_user(rest: &'a str) -> Option<Self> {
        let is_path =
            |path: &str| ["queue/", "topic/"].iter().any(|kind| path.len() > kind.len() && path.starts_with(kind));
        if is_path(rest) {
            return Some(Self::User { name: None, path: rest });
        }
        let (name, path) = rest.split_once('/')?;
        (!name.is_empty() && is_path(path)).then_some(Self::User { name: Some(name), path })
    }

    /// The name of the queue that holds what is sent here, if a queue does.
    pub(super) fn queue(self, sender: Option<ConnId>) -> Option<Cow<'a, str>> {
        match self {
            Self::Queue(whole) | Self::ReplyQueue(whole) => Some(Cow::Borrowed(whole)),
            Self::TempQueue(name) => sender.map(|id| Cow::Owned(reply_queue(id, name))),
            Self::Topic(_) | Self::App(_) | Self::User { .. } => None,
        }
    }
}

/// What others call a connection's temporary queue.
pub(super) fn reply_queue(id: ConnId, name: &str) -> String {
    format!("/reply-queue/{id}.{name}")
}

/// The topic behind a user's destination. The name is written in hexadecimal: nobody may be called `*`.
pub(super) fn user_topic(user: &str, path: &str) -> String {
    let mut topic = String::with_capacity(2 * user.len() + 1 + path.len());
    for byte in user.bytes() {
        let _ = write!(topic, "{byte:02x}");
    }
    topic.push('/');
    topic.push_str(path);
    topic
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_beginning() {
        let parse = |text| Destination::parse(text, 100).ok();
        assert_eq!(parse("/topic/a.b/c"), Some(Destination::Topic("a.b/c")));
        assert_eq!(parse("/user/queue/a"), Some(Destination::User { name: None, path: "queue/a" }));
        assert_eq!(parse("/user/bob/queue/a"), Some(Destination::User { name: Some("bob"), path: "queue/a" }));
        for text in ["", "/", "/topic", "/topic/", "/user/", "/user/queue/", "/user/bob", "/user//queue/a", "queue/a"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
