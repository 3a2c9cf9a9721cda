//! The npm package in Chromium behind nginx: what passes everything, strips Upgrade, closes what is idle, buffers, cuts, and
//! requires TLS.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::summary;
use crate::need::Need;
use crate::peers::nginx::{self, Nginx};
use crate::peers::ports;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "proxies",
    about: "the built npm package in headless Chromium, through nginx set up in six restrictive ways",
    needs: &[Need::Npm, Need::Chromium, Need::Nginx, Need::Openssl],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    // Heart-beats as often as the client wants them, within the 5 seconds that one of the proxies waits.
    let server = Server::start(&context.server()?, &["--heart-beat".as_ref(), "500,500".as_ref()], context.logger())?;
    let broker = server.url().trim_start_matches("http://").to_owned();
    let [pass, strip, idle, buffer, buffer_strip, buffer_wish, buffer_chunks, tls, cut] = ports::free()?;
    let ports = [
        ("PASS", pass),
        ("STRIP", strip),
        ("IDLE", idle),
        ("BUFFER", buffer),
        ("BUFFER_STRIP", buffer_strip),
        ("BUFFER_WISH", buffer_wish),
        ("BUFFER_CHUNKS", buffer_chunks),
        ("TLS", tls),
        ("CUT", cut),
    ];
    let mut values = vec![("BROKER", broker)];
    values.extend(ports.map(|(name, port)| (name, port.to_string())));

    let mut certificate = PathBuf::new();
    let prepare = |dir: &std::path::Path| {
        certificate = dir.join("cert.pem");
        nginx::certificate(dir)
    };
    let many = include_str!("../../../../tests/proxies/nginx.conf");
    let _many = Nginx::start(many, &values, pass, prepare, context.logger())?;
    let certificate = fs::read_to_string(&certificate).context("cannot read the certificate")?;
    let cutting = include_str!("../../../../tests/proxies/cut.conf");
    let cutting = Nginx::start(cutting, &values, cut, |_| Ok(()), context.logger())?;

    let mut env: Vec<(String, String)> =
        ports.iter().map(|(name, port)| (format!("PROXY_{name}"), port.to_string())).collect();
    env.push(("PROXY_CUT_PID".to_owned(), cutting.id().to_string()));
    env.push(("PROXY_CERTIFICATE".to_owned(), certificate));
    summary::with("proxies", |summary| {
        let mut env: Vec<(&str, &str)> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        env.push(("SUMMARY", summary));
        context.vitest(&["proxies/"], &env)
    })
}
