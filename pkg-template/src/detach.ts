/** From how long a text on a piece of it is copied out of it, in code units. */
const LARGE = 4096;
/** Pieces up to this length are copied by the engine anyway, in code units. */
const SMALL = 12;

/**
 * A piece of a text, which does not keep a large text alive. Engines make a piece a view of the whole: 800 kept message
 * ids held 210 MB.
 */
export function detach(text: string, start: number, end: number): string {
  const piece = text.substring(start, end);
  return text.length < LARGE || end - start <= SMALL ? piece : ` ${piece}`.substring(1);
}
