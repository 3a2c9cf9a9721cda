//! The sizes of the npm package, each bar one test.

use anyhow::Result;

use crate::size::{self, Row};
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "size",
    about: "the npm package is no larger than its bars",
    needs: &[],
    builds: &[Build::Package],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let mut counts = Counts::default();
    for row in size::measure()? {
        context.log(&row.line());
        if row.bar.is_some() {
            counts += Counts::one(Row::passes(&row));
        }
    }
    Ok(counts)
}
