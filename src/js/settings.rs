//! The settings that the TypeScript face hands over.

use super::debug::Level;
use super::given::Given;
use crate::client::ClientConfig;
use crate::frame::{Limits, Versions};
use crate::session::{DEFAULT_HOST, HeartbeatConfig, SessionConfig};

/// The settings of the face.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) client: ClientConfig,
    pub(super) session: SessionConfig,
    /// How much is told to `debug`.
    pub(super) level: Level,
}

/// The numbers of `configure`, as the face orders them; times in ms.
#[derive(Clone, Copy)]
enum Number {
    ConnectionTimeout,
    FallbackTimeout,
    ReconnectDelay,
    MaxReconnectDelay,
    HeartbeatOutgoing,
    HeartbeatIncoming,
    HeartbeatTolerance,
    /// 0: frames are not split.
    MaxChunk,
    /// How many names of headers are secret.
    Secrets,
    /// How many texts the headers of `CONNECT` are.
    ConnectTexts,
    /// Limits; 0: the default.
    MaxHeaders,
    MaxHeaderLine,
    MaxBody,
    MaxFrame,
    /// The bits of [`Flag`].
    Flags,
}

/// What is on or off.
#[derive(Clone, Copy)]
enum Flag {
    Exponential,
    ForceBinary,
    AppendMissingNul,
    DiscardOnFailure,
    Debug,
    LogRaw,
    Fallback,
}

impl Settings {
    /// Reads what `configure` was given. The texts: the versions, the names of headers that are secret, the headers of
    /// `CONNECT`, those of `DISCONNECT`.
    pub(super) fn new(given: &Given<'_>) -> Self {
        let time = |number: Number| count(given.number(number as usize));
        let limit = |number: Number, default| match given.count(number as usize) as usize {
            0 => default,
            limit => limit,
        };
        let flags = given.count(Number::Flags as usize);
        let flag = |flag: Flag| flags & 1 << flag as u32 != 0;
        let limits = Limits::default();
        let connect = 1 + given.count(Number::Secrets as usize) as usize;
        let disconnect = connect.saturating_add(given.count(Number::ConnectTexts as usize) as usize);
        let mut session = SessionConfig {
            versions: Versions::from_accept_version(given.text(0)),
            host: Some(DEFAULT_HOST.into()),
            connect_headers: given.headers(connect, disconnect),
            disconnect_headers: given.headers(disconnect, given.texts()),
            heartbeat: HeartbeatConfig {
                outgoing: time(Number::HeartbeatOutgoing),
                incoming: time(Number::HeartbeatIncoming),
                tolerance: given.number(Number::HeartbeatTolerance as usize),
            },
            max_chunk: Some(given.count(Number::MaxChunk as usize) as usize).filter(|max| *max > 0),
            force_binary: flag(Flag::ForceBinary),
            limits: Limits {
                headers: limit(Number::MaxHeaders, limits.headers),
                header_line: limit(Number::MaxHeaderLine, limits.header_line),
                body: limit(Number::MaxBody, limits.body),
                frame: limit(Number::MaxFrame, limits.frame),
            },
            ..SessionConfig::default()
        };
        session.leniency.missing_final_nul = flag(Flag::AppendMissingNul);
        Self {
            client: ClientConfig {
                reconnect_delay: time(Number::ReconnectDelay),
                exponential: flag(Flag::Exponential),
                max_reconnect_delay: time(Number::MaxReconnectDelay),
                connection_timeout: time(Number::ConnectionTimeout),
                transports: 1 + usize::from(flag(Flag::Fallback)),
                fallback_timeout: time(Number::FallbackTimeout),
                discard_on_failure: flag(Flag::DiscardOnFailure),
                ..ClientConfig::default()
            },
            session,
            level: match (flag(Flag::Debug), flag(Flag::LogRaw)) {
                (false, _) => Level::Off,
                (true, false) => Level::Frames,
                (true, true) => Level::Raw,
            },
        }
    }
}

/// The names of headers that are secret, in what `configure` was given.
pub(super) fn secret_names<'g>(given: &Given<'g>) -> impl Iterator<Item = &'g str> + Clone {
    (0..given.count(Number::Secrets as usize) as usize).map(|place| given.text(1 + place))
}

/// A number of JavaScript as a count: what is negative or no number is 0, and there is a largest one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count(number: f64) -> u64 {
    (number as u64).min(1 << 52)
}
