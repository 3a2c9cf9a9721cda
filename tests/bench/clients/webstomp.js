import webstomp from "webstomp-client";

/** @type {import("../engine/realm.js").Adapter} */
export default {
  name: "webstomp-client",
  connect({ socket, url }) {
    return new Promise((resolve, reject) => {
      const heartbeat = { incoming: 0, outgoing: 0 };
      // It logs every frame to the console by default, which would be all that one measures.
      const options = { debug: false, heartbeat };
      const client = socket ? webstomp.over(socket(), options) : webstomp.client(url, options);
      const session = {
        client,
        subscribe(destination, id, ack, callback) {
          client.subscribe(destination, callback, ack ? { id, ack: "client-individual" } : { id });
        },
        publish(destination, headers, body) {
          client.send(destination, body, headers);
        },
        // It has no binary bodies: `binary: true` encodes text.
        publishBinary: undefined,
      };
      client.connect({}, () => resolve(session), reject);
    });
  },
};
