//! What a session does with what arrives.

use super::session::State;
use super::{CloseCode, Event, Session, Violation};
use crate::frame::{Command, Decoded, Frame, Version, Versions};

/// What the decoder found, with parts of its own.
pub(super) enum Incoming {
    Frame(Frame),
    HeartBeat,
}

impl From<Decoded<'_>> for Incoming {
    fn from(decoded: Decoded<'_>) -> Self {
        match decoded {
            Decoded::Frame(frame) => Self::Frame(frame.to_owned()),
            Decoded::HeartBeat => Self::HeartBeat,
        }
    }
}

impl Session {
    pub(super) fn handle_incoming(&mut self, incoming: Incoming) {
        match incoming {
            Incoming::HeartBeat => self.events.push_back(Event::HeartbeatReceived),
            Incoming::Frame(frame) if self.is_connecting() => self.handle_first_frame(frame),
            Incoming::Frame(frame) => self.handle_frame(frame),
        }
    }

    /// "If the server accepts the connection attempt it will respond with a `CONNECTED` frame"; "The server SHOULD
    /// respond back with an `ERROR` frame explaining why the connection was rejected and then close the connection."
    /// (STOMP 1.2, Connecting)
    fn handle_first_frame(&mut self, frame: Frame) {
        match frame.command {
            Command::Connected => match self.agree(&frame) {
                Ok(version) => {
                    self.decoder.set_version(version);
                    self.state = State::Connected(version);
                    self.events.push_back(Event::Connected { version, frame });
                }
                Err(violation) => self.violated(violation),
            },
            Command::Error => self.failed(frame),
            _ => self.violated(Violation::BeforeConnected),
        }
    }

    fn agree(&mut self, frame: &Frame) -> Result<Version, Violation> {
        // A 1.0 server knows no `version` header.
        let version = match frame.header("version") {
            Some(text) => Version::parse(text),
            None => Some(Version::V1_0),
        };
        let offered: Versions = self.config.versions;
        let version = version.filter(|version| offered.contains(*version)).ok_or(Violation::VersionNotOffered)?;
        // STOMP 1.0 knows no heart-beats; whatever such a server says means something else.
        let header = frame.header("heart-beat").filter(|_| version > Version::V1_0);
        self.heartbeat.agree(self.config.heartbeat, header)?;
        Ok(version)
    }

    fn handle_frame(&mut self, frame: Frame) {
        match frame.command {
            Command::Message => {
                let subscription = self.subscription_of(&frame);
                self.events.push_back(Event::Message { subscription, frame });
            }
            Command::Receipt => self.handle_receipt(frame),
            Command::Error => self.failed(frame),
            Command::Connected => self.violated(Violation::SecondConnected),
            _ => self.events.push_back(Event::Unhandled(frame)),
        }
    }

    /// "a `subscription` header matching the identifier of the subscription that is receiving the message" (STOMP
    /// 1.2, MESSAGE). A 1.0 broker need not send it.
    fn subscription_of(&self, frame: &Frame) -> Option<super::SubscriptionKey> {
        let found = match frame.header("subscription") {
            Some(id) => self.subscriptions.get(id),
            None => self.subscriptions.only_one_of(frame.header("destination")?),
        };
        found.map(|subscription| subscription.key)
    }

    fn handle_receipt(&mut self, frame: Frame) {
        let Some(id) = frame.header("receipt-id") else {
            return self.violated(Violation::MissingReceiptId);
        };
        if matches!(&self.state, State::Disconnecting { receipt, .. } if **receipt == *id) {
            self.events.push_back(Event::Disconnected(frame));
            return self.close(CloseCode::Done);
        }
        let watcher = self.receipts.remove(id);
        self.events.push_back(Event::Receipt { watcher, frame });
    }

    /// "In this case, it MUST then close the connection just after sending the `ERROR` frame." (STOMP 1.2, ERROR)
    fn failed(&mut self, frame: Frame) {
        self.state = State::Failing { deadline: self.now.after(self.config.error_linger) };
        self.events.push_back(Event::Error(frame));
    }
}
