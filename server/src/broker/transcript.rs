//! What went over the wire, and who is there: for tests and for the curious.

use stomp_wasm::frame::{Decoded, Decoder, Frame, FrameRef, Version};

use super::{Broker, ConnId, Outgoing};

/// So many entries are kept; of more, the first ones.
const MAX_ENTRIES: usize = 100_000;

/// A direction, as seen from the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// From a client.
    Received,
    /// To a client.
    Sent,
}

/// A frame that went over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// When, in the broker's time.
    pub at: u64,
    /// On which connection.
    pub conn: ConnId,
    /// Which way.
    pub direction: Direction,
    /// The frame. Heart-beats are not recorded, nor bytes that are no frame.
    pub frame: Frame,
}

/// A connection, described.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ConnInfo {
    /// Its number.
    pub conn: u64,
    /// The version it speaks, if it is connected.
    pub version: Option<&'static str>,
    /// Its user, if it has one.
    pub user: Option<String>,
    /// What it subscribed to.
    pub subscriptions: Vec<String>,
    /// Messages it has neither acknowledged nor refused.
    pub unacked: usize,
    /// Frames that wait for it.
    pub waiting: usize,
}

impl Broker {
    /// What went over the wire since [`Settings::record`](super::Settings::record) was set, up to 100,000 frames.
    #[must_use]
    pub fn transcript(&self) -> &[Entry] {
        &self.transcript
    }

    /// Who is there.
    #[must_use]
    pub fn describe(&self) -> Vec<ConnInfo> {
        let infos = self.connections.iter().map(|(_, conn)| {
            let session = conn.session();
            ConnInfo {
                conn: conn.serial,
                version: session.map(|session| session.version.as_str()),
                user: session.and_then(|session| session.user().map(str::to_owned)),
                subscriptions: session.map_or_else(Vec::new, |session| {
                    session.subscriptions.values().map(|sub| sub.destination.to_string()).collect()
                }),
                unacked: session.map_or(0, |session| session.unacked.len()),
                waiting: conn.outbox.len(),
            }
        });
        infos.collect()
    }

    pub(super) fn record_received(&mut self, at: u64, conn: ConnId, frame: FrameRef<'_>) {
        if self.transcript.len() < MAX_ENTRIES {
            self.transcript.push(Entry { at, conn, direction: Direction::Received, frame: frame.to_owned() });
        }
    }

    pub(super) fn record_sent(&mut self, at: u64, conn: ConnId, items: &[Outgoing]) {
        if !self.settings.record {
            return;
        }
        let version = self.session(conn).map(|session| session.version);
        for item in items {
            if self.transcript.len() >= MAX_ENTRIES {
                return;
            }
            if let Some(frame) = decode(&item.to_vec(), version) {
                self.transcript.push(Entry { at, conn, direction: Direction::Sent, frame });
            }
        }
    }
}

fn decode(bytes: &[u8], version: Option<Version>) -> Option<Frame> {
    let mut decoder = Decoder::default();
    if let Some(version) = version {
        decoder.set_version(version);
    }
    let mut input = bytes;
    match decoder.decode(&mut input) {
        Ok(Some(Decoded::Frame(frame))) => Some(frame.to_owned()),
        _ => None,
    }
}
