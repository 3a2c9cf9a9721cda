/** A page that takes from the blaster what it sends through a bare WebSocket, and only counts. */
let socket;

globalThis.bench = {
  name: "bare WebSocket",

  connect(url) {
    return new Promise((resolve, reject) => {
      socket = new WebSocket(url);
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("the WebSocket failed"));
    });
  },

  take(count) {
    return new Promise((resolve, reject) => {
      let messages = 0;
      let frame = 0;
      let start = 0;
      socket.onmessage = ({ data }) => {
        if (messages === 0) start = performance.now();
        if (messages < count) {
          messages++;
          frame += data.length;
          return;
        }
        const time = performance.now() - start;
        const sent = JSON.parse(data);
        if (frame !== sent.frame) reject(new Error(`${frame} characters arrived of ${sent.frame}`));
        resolve(time);
      };
      socket.send("bare");
    });
  },
};
