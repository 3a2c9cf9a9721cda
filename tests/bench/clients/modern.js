/**
 * The adapter of `@stomp/stompjs` and of our own package, which has the same interface. Other options than `socket`, `url`
 * and `onClient` (which is called with the client before it is activated) are the client's.
 */

/** @returns {import("../engine/realm.js").Adapter} */
export function modern(name, Client) {
  return {
    name,
    connect({ socket, url, onClient, ...options }) {
      return new Promise((resolve, reject) => {
        const client = new Client({
          brokerURL: url,
          webSocketFactory: socket,
          heartbeatIncoming: 0,
          heartbeatOutgoing: 0,
          reconnectDelay: 0,
          ...options,
          onConnect: (frame) => {
            options.onConnect?.(frame);
            resolve(session);
          },
          onStompError: (frame) => reject(new Error(frame.headers.message)),
          onWebSocketError: (error) => reject(error instanceof Error ? error : new Error("the WebSocket failed")),
        });
        const session = {
          client,
          subscribe(destination, id, ack, callback) {
            client.subscribe(destination, callback, ack ? { id, ack: "client-individual" } : { id });
          },
          publish(destination, headers, body) {
            client.publish({ destination, headers, body });
          },
          publishBinary(destination, headers, binaryBody) {
            client.publish({ destination, headers, binaryBody });
          },
        };
        onClient?.(client);
        client.activate();
      });
    },
  };
}
