// The wire vectors on the JavaScript face: the built npm package over a socket that the test plays. See README.md.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Versions } from "../../pkg/esm/index.js";
import { connected } from "./played.mjs";

const files = ["framing", "escapes", "headers", "bodies", "encode"].map((name) =>
  JSON.parse(readFileSync(new URL(`./${name}.json`, import.meta.url), "utf8")),
);
const decodeCases = files.flatMap((file) => file.decode ?? []);
const encodeCases = files.flatMap((file) => file.encode ?? []);

/** What a person is told of an error, in part. */
const SENTENCES = {
  "invalid-command": "no STOMP command",
  "invalid-utf8": "is not valid UTF-8",
  "malformed-header": "is not of the form name:value",
  "undefined-escape": "holds an escape sequence that this version of STOMP does not define",
  "invalid-content-length": "the content-length header is not a number",
  "body-length": "the body does not end where its content-length says",
  "body-not-allowed": "a frame that must not have a body has one",
  "too-many-headers": "a frame has more than 1000 headers",
  "header-line-too-long": "a header line is longer than 65536 bytes",
  "body-too-long": "a body is longer than 33554432 bytes",
  "frame-too-long": "a frame is longer than 34603008 bytes",
  "not-escapable": "holds a line break or colon",
  "empty-header-name": "a header has no name",
};

const encoder = new TextEncoder();
const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const fill = (text, command) => text.replaceAll("$M", command).replaceAll("$N", "RECEIPT\nreceipt-id:n");

/** The bytes of a body or a header value as the vectors write it. */
function bytesOf(value) {
  if (typeof value === "string") return encoder.encode(value);
  return value.hex === undefined ? encoder.encode(value.repeat.repeat(value.times)) : bytesOfHex(value.hex);
}
const textOf = (value) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytesOf(value));

/** The messages of the socket that an entry of `input` stands for. */
function messages(piece, command) {
  if (typeof piece === "string") return [fill(piece, command)];
  if (piece.repeat !== undefined) return [piece.repeat.repeat(piece.times)];
  if (piece.bytes !== undefined) return [...encoder.encode(fill(piece.bytes, command))].map((byte) => Uint8Array.of(byte).buffer);
  const bytes = bytesOfHex(piece.hex);
  const placeholder = bytes[0] === 0x24 && bytes[1] === 0x4d;
  return [placeholder ? Uint8Array.of(...encoder.encode(command), ...bytes.subarray(2)).buffer : bytes.buffer];
}

/** The header list as the face shows it: the first of each name. */
function firsts(headers) {
  const firsts = new Map();
  for (const header of headers) {
    const [name, value] = Array.isArray(header) ? header : header.repeat;
    if (!firsts.has(name)) firsts.set(name, textOf(value));
  }
  return firsts;
}

/**
 * A message may take two ways through the face: the long one, which all may, and a short one for everyday messages of a
 * subscription. Every case goes both: without a subscription, and with one.
 */
const WAYS = {
  long: { command: "MESSAGE", header: [], conf: {} },
  short: { command: "MESSAGE\nsubscription:s", header: [["subscription", "s"]], conf: { debug: () => {} } },
};

/** One header more is one too many here, and here the command's own line is what matters. */
const ONLY_LONG = ["a_thousand_headers", "crlf_is_no_line_end_before_1_2", "carriage_return_in_a_command"];

describe("decoding", () => {
  it.each(decodeCases.map((case_) => [case_.name, case_]))("%s", async (name, { versions, input, frames, error }) => {
    for (const version of versions) {
      for (const [way, { command, header, conf }] of Object.entries(WAYS)) {
        if (way === "short" && ONLY_LONG.includes(name)) continue;
        const where = `${version}, the ${way} way`;
        const { client, socket, seen } = await connected({ stompVersions: new Versions([version]), ...conf }, version);
        if (way === "short") client.subscribe("/topic/v", (message) => void seen.messages.push(message), { id: "s" });
        for (const data of input.flatMap((piece) => messages(piece, command))) socket.receive(data);
        expect(seen.messages.length, where).toBe(frames.length);
        frames.forEach(({ headers, body }, i) => {
          const message = seen.messages[i];
          expect(message.command).toBe("MESSAGE");
          expect(new Map(Object.entries(message.headers)), where).toEqual(firsts([...header, ...headers]));
          expect(Buffer.compare(message.binaryBody, bytesOf(body)), `${where}: the body as bytes`).toBe(0);
          expect(message.body === textOf(body), `${where}: the body as text`).toBe(true);
        });
        if (error) {
          expect(seen.errors.length, where).toBe(1);
          expect(seen.errors[0].headers.message).toContain(SENTENCES[error]);
        } else {
          expect(seen.errors, where).toEqual([]);
        }
        expect(socket.closed, `${where}: closed`).toBe(error !== undefined);
        await client.deactivate({ force: true });
      }
    }
  });
});

describe("encoding", () => {
  it.each(encodeCases.map((case_) => [case_.name, case_]))(
    "%s",
    async (_, { versions, headers: [[, destination], ...headers], body, contentLength, wire, error }) => {
      for (const version of versions) {
        const { client, socket } = await connected({ stompVersions: new Versions([version]) }, version);
        const publish = () =>
          client.publish({
            destination,
            headers: Object.fromEntries(headers),
            ...(typeof body === "string" ? { body } : { binaryBody: bytesOf(body) }),
            skipContentLengthHeader: contentLength === "only-if-nul",
          });
        if (error) {
          expect(publish, version).toThrow(SENTENCES[error]);
          expect(socket.sent, version).toEqual([]);
        } else {
          publish();
          expect(socket.sent.length, version).toBe(1);
          const [data] = socket.sent;
          // Text goes out as text, bytes as bytes.
          expect(typeof data, version).toBe(typeof body === "string" ? "string" : "object");
          const sent = typeof data === "string" ? encoder.encode(data) : new Uint8Array(data);
          expect(new TextDecoder().decode(sent), version).toBe(new TextDecoder().decode(bytesOf(wire)));
          expect(Buffer.compare(sent, bytesOf(wire)), version).toBe(0);
        }
        await client.deactivate({ force: true });
      }
    },
  );
});
