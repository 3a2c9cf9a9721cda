/** Makes the sockets. Which transport is due, and when, is decided in Rust. */
import { adapt } from "./adapt.js";
import type { Client } from "./client.js";
import { Versions } from "./versions.js";

/** The transports of SockJS where no WebSocket came through. */
const WITHOUT_WEB_SOCKET = ["xhr-streaming", "eventsource", "xhr-polling"];

/** Whether SockJS listens at the address: sockjs-client takes nothing else. */
export const isHttp = (url: string | undefined): boolean => /^https?:/i.test(url!);

/** Whether an open socket is SockJS's, which says what it goes over; a WebSocket does not. */
export const isSockJS = (socket: any): boolean => typeof socket?.transport === "string";

/** What an open socket goes over. */
export const transportOf = (socket: any): string => (isSockJS(socket) ? `sockjs/${socket.transport}` : "websocket");

/**
 * The client's own way to make sockets, if it has one.
 *
 * @throws TypeError when it was given a socket in place of a function.
 */
export function factory({ webSocketFactory }: Client): (() => any) | undefined {
  if (webSocketFactory && typeof webSocketFactory !== "function") {
    throw new TypeError(
      "stomp-wasm: webSocketFactory must be a function that makes a new socket for each connection, as " +
        "() => new SockJS(url) does, and not a socket, which could never connect again",
    );
  }
  return webSocketFactory || undefined;
}

/** Makes a socket, or a promise of one; for the transport to fall back on if `fallback` is set. */
export function openSocket(client: Client, fallback: number): unknown {
  const make = !fallback && factory(client);
  if (make) {
    const made = make();
    return typeof made?.then === "function" ? made.then(adapt) : adapt(made);
  }
  const url = fallback ? client.fallbackURL : client.brokerURL;
  if (!url) throw new Error("Either brokerURL or webSocketFactory must be provided");
  if (isHttp(url)) return openSockJS(client, url, fallback);
  return new WebSocket(url, (client.stompVersions ?? Versions.default).protocolVersions());
}

function openSockJS(client: Client, url: string, fallback: number): unknown {
  const options = { ...(fallback && { transports: WITHOUT_WEB_SOCKET }), ...client.sockjsOptions };
  const open = (SockJS: any): unknown => new SockJS(url, undefined, options);
  const SockJS = client.sockjs ?? (globalThis as any).SockJS;
  if (SockJS) return open(SockJS);
  return importAtRuntime("sockjs-client").then(
    module => open(module.default ?? module),
    () => {
      throw new Error(
        "stomp-wasm: an http or https address means SockJS, which is not here: set client.sockjs to the SockJS of the " +
          "package sockjs-client, or load its script before connecting",
      );
    },
  );
}

/**
 * Imports a module that bundlers are not to see: to them, a package that is not installed would be an error. `bundle.mjs`
 * adds the comments that some of them want.
 */
function importAtRuntime(name: string): Promise<any> {
  return import(name);
}
