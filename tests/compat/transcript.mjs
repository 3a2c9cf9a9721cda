// Runs the same script on a package over a socket that records, and gives the transcript: every frame sent, every callback,
// in order.
import WebSocket, { WebSocketServer } from "ws";

/** The broker of the comparison; it knows guest:guest. */
export const broker = { url: process.env.STOMP_URL, headers: { login: "guest", passcode: "guest", host: "/" } };

const decoder = new TextDecoder();

/** A frame's text as an object, headers in alphabetical order: their order says nothing unless a name is repeated. */
function readFrame(data) {
  const kind = typeof data === "string" ? "text" : "binary";
  const text = typeof data === "string" ? data : decoder.decode(data);
  if (text === "\n") return `${kind} heart-beat`;
  const [head, ...rest] = text.split("\n\n");
  const [command, ...headers] = head.split("\n");
  return `${kind} ${command} {${headers.sort().join(", ")}} ${JSON.stringify(rest.join("\n\n"))}`;
}

const show = (f) =>
  `${f.command} {${Object.entries(f.headers).map(([k, v]) => `${k}:${v}`).sort().join(", ")}} ${JSON.stringify(f.body)}`;

/**
 * The transcript of `script` on `lib`.
 *
 * @param lib the package
 * @param script called with (t): see below
 */
export async function transcript(lib, script) {
  const lines = [];
  const waiting = [];
  const clients = [];
  const note = (line) => {
    if (t.quiet) return;
    lines.push(line);
    for (const w of waiting.splice(0)) w.test() ? w.resolve() : waiting.push(w);
  };
  const t = {
    lib,
    note,
    url: broker.url,
    /** Waits until there are `count` lines that begin with `start`. */
    until: (start, count = 1) =>
      new Promise((resolve) => {
        const test = () => lines.filter((line) => line.startsWith(start)).length >= count;
        test() ? resolve() : waiting.push({ test, resolve });
      }),
    /** A factory of sockets to `url` that record what is sent. */
    socket: (url = broker.url) => () => {
      const socket = new WebSocket(url, ["v12.stomp", "v11.stomp", "v10.stomp"]);
      const send = socket.send.bind(socket);
      socket.send = (data, ...rest) => {
        note(t.lengths ? `> ${data.length}` : `> ${readFrame(data)}`);
        return send(data, ...rest);
      };
      return socket;
    },
    /** Writes down every callback of a client. */
    record: (client) => {
      clients.push(client);
      for (const name of ["onConnect", "onDisconnect", "onStompError", "onUnhandledFrame", "onUnhandledMessage", "onUnhandledReceipt"]) {
        const own = client[name];
        client[name] = (frame) => (note(`${name} ${show(frame)}`), own?.call(client, frame));
      }
      for (const name of ["onHeartbeatLost", "onChangeState"]) {
        const own = client[name];
        client[name] = (value) => (note(`${name} ${value ?? ""}`), own?.call(client, value));
      }
      const closed = client.onWebSocketClose;
      client.onWebSocketClose = (event) => (note(`onWebSocketClose connected:${client.connected} active:${client.active}`), closed?.call(client, event));
      const failed = client.onWebSocketError;
      client.onWebSocketError = (event) => (note("onWebSocketError"), failed?.call(client, event));
      return client;
    },
    client: (conf = {}) => t.record(new lib.Client({ webSocketFactory: t.socket(), connectHeaders: broker.headers, reconnectDelay: 0, heartbeatIncoming: 0, heartbeatOutgoing: 0, ...conf })),
    message: (m) => note(`message ${show(m)}`),
    /** Notes how a call ends. */
    attempt: (name, call) => {
      try {
        const value = call();
        note(`${name}: ${value === undefined ? "done" : JSON.stringify(value)}`);
      } catch (error) {
        note(`${name}: ${error.name}: ${error.message}`);
      }
    },
    /** A peer that does what it is told; `behave(socket, number)`. */
    peer: async (behave) => {
      const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "v12.stomp" });
      let number = 0;
      server.on("connection", (socket) => behave(socket, ++number));
      await new Promise((resolve) => server.once("listening", resolve));
      peers.push(server);
      return `ws://127.0.0.1:${server.address().port}/`;
    },
  };
  const peers = [];
  try {
    await script(t);
  } finally {
    t.quiet = true;
    for (const client of clients) void client.deactivate({ force: true });
    for (const server of peers) {
      for (const socket of server.clients) socket.terminate();
      server.close();
    }
  }
  return lines;
}

/** What the server makes up anew for each connection, and nobody can compare. */
const made = [
  [/compat-(\d+)-[0-9a-f-]+/g, "compat-$1"],
  [/\bsession:[^,}]*/g, "session:?"],
  [/\bmessage-id:[^,}]*/g, "message-id:?"],
  [/(?<=[{ ])ack:(?!client|auto)[^,}]*/g, "ack:?"],
  [/(ACK \{)id:[^,}]*/g, "$1id:?"],
];
/** What differs in every CONNECT, and is compared in differences.test.mjs: `accept-version-order` and `host-header`. */
const documented = [
  [/accept-version:[^}]*?(?=, [a-z-]+:|\})/g, (m) => `accept-version:${m.slice(15).split(",").sort().join(",")}`],
  [/(> text CONNECT .*?), host:\//g, "$1"],
];

/** A transcript without what cannot be compared. */
export const comparable = (lines) =>
  lines.map((line) => [...made, ...documented].reduce((text, [pattern, by]) => text.replace(pattern, by), line));
