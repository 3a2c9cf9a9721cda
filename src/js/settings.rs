//! The settings that the TypeScript face hands over.

use super::debug::Level;
use super::operation::at;
use super::texts::headers;
use crate::browser::host::Settings;
use crate::client::ClientConfig;
use crate::frame::{Limits, Versions};
use crate::session::{DEFAULT_HOST, HeartbeatConfig, SessionConfig};

/// The settings of a face that has none yet.
pub(super) fn initial() -> Settings {
    Settings { client: ClientConfig::default(), session: SessionConfig::default(), worker_ticker: false }
}

/// What `configure` was given. The texts: the versions, the names of headers that are secret one a line, the headers of
/// `CONNECT`, those of `DISCONNECT`.
pub(super) struct Given<'g> {
    pub(super) numbers: &'g [f64],
    pub(super) texts: &'g [&'g str],
}

/// The numbers of a [`Given`], as the face orders them; times in ms.
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
    WorkerTicker,
    ForceBinary,
    AppendMissingNul,
    DiscardOnFailure,
    Debug,
    LogRaw,
    Fallback,
}

impl Given<'_> {
    /// How many numbers there are.
    pub(super) const NUMBERS: usize = Number::Flags as usize + 1;

    fn number(&self, number: Number) -> f64 {
        self.numbers.get(number as usize).copied().unwrap_or(0.0)
    }

    fn limit(&self, number: Number, default: usize) -> usize {
        usize::try_from(count(self.number(number))).ok().filter(|limit| *limit > 0).unwrap_or(default)
    }

    /// The names of headers that are secret, one a line.
    pub(super) fn secret_names(&self) -> &str {
        at(self.texts, 1)
    }

    fn flag(&self, flag: Flag) -> bool {
        count(self.number(Number::Flags)) & 1 << flag as u64 != 0
    }

    /// Takes the settings over. Answers how much is told to `debug`.
    pub(super) fn apply(&self, settings: &mut Settings) -> Level {
        settings.client = ClientConfig {
            reconnect_delay: count(self.number(Number::ReconnectDelay)),
            exponential: self.flag(Flag::Exponential),
            max_reconnect_delay: count(self.number(Number::MaxReconnectDelay)),
            connection_timeout: count(self.number(Number::ConnectionTimeout)),
            transports: 1 + usize::from(self.flag(Flag::Fallback)),
            fallback_timeout: count(self.number(Number::FallbackTimeout)),
            discard_on_failure: self.flag(Flag::DiscardOnFailure),
            ..ClientConfig::default()
        };
        settings.worker_ticker = self.flag(Flag::WorkerTicker);
        let session = &mut settings.session;
        session.versions = Versions::from_accept_version(at(self.texts, 0));
        session.host = Some(DEFAULT_HOST.into());
        let given = self.texts.get(2..).unwrap_or_default();
        let connect = usize::try_from(count(self.number(Number::ConnectTexts))).unwrap_or(0);
        let (connect, disconnect) = given.split_at_checked(connect).unwrap_or((given, &[]));
        session.connect_headers = headers(connect);
        session.disconnect_headers = headers(disconnect);
        session.heartbeat = HeartbeatConfig {
            outgoing: count(self.number(Number::HeartbeatOutgoing)),
            incoming: count(self.number(Number::HeartbeatIncoming)),
            tolerance: self.number(Number::HeartbeatTolerance),
        };
        session.max_chunk = usize::try_from(count(self.number(Number::MaxChunk))).ok().filter(|max| *max > 0);
        session.force_binary = self.flag(Flag::ForceBinary);
        let limits = Limits::default();
        session.limits = Limits {
            headers: self.limit(Number::MaxHeaders, limits.headers),
            header_line: self.limit(Number::MaxHeaderLine, limits.header_line),
            body: self.limit(Number::MaxBody, limits.body),
            frame: self.limit(Number::MaxFrame, limits.frame),
        };
        session.leniency.missing_final_nul = self.flag(Flag::AppendMissingNul);
        match (self.flag(Flag::Debug), self.flag(Flag::LogRaw)) {
            (false, _) => Level::Off,
            (true, false) => Level::Frames,
            (true, true) => Level::Raw,
        }
    }
}

/// A number of JavaScript as a count: what is negative or no number is 0, and there is a largest one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count(number: f64) -> u64 {
    (number as u64).min(1 << 52)
}
