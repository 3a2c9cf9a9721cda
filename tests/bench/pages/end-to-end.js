/** A page that takes from the blaster what it sends, through one client. */
import adapter from "adapter";

let session;

globalThis.bench = {
  name: adapter.name,

  async connect(url) {
    session = await adapter.connect({ url });
  },

  /**
   * Takes so many messages and checks them against what the blaster says at the end.
   *
   * @returns {Promise<number>} milliseconds from the first message to the last
   */
  take(count) {
    return new Promise((resolve, reject) => {
      const seen = { messages: 0, body: 0, id: 0 };
      let start = 0;
      session.subscribe("/topic/blast", "sub-0", false, (message) => {
        if (seen.messages === 0) start = performance.now();
        if (seen.messages < count) {
          seen.messages++;
          seen.body += message.body.length;
          seen.id += message.headers["message-id"].length;
          return;
        }
        const time = performance.now() - start;
        const sent = JSON.parse(message.body);
        for (const name in seen) {
          if (seen[name] !== sent[name]) reject(new Error(`${name}: ${seen[name]} arrived of ${sent[name]}`));
        }
        resolve(time);
      });
    });
  },
};
