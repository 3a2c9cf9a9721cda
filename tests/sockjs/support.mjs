// What the tests of this folder share: the page of tests/npm with sockjs-client loaded, and the brokers.
import { createRequire } from "node:module";
import { beforeAll } from "vitest";
import { broker, usePage as usePlainPage } from "../npm/support.mjs";

const require = createRequire(import.meta.url);
/** The script that defines the global `SockJS`, and what pages without a bundler import. */
export const SOCKJS = require.resolve("sockjs-client/dist/sockjs.js");

/** stomp-server, by WebSocket and by SockJS. */
export const server = { headers: broker.headers, ws: process.env.STOMP_URL, http: process.env.STOMP_HTTP, sockjs: `${process.env.STOMP_HTTP}/sockjs` };

/** Declares a page with the package; with the global `SockJS` unless told otherwise. */
export function usePage({ sockjs = true } = {}) {
  const it = usePlainPage();
  beforeAll(async () => {
    if (sockjs) await it.page.addScriptTag({ path: SOCKJS });
  });
  return it;
}
