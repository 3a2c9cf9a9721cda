/** A client connected to a mock socket, and what its callbacks saw. */
import { subscriptions } from "./messages.js";
import { MockSocket } from "./socket.js";

/**
 * @typedef {object} Session what an adapter's `connect` resolves to
 * @property {(destination: string, id: string, ack: boolean, callback: (message: any) => void) => void} subscribe
 * @property {(destination: string, headers: Record<string, string>, body: string) => void} publish
 * @property {((destination: string, headers: Record<string, string>, body: Uint8Array) => void) | undefined} publishBinary
 *
 * @typedef {object} Adapter
 * @property {string} name
 * @property {(options: { socket?: () => MockSocket, url?: string }) => Promise<Session>} connect resolves when connected
 *
 * @typedef {object} Receiver what the callback saw since it was emptied
 * @property {number} count
 * @property {string[]} bodies
 * @property {string[]} ids
 * @property {any} last the last message
 */

/**
 * @param {Adapter} adapter
 * @param {Pick<import("./cases.js").Family, "direction" | "binary" | "subscriptions" | "ack">} family
 * @param {object} [options] more for the adapter's `connect`
 */
export async function connect(adapter, family, options) {
  const socket = new MockSocket();
  const session = await adapter.connect({ ...options, socket: () => socket });
  const subs = subscriptions(family.subscriptions);
  /** @type {Receiver} */
  const receiver = { count: 0, bodies: [], ids: [], last: undefined };
  if (family.direction === "receive") {
    const callback = reader(receiver, family.ack === true);
    for (const { id, destination } of subs) session.subscribe(destination, id, family.ack === true, callback);
  }
  return { family, socket, session, subs, receiver, sequence: 1 };
}

/** The callback of all subscriptions: it reads the body and one header that differs from message to message. */
function reader(receiver, ack) {
  const read = (message) => {
    const at = receiver.count++;
    receiver.bodies[at] = message.body;
    receiver.ids[at] = message.headers["message-id"];
    receiver.last = message;
  };
  if (!ack) return read;
  return (message) => {
    read(message);
    message.ack();
  };
}
