// Lines that `cargo xtask test` prints for a part beside its counts, by way of a file that it names in SUMMARY.
import { appendFileSync } from "node:fs";

/** Says a line, in the summary if there is one and in the log. */
export function say(line) {
  console.log(line);
  if (process.env.SUMMARY) appendFileSync(process.env.SUMMARY, `${line}\n`);
}
