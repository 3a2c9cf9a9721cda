/** One batch of received messages: prepared, timed, checked. */
import { message } from "./messages.js";

/**
 * @returns {number} milliseconds from the first `onmessage` to the return of the last, in which the callback has read
 *   `body` and `message-id` of every message (and acknowledged it, in a family with `ack`)
 * @throws Error with what was wrong
 */
export function receiveBatch(open, size, length, next) {
  const { family, socket, receiver, subs } = open;
  const messages = [];
  for (let i = 0; i < length; i++) {
    messages.push(message(family, size, subs[next(subs.length)], open.sequence++, next));
  }
  const events = messages.map(({ data }) => ({ data }));
  receiver.count = 0;
  receiver.bodies = new Array(length).fill("");
  receiver.ids = new Array(length).fill("");
  socket.clear();

  const start = performance.now();
  for (let i = 0; i < length; i++) socket.onmessage(events[i]);
  const time = performance.now() - start;

  check(receiver, messages);
  if (family.ack) checkAcks(socket.sent, messages);
  return time;
}

function check(receiver, messages) {
  if (receiver.count !== messages.length) {
    throw new Error(`${receiver.count} callbacks for ${messages.length} messages`);
  }
  for (let i = 0; i < messages.length; i++) {
    const expected = messages[i].body();
    const body = receiver.bodies[i];
    // Stronger than a checksum: the whole content, and that it is a string.
    if (body !== expected) {
      throw new Error(`message ${messages[i].id}: the body differs (${body?.length} of ${expected.length} code units)`);
    }
    if (receiver.ids[i] !== messages[i].id) {
      throw new Error(`message ${messages[i].id}: message-id is ${JSON.stringify(receiver.ids[i])}`);
    }
  }
  const { headers } = messages.at(-1);
  for (const name in headers) {
    const value = receiver.last.headers[name];
    if (value !== headers[name]) throw new Error(`header ${name} is ${JSON.stringify(value)}, sent ${headers[name]}`);
  }
}

function checkAcks(sent, messages) {
  if (sent.length !== messages.length) throw new Error(`${sent.length} frames sent for ${messages.length} messages`);
  for (let i = 0; i < messages.length; i++) {
    const frame = sent[i];
    // STOMP 1.2 names the value of `ack` by `id`; 1.1 has `message-id`. Here both hold the same.
    const named = frame.includes(`\nid:${messages[i].id}\n`) || frame.includes(`\nmessage-id:${messages[i].id}\n`);
    if (!frame.startsWith("ACK\n") || !named) {
      throw new Error(`message ${messages[i].id} was answered by ${JSON.stringify(frame)}`);
    }
  }
}
