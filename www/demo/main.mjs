// Puts the page together: the connection feeds prices and chat, and everything it knows is shown.
import { Chart } from './chart.mjs';
import { Chat } from './chat.mjs';
import { Connection } from './connection.mjs';
import { Feed } from './feed.mjs';
import { setText } from './frame.mjs';
import { Log } from './log.mjs';
import { readOptions, redactor } from './options.mjs';
import { Prices } from './prices.mjs';
import { Rate } from './rate.mjs';
import { CHOICES } from './transports.mjs';
import { heartbeatWords } from './words.mjs';

const PRICES = '/topic/prices.*';
const CHAT = '/topic/chat';

const STATE_WORDS = {
  offline: 'Offline',
  connecting: 'Connecting …',
  connected: 'Connected',
  reconnecting: 'Reconnecting',
  disconnecting: 'Disconnecting …',
};

const element = (id) => document.getElementById(id);
const options = readOptions(window.location);
const log = new Log(element('log'), redactor(options.secrets));
const rate = new Rate();

const connection = new Connection(options, log, {
  onChange: showConnection,
  onUp: subscribe,
  onDown: () => {
    feed?.stop();
    prices.gap();
  },
  onBeat: beat,
});
const chart = new Chart(element('chart'), () => prices.redraw());
const prices = new Prices({
  body: element('prices'), empty: element('prices-empty'), shown: element('prices-shown'),
  symbol: element('chart-symbol'), price: element('chart-price'), change: element('chart-change'), range: element('chart-range'),
}, chart, log);
const chat = new Chat({
  list: element('chat'), empty: element('chat-empty'), jump: element('chat-new'), form: element('chat-form'),
  name: element('chat-name'), text: element('chat-text'), note: element('chat-note'),
}, (value, headers) => connection.publish(CHAT, value, headers), log);
const feed = options.feed ? new Feed((destination, value) => connection.publish(destination, value)) : null;
let greeted = false;

function subscribe() {
  // A subscription lives as long as its connection; so this runs again after each reconnect.
  connection.subscribe(PRICES, (message) => { rate.add(); prices.accept(message); });
  connection.subscribe(CHAT, (message) => { rate.add(); chat.accept(message); });
  feed?.start();
  if (options.hello && !greeted) greeted = chat.say('Hello from the browser!');
}

function showConnection() {
  const { state, version, transport, server, heartbeat } = connection;
  document.body.dataset.state = state;
  setText(element('state'), STATE_WORDS[state]);
  setText(element('version'), version ?? '–');
  setText(element('transport'), transport ?? '–');
  setText(element('server'), server ?? (state === 'connected' ? 'does not say' : '–'));
  setText(element('heartbeat'), heartbeatWords(heartbeat));
  setText(element('broker'), connection.choice === 'auto' || connection.choice === 'websocket' ? options.brokerLabel : options.sockjsLabel);
  const choice = element('choice');
  choice.value = connection.choice;
  choice.disabled = !connection.ready;
  for (const option of choice.options) option.disabled = option.value !== 'websocket' && !connection.sockjs;
  setText(element('reconnects'), String(connection.reconnects));
  setText(element('reconnects-unit'), connection.reconnects === 1 ? ' time' : ' times');
  const toggle = element('toggle');
  setText(toggle, connection.wanted ? 'Disconnect' : 'Connect');
  toggle.disabled = !connection.ready || state === 'disconnecting';
  // Not `disabled`: that would throw the keyboard's focus away at each cut.
  element('cut').setAttribute('aria-disabled', String(state !== 'connected'));
  chat.setConnected(state === 'connected');
  showTime();
}

/** What changes by itself as time passes. */
function showTime() {
  const { retryAt } = connection;
  const left = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
  setText(element('countdown'), left === null ? '' : `in ${left} s`);
  setText(element('rate'), String(rate.perSecond()));
  setText(element('received'), rate.total.toLocaleString('en'));
  // While nothing arrives the chart still moves to the left.
  prices.redraw();
}

function beat() {
  element('heart').animate?.([{ transform: 'scale(1.5)' }, { transform: 'scale(1)' }], { duration: 500, easing: 'ease-out' });
}

element('choice').append(...[...CHOICES].map(([value, words]) => new Option(words, value)));
element('choice').addEventListener('change', (event) => void connection.use(event.target.value));
element('cut').addEventListener('click', () => {
  if (!connection.cut()) log.info('There is no connection to cut.');
});
element('toggle').addEventListener('click', () => {
  if (connection.wanted) void connection.disconnect();
  else connection.connect();
});
// What no handler caught is for the person in front of the page as well, not for the console alone.
window.addEventListener('error', (event) => log.error(`Something on this page failed: ${event.message}`));
window.addEventListener('unhandledrejection', (event) => log.error(`Something on this page failed: ${event.reason?.message ?? event.reason}`));

/** For tests and for the console. Holds no credentials. */
window.demo = Object.freeze({
  /** What the page knows, as plain data. Counts are since the page was loaded. */
  status: () => ({
    state: connection.state,
    version: connection.version,
    prices: prices.count,
    chat: chat.count,
    reconnects: connection.reconnects,
    transport: connection.transport,
    choice: connection.choice,
    broker: options.brokerLabel,
    server: connection.server,
    errors: log.errors,
  }),
  /** The lines of the log, newest first. */
  log: () => log.lines(),
  /** Says something in the chat; false when there is no connection. */
  say: (text) => chat.say(text),
  /** Cuts the connection; false when there is none. */
  cut: () => connection.cut(),
  /** Takes another transport: `auto`, `websocket`, `sockjs/xhr-polling` … */
  use: (choice) => connection.use(choice),
  connect: () => connection.connect(),
  disconnect: () => connection.disconnect(),
});

setInterval(showTime, 250);
showConnection();
await connection.load();
connection.connect();
