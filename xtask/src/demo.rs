//! `cargo xtask demo`: the demo page, live.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::peers::rabbitmq::{Frames, RabbitMq};
use crate::peers::server::Server;
use crate::{build, need, paths, process};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Open the page in headless Chromium, check that prices and chat flow, cut the connection, check that it heals
    #[arg(long)]
    check: bool,
    /// With --check: write a picture of the page
    #[arg(long, value_name = "FILE", requires = "check")]
    screenshot: Option<PathBuf>,
    /// The broker that the page talks to
    #[arg(long, value_enum, default_value_t = Broker::StompServer)]
    broker: Broker,
    /// The port of the page; 0 lets the operating system choose
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Broker {
    StompServer,
    Rabbitmq,
}

/// The demo page being served, with the broker behind it.
pub(crate) struct Page {
    server: Server,
    rabbitmq: Option<RabbitMq>,
}

impl Page {
    /// Starts the page, and RabbitMQ if it is to be the broker.
    pub(crate) fn start(
        server: &Path,
        broker: Broker,
        port: u16,
        log: impl FnMut(&str) + Send + Clone + 'static,
    ) -> Result<Self> {
        let rabbitmq = match broker {
            Broker::StompServer => None,
            Broker::Rabbitmq => Some(RabbitMq::start(Frames::Text, log.clone())?),
        };
        bring_sockjs_client()?;
        let (www, pkg, port) = (paths::root().join("www"), paths::package(), port.to_string());
        let mut args = ["--port", &port, "--www"].map(OsStr::new).to_vec();
        args.extend([www.as_os_str(), OsStr::new("--pkg"), pkg.as_os_str()]);
        if rabbitmq.is_none() {
            // With RabbitMQ the page itself publishes the prices, through our client.
            args.push(OsStr::new("--feed"));
        }
        Ok(Self { server: Server::start(server, &args, log)?, rabbitmq })
    }

    /// The address to open.
    pub(crate) fn url(&self) -> String {
        let page = self.server.url();
        match &self.rabbitmq {
            None => format!("{page}/"),
            Some(rabbitmq) => {
                format!("{page}/?feed=1&broker={}&login=guest&passcode=guest", rabbitmq.ws_url())
            }
        }
    }

    fn still_runs(&mut self) -> Result<()> {
        self.server.still_runs()?;
        self.rabbitmq.as_mut().map_or(Ok(()), RabbitMq::still_runs)
    }
}

/// Puts sockjs-client beside the page, which may load nothing from elsewhere.
fn bring_sockjs_client() -> Result<()> {
    need::npm()?;
    let vendor = paths::root().join("www/vendor");
    let from = paths::npm().join("node_modules/sockjs-client/dist/sockjs.min.js");
    fs::create_dir_all(&vendor).with_context(|| format!("cannot create {}", vendor.display()))?;
    let to = vendor.join("sockjs.min.js");
    fs::copy(&from, &to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

pub(crate) fn run(options: &Options) -> Result<bool> {
    build::package()?;
    let server = build::server()?;
    let log = |line: &str| eprintln!("{line}");
    if options.check {
        let page = Page::start(&server, options.broker, options.port, |_: &str| {})?;
        process::run(&mut check_command(&page.url(), options.screenshot.as_deref())?)?;
        return Ok(true);
    }
    let mut page = Page::start(&server, options.broker, options.port, log)?;
    println!("The demo is at {} (Ctrl-C ends it)", page.url());
    loop {
        page.still_runs()?;
        thread::sleep(Duration::from_secs(1));
    }
}

/// The script that looks at the page in headless Chromium; it prints one line with what it counted.
pub(crate) fn check_command(url: &str, screenshot: Option<&Path>) -> Result<Command> {
    need::npm()?;
    let browser = need::chromium()?;
    let mut command = Command::new("node");
    command.arg(paths::npm().join("demo/check.mjs")).arg(url).env("CHROMIUM", browser.chromium);
    if let Some(file) = screenshot {
        command.arg("--screenshot").arg(file);
    }
    Ok(command)
}
