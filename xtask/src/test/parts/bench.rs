//! Whether the browser benchmark notices wrong results and figures below a bar. It measures nothing here.

use anyhow::Result;

use crate::need::Need;
use crate::test::{Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "bench",
    about: "the browser benchmark notices faulty clients, wrong bodies and figures below a bar",
    needs: &[Need::Npm, Need::Chromium],
    builds: &[],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    context.vitest(&["bench/"], &[])
}
