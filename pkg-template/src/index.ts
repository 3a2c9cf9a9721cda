/**
 * A STOMP client for the browser: Rust compiled to WebAssembly, behind the API of `@stomp/stompjs`.
 *
 * @packageDocumentation
 */
export * from "./client.js";
export * from "./frame-impl.js";
export * from "./i-frame.js";
export * from "./i-message.js";
export * from "./i-transaction.js";
export * from "./parser.js";
export * from "./stomp-config.js";
export * from "./stomp-headers.js";
export * from "./stomp-subscription.js";
export * from "./types.js";
export * from "./versions.js";
export * from "./compatibility/compat-client.js";
export * from "./compatibility/stomp.js";
