/**
 * A socket without a network: it answers CONNECT, hands out what it is given and counts what it is sent.
 *
 * It stands for the browser's own: like that it is done with what it was given when `send` returns, and it is an instance
 * of `WebSocket`, for clients that reuse their memory only where they can be sure of this.
 */

export class MockSocket {
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  binaryType = "blob";
  protocol = "v12.stomp";
  url = "ws://mock/";
  bufferedAmount = 0;
  readyState = 0;
  /** Text that was sent, in order, since `clear`. Strings are immutable, so keeping them copies nothing. */
  sent = [];
  /** How many binary messages were sent since `clear`, and their bytes. */
  binaryCount = 0;
  binaryBytes = 0;
  /** Whether binary messages are kept too, as copies: a client may reuse its memory after `send`, as with a real socket. */
  keepBinary = false;
  connected = false;

  constructor() {
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.onopen?.({ type: "open", target: this });
    });
  }

  send(data) {
    if (!this.connected) return this.greet(data);
    if (typeof data === "string") {
      this.sent.push(data);
    } else {
      this.binaryCount++;
      this.binaryBytes += data.byteLength;
      if (this.keepBinary) this.sent.push(copy(data));
    }
  }

  /** Answers the CONNECT frame. */
  greet(data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(copy(data));
    if (!/^(CONNECT|STOMP)\n/.test(text)) throw new Error(`expected CONNECT, got ${JSON.stringify(text.slice(0, 40))}`);
    const version = /^accept-version:.*1\.2/m.test(text) ? "1.2" : "1.1";
    this.connected = true;
    queueMicrotask(() => this.deliver(`CONNECTED\nversion:${version}\nheart-beat:0,0\nserver:mock/1\n\n\0`));
  }

  /** Hands one WebSocket message to the client. */
  deliver(data) {
    this.onmessage({ data });
  }

  /** Forgets what was sent. */
  clear() {
    this.sent = [];
    this.binaryCount = 0;
    this.binaryBytes = 0;
  }

  /** The connection is gone. */
  drop(code = 1006) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ type: "close", code, reason: "", wasClean: code === 1000, target: this });
  }

  close(code = 1000) {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    queueMicrotask(() => this.drop(code));
  }
}

Object.setPrototypeOf(MockSocket.prototype, WebSocket.prototype);
// Its `send` is the page's own, for clients that look at whose it is. No other socket sends in this page.
WebSocket.prototype.send = MockSocket.prototype.send;

function copy(data) {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data.slice(0));
}
