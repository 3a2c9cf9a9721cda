// A small STOMP 1.2 broker behind sockjs-node, the server from npm: what is sent to a destination comes back to the
// subscriptions of the same connection. A peer that shares no code with stomp-server.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const sockjs = createRequire(import.meta.url)("sockjs");

const ESCAPES = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", ":": "\\c" };
const UNESCAPES = Object.fromEntries(Object.entries(ESCAPES).map(([char, escape]) => [escape, char]));
const escape = (text) => text.replace(/[\\\n\r:]/g, (char) => ESCAPES[char]);
/** "Undefined escape sequences such as \t MUST be treated as a fatal protocol error." (STOMP 1.2, Value Encoding) */
const unescape = (text) =>
  text.replace(/\\(.?)/gs, (sequence) => UNESCAPES[sequence] ?? fail(`undefined escape sequence ${sequence}`));

class ProtocolError extends Error {}
function fail(message) {
  throw new ProtocolError(message);
}

/** Cuts what arrives, in whatever pieces, into frames and heart-beats. */
class Parser {
  #rest = Buffer.alloc(0);

  /** Takes a piece of text; yields frames, and `null` for each line end between them. */
  *take(text) {
    this.#rest = Buffer.concat([this.#rest, Buffer.from(text)]);
    for (;;) {
      if (this.#rest[0] === 0x0a || (this.#rest[0] === 0x0d && this.#rest[1] === 0x0a)) {
        this.#rest = this.#rest.subarray(this.#rest[0] === 0x0a ? 1 : 2);
        yield null;
        continue;
      }
      const frame = this.#frame();
      if (!frame) return;
      yield frame;
    }
  }

  #frame() {
    const end = /\r?\n\r?\n/.exec(this.#rest.toString("latin1"));
    if (!end) return undefined;
    const [command, ...lines] = this.#rest.subarray(0, end.index).toString().split(/\r?\n/);
    const raw = command === "CONNECT";
    const headers = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      if (colon < 0) fail(`a header without a colon: ${line}`);
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1)].map((part) => (raw ? part : unescape(part)));
      // "Only the first header entry SHOULD be used as the value of header entry." (Repeated Header Entries)
      headers[name] ??= value;
    }
    const start = end.index + end[0].length;
    const length = headers["content-length"];
    const stop = length === undefined ? this.#rest.indexOf(0, start) : start + Number(length);
    if (stop < 0 || stop >= this.#rest.length) return undefined;
    if (this.#rest[stop] !== 0) fail("no NUL behind the body");
    const body = this.#rest.subarray(start, stop).toString();
    this.#rest = this.#rest.subarray(stop + 1);
    return { command, headers, body };
  }
}

/** One connection. */
class Session {
  #connection;
  #parser = new Parser();
  #subscriptions = new Map();
  #transactions = new Map();
  #numbers = 0;
  #connected = false;
  #timers = [];
  #heard = Date.now();
  #beats;
  #ended;
  /** How many heart-beats came. */
  beats = 0;

  /** `ended` is called when the connection is closed, or given up by the client. */
  constructor(connection, beats, ended) {
    this.#connection = connection;
    this.#beats = beats;
    this.#ended = ended;
    connection.on("data", (text) => this.#take(text));
    connection.on("close", () => this.#end());
  }

  close(code, reason) {
    this.#end();
    this.#connection.close(code, reason);
  }

  /** sockjs-node tells of a close only when the client has come to fetch it. */
  #end() {
    this.#timers.forEach(clearInterval);
    this.#ended(this);
  }

  #take(text) {
    this.#heard = Date.now();
    try {
      for (const frame of this.#parser.take(text)) {
        if (frame) this.#handle(frame);
        else this.beats += 1;
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#send("ERROR", { message: error.message });
      this.close(1002, "protocol error");
    }
  }

  #send(command, headers, body = "") {
    const raw = command === "CONNECTED";
    const lines = Object.entries({ ...headers, "content-length": Buffer.byteLength(body) }).map(([name, value]) => (raw ? `${name}:${value}` : `${escape(name)}:${escape(String(value))}`));
    this.#connection.write(`${[command, ...lines].join("\n")}\n\n${body}\0`);
  }

  #handle({ command, headers, body }) {
    if (command === "CONNECT" || command === "STOMP") return this.#connect(headers);
    if (!this.#connected) fail(`${command} before CONNECT`);
    const need = (name) => headers[name] ?? fail(`${command} without ${name}`);
    const { transaction } = headers;
    const act = {
      SUBSCRIBE: () => this.#subscriptions.set(need("id"), need("destination")),
      UNSUBSCRIBE: () => this.#subscriptions.delete(need("id")) || fail("UNSUBSCRIBE of nothing"),
      SEND: () => this.#echo(need("destination"), headers, body),
      BEGIN: () => this.#transactions.set(need("transaction"), []),
      COMMIT: () => this.#complete(need("transaction")).forEach((each) => each()),
      ABORT: () => this.#complete(need("transaction")),
      ACK: () => need("id"),
      NACK: () => need("id"),
      DISCONNECT: () => {},
    }[command];
    if (!act) fail(`the command ${command} does not exist`);
    if (transaction !== undefined && command === "SEND") (this.#transactions.get(transaction) ?? fail("no such transaction")).push(act);
    else act();
    if (headers.receipt !== undefined) this.#send("RECEIPT", { "receipt-id": headers.receipt });
    if (command === "DISCONNECT") this.close(1000, "");
  }

  /** Ends a transaction, and gives what was held for it. */
  #complete(transaction) {
    const held = this.#transactions.get(transaction) ?? fail("no such transaction");
    this.#transactions.delete(transaction);
    return held;
  }

  #connect(headers) {
    if (this.#connected) fail("a second CONNECT");
    if (!(headers["accept-version"] ?? "").split(",").includes("1.2")) fail("this broker speaks STOMP 1.2");
    this.#connected = true;
    const [sends, wants] = (headers["heart-beat"] ?? "0,0").split(",").map(Number);
    this.#send("CONNECTED", { version: "1.2", server: "echo", "heart-beat": `${this.#beats},${this.#beats}` });
    // "MAX(<cx>, <sy>)" (Heart-beating)
    if (wants && this.#beats) this.#timers.push(setInterval(() => this.#connection.write("\n"), Math.max(wants, this.#beats)));
    if (sends && this.#beats) {
      const most = 3 * Math.max(sends, this.#beats);
      this.#timers.push(setInterval(() => Date.now() - this.#heard > most && this.close(4000, "no heart-beat came"), most / 3));
    }
  }

  #echo(destination, headers, body) {
    const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !["destination", "receipt", "content-length", "transaction"].includes(name)));
    for (const [subscription, wanted] of this.#subscriptions) {
      if (wanted !== destination) continue;
      this.#numbers += 1;
      this.#send("MESSAGE", { ...own, subscription, destination, "message-id": `m-${this.#numbers}` }, body);
    }
  }
}

/** Starts the broker. Gives its address, its live connections, and a way to stop. */
export async function startEcho({ beats }) {
  const sessions = new Set();
  const service = sockjs.createServer({ log: () => {} });
  service.on("connection", (connection) => {
    // What is no connection is told as null.
    if (!connection) return;
    sessions.add(new Session(connection, beats, (session) => sessions.delete(session)));
  });
  const http = createServer();
  service.installHandlers(http, { prefix: "/stomp" });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}/stomp`,
    sessions,
    stop: () => (http.closeAllConnections(), new Promise((resolve) => http.close(resolve))),
  };
}
