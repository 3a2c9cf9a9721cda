//! What the face may ask of its client: one export for all, since each costs several hundred bytes on both sides.

use super::given::Given;
use crate::frame::ContentLength;
use crate::session::{Body, Publish, Session, SubscriptionKey, Time, UsageError};

/// The operations, as the face numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    /// Takes the settings; see `src/js/settings.rs`.
    Configure,
    /// Numbers: when an earlier client fell back, in ms, if that is what worked last; otherwise 0.
    Activate,
    /// Numbers: whether by force.
    Deactivate,
    ForceDisconnect,
    /// Numbers: whether to leave the `content-length` out, whether the body is binary. Texts: headers. Then the body.
    Publish,
    /// Texts: headers. Answers [`Session::send_frame`].
    SendFrame,
    /// Numbers: the key. Texts: headers. Answers the id.
    Subscribe,
    /// Numbers: the connection. Texts: the id, then headers.
    Unsubscribe,
    /// Numbers: whether it was not consumed. Texts: the message, its subscription, then headers.
    Ack,
    /// Numbers: the connection, whether it was not consumed, and which of the three are there (1, 2, 4). Texts: the
    /// headers `ack`, `message-id` and `subscription` of the message, then headers.
    AckMessage,
    /// Texts: the id, or an empty one. Answers the id.
    Begin,
    /// Numbers: the connection, whether to commit. Texts: the id.
    End,
    /// Numbers: the key. Texts: the id.
    WatchReceipt,
    /// The face is ready for a connection.
    Prepared,
    /// Texts: why it is not.
    PrepareFailed,
    /// The socket is open. Numbers: whether it carries text only.
    Opened,
    /// Texts: why there is no socket.
    OpenFailed,
    /// The socket is closed.
    Closed,
    /// The time has come.
    Tick,
    /// A text message of the socket: the bytes.
    ReceiveText,
    /// A binary message of the socket: the bytes.
    ReceiveBinary,
    /// Whether frames may be sent.
    IsConnected,
    /// Answers the version that was agreed.
    Version,
    /// Where the face writes a header block for `plain`: 2,048 bytes.
    Block,
    /// Where `plain` writes its answer, as `src/js/plain.rs` says.
    Answer,
    /// Numbers: whether a frame that has begun ends with this piece. Then the piece: the frames in it are handed over as
    /// they are.
    Parse,
    /// Of no client: everything of a frame that goes before the body. Numbers: whether the body is binary, whether to leave
    /// the `content-length` out, whether to escape. Texts: the command, then headers. Then the body.
    EncodeHead,
    /// Of no client: a name or a value of a header as it is meant. Numbers: whether it is escaped. Texts: the command, then
    /// what is to be read.
    Unescape,
    /// Numbers: whether it was not consumed. Texts: the subscription. Answers [`Session::ack_frame`].
    AckFrame,
}

impl Operation {
    pub(super) const fn of(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Configure,
            1 => Self::Activate,
            2 => Self::Deactivate,
            3 => Self::ForceDisconnect,
            4 => Self::Publish,
            5 => Self::SendFrame,
            6 => Self::Subscribe,
            7 => Self::Unsubscribe,
            8 => Self::Ack,
            9 => Self::AckMessage,
            10 => Self::Begin,
            11 => Self::End,
            12 => Self::WatchReceipt,
            13 => Self::Prepared,
            14 => Self::PrepareFailed,
            15 => Self::Opened,
            16 => Self::OpenFailed,
            17 => Self::Closed,
            18 => Self::Tick,
            19 => Self::ReceiveText,
            20 => Self::ReceiveBinary,
            21 => Self::IsConnected,
            22 => Self::Version,
            23 => Self::Block,
            24 => Self::Answer,
            25 => Self::Parse,
            26 => Self::EncodeHead,
            27 => Self::Unescape,
            28 => Self::AckFrame,
            _ => return None,
        })
    }

    /// What a connection that is gone answers, if it is one of those that belong to a connection.
    pub(super) fn stale(self, given: &Given<'_>) -> Option<Result<(), UsageError>> {
        match self {
            // It ended with its connection.
            Self::Unsubscribe => Some(Ok(())),
            Self::AckMessage => Some(Err(UsageError::StaleMessage)),
            Self::End => Some(Err(UsageError::UnknownTransaction(given.text(0).to_owned()))),
            _ => None,
        }
    }

    /// Does what a session does.
    pub(super) fn perform(
        self,
        session: &mut Session,
        now: Time,
        given: &Given<'_>,
    ) -> Result<Option<String>, UsageError> {
        let headers = |from| given.headers(from, given.texts());
        match self {
            Self::Publish => {
                let (skip, binary) = (given.flag(0), given.flag(1));
                let (body, content_length) = match given.bytes() {
                    body if binary => (Body::Binary(body), ContentLength::Always),
                    body => {
                        (Body::Text(text(body)), if skip { ContentLength::OnlyIfNul } else { ContentLength::IfBody })
                    }
                };
                session.publish(now, Publish { headers: &headers(0), body, content_length })?;
            }
            Self::SendFrame => return session.send_frame(&headers(0)),
            Self::Subscribe => return session.subscribe(now, SubscriptionKey(given.count(0)), &headers(0)).map(Some),
            Self::Unsubscribe => session.unsubscribe(now, given.text(0), &headers(1))?,
            Self::Ack | Self::AckMessage => {
                let of_message = self == Self::AckMessage;
                let (id, rest) = if of_message {
                    let there = given.count(2);
                    let known = |place: usize| (there & 1 << place != 0).then(|| given.text(place));
                    (session.ack_id(given.text(2), known(0), known(1))?, 2)
                } else {
                    (given.text(0), 1)
                };
                let nack = given.flag(usize::from(of_message));
                let (subscription, headers) = (given.text(rest), headers(rest + 1));
                if nack {
                    session.nack(now, id, subscription, &headers)?;
                } else {
                    session.ack(now, id, subscription, &headers)?;
                }
            }
            Self::AckFrame => return session.ack_frame(given.flag(0), given.text(0)),
            Self::Begin => return session.begin(now, Some(given.text(0))).map(Some),
            Self::End if given.flag(1) => session.commit(now, given.text(0))?,
            Self::End => session.abort(now, given.text(0))?,
            Self::WatchReceipt if session.is_connected() => session.watch_receipt(given.text(0), given.count(0)),
            Self::WatchReceipt => return Err(UsageError::NotConnected),
            _ => {}
        }
        Ok(None)
    }
}

/// Bytes that the face made of text.
pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
