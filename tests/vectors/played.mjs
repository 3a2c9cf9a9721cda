// The built npm package over sockets that a test plays.
import { Client } from "../../pkg/esm/index.js";

/** A socket that writes down what is done to it. */
class PlayedSocket {
  url = "ws://played/";
  protocol = "";
  readyState = 0;
  binaryType = "arraybuffer";
  sent = [];
  closed = false;

  send(data) {
    this.sent.push(data);
  }
  close(code, reason) {
    this.closed = true;
    this.readyState = 3;
    queueMicrotask(() => this.onclose?.({ code, reason, wasClean: true }));
  }
  open() {
    this.readyState = 1;
    this.onopen({});
  }
  receive(data) {
    if (this.readyState === 1) this.onmessage({ data });
  }
  /** The network is gone. */
  cut() {
    this.readyState = 3;
    this.onclose({ code: 1006, reason: "", wasClean: false });
  }
}

/** A client, and what happens to it. `socket()` gives its next socket, once the client listens to it. */
export function play(conf = {}) {
  const sockets = [];
  const waiting = [];
  const client = new Client({
    webSocketFactory: () => {
      const socket = new PlayedSocket();
      (waiting.shift() ?? ((socket) => sockets.push(socket)))(socket);
      return socket;
    },
    heartbeatIncoming: 0,
    heartbeatOutgoing: 0,
    reconnectDelay: 0,
    ...conf,
  });
  const seen = { messages: [], errors: [], lines: [] };
  client.onUnhandledMessage = (message) => void seen.messages.push(message);
  client.onStompError = (frame) => void seen.errors.push(frame);
  // A client that nobody debugs takes a shorter way, so that is the test's to choose.
  if (!conf.debug) client.debug = (line) => void seen.lines.push(line);
  const socket = async () => {
    const socket = sockets.shift() ?? (await new Promise((resolve) => waiting.push(resolve)));
    // The handlers are there once the factory has returned.
    while (!socket.onopen) await new Promise((resolve) => setTimeout(resolve, 0));
    return socket;
  };
  /** Accepts the next connection. */
  const connect = async (version = "1.2", headers = "") => {
    const connected = new Promise((resolve) => (client.onConnect = resolve));
    const accepted = await socket();
    accepted.open();
    accepted.receive(`CONNECTED\nversion:${version}\n${headers}\n\0`);
    await connected;
    return accepted;
  };
  return { client, seen, socket, connect };
}

/** A client of the version that is connected, with nothing sent yet but CONNECT. */
export async function connected(conf = {}, version = "1.2") {
  const played = play(conf);
  played.client.activate();
  const socket = await played.connect(version);
  socket.sent.length = 0;
  return { ...played, socket };
}
