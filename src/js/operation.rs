//! What the face may ask of its client: one export for all, since each costs several hundred bytes on both sides.

use super::settings::Given;
use super::texts::headers;
use crate::frame::ContentLength;
use crate::session::{Body, Publish, Session, SubscriptionKey, Time, UsageError};

/// The operations, as the face numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// Takes the settings; see [`Given`].
    Configure,
    /// Numbers: when an earlier client fell back, in ms, if that is what worked last; otherwise 0.
    Activate,
    /// Numbers: whether by force.
    Deactivate,
    ForceDisconnect,
    /// Texts: the body, then the headers. Numbers: whether to leave the `content-length` out.
    Publish,
    /// Texts: headers. Answers a frame with a NUL in place of the number of its body's bytes.
    SendHead,
    /// Texts: headers. Numbers: the key. Answers the id.
    Subscribe,
    /// Texts: the id, then headers. Numbers: the connection.
    Unsubscribe,
    /// Texts: the message, its subscription, then headers. Numbers: whether it was not consumed.
    Ack,
    /// Texts: the headers `ack`, `message-id` and `subscription` of the message, then headers. Numbers: the connection,
    /// whether it was not consumed, and which of the three are there (1, 2, 4).
    AckMessage,
    /// Texts: the id, or an empty one. Answers the id.
    Begin,
    /// Texts: the id. Numbers: the connection, whether to commit.
    End,
    /// Texts: the id. Numbers: the key.
    WatchReceipt,
}

impl Operation {
    pub(super) const fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Configure,
            1 => Self::Activate,
            2 => Self::Deactivate,
            3 => Self::ForceDisconnect,
            4 => Self::Publish,
            5 => Self::SendHead,
            6 => Self::Subscribe,
            7 => Self::Unsubscribe,
            8 => Self::Ack,
            9 => Self::AckMessage,
            10 => Self::Begin,
            11 => Self::End,
            12 => Self::WatchReceipt,
            _ => return None,
        })
    }

    /// How many numbers it has; behind them are the ends of its texts.
    pub(super) const fn numbers(self) -> usize {
        match self {
            Self::Configure => Given::NUMBERS,
            Self::AckMessage => 3,
            Self::End => 2,
            Self::Activate
            | Self::Deactivate
            | Self::Publish
            | Self::Subscribe
            | Self::Unsubscribe
            | Self::Ack
            | Self::WatchReceipt => 1,
            Self::ForceDisconnect | Self::SendHead | Self::Begin => 0,
        }
    }

    /// What a connection that is gone answers, if it is one of those that belong to a connection.
    pub(super) fn stale(self, texts: &[&str]) -> Option<Result<(), UsageError>> {
        match self {
            // It ended with its connection.
            Self::Unsubscribe => Some(Ok(())),
            Self::AckMessage => Some(Err(UsageError::StaleMessage)),
            Self::End => Some(Err(UsageError::UnknownTransaction(at(texts, 0).to_owned()))),
            _ => None,
        }
    }

    /// Does it. The numbers and texts are as many as the operation has; what is missing is 0 and empty.
    pub(super) fn perform(
        self,
        session: &mut Session,
        now: Time,
        numbers: &[f64],
        texts: &[&str],
    ) -> Result<Option<String>, UsageError> {
        match self {
            Self::Publish => {
                let content_length = if flag(numbers, 0) { ContentLength::OnlyIfNul } else { ContentLength::IfBody };
                let headers = rest(texts, 1);
                session.publish(now, Publish { headers: &headers, body: Body::Text(at(texts, 0)), content_length })?;
            }
            Self::SendHead => {
                let head = session.send_head(&rest(texts, 0))?;
                return Ok(head.map(|head| head.before_length + "\0" + head.after_length + head.end));
            }
            Self::Subscribe => {
                return session.subscribe(now, SubscriptionKey(key(numbers)), &rest(texts, 0)).map(Some);
            }
            Self::Unsubscribe => session.unsubscribe(now, at(texts, 0), &rest(texts, 1))?,
            Self::Ack => acknowledge(session, now, flag(numbers, 0), at(texts, 0), at(texts, 1), rest(texts, 2))?,
            Self::AckMessage => {
                let there = numbers.get(2).map_or(0, |there| *there as u8);
                let given = |place: usize| (there & 1 << place != 0).then(|| at(texts, place));
                let id = session.ack_id(given(0), given(1))?;
                acknowledge(session, now, flag(numbers, 1), id, at(texts, 2), rest(texts, 3))?;
            }
            Self::Begin => return session.begin(now, Some(at(texts, 0))).map(Some),
            Self::End if flag(numbers, 1) => session.commit(now, at(texts, 0))?,
            Self::End => session.abort(now, at(texts, 0))?,
            Self::WatchReceipt if session.is_connected() => session.watch_receipt(at(texts, 0), key(numbers)),
            Self::WatchReceipt => return Err(UsageError::NotConnected),
            Self::Configure | Self::Activate | Self::Deactivate | Self::ForceDisconnect => {}
        }
        Ok(None)
    }
}

fn acknowledge(
    session: &mut Session,
    now: Time,
    nack: bool,
    id: &str,
    subscription: &str,
    headers: crate::frame::Headers,
) -> Result<(), UsageError> {
    if nack { session.nack(now, id, subscription, &headers) } else { session.ack(now, id, subscription, &headers) }
}

pub(super) fn at<'t>(texts: &[&'t str], place: usize) -> &'t str {
    texts.get(place).copied().unwrap_or_default()
}

fn rest(texts: &[&str], from: usize) -> crate::frame::Headers {
    headers(texts.get(from..).unwrap_or_default())
}

pub(super) fn flag(numbers: &[f64], place: usize) -> bool {
    numbers.get(place).is_some_and(|number| *number != 0.0)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn key(numbers: &[f64]) -> u32 {
    numbers.first().map_or(0, |number| *number as u32)
}
