//! The settings that the TypeScript face hands over.

use crate::browser::host::Settings;
use crate::client::ClientConfig;
use crate::frame::{Headers, Versions};
use crate::session::{HeartbeatConfig, SessionConfig};

/// The settings of a face that has none yet.
pub(super) fn initial() -> Settings {
    Settings { client: ClientConfig::default(), session: SessionConfig::default(), url: None, worker_ticker: false }
}

/// The `host` header where the user gives none.
///
/// "`host` : The name of a virtual host that the client wishes to connect to. It is recommended clients set this to the
/// host name that the socket was established against, or to any name of their choosing." (STOMP 1.2, CONNECT or STOMP
/// Frame). RabbitMQ refuses a name that is no virtual host of its own, and `/` is its default one; brokers without
/// virtual hosts take any name. So `/` it is, which lets a client that moves over from stomp.js connect everywhere.
pub(super) const DEFAULT_HOST: &str = "/";

/// What `configure` was given, numbers in ms.
pub(super) struct Given {
    pub(super) versions: String,
    pub(super) connect_headers: Headers,
    pub(super) disconnect_headers: Headers,
    pub(super) connection_timeout: f64,
    pub(super) reconnect_delay: f64,
    pub(super) max_reconnect_delay: f64,
    pub(super) exponential: bool,
    pub(super) heartbeat_outgoing: f64,
    pub(super) heartbeat_incoming: f64,
    pub(super) heartbeat_tolerance: f64,
    pub(super) max_chunk: f64,
    pub(super) force_binary: bool,
    pub(super) append_missing_nul: bool,
    pub(super) discard_on_failure: bool,
}

impl Given {
    pub(super) fn apply(self, settings: &mut Settings) {
        settings.client = ClientConfig {
            reconnect_delay: ms(self.reconnect_delay),
            exponential: self.exponential,
            max_reconnect_delay: ms(self.max_reconnect_delay),
            connection_timeout: ms(self.connection_timeout),
            discard_on_failure: self.discard_on_failure,
            ..ClientConfig::default()
        };
        let session = &mut settings.session;
        session.versions = Versions::from_accept_version(&self.versions);
        session.connect_headers = self.connect_headers;
        session.host = Some(DEFAULT_HOST.into());
        session.disconnect_headers = self.disconnect_headers;
        session.heartbeat = HeartbeatConfig {
            outgoing: ms(self.heartbeat_outgoing),
            incoming: ms(self.heartbeat_incoming),
            tolerance: self.heartbeat_tolerance,
        };
        session.max_chunk = usize::try_from(ms(self.max_chunk)).ok().filter(|max| *max > 0);
        session.force_binary = self.force_binary;
        session.leniency.missing_final_nul = self.append_missing_nul;
    }
}

/// A number of JavaScript as a count: what is negative or no number is 0, and there is a largest one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn ms(number: f64) -> u64 {
    (number as u64).min(1 << 52)
}
