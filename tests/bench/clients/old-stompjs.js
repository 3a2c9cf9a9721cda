import "stompjs/lib/stomp.js";

/** @type {import("../engine/realm.js").Adapter} */
export default {
  name: "stompjs (old)",
  connect({ socket, url }) {
    const { Stomp } = globalThis;
    return new Promise((resolve, reject) => {
      const client = socket ? Stomp.over(socket()) : Stomp.client(url);
      // It logs every frame to the console by default, which would be all that one measures.
      client.debug = null;
      client.heartbeat = { incoming: 0, outgoing: 0 };
      const session = {
        client,
        subscribe(destination, id, ack, callback) {
          client.subscribe(destination, callback, ack ? { id, ack: "client-individual" } : { id });
        },
        publish(destination, headers, body) {
          client.send(destination, headers, body);
        },
        // It has no binary bodies.
        publishBinary: undefined,
      };
      client.connect({}, () => resolve(session), reject);
    });
  },
};
