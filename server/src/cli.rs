//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Parser;
use stomp_wasm::frame::Limits;

use crate::{Permission, Server, Settings, SlowConsumer, SockJsArgs};

/// A small STOMP broker for testing frontends: STOMP 1.0, 1.1 and 1.2 over WebSocket at /ws and SockJS at /sockjs.
#[derive(Clone, Debug, Parser)]
#[command(name = "stomp-server", version, max_term_width = 120, after_help = crate::chaos_api::HELP)]
pub struct Args {
    /// The address to listen on; 0.0.0.0 for all.
    #[arg(long, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The port to listen on; 0 for any that is free (see --print-url).
    #[arg(long, default_value_t = 15674)]
    pub port: u16,
    /// Speak STOMP over plain TCP too, on this port; 0 for any that is free.
    #[arg(long, value_name = "PORT")]
    pub tcp: Option<u16>,
    /// Serve the files of this directory at /.
    #[arg(long, value_name = "DIR")]
    pub www: Option<PathBuf>,
    /// Serve the files of this directory at /pkg/.
    #[arg(long, value_name = "DIR")]
    pub pkg: Option<PathBuf>,
    /// Publish made-up prices to /topic/prices.SYMBOL, about 160 a second.
    #[arg(long)]
    pub feed: bool,
    /// Print one line with the server's URL to stdout once it listens.
    #[arg(long)]
    pub print_url: bool,
    /// Let programs on this machine order trouble by HTTP at /chaos: see below.
    #[arg(long)]
    pub chaos: bool,
    /// Where random numbers begin: the same seed, the same numbers.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// A user who may connect; may be given more than once. Without any, everybody may connect.
    #[arg(long, value_name = "NAME:PASSCODE", value_parser = parse_user)]
    pub user: Vec<(String, String)>,
    /// A token that lets its user in without a passcode; may be given more than once.
    #[arg(long, value_name = "NAME:TOKEN", value_parser = parse_user)]
    pub token: Vec<(String, String)>,
    /// The header of CONNECT that holds a token, alone or after 'Bearer'.
    #[arg(long, value_name = "HEADER", default_value = "Authorization")]
    pub token_header: String,
    /// A virtual host; may be given more than once. Without any there is one, and every host header is right.
    #[arg(long, value_name = "HOST")]
    pub vhost: Vec<String>,
    /// Let a user (* for everybody) read (r), write (w) or both (rw) destinations that begin so; may be given more than
    /// once. Without any, everybody may do everything; with one, only what is permitted.
    #[arg(long, value_name = "USER:rw:PREFIX", value_parser = parse_permission)]
    pub permit: Vec<Permission>,
    /// How many of the last messages of each topic a new subscriber gets.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub retain: usize,
    /// The server's heart-beats: how often it can send one, and how often it wants one, in milliseconds; 0 for never.
    #[arg(long, value_name = "SENDS,WANTS", default_value = "10000,10000", value_parser = parse_heart_beat)]
    pub heart_beat: (u32, u32),
    /// How many connections there may be at a time.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections: usize,
    /// How many subscriptions a connection may have.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub max_subscriptions: usize,
    /// How long a frame's body may be, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub max_body: usize,
    /// How many headers a frame may have. The broker adds up to ten to a message; clients take 1,000 by default.
    #[arg(long, value_name = "N", default_value_t = 990)]
    pub max_headers: usize,
    /// How long a header line may be, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 10)]
    pub max_header_line: usize,
    /// How many messages a queue may hold; a SEND beyond is answered with an ERROR.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub max_queue: usize,
    /// How many bytes a queue may hold.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    pub max_queue_bytes: usize,
    /// How many messages may wait for one connection to read them.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_outbox: usize,
    /// How many bytes may wait for one connection to read them.
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub max_outbox_bytes: usize,
    /// What to do with a topic's subscriber for whom more than that would wait.
    #[arg(long, value_enum, default_value_t)]
    pub slow_consumer: SlowConsumer,
    /// How long a client may take to send CONNECT, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 10_000)]
    pub connect_timeout: u64,
    /// How long a client may take to read what is left when its connection is closed, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 5_000)]
    pub drain_timeout: u64,
    /// SockJS.
    #[command(flatten)]
    pub sockjs: SockJsArgs,
}

impl Args {
    /// The server that was asked for.
    #[must_use]
    pub fn server(self) -> Server {
        let limits = Limits {
            headers: self.max_headers,
            header_line: self.max_header_line,
            body: self.max_body,
            frame: self.max_body.saturating_add(1 << 20),
        };
        let settings = Settings {
            frame_limits: limits,
            heart_beat: self.heart_beat,
            users: self.user.into_iter().collect(),
            tokens: self.token.into_iter().map(|(user, token)| (token, user)).collect(),
            token_header: self.token_header,
            vhosts: self.vhost,
            permissions: self.permit,
            retain: self.retain,
            max_connections: self.max_connections,
            max_subscriptions: self.max_subscriptions,
            max_queue_messages: self.max_queue,
            max_queue_bytes: self.max_queue_bytes,
            outbox_messages: self.max_outbox,
            outbox_bytes: self.max_outbox_bytes,
            slow_consumer: self.slow_consumer,
            connect_timeout: self.connect_timeout,
            drain_timeout: self.drain_timeout,
            ..Settings::default()
        };
        let mut server = Server::builder().host(self.host).port(self.port).feed(self.feed).chaos(self.chaos);
        if let Some(tcp) = self.tcp {
            server = server.tcp(tcp);
        }
        if let Some(www) = self.www {
            server = server.www(www);
        }
        if let Some(pkg) = self.pkg {
            server = server.pkg(pkg);
        }
        let test_endpoints = self.sockjs.sockjs_test_endpoints;
        let server = server.sockjs(self.sockjs.options()).sockjs_test_endpoints(test_endpoints);
        server.settings(settings).seed(self.seed)
    }
}

fn parse_user(text: &str) -> Result<(String, String), String> {
    let (name, passcode) = text.split_once(':').ok_or("expected NAME:PASSCODE, such as guest:guest")?;
    Ok((name.to_owned(), passcode.to_owned()))
}

fn parse_permission(text: &str) -> Result<Permission, String> {
    let parse = || {
        let (user, rest) = text.split_once(':')?;
        let (access, prefix) = rest.split_once(':')?;
        let (read, write) = match access {
            "r" => (true, false),
            "w" => (false, true),
            "rw" => (true, true),
            _ => return None,
        };
        let user = (user != "*").then(|| user.to_owned());
        Some(Permission { user, read, write, prefix: prefix.to_owned() })
    };
    parse().ok_or_else(|| "expected USER:ACCESS:PREFIX, such as alice:rw:/queue/ or *:r:/topic/public.".to_owned())
}

fn parse_heart_beat(text: &str) -> Result<(u32, u32), String> {
    let parse = || {
        let (sends, wants) = text.split_once(',')?;
        Some((sends.parse().ok()?, wants.parse().ok()?))
    };
    parse().ok_or_else(|| "expected two numbers of milliseconds, such as 10000,10000".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
        let args = Args::parse_from(["stomp-server", "--user", "a:b:c", "--heart-beat", "0,5"]);
        assert_eq!(args.user, [("a".to_owned(), "b:c".to_owned())]);
        assert_eq!(args.heart_beat, (0, 5));
        assert!(Args::try_parse_from(["stomp-server", "--user", "nobody"]).is_err());
        assert!(Args::try_parse_from(["stomp-server", "--heart-beat", "10"]).is_err());
        let all = Permission { user: None, read: true, write: false, prefix: "/topic/a:b".to_owned() };
        assert_eq!(parse_permission("*:r:/topic/a:b"), Ok(all));
        assert!(parse_permission("bob:x:/topic/").is_err() && parse_permission("bob").is_err());
    }
}
