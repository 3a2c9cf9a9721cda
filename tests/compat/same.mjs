// Declares comparisons: the same script on @stomp/stompjs and on us, against the same broker. The transcripts must be equal.
import { randomUUID } from "node:crypto";
import * as theirs from "@stomp/stompjs";
import { afterAll, expect, it } from "vitest";
import * as ours from "../../pkg/esm/index.js";
import { say } from "../lib/summary.mjs";
import { comparable, transcript } from "./transcript.mjs";

/**
 * Gives the function that declares a comparison.
 *
 * @param what what is compared, for the summary
 * @param first the number of the first destination; files run side by side and must not share any
 */
export function comparisons(what, first) {
  let compared = 0;
  let scripts = 0;
  let destinations = first;
  afterAll(() => say(`compat: ${what}: ${scripts} scripts run on both packages, ${compared} lines of transcript equal`));
  return (name, script) =>
    it(name, async () => {
      const number = ++destinations;
      // What an earlier run left in a queue must not be found by this one.
      const run = (lib) =>
        transcript(lib, (t) =>
          script(Object.assign(t, { topic: `/topic/compat-${number}`, queue: `/queue/compat-${number}-${randomUUID()}` })),
        );
      const [a, b] = [comparable(await run(theirs)), comparable(await run(ours))];
      expect(a.length).toBeGreaterThan(1);
      expect(b).toEqual(a);
      scripts++;
      compared += a.length;
    });
}

const CONNECTED = "CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0";
/** What a peer does that answers CONNECT and DISCONNECT, and something else once connected. */
export const polite = (then) => (socket, number) =>
  socket.on("message", (data) => {
    const text = String(data);
    if (text.startsWith("CONNECT")) {
      socket.send(CONNECTED);
      then?.(socket, number);
    }
    const receipt = /^DISCONNECT[^]*receipt:([^\n]*)/.exec(text);
    if (receipt) socket.send(`RECEIPT\nreceipt-id:${receipt[1]}\n\n\0`);
  });
