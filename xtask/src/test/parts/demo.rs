//! The demo, checked in headless Chromium.

use std::ffi::OsStr;

use anyhow::Result;

use crate::demo::{self, Broker};
use crate::need::Need;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "demo",
    about: "the demo page in headless Chromium: prices, chat, a cut connection that heals, on both brokers; what goes wrong",
    needs: &[Need::Npm, Need::Chromium, Need::RabbitMq],
    builds: &[Build::Package, Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let server = context.server()?;
    let mut counts = Counts::default();
    for broker in [Broker::StompServer, Broker::Rabbitmq] {
        let page = demo::Page::start(&server, broker, 0, context.logger())?;
        counts += context.check(&mut demo::check_command(&page.url(), None)?)?;
    }
    let page = demo::Page::start(&server, Broker::StompServer, 0, context.logger())?;
    let locked = Server::start(&server, &["--user", "tester:right-one"].map(OsStr::new), context.logger())?;
    let urls = [("DEMO_URL", page.url()), ("DEMO_LOCKED_URL", locked.ws_url())];
    counts += context.vitest(&["demo/"], &urls.each_ref().map(|(name, url)| (*name, url.as_str())))?;
    Ok(counts)
}
