//! The same browser suite as `npm`, against RabbitMQ Web STOMP.

use anyhow::Result;

use crate::need::Need;
use crate::peers::rabbitmq::{self, RabbitMq};
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
    let text = RabbitMq::start(rabbitmq::Frames::Text, context.logger())?;
    context.vitest(
        &["npm/"],
        &[("STOMP_BROKER", "rabbitmq"), ("STOMP_URL", text.ws_url())],
    )
}
