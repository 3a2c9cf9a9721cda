// What the tests of this folder run in the page: an application that loses nothing. It sends numbered messages with a receipt
// each to a queue, sends again on the next connection what has no receipt yet, reads the queue with acknowledgements, and
// counts a message once however often it comes.
import { Client } from "/pkg/esm/index.js";

const clients = new Set();
window.stopAll = async () => {
  for (const client of clients) await client.deactivate({ force: true });
  clients.clear();
};

/** What the connection goes over. */
const transportOf = (client) => client.transport ?? (client.webSocket?.transport ? `sockjs/${client.webSocket.transport}` : "websocket");

/** The settings of a client; `sockjs` ({ url, ...options }) makes it one that goes by SockJS alone. */
const settings = ({ conf, sockjs: { url, ...options } = {} }) => ({
  reconnectDelay: 200,
  ...(url && { webSocketFactory: () => new window.SockJS(url, undefined, options) }),
  ...conf,
});

/**
 * Sends `burst` messages every `every` ms for `seconds`, then waits up to 15 s for what is still missing.
 *
 * @returns what happened; all times in ms since activate()
 */
window.run = async ({ conf, sockjs, seconds, burst = 1, every }) => {
  const client = new Client(settings({ conf, sockjs }));
  clients.add(client);
  const queue = `/queue/proxies-${crypto.randomUUID()}`;
  const started = performance.now();
  const now = () => Math.round(performance.now() - started);
  const got = { live: undefined, transports: [], connections: [], sent: 0, again: 0, received: 0, duplicates: 0, lost: 0, errors: [] };
  const unconfirmed = new Set();
  const tried = new Set();
  const received = new Set();
  let noticed = () => {};
  const send = (id) => {
    if (!client.connected) return;
    tried.has(id) ? got.again++ : tried.add(id);
    const receipt = `${id} on ${got.connections.length}`;
    client.watchForReceipt(receipt, () => { unconfirmed.delete(id); noticed(); });
    client.publish({ destination: queue, body: `${id} grüße 🚀`, headers: { receipt } });
  };
  client.onConnect = () => {
    got.live ??= now();
    got.transports.push(transportOf(client));
    const connection = { from: now(), to: undefined, received: 0 };
    got.connections.push(connection);
    client.subscribe(
      queue,
      (message) => {
        const id = Number(message.body.split(" ")[0]);
        connection.received++;
        if (message.body !== `${id} grüße 🚀`) got.errors.push(`broken: ${message.body}`);
        received.has(id) ? got.duplicates++ : received.add(id);
        message.ack();
        noticed();
      },
      { ack: "client-individual" },
    );
    for (const id of unconfirmed) send(id);
  };
  client.onStompError = (frame) => got.errors.push(frame.headers.message);
  client.onWebSocketClose = () => { const last = got.connections.at(-1); if (last) last.to ??= now(); };
  client.activate();

  await new Promise((resolve) => {
    const tick = () => {
      if (now() >= seconds * 1000) { clearInterval(timer); return resolve(); }
      for (let i = 0; i < burst; i++) { unconfirmed.add(got.sent); send(got.sent++); }
    };
    const timer = setInterval(tick, every);
    tick();
  });
  await new Promise((resolve) => {
    const late = setTimeout(resolve, 15_000);
    noticed = () => { if (unconfirmed.size === 0 && received.size === got.sent) { clearTimeout(late); resolve(); } };
    noticed();
  });
  got.received = received.size;
  got.lost = got.sent - received.size;
  got.unconfirmed = unconfirmed.size;
  client.onWebSocketClose = () => {};
  await client.deactivate();
  clients.delete(client);
  return got;
};

/** Whether the client gets through within `limit` ms, and one message there and back; and over what, after how many ms. */
window.attempt = async ({ conf, sockjs, limit }) => {
  const client = new Client({ ...settings({ conf, sockjs }), reconnectDelay: 0 });
  clients.add(client);
  const started = performance.now();
  const topic = `/topic/attempt-${crypto.randomUUID()}`;
  const result = await new Promise((resolve) => {
    setTimeout(() => resolve({ through: false, why: `nothing within ${limit} ms` }), limit);
    client.onWebSocketClose = (event) => resolve({ through: false, why: `closed with ${event?.code}` });
    client.onConnect = () => {
      client.subscribe(topic, () => resolve({ through: true, transport: transportOf(client), ms: Math.round(performance.now() - started) }));
      client.publish({ destination: topic, body: "there and back" });
    };
    client.activate();
  });
  client.onWebSocketClose = () => {};
  await client.deactivate({ force: true });
  clients.delete(client);
  return result;
};
window.ready = true;
