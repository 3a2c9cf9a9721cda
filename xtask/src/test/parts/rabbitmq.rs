//! The same browser suite as `npm`, against RabbitMQ Web STOMP.

use anyhow::Result;

use super::summary;
use crate::need::Need;
use crate::peers::rabbitmq::{Frames, RabbitMq};
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "rabbitmq",
    about: "the built npm package in headless Chromium, against RabbitMQ Web STOMP",
    needs: &[Need::Npm, Need::Chromium, Need::RabbitMq],
    builds: &[Build::Package],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    // Which kind of frames RabbitMQ sends is a setting of the whole node, so a second one serves the tests with bodies that
    // are not UTF-8.
    let text = RabbitMq::start(Frames::Text, context.logger())?;
    let binary = RabbitMq::start(Frames::Binary, context.logger())?;
    summary::with("rabbitmq", |summary| {
        let urls = [("STOMP_URL", text.ws_url()), ("STOMP_BINARY_URL", binary.ws_url())];
        let env = [urls[0], urls[1], ("STOMP_BROKER", "rabbitmq"), ("SUMMARY", summary)];
        context.vitest(&["npm/client"], &env)
    })
}
