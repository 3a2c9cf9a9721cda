/** Whether a text is more than ASCII. Of the ways to ask, this is the one that engines make a vector loop of. */
const NOT_ASCII = /[\x80-\uffff]/;

/** Whether every code unit is one byte in UTF-8. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}

/** How many bytes a text has in UTF-8. Half a pair counts as the U+FFFD that a socket makes of it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  if (isAscii(text)) return bytes;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2;
    else if (unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      // Four bytes for two code units.
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}
