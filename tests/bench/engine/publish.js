/** One batch of published messages: prepared, timed, checked. */
import { outgoing } from "./messages.js";

/**
 * An application publishes what it has just made, which is in the processor's cache still. So no more than this is prepared
 * at once; of a whole batch, megabytes, the benchmark would time how memory gives them back. In bytes.
 */
const FRESH_BYTES = 128 * 1024;
/** So many binary messages of a batch are published once more, untimed, to look at what the socket gets. */
const BINARY_CHECKED = 4;

/**
 * @returns {number} milliseconds for publishing all messages into a socket that discards
 * @throws Error with what was wrong; its `absent` is set if the client cannot publish binary bodies
 */
export function publishBatch(open, size, length, next) {
  const { family, socket, session } = open;
  const publish = family.binary ? session.publishBinary : session.publish;
  if (!publish) throw Object.assign(new Error("cannot publish bytes"), { absent: true });
  const bodies = [];
  const ids = [];
  const destinations = [];
  socket.clear();
  let time = 0;
  const part = family.cold ? length : Math.max(1, Math.floor(FRESH_BYTES / size));
  for (let done = 0; done < length; done = bodies.length) {
    const end = Math.min(length, done + part);
    for (let i = done; i < end; i++) {
      bodies.push(outgoing(family, size, open.sequence, next));
      ids.push(family.same ? "order-7" : `order-${open.sequence}`);
      open.sequence++;
      destinations.push(open.subs[next(open.subs.length)].destination);
    }
    const start = performance.now();
    for (let i = done; i < end; i++) {
      publish(destinations[i], { "content-type": "application/json", "correlation-id": ids[i] }, bodies[i]);
    }
    time += performance.now() - start;
  }

  if (family.binary) {
    checkBinary(socket, publish, { bodies, ids, destinations });
  } else {
    checkText(socket.sent, { bodies, ids, destinations });
  }
  socket.clear();
  return time;
}

function checkText(sent, { bodies, ids, destinations }) {
  let at = 0;
  for (let i = 0; i < bodies.length; i++) {
    // Some clients cut a long frame into several WebSocket messages; the NUL ends it.
    let frame = sent[at++] ?? "";
    while (!frame.endsWith("\0") && at < sent.length) frame += sent[at++];
    checkFrame(frame, bodies[i], new TextEncoder().encode(bodies[i]).length, ids[i], destinations[i]);
  }
  if (at !== sent.length) throw new Error(`${sent.length - at} WebSocket messages too many`);
}

function checkBinary(socket, publish, { bodies, ids, destinations }) {
  const bytes = bodies.reduce((sum, body) => sum + body.length, 0);
  if (socket.binaryCount !== bodies.length || socket.binaryBytes <= bytes) {
    throw new Error(`${socket.binaryBytes} bytes in ${socket.binaryCount} messages for ${bytes} in ${bodies.length}`);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  socket.clear();
  socket.keepBinary = true;
  const checked = Math.min(BINARY_CHECKED, bodies.length);
  for (let i = 0; i < checked; i++) {
    publish(destinations[i], { "content-type": "application/json", "correlation-id": ids[i] }, bodies[i]);
  }
  socket.keepBinary = false;
  if (socket.sent.length !== checked) throw new Error(`${socket.sent.length} messages for ${checked}`);
  for (let i = 0; i < checked; i++) {
    checkFrame(decoder.decode(socket.sent[i]), decoder.decode(bodies[i]), bodies[i].length, ids[i], destinations[i]);
  }
}

function checkFrame(frame, body, bytes, id, destination) {
  const end = frame.indexOf("\n\n");
  const lines = frame.slice(0, end).split("\n");
  const wanted = [`destination:${destination}`, "content-type:application/json", `correlation-id:${id}`];
  if (lines[0] !== "SEND") throw new Error(`not a SEND frame: ${JSON.stringify(frame.slice(0, 60))}`);
  for (const line of wanted) {
    if (!lines.includes(line)) throw new Error(`${id}: there is no header line ${line}`);
  }
  const length = lines.find((line) => line.startsWith("content-length:"));
  if (length !== `content-length:${bytes}`) throw new Error(`${id}: ${length}, but the body has ${bytes} bytes`);
  if (frame.slice(end + 2) !== `${body}\0`) throw new Error(`${id}: the body was sent changed`);
}
