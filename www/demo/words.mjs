// Turns what the browser and the broker report into sentences that a person understands.

// https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1, and the registry of later codes.
const CLOSE_CODES = {
  1000: 'closed normally',
  1001: 'the other side is going away',
  1002: 'the other side saw a WebSocket protocol error',
  1003: 'the other side does not accept this kind of data',
  1005: 'closed without a reason being given',
  1006: 'the connection dropped, or could not be made at all',
  1007: 'the other side received text that is not UTF-8',
  1008: 'the other side refuses by its policy',
  1009: 'a message was too big for the other side',
  1010: 'a WebSocket extension was missing',
  1011: 'the other side had an internal error',
  1012: 'the other side is restarting',
  1013: 'the other side is busy; try again later',
  1014: 'a gateway got a bad answer from the broker',
  1015: 'the TLS handshake failed',
};

/**
 * Describes a WebSocket's close event.
 *
 * @param {{code?: number, reason?: string}} event
 */
export function describeClose(event) {
  const code = Number.isInteger(event?.code) ? event.code : null;
  const reason = typeof event?.reason === 'string' ? event.reason.trim() : '';
  if (code === null) return reason || 'no close code was given';
  const words = CLOSE_CODES[code] ?? (code >= 4000 ? 'a code of the application' : 'an unregistered code');
  return `code ${code}, ${words}${reason ? `; reason: “${reason}”` : ''}`;
}

/**
 * Describes an ERROR frame. A broker puts a short `message` in the headers and perhaps more in the body
 * (STOMP 1.2, "ERROR").
 *
 * @param {{headers?: Record<string, string>, body?: string}} frame
 * @param {boolean} connected whether the broker had already let us in
 */
export function describeStompError(frame, connected) {
  const message = (frame?.headers?.message ?? '').trim();
  const body = (frame?.body ?? '').trim();
  const said = [message, body].filter((part, i, all) => part && all.indexOf(part) === i).join(' – ');
  const quoted = said ? `“${said}”` : 'no explanation';
  if (connected) return `The broker reported an error and will close the connection: ${quoted}.`;
  const denied = /access|auth|login|passcode|password|credential|denied|refused|bad connect/i.test(said);
  return denied
    ? `The broker did not let us in: ${quoted}. Check ?login= and ?passcode= in the address of this page.`
    : `The broker refused the connection: ${quoted}.`;
}

/**
 * The heart-beat both sides agreed on, in ms; 0 is none.
 *
 * STOMP 1.2, "Heart-beating": "if <cx> is 0 [...] or <sy> is 0 [...] then there will be none; otherwise,
 * there will be heart-beats every MAX(<cx>,<sy>) milliseconds". The client does this by itself; the page
 * only shows the result.
 *
 * @param {string | undefined} header `heart-beat` of the CONNECTED frame
 * @param {{incoming: number, outgoing: number}} own what the client offered
 */
export function negotiatedHeartbeat(header, own) {
  const match = /^(\d{1,9}),(\d{1,9})$/.exec(header ?? '0,0');
  const [sx, sy] = match ? [Number(match[1]), Number(match[2])] : [0, 0];
  const agree = (mine, theirs) => (mine === 0 || theirs === 0 ? 0 : Math.max(mine, theirs));
  return { outgoing: agree(own.outgoing, sy), incoming: agree(own.incoming, sx) };
}

/** @param {{incoming: number, outgoing: number} | null} heartbeat */
export function heartbeatWords(heartbeat) {
  if (!heartbeat) return '–';
  const { incoming, outgoing } = heartbeat;
  if (!incoming && !outgoing) return 'none';
  if (incoming === outgoing) return `every ${seconds(incoming)}, both ways`;
  const part = (ms, word) => (ms ? `${word} ${seconds(ms)}` : `${word} none`);
  return `${part(outgoing, 'out')}, ${part(incoming, 'in')}`;
}

function seconds(ms) {
  return `${Number((ms / 1000).toFixed(ms < 1000 ? 2 : 1))} s`;
}
