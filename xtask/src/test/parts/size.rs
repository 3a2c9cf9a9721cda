//! The sizes of the npm package, each bar one test.

use anyhow::Result;

use crate::size::{self, Row};
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "size",
    about: "the npm package is no larger than its bars (not in the default run: they are not met yet)",
    needs: &[],
    builds: &[Build::Package],
    lane: Lane::Browser,
    // The bars are not met yet: the wasm has 36 KB by gzip, 30 are wanted. `cargo xtask size` and this part say so.
    default: false,
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
