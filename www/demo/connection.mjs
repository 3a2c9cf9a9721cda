// The connection as the page sees it. Everything on the wire is the client's work; this module turns its
// callbacks into one state and into lines of the log.
import { loadSockJS, settingsFor } from './transports.mjs';
import { describeClose, describeStompError, negotiatedHeartbeat } from './words.mjs';

/** Where the server puts the built npm package. */
const PACKAGE = '/pkg/';

/** How long the client waits before it tries again, in ms. Short, so that one sees it heal. */
const RECONNECT_DELAY = 3000;
/** What the client offers and asks for in the `heart-beat` header, in ms. */
const HEARTBEAT = 5000;
/** How long an attempt may take before the client gives it up, in ms. */
const CONNECTION_TIMEOUT = 10000;

/**
 * One long-lived client and what is known about its connection.
 *
 * States: `offline` (the user disconnected, or nothing was tried), `connecting`, `connected`, `reconnecting`
 * (waiting for the next attempt, until `retryAt`), `disconnecting`.
 */
export class Connection {
  /** @type {'offline' | 'connecting' | 'connected' | 'reconnecting' | 'disconnecting'} */
  state = 'offline';
  /** Negotiated STOMP version while connected, else null. */
  version = null;
  /** The `server` header of CONNECTED; brokers need not send one. */
  server = null;
  /** What carries the frames: `websocket`, `sockjs/xhr-streaming`; null without a connection. */
  transport = null;
  /** What was chosen to carry the frames, one of `CHOICES`. */
  choice;
  /** Whether there is SockJS to choose. */
  sockjs = false;
  /** Agreed heart-beat in ms while connected, else null. */
  heartbeat = null;
  /** When the next attempt is due, in ms as of `performance.now()`; only in `reconnecting`. */
  retryAt = null;
  /** Connections that were lost and came back. */
  reconnects = 0;

  #options;
  #log;
  #handlers;
  #client = null;
  #lost = false;
  #cutting = false;

  /**
   * @param {ReturnType<import('./options.mjs').readOptions>} options
   * @param {import('./log.mjs').Log} log
   * @param {object} handlers
   * @param {() => void} handlers.onChange after anything above changed
   * @param {() => void} handlers.onUp connected; the place to subscribe
   * @param {() => void} handlers.onDown the connection is gone, for whatever reason
   * @param {() => void} handlers.onBeat a heart-beat arrived
   */
  constructor(options, log, handlers) {
    this.#options = options;
    this.#log = log;
    this.#handlers = handlers;
    this.choice = options.transport;
  }

  /** Where it connects to, as it may be shown. */
  get address() {
    const { brokerLabel, sockjsLabel } = this.#options;
    if (this.choice === 'auto') return `${brokerLabel}, or else ${sockjsLabel}`;
    return this.choice === 'websocket' ? brokerLabel : sockjsLabel;
  }

  get connected() { return this.state === 'connected'; }
  /** Whether the client is there and can be asked to connect. */
  get ready() { return this.#client !== null; }
  /** Whether the client is up, or trying to be. */
  get wanted() { return this.state === 'connected' || this.state === 'connecting' || this.state === 'reconnecting'; }

  /** Loads the client package. Says in the log what to do when it is not there. */
  async load() {
    if (this.#options.problem) {
      this.#log.error(this.#options.problem);
      return;
    }
    let Client;
    try {
      // Loaded here, not at the top: a package that is missing should be a sentence on the page rather than a blank one.
      ({ Client } = await import(await packageEntry(PACKAGE)));
      if (typeof Client !== 'function') throw new Error('it has no Client');
    } catch (error) {
      this.#log.error(`The client could not be loaded from ${PACKAGE} (${error?.message ?? error}). Build it with “cargo xtask build”, then reload.`);
      return;
    }
    const sockjs = this.#options.sockjsURL ? await loadSockJS() : undefined;
    this.sockjs = sockjs !== undefined;
    if (!this.sockjs) {
      if (this.choice !== 'auto' && this.choice !== 'websocket') {
        this.#log.warn('There is no SockJS here: sockjs-client is beside the page when “cargo xtask demo” serves it, and another broker needs ?sockjs= with its address.');
      }
      this.choice = 'websocket';
    }
    this.#client = new Client({
      ...settingsFor(this.choice, this.#options),
      sockjs,
      connectHeaders: this.#options.connectHeaders,
      reconnectDelay: RECONNECT_DELAY,
      connectionTimeout: CONNECTION_TIMEOUT,
      heartbeatIncoming: HEARTBEAT,
      heartbeatOutgoing: HEARTBEAT,
      beforeConnect: () => this.#attempt(),
      onConnect: (frame) => this.#up(frame),
      onStompError: (frame) => this.#log.error(describeStompError(frame, this.connected)),
      onWebSocketError: (error) => this.#socketError(error),
      onWebSocketClose: (event) => this.#down(event),
      onHeartbeatReceived: () => this.#handlers.onBeat(),
      onHeartbeatLost: () => this.#log.warn('No heart-beat came from the broker in time; the client gives this connection up.'),
      onUnhandledMessage: (message) => this.#log.warn(`A message came for no subscription of ours, to ${message.headers.destination ?? 'no destination'}.`),
    });
    this.#set({});
  }

  /** Connects, and keeps connecting until `disconnect`. */
  connect() {
    if (!this.ready || this.wanted) return;
    this.#lost = false;
    this.#set({ state: 'connecting' });
    try {
      this.#client.activate();
    } catch (error) {
      this.#log.error(`The client could not start: ${error?.message ?? error}`);
      this.#set({ state: 'offline' });
    }
  }

  /** Disconnects in good order (DISCONNECT, its receipt, close), and stays so. */
  async disconnect() {
    if (!this.wanted) return;
    this.#set({ state: 'disconnecting', retryAt: null });
    try {
      await this.#client.deactivate();
      this.#log.info('Disconnected, as you asked.');
    } catch (error) {
      this.#log.error(`Disconnecting failed: ${error?.message ?? error}`);
    }
    this.#lost = false;
    this.#clear({ state: 'offline' });
  }

  /**
   * Takes another transport: at once if there is a connection, or an attempt to make one.
   *
   * @param {string} choice one of `CHOICES`
   */
  async use(choice) {
    if (choice === this.choice || !this.ready) return;
    const { wanted } = this;
    this.choice = choice;
    await this.disconnect();
    this.#client.configure(settingsFor(this.choice, this.#options));
    this.#set({});
    if (wanted) this.connect();
  }

  /**
   * Drops the connection without a word to the broker, as a network would: no DISCONNECT, and the client
   * still wants to be connected.
   *
   * @returns {boolean} false when there is no connection to cut
   */
  cut() {
    if (!this.connected) return false;
    this.#cutting = true;
    this.#log.warn('Cutting the connection: the WebSocket is closed under the client, without a DISCONNECT.');
    this.#client.forceDisconnect();
    return true;
  }

  /**
   * Subscribes for as long as this connection lasts.
   *
   * @param {string} destination
   * @param {(message: {headers: Record<string, string>, body: string}) => void} onMessage
   */
  subscribe(destination, onMessage) {
    this.#client.subscribe(destination, onMessage);
  }

  /**
   * Sends `value` as JSON.
   *
   * @param {string} destination
   * @param {unknown} value
   * @param {Record<string, string>} [headers]
   * @returns {boolean} false when there is no connection; nothing was sent then
   */
  publish(destination, value, headers = {}) {
    if (!this.connected) return false;
    try {
      this.#client.publish({
        destination,
        body: JSON.stringify(value),
        headers: { 'content-type': 'application/json', ...headers },
      });
      return true;
    } catch (error) {
      this.#log.error(`Publishing to ${destination} failed: ${error?.message ?? error}`);
      return false;
    }
  }

  #attempt() {
    if (this.state === 'disconnecting') return;
    this.#set({ state: 'connecting', retryAt: null });
    this.#log.info(`Connecting to ${this.address} …`);
  }

  #up(frame) {
    const headers = frame?.headers ?? {};
    const again = this.#lost;
    this.#lost = false;
    this.#cutting = false;
    if (again) this.reconnects += 1;
    const version = this.#client.connectedVersion ?? headers.version ?? '1.0';
    const heartbeat = negotiatedHeartbeat(headers['heart-beat'], { incoming: HEARTBEAT, outgoing: HEARTBEAT });
    this.#set({
      state: 'connected',
      version,
      server: headers.server || null,
      transport: this.#client.transport,
      heartbeat,
      retryAt: null,
    });
    this.#log.good(again ? `Healed: connected again, STOMP ${version}.` : `Connected, STOMP ${version}.`);
    this.#handlers.onUp();
  }

  #socketError(error) {
    if (error instanceof Error) {
      this.#log.warn(`Not connected: ${error.message}`);
      return;
    }
    // The browser hides the cause from scripts on purpose, so that pages cannot scan a network.
    this.#log.error(this.connected
      ? 'The WebSocket failed; the browser does not say why.'
      : `No connection to ${this.address}: the browser does not say why. Is a broker listening there?`);
  }

  #down(event) {
    const was = this.state;
    const how = describeClose(event);
    if (was === 'disconnecting') {
      this.#clear({});
      return;
    }
    if (was === 'offline') return;
    if (was === 'connected') {
      this.#lost = true;
      const text = `Connection lost (${how}). Trying again in ${RECONNECT_DELAY / 1000} s.`;
      if (this.#cutting) this.#log.warn(text);
      else this.#log.error(text);
    } else {
      // Automatic goes on to SockJS at once; the countdown shows where it does not.
      this.#log.warn(`Not connected: closed before the broker said CONNECTED (${how}).`);
    }
    this.#cutting = false;
    this.#clear({ state: 'reconnecting', retryAt: performance.now() + RECONNECT_DELAY });
  }

  /** Forgets what is true only while connected. */
  #clear(changes) {
    this.#set({ version: null, server: null, transport: null, heartbeat: null, retryAt: null, ...changes });
    this.#handlers.onDown();
  }

  #set(changes) {
    Object.assign(this, changes);
    this.#handlers.onChange();
  }
}

/**
 * Finds the module to import in an npm package as a bundler does: by its package.json.
 *
 * @param {string} root path of the package on this host, with a slash at its end
 * @returns {Promise<string>} address of the module
 */
async function packageEntry(root) {
  const response = await fetch(`${root}package.json`);
  if (!response.ok) throw new Error(`no package.json there, HTTP ${response.status}`);
  const { exports } = await response.json();
  let entry = exports?.['.']?.import ?? exports?.['.'];
  if (typeof entry === 'object') entry = entry?.default;
  if (typeof entry !== 'string') throw new Error('its package.json names no module to import');
  return new URL(entry, new URL(root, document.baseURI)).href;
}
