/** What a backslash and this letter stand for together, of what Rust lets through: `src/frame/escape.rs`. */
const MEANINGS: Record<string, string> = { "\\": "\\", c: ":", n: "\n", r: "\r" };

/**
 * A header value, or a part of one with whole escapes, as it is meant. Rust says which values have escapes, and has seen that
 * they are those of the connection's version.
 */
export function unescapeValue(text: string): string {
  let meant = "";
  let start = 0;
  // Half as long as `replace` with a function.
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", start)) {
    meant += text.substring(start, at) + MEANINGS[text[at + 1]!]!;
    start = at + 2;
  }
  return start === 0 ? text : meant + text.substring(start);
}
