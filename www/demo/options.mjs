// What the address of the page asks for. Everything here comes from outside, so each value is checked
// once, here, and the rest of the page can trust it.

/** Longest values we take from the query, in characters; a STOMP header line has a limit as well. */
const MAX_CREDENTIAL = 1024;

/**
 * Reads the query of the page's address.
 *
 * - `broker`: `ws://` or `wss://` address of the broker; default: `/ws` on the host that served the page
 * - `login`, `passcode`, `host`: headers of the CONNECT frame; default: not sent
 * - `feed=1`: this page publishes prices itself, for a broker that has no feed of its own
 * - `hello=1`: say one chat message on the first connection
 *
 * `problem` is a sentence for the user when the broker's address cannot be used; then nothing connects,
 * because quietly falling back to another broker would show data that was not asked for.
 *
 * @param {Location | URL} location address of the page
 */
export function readOptions(location) {
  const query = new URLSearchParams(location.search);
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const asked = query.get('broker');
  const { url, problem } = asked === null
    ? { url: new URL(`${scheme}://${location.host}/ws`), problem: null }
    : checkBroker(asked, location);

  const connectHeaders = {};
  for (const name of ['login', 'passcode', 'host']) {
    const value = query.get(name);
    if (value !== null) connectHeaders[name] = value.slice(0, MAX_CREDENTIAL);
  }

  return {
    brokerURL: url ? url.href : '',
    brokerLabel: url ? label(url) : 'none',
    connectHeaders,
    secrets: secretsOf(connectHeaders, url),
    feed: isOn(query.get('feed')),
    hello: isOn(query.get('hello')),
    problem,
  };
}

function isOn(value) {
  return value === '1' || value === 'true' || value === '';
}

function checkBroker(text, location) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return refuse('it is not an address; write it like ws://localhost:15674/ws');
  }
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') {
    return refuse('it must begin with ws:// or wss://');
  }
  // A fragment would make the WebSocket constructor throw, and means nothing to a broker.
  url.hash = '';
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (location.protocol === 'https:' && url.protocol === 'ws:' && !local) {
    return refuse('a page loaded by https may only open wss:// addresses');
  }
  return { url, problem: null };

  function refuse(why) {
    return { url: null, problem: `The broker address in ?broker= cannot be used: ${why}.` };
  }
}

/** The address as it may be shown: a user, a password or a token in it is nobody's business. */
function label(url) {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function secretsOf(headers, url) {
  const secrets = [headers.login, headers.passcode];
  if (url) secrets.push(url.username, url.password, decode(url.username), decode(url.password));
  return [...new Set(secrets.filter(Boolean))];
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Makes a function that takes the given secrets out of a text. Brokers like to repeat them: RabbitMQ
 * answers a wrong password with "Access refused for user 'name'".
 *
 * Only whole words are replaced: taking a one-letter passcode out of every word would give it away.
 *
 * @param {string[]} secrets
 * @returns {(text: string) => string}
 */
export function redactor(secrets) {
  if (secrets.length === 0) return (text) => text;
  const words = [...secrets]
    .sort((a, b) => b.length - a.length)
    .map((secret) => secret.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  return (text) => text.replace(pattern, '•••');
}
