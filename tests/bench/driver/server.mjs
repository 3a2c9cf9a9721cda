// Serves the pages of the benchmarks, isolated from other origins: then Chromium's clock has steps of 5 µs, not 100.
import { createServer } from "node:http";

const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/**
 * @param {Map<string, string | Buffer>} files by path (`/x.js`); every other path is an empty page that runs `/NAME.js`
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} on a port that the operating system chose
 */
export function serve(files) {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    const file = files.get(path);
    if (file !== undefined) {
      const type = path.endsWith(".js") ? "text/javascript" : "application/octet-stream";
      response.writeHead(200, { ...HEADERS, "Content-Type": type, "Cache-Control": "max-age=3600" });
      response.end(file);
    } else if (files.has(`${path}.js`)) {
      response.writeHead(200, { ...HEADERS, "Content-Type": "text/html; charset=utf-8" });
      response.end(
        `<!doctype html><meta charset="utf-8"><script>onerror = (text) => { globalThis.benchError = text; };</script>` +
          `<script type="module" src="${path}.js"></script>`,
      );
    } else {
      response.writeHead(404, HEADERS).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const close = () => {
        server.closeAllConnections();
        return new Promise((closed) => server.close(closed));
      };
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close });
    });
  });
}
