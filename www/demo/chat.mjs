// The chat room. What people write is put on the page as text, never as HTML.
import { oncePerFrame } from './frame.mjs';

/** Messages kept on the page; older ones leave at the top. */
const MAX_MESSAGES = 200;
/** Longest name and text shown, in characters: the input fields keep to it, other clients need not. */
const MAX_NAME = 32;
const MAX_TEXT = 500;
const NAME_KEY = 'stomp-demo-name';

export class Chat {
  /** Chat messages received since the page was loaded, our own included: they come back from the broker. */
  count = 0;

  #elements;
  #log;
  #send;
  #waiting = [];
  #schedule;
  // Tells our own messages from those of another tab that happens to use the same name. It travels as a
  // header of our own, which a broker hands on ("user defined headers", STOMP 1.2, "MESSAGE").
  #self = crypto.getRandomValues(new Uint32Array(2)).join('-');

  /**
   * @param {object} elements `list`, `empty`, `jump`, `form`, `name`, `text`, `note`
   * @param {(value: object, headers: Record<string, string>) => boolean} send false when nothing was sent
   * @param {import('./log.mjs').Log} log
   */
  constructor(elements, send, log) {
    this.#elements = elements;
    this.#send = send;
    this.#log = log;
    this.#schedule = oncePerFrame(() => this.#draw());
    elements.name.value = rememberedName();
    elements.name.addEventListener('change', () => {
      const name = elements.name.value.trim();
      if (name) remember(localStore(), name);
    });
    elements.form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    elements.jump.addEventListener('click', () => this.#toEnd());
    elements.list.addEventListener('scroll', () => {
      if (this.#atEnd()) elements.jump.hidden = true;
    }, { passive: true });
  }

  /**
   * Sends a message under the name in the form.
   *
   * @param {string} text
   * @returns {boolean} false when there is no connection, or nothing to say
   */
  say(text) {
    const said = String(text).trim().slice(0, MAX_TEXT);
    const from = this.#elements.name.value.trim().slice(0, MAX_NAME) || 'Somebody';
    if (!said) return false;
    return this.#send({ from, text: said, time: Date.now() }, { sender: this.#self });
  }

  /** Takes a MESSAGE of `/topic/chat`. */
  accept(message) {
    this.count += 1;
    const entry = parseChat(message.body);
    if (entry.problem) {
      this.#log.error(`A chat message was not understood: ${entry.problem}.`);
      return;
    }
    entry.own = message.headers.sender === this.#self;
    this.#waiting.push(entry);
    // A hidden tab draws nothing; what waits for it is bounded like the list itself.
    if (this.#waiting.length > MAX_MESSAGES) this.#waiting.shift();
    this.#schedule();
  }

  /** Says below the form whether one can speak now. */
  setConnected(connected) {
    this.#elements.note.textContent = connected ? '' : 'Not connected. What you type stays here until you can send it.';
  }

  #submit() {
    const { text, note } = this.#elements;
    if (this.say(text.value)) {
      text.value = '';
      note.textContent = '';
    } else if (text.value.trim()) {
      // Nothing is lost: the text stays in its field.
      note.textContent = 'Not sent: there is no connection. Your text is still here; send it when we are back.';
    }
    text.focus();
  }

  #atEnd() {
    const { list } = this.#elements;
    return list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }

  #toEnd() {
    const { list, jump } = this.#elements;
    list.scrollTop = list.scrollHeight;
    jump.hidden = true;
  }

  #draw() {
    const { list, empty, jump } = this.#elements;
    const follow = this.#atEnd() || this.#waiting.some((entry) => entry.own);
    list.append(...this.#waiting.map(makeItem));
    this.#waiting = [];
    while (list.childElementCount > MAX_MESSAGES) list.firstElementChild.remove();
    empty.hidden = list.childElementCount > 0;
    // Somebody who scrolled up to read is not pulled away.
    if (follow) this.#toEnd();
    else jump.hidden = false;
  }
}

/**
 * Checks one chat message from the network.
 *
 * @param {string} body
 * @returns {{from: string, text: string, time: Date} | {problem: string}}
 */
export function parseChat(body) {
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: `its body is not JSON (it begins “${body.slice(0, 40)}”)` };
  }
  if (value === null || typeof value !== 'object') return { problem: 'its body is not a JSON object' };
  if (typeof value.text !== 'string') return { problem: '“text” is not a text' };
  const from = typeof value.from === 'string' && value.from.trim() ? value.from.trim() : 'Somebody';
  const time = new Date(typeof value.time === 'number' || typeof value.time === 'string' ? value.time : NaN);
  return {
    from: cut(from, MAX_NAME),
    text: cut(value.text, MAX_TEXT),
    time: Number.isNaN(time.getTime()) ? new Date() : time,
  };
}

function cut(text, length) {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

function makeItem(entry) {
  const item = document.createElement('li');
  if (entry.own) item.className = 'own';
  // The same name has the same colour for everybody.
  item.style.setProperty('--hue', String(hue(entry.from)));
  const from = document.createElement('bdi');
  from.className = 'from';
  from.textContent = entry.from;
  const time = document.createElement('time');
  time.dateTime = entry.time.toISOString();
  time.textContent = entry.time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const text = document.createElement('p');
  text.dir = 'auto';
  text.textContent = entry.text;
  item.append(from, time, text);
  return item;
}

function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 65521;
  // The golden angle keeps names that differ by one letter apart: bot1, bot2.
  return Math.round((sum * 137.508) % 360);
}

const FIRST = ['Quick', 'Calm', 'Bright', 'Brave', 'Merry', 'Gentle', 'Keen', 'Lucky'];
const SECOND = ['Otter', 'Heron', 'Fox', 'Lynx', 'Robin', 'Badger', 'Hare', 'Wren'];

/**
 * The name chosen last. A name that was only made up is kept for this tab alone, so that two new tabs do
 * not speak under one name.
 */
function rememberedName() {
  const chosen = recall(localStore()) ?? recall(tabStore());
  if (chosen) return chosen;
  const pick = (words) => words[Math.floor(Math.random() * words.length)];
  const name = `${pick(FIRST)} ${pick(SECOND)}`;
  remember(tabStore(), name);
  return name;
}

// Storage may be forbidden, and then already naming it throws; a chat without memory is still a chat.
function localStore() {
  try { return window.localStorage; } catch { return null; }
}

function tabStore() {
  try { return window.sessionStorage; } catch { return null; }
}

function recall(store) {
  try { return store?.getItem(NAME_KEY)?.trim().slice(0, MAX_NAME) || null; } catch { return null; }
}

function remember(store, name) {
  try { store?.setItem(NAME_KEY, name); } catch { /* full or forbidden: see above */ }
}
