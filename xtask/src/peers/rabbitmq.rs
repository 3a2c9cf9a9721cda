//! RabbitMQ with its Web STOMP plugin, private to us: ports, node name, folders and even the Erlang port mapper are its
//! own, so that it disturbs no RabbitMQ of the user's and several can run side by side.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::ports;
use crate::process::{Kept, TempDir};
use crate::{need, paths};

/// From the start of the Erlang machine to the listener of the plugin; a minute and a half on a slow and busy machine.
const START_LIMIT: Duration = Duration::from_secs(180);

/// What RabbitMQ sends STOMP frames in (its setting `web_stomp.ws_frame`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frames {
    /// Text messages, RabbitMQ's default. A body that is not UTF-8 makes the browser close the connection.
    Text,
    /// Binary messages, which carry any body.
    Binary,
}

/// A running RabbitMQ. Dropping it stops it and removes its folder.
pub(crate) struct RabbitMq {
    // The order matters: fields are dropped from the first to the last.
    broker: Kept,
    _epmd: Kept,
    _dir: TempDir,
    ws_url: String,
}

impl RabbitMq {
    /// Installs RabbitMQ if need be, starts it and waits until it takes connections. Users and passwords are RabbitMQ's
    /// defaults: `guest`, `guest`, virtual host `/`.
    pub(crate) fn start(frames: Frames, log: impl FnMut(&str) + Send + Clone + 'static) -> Result<Self> {
        let program = need::rabbitmq()?;
        let epmd = paths::find_program("epmd").context("epmd, a part of Erlang, is not in PATH")?;
        let dir = TempDir::new("rabbitmq")?;
        let [web_stomp, stomp, amqp, dist, epmd_port] = ports::free()?;

        // Erlang nodes register with a port mapper. Left to itself the node would start one that outlives it.
        let mut command = Command::new(epmd);
        command.args(["-address", "127.0.0.1", "-port", &epmd_port.to_string()]);
        let mut epmd = Kept::start("epmd", &mut command, log.clone())?;
        epmd.wait_for_port(epmd_port, Duration::from_secs(20))?;

        let config = dir.write("rabbitmq.conf", &config(web_stomp, stomp, amqp, frames))?;
        let plugins = dir.write("enabled_plugins", "[rabbitmq_web_stomp].\n")?;
        let mut command = Command::new(program);
        command
            .current_dir(dir.path())
            // The Erlang cookie is kept in the home folder; this node shares its secret with nobody.
            .env("HOME", dir.path())
            .env("RABBITMQ_BASE", dir.path())
            .env("RABBITMQ_MNESIA_BASE", dir.path().join("mnesia"))
            .env("RABBITMQ_LOG_BASE", dir.path().join("log"))
            .env("RABBITMQ_LOGS", "-")
            .env("RABBITMQ_SCHEMA_DIR", dir.path().join("schema"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", dir.path().join("config"))
            .env("RABBITMQ_PID_FILE", dir.path().join("pid"))
            .env("RABBITMQ_CONFIG_FILE", config)
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", plugins)
            // The system's settings would override ours.
            .env("RABBITMQ_CONF_ENV_FILE", dir.path().join("none"))
            .env("RABBITMQ_NODENAME", format!("stomp-wasm-{web_stomp}@localhost"))
            .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_NODE_PORT", amqp.to_string())
            .env("RABBITMQ_DIST_PORT", dist.to_string())
            .env("ERL_EPMD_PORT", epmd_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1");
        let mut broker = Kept::start("RabbitMQ", &mut command, log)?;
        broker.wait_for_port(web_stomp, START_LIMIT)?;
        // The listener opens before users can log in; only this line means that all is up.
        broker.wait_for_line(START_LIMIT, |line| line.contains("Server startup complete").then_some(()))?;
        Ok(Self { broker, _epmd: epmd, _dir: dir, ws_url: format!("ws://127.0.0.1:{web_stomp}/ws") })
    }

    /// The address of STOMP over WebSocket.
    pub(crate) fn ws_url(&self) -> &str {
        &self.ws_url
    }

    /// The number of the process, which is the parent of the Erlang machine or that itself.
    pub(crate) fn id(&self) -> u32 {
        self.broker.id()
    }

    /// An error if it has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        self.broker.still_runs()
    }
}

fn config(web_stomp: u16, stomp: u16, amqp: u16, frames: Frames) -> String {
    let ws_frame = match frames {
        Frames::Text => "text",
        Frames::Binary => "binary",
    };
    // Statistics and disk limits are of no use in a test, and a disk that is nearly full would block all publishers.
    format!(
        "listeners.tcp.1 = 127.0.0.1:{amqp}\n\
         stomp.listeners.tcp.1 = 127.0.0.1:{stomp}\n\
         web_stomp.tcp.ip = 127.0.0.1\n\
         web_stomp.tcp.port = {web_stomp}\n\
         web_stomp.ws_frame = {ws_frame}\n\
         disk_free_limit.absolute = 1MB\n\
         log.console = true\n\
         log.console.level = info\n\
         log.file = false\n"
    )
}
