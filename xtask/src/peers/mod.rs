//! Brokers to talk to: started by us on ports of their own, stopped by us.

pub(crate) mod activemq;
pub(crate) mod nginx;
pub(crate) mod ports;
pub(crate) mod rabbitmq;
pub(crate) mod server;

use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::build;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Which broker
    #[arg(value_enum)]
    broker: Broker,
    /// RabbitMQ only: send frames as binary WebSocket messages (its `web_stomp.ws_frame = binary`), without which bodies
    /// that are not UTF-8 do not arrive
    #[arg(long)]
    binary: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Broker {
    StompServer,
    Rabbitmq,
    /// ActiveMQ, which speaks STOMP over TCP, behind websockify
    Activemq,
}

/// Starts a broker, prints its address on a line of its own, and keeps it until Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let log = |line: &str| eprintln!("{line}");
    match options.broker {
        Broker::StompServer => {
            let mut server = server::Server::start(&build::server()?, &[], log)?;
            println!("{}", server.ws_url());
            loop {
                server.still_runs()?;
                thread::sleep(Duration::from_secs(1));
            }
        }
        Broker::Rabbitmq => {
            let frames = if options.binary { rabbitmq::Frames::Binary } else { rabbitmq::Frames::Text };
            let mut rabbitmq = rabbitmq::RabbitMq::start(frames, log)?;
            println!("{}", rabbitmq.ws_url());
            loop {
                rabbitmq.still_runs()?;
                thread::sleep(Duration::from_secs(1));
            }
        }
        Broker::Activemq => {
            let mut activemq = activemq::ActiveMq::start(log)?;
            println!("{}", activemq.ws_url());
            loop {
                activemq.still_runs()?;
                thread::sleep(Duration::from_secs(1));
            }
        }
    }
}
