// What the address of the page asks for. Everything here comes from outside, so each value is checked
// once, here, and the rest of the page can trust it.

import { CHOICES } from './transports.mjs';

/** Longest values we take from the query, in characters; a STOMP header line has a limit as well. */
const MAX_CREDENTIAL = 1024;

/**
 * Reads the query of the page's address.
 *
 * - `broker`: `ws://` or `wss://` address of the broker; default: `/ws` on the host that served the page
 * - `sockjs`: `http://` or `https://` address of the same broker's SockJS; default: `/sockjs` on the host that served the page
 *   if that is the broker, else none
 * - `transport`: `websocket`, `sockjs/xhr-streaming` and so on to use nothing else; default: `auto`
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
    : checkAddress(asked, location, BROKER);
  const askedSockjs = query.get('sockjs');
  const sockjs = askedSockjs === null
    ? { url: asked === null ? new URL(`${location.protocol}//${location.host}/sockjs`) : null, problem: null }
    : checkAddress(askedSockjs, location, SOCKJS);
  const transport = query.get('transport') ?? 'auto';

  const connectHeaders = {};
  for (const name of ['login', 'passcode', 'host']) {
    const value = query.get(name);
    if (value !== null) connectHeaders[name] = value.slice(0, MAX_CREDENTIAL);
  }

  return {
    brokerURL: url ? url.href : '',
    brokerLabel: url ? label(url) : 'none',
    sockjsURL: sockjs.url ? sockjs.url.href : '',
    sockjsLabel: sockjs.url ? label(sockjs.url) : 'none',
    transport: CHOICES.has(transport) ? transport : 'auto',
    connectHeaders,
    secrets: secretsOf(connectHeaders, [url, sockjs.url]),
    feed: isOn(query.get('feed')),
    hello: isOn(query.get('hello')),
    problem: problem ?? sockjs.problem,
  };
}

function isOn(value) {
  return value === '1' || value === 'true' || value === '';
}

/** What an address must be like, and what it is called. */
const BROKER = { plain: 'ws:', secure: 'wss:', example: 'ws://localhost:15674/ws', name: 'The broker address in ?broker=' };
const SOCKJS = { plain: 'http:', secure: 'https:', example: 'http://localhost:15674/sockjs', name: 'The SockJS address in ?sockjs=' };

function checkAddress(text, location, { plain, secure, example, name }) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return refuse(`it is not an address; write it like ${example}`);
  }
  if (url.protocol !== plain && url.protocol !== secure) {
    return refuse(`it must begin with ${plain}// or ${secure}//`);
  }
  // A fragment would make the WebSocket constructor throw, and means nothing to a broker.
  url.hash = '';
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (location.protocol === 'https:' && url.protocol === plain && !local) {
    return refuse(`a page loaded by https may only open ${secure}// addresses`);
  }
  return { url, problem: null };

  function refuse(why) {
    return { url: null, problem: `${name} cannot be used: ${why}.` };
  }
}

/** The address as it may be shown: a user, a password or a token in it is nobody's business. */
function label(url) {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function secretsOf(headers, urls) {
  const secrets = [headers.login, headers.passcode];
  for (const url of urls) if (url) secrets.push(url.username, url.password, decode(url.username), decode(url.password));
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
