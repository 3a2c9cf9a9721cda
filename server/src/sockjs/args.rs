//! The part of the command line that is about SockJS.

use std::time::Duration;

use super::{BinaryBodies, SockJs};

/// The options that begin with `--sockjs`.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "SockJS, at /sockjs")]
pub struct SockJsArgs {
    /// Serve the protocol's test endpoints too: /echo, /close, /disabled_websocket_echo and /cookie_needed_echo.
    #[arg(long)]
    pub sockjs_test_endpoints: bool,
    /// Do not offer the SockJS transport `websocket`.
    #[arg(long)]
    pub sockjs_no_websocket: bool,
    /// Set the cookie JSESSIONID, by which some load balancers find the server of a session.
    #[arg(long)]
    pub sockjs_cookie: bool,
    /// How many bytes one streaming response carries before the client has to ask for the next.
    #[arg(long, value_name = "BYTES", default_value_t = 128 << 10)]
    pub sockjs_response_limit: usize,
    /// After how long without a frame a heart-beat frame of SockJS is sent, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 25_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub sockjs_heartbeat: u64,
    /// After how long without a request that receives a SockJS session ends, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub sockjs_disconnect_delay: u64,
    /// Where iframe.html gets the JavaScript of sockjs-client from [default: version 1 from jsDelivr].
    #[arg(long, value_name = "URL")]
    pub sockjs_client_url: Option<String>,
    /// What happens to a message for a SockJS client whose body is not UTF-8, which SockJS cannot carry.
    #[arg(long, value_enum, default_value_t)]
    pub sockjs_binary: BinaryBodies,
}

impl SockJsArgs {
    /// The settings that were asked for.
    #[must_use]
    pub fn options(&self) -> SockJs {
        let default = SockJs::default();
        SockJs {
            websocket: !self.sockjs_no_websocket,
            cookie_needed: self.sockjs_cookie,
            response_limit: self.sockjs_response_limit,
            heartbeat_delay: Duration::from_millis(self.sockjs_heartbeat),
            disconnect_delay: Duration::from_millis(self.sockjs_disconnect_delay),
            client_url: self.sockjs_client_url.clone().unwrap_or(default.client_url),
            binary_bodies: self.sockjs_binary,
            max_sessions: default.max_sessions,
        }
    }
}
