//! What the broker gives a transport to send.

use std::sync::Arc;

use bytes::Bytes;
use stomp_wasm::frame::Version;

use super::message::Message;
use super::queue::QueueKey;

/// One frame, or one heart-beat, on its way out. Its bytes are written when the transport asks for them, so that a
/// waiting message costs a few words however large it is and however many wait for it.
#[derive(Clone, Debug)]
pub struct Outgoing(pub(super) Item);

#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Bytes as they are; valid UTF-8 if `text`.
    Bytes { bytes: Bytes, text: bool },
    /// A `MESSAGE` frame.
    Delivery(Delivery),
}

/// A message on its way to one subscription.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// `MESSAGE`, and `subscription` if there is one: the same for every message of the subscription.
    pub(super) prefix: Arc<[u8]>,
    pub(super) message: Arc<Message>,
    pub(super) version: Version,
    pub(super) subscription: usize,
    /// The number by which the client acknowledges; 0 if it need not.
    pub(super) tag: u64,
    pub(super) redelivered: bool,
    /// The queue to go back to if this cannot be sent.
    pub(super) queue: Option<QueueKey>,
}

impl Outgoing {
    /// A frame that is text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self(Item::Bytes { bytes: text.into().into(), text: true })
    }

    /// Bytes that are sent as they are.
    #[must_use]
    pub fn binary(bytes: impl Into<Bytes>) -> Self {
        Self(Item::Bytes { bytes: bytes.into(), text: false })
    }

    /// Bytes of which is found out whether they are text.
    pub(super) fn bytes(bytes: Bytes) -> Self {
        let text = std::str::from_utf8(&bytes).is_ok();
        Self(Item::Bytes { bytes, text })
    }

    /// Whether the bytes are valid UTF-8, so that they may travel as text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        match &self.0 {
            Item::Bytes { text, .. } => *text,
            Item::Delivery(delivery) => delivery.message.is_text(),
        }
    }

    /// How many bytes [`write_to`](Self::write_to) adds.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // Nothing empty is ever sent.
    pub fn len(&self) -> usize {
        match &self.0 {
            Item::Bytes { bytes, .. } => bytes.len(),
            Item::Delivery(delivery) => {
                let (_, middle) = delivery.middle();
                delivery.prefix.len() + middle + delivery.message.tail(delivery.version).len()
            }
        }
    }

    /// Adds the bytes to a buffer.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Item::Bytes { bytes, .. } => out.extend_from_slice(bytes),
            Item::Delivery(delivery) => {
                let (middle, length) = delivery.middle();
                out.extend_from_slice(&delivery.prefix);
                out.extend_from_slice(middle.get(..length).unwrap_or_default());
                out.extend_from_slice(delivery.message.tail(delivery.version));
            }
        }
    }

    /// The bytes.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len());
        self.write_to(&mut out);
        out
    }

    /// What this counts against limits: without encoding it.
    pub(super) fn weight(&self) -> usize {
        match &self.0 {
            Item::Bytes { bytes, .. } => bytes.len(),
            Item::Delivery(delivery) => delivery.message.weight(),
        }
    }
}

const MIDDLE: usize = "message-id:\nack:\nredelivered:true\n".len() + 2 * 20;

impl Delivery {
    /// The headers that are this delivery's own, without a trip through the allocator.
    fn middle(&self) -> ([u8; MIDDLE], usize) {
        let mut buffer = [0; MIDDLE];
        let mut at = 0;
        put(&mut buffer, &mut at, b"message-id:");
        put_number(&mut buffer, &mut at, self.message.seq);
        put(&mut buffer, &mut at, b"\n");
        // "If the message is received from a subscription that requires explicit acknowledgment (either `client` or
        // `client-individual` mode) then the `MESSAGE` frame MUST also contain an `ack` header with an arbitrary
        // value." (STOMP 1.2, MESSAGE). Before 1.2, the client acknowledges by `message-id`.
        if self.tag != 0 && self.version == Version::V1_2 {
            put(&mut buffer, &mut at, b"ack:");
            put_number(&mut buffer, &mut at, self.tag);
            put(&mut buffer, &mut at, b"\n");
        }
        if self.redelivered {
            put(&mut buffer, &mut at, b"redelivered:true\n");
        }
        (buffer, at)
    }
}

fn put(buffer: &mut [u8], at: &mut usize, text: &[u8]) {
    if let Some(place) = buffer.get_mut(*at..*at + text.len()) {
        place.copy_from_slice(text);
        *at += text.len();
    }
}

fn put_number(buffer: &mut [u8], at: &mut usize, mut number: u64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        start -= 1;
        if number == 0 {
            break;
        }
    }
    put(buffer, at, digits.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use stomp_wasm::frame::Headers;

    #[test]
    fn a_delivery_is_a_whole_frame() {
        let message = Arc::new(Message::new(u64::MAX, "/queue/a", &Headers::new(), Bytes::from_static(b"x")));
        let mut delivery = Delivery {
            prefix: b"MESSAGE\nsubscription:0\n".as_slice().into(),
            message,
            version: Version::V1_2,
            subscription: 0,
            tag: u64::MAX,
            redelivered: true,
            queue: None,
        };
        let outgoing = Outgoing(Item::Delivery(delivery.clone()));
        let text = String::from_utf8(outgoing.to_vec()).unwrap();
        assert_eq!(
            text,
            "MESSAGE\nsubscription:0\nmessage-id:18446744073709551615\nack:18446744073709551615\nredelivered:true\n\
             destination:/queue/a\ncontent-length:1\n\nx\0"
        );
        assert_eq!(outgoing.len(), text.len());
        (delivery.tag, delivery.redelivered, delivery.version) = (0, false, Version::V1_1);
        let text = String::from_utf8(Outgoing(Item::Delivery(delivery)).to_vec()).unwrap();
        assert!(!text.contains("ack:") && !text.contains("redelivered"));
    }
}
