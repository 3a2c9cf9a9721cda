// What may carry the frames, and what the client is told for each choice.

/** The choices in the order of the menu, with their words. */
export const CHOICES = new Map([
  ['auto', 'Automatic transport'],
  ['websocket', 'WebSocket only'],
  ['sockjs/websocket', 'SockJS: websocket'],
  ['sockjs/xhr-streaming', 'SockJS: xhr-streaming'],
  ['sockjs/eventsource', 'SockJS: eventsource'],
  ['sockjs/xhr-polling', 'SockJS: xhr-polling'],
]);

/**
 * The settings of the client for a choice.
 *
 * @param {string} choice one of `CHOICES`
 * @param {{brokerURL: string, sockjsURL: string}} addresses an empty `sockjsURL` says that there is no SockJS
 */
export function settingsFor(choice, { brokerURL, sockjsURL }) {
  const only = /^sockjs\/(.*)$/.exec(choice)?.[1];
  return {
    brokerURL: only ? sockjsURL : brokerURL,
    fallbackURL: choice === 'auto' && sockjsURL ? sockjsURL : undefined,
    sockjsOptions: only ? { transports: [only] } : undefined,
  };
}

/**
 * Loads sockjs-client, which `cargo xtask demo` puts beside the page.
 *
 * @returns {Promise<(new (url: string) => object) | undefined>} its constructor, or nothing if it is not there
 */
export async function loadSockJS() {
  try {
    await import('../vendor/sockjs.min.js');
  } catch {
    return undefined;
  }
  return globalThis.SockJS;
}
