//! `CONNECT`: who it is, which version, how often a heart-beat.

use stomp_wasm::frame::{Command, FrameRef, Version, Versions};

use super::close::Violation;
use super::connection::{Phase, Session};
use super::message::encode_leniently;
use super::timers::Timer;
use super::{Broker, ConnId, Outgoing};

/// "The field MUST contain a server-name field" (STOMP 1.2, CONNECTED Frame)
const SERVER: &str = concat!("stomp-server/", env!("CARGO_PKG_VERSION"));

impl Broker {
    /// "The server can reject any connection attempt. The server SHOULD respond back with an `ERROR` frame explaining
    /// why the connection was rejected and then close the connection." (STOMP 1.2, Connecting)
    pub(super) fn connect(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let version = negotiate(frame)?;
        let space = self.virtual_host(frame)?;
        let identity = self.authenticate(frame)?;
        let (client_sends, client_wants) = match frame.headers.get("heart-beat") {
            // Heart-beats came with STOMP 1.1.
            Some(value) if version >= Version::V1_1 => heart_beat(value)?,
            // "A missing `heart-beat` header MUST be treated the same way as a "heart-beat:0,0" header"
            _ => (0, 0),
        };
        let (server_sends, server_wants) = self.settings.heart_beat;
        let session = Session {
            version,
            space,
            identity,
            subscriptions: Default::default(),
            next_subscription: 0,
            by_id: Default::default(),
            unacked: Default::default(),
            last_tag: 0,
            transactions: Default::default(),
            transaction_bytes: 0,
            leaving: false,
            send_every: agree(server_sends.into(), client_wants),
            expect_every: agree(client_sends, server_wants.into()),
        };
        if session.send_every > 0 {
            self.timers.set(now, id, Timer::SendBeat);
        }
        if session.expect_every > 0 {
            self.timers.set(now.saturating_add(session.expect_every), id, Timer::ExpectBeat);
        }
        let number = id.number().to_string();
        let user = session.user().map(str::to_owned);
        let beats = format!("{server_sends},{server_wants}");
        // "STOMP 1.2 servers MUST set the following headers: `version`" (CONNECTED Frame); 1.0 has a session only.
        let headers: Vec<_> = [("version", version.as_str()), ("session", &number), ("server", SERVER)]
            .into_iter()
            .chain((version >= Version::V1_1).then_some(("heart-beat", &*beats)))
            // As Spring does: who came with a token learns their name.
            .chain(user.as_deref().map(|user| ("user-name", user)))
            .collect();
        let connected = encode_leniently(&Command::Connected, &headers, &[], Some(version));
        if let Some(conn) = self.conn_mut(id) {
            conn.phase = Phase::Connected(Box::new(session));
        }
        self.push(id, Outgoing::bytes(connected));
        tracing::debug!(conn = %id, %version, "connected");
        Ok(())
    }
}

/// "The protocol that will be used for the rest of the session will be the highest protocol version that both the
/// client and server have in common." (STOMP 1.2, Protocol Negotiation)
fn negotiate(frame: FrameRef<'_>) -> Result<Version, Violation> {
    // "If the `accept-version` header is missing, it means that the client only supports version 1.0 of the protocol."
    let Some(offered) = frame.headers.get("accept-version") else { return Ok(Version::V1_0) };
    Versions::from_accept_version(offered).highest_common(Versions::ALL).ok_or_else(|| Violation {
        // "If the client and server do not share any common protocol versions, then the sever SHOULD respond with an
        // `ERROR` frame similar to the following and then close the connection"
        headers: vec![("version", Versions::ALL.accept_version())],
        ..Violation::protocol(
            "no common protocol version",
            format!("Supported protocol versions are 1.0 1.1 1.2; the client offered '{offered}'."),
        )
    })
}

/// "When used, the `heart-beat` header MUST contain two positive integers separated by a comma." (STOMP 1.2,
/// Heart-beating); 0 counts as one of them.
fn heart_beat(value: &str) -> Result<(u64, u64), Violation> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // What is larger than a machine can count is a very long time.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let numbers = value.split_once(',').and_then(|(first, second)| Some((number(first)?, number(second)?)));
    numbers.ok_or_else(|| {
        Violation::protocol(
            "malformed heart-beat header",
            format!("The heart-beat header must be two numbers of milliseconds such as '10000,10000', not '{value}'."),
        )
    })
}

/// "if <cx> is 0 (the client cannot send heart-beats) or <sy> is 0 (the server does not want to receive heart-beats)
/// then there will be none; otherwise, there will be heart-beats every MAX(<cx>,<sy>) milliseconds"
fn agree(can: u64, wants: u64) -> u64 {
    if can == 0 || wants == 0 { 0 } else { can.max(wants) }
}
