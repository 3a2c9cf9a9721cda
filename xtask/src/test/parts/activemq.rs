//! The same browser suite as `npm`, against ActiveMQ behind websockify, and what only ActiveMQ does.

use anyhow::Result;

use super::summary;
use crate::need::Need;
use crate::peers::activemq::ActiveMq;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "activemq",
    about: "the built npm package in headless Chromium, against ActiveMQ (STOMP over TCP) behind websockify",
    needs: &[Need::Npm, Need::Chromium, Need::ActiveMq, Need::Websockify],
    builds: &[Build::Package],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let broker = ActiveMq::start(context.logger())?;
    let url = broker.ws_url();
    summary::with("activemq", |summary| {
        let env = [("STOMP_BROKER", "activemq"), ("STOMP_URL", url), ("STOMP_BINARY_URL", url), ("SUMMARY", summary)];
        context.vitest(&["npm/client", "activemq/"], &env)
    })
}
