// The log panel: what happened to the connection, in words and with a time.
import { oncePerFrame } from './frame.mjs';

/** Entries kept; older ones are dropped, so that a page left open for a week does not grow. */
const MAX_ENTRIES = 200;
/** Longest text of an entry, in characters: an ERROR frame's body may be as long as the broker likes. */
const MAX_TEXT = 600;
/** A retry that fails writes the same few lines again and again; within this many lines they are counted. */
const FOLD_WITHIN = 6;

const WORDS = { info: 'Info', good: 'OK', warn: 'Warning', error: 'Error' };

export class Log {
  #list;
  #redact;
  #entries = [];
  #schedule;

  /** Errors written since the page was loaded, also those no longer listed. */
  errors = 0;

  /**
   * @param {HTMLOListElement} list
   * @param {(text: string) => string} redact takes the credentials out of a text
   */
  constructor(list, redact) {
    this.#list = list;
    this.#redact = redact;
    this.#schedule = oncePerFrame(() => this.#draw());
  }

  info(text) { this.#add('info', text); }
  good(text) { this.#add('good', text); }
  warn(text) { this.#add('warn', text); }
  error(text) {
    this.errors += 1;
    this.#add('error', text);
  }

  /** The lines as text, newest first; for automation. */
  lines() {
    return this.#entries.map(({ time, level, text, count }) => ({ time: time.toISOString(), level, text, count }));
  }

  #add(level, rawText) {
    // Redact before cutting: cutting first could leave the beginning of a secret behind.
    const redacted = this.#redact(String(rawText)).trim();
    const text = redacted.length > MAX_TEXT ? `${redacted.slice(0, MAX_TEXT)}…` : redacted;
    const same = this.#entries.slice(0, FOLD_WITHIN).findIndex((entry) => entry.level === level && entry.text === text);
    const entry = same < 0 ? { level, text, count: 0, item: null } : this.#entries.splice(same, 1)[0];
    entry.count += 1;
    entry.time = new Date();
    entry.stale = true;
    this.#entries.unshift(entry);
    for (const dropped of this.#entries.splice(MAX_ENTRIES)) dropped.item?.remove();
    this.#schedule();
  }

  #draw() {
    // Newest first, so walk from the oldest changed entry up and put each at the top.
    for (let i = this.#entries.length - 1; i >= 0; i -= 1) {
      const entry = this.#entries[i];
      if (!entry.stale) continue;
      entry.stale = false;
      entry.item ??= makeItem(entry);
      entry.item.querySelector('time').textContent = clock(entry.time);
      entry.item.querySelector('time').dateTime = entry.time.toISOString();
      entry.item.querySelector('.count').textContent = entry.count > 1 ? `× ${entry.count}` : '';
      this.#list.prepend(entry.item);
    }
  }
}

function makeItem(entry) {
  const item = document.createElement('li');
  item.className = entry.level;
  const time = document.createElement('time');
  const level = document.createElement('span');
  level.className = 'level';
  level.textContent = WORDS[entry.level];
  const text = document.createElement('span');
  text.className = 'text';
  text.dir = 'auto';
  text.textContent = entry.text;
  const count = document.createElement('span');
  count.className = 'count';
  item.append(time, level, text, count);
  return item;
}

/**
 * The time of day with seconds, for a log line.
 *
 * @param {Date} time
 */
export function clock(time) {
  const two = (n) => String(n).padStart(2, '0');
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
