// What the built package has at runtime, against the installed @stomp/stompjs: exports, members, defaults.
import * as theirs from "@stomp/stompjs";
import { createRequire } from "node:module";
import { afterAll, describe, expect, it } from "vitest";
import * as ours from "../../pkg/esm/index.js";
import { say } from "../lib/summary.mjs";

const require = createRequire(import.meta.url);
let checked = 0;
const different = [];
afterAll(() => say(`compat: ${checked} members at runtime checked, ${different.length} missing or different`));

/** Members of stomp.js that its declarations call private. */
const PRIVATE = new Set(["scheduleReconnect", "serializeCmdAndHeaders", "isBodyEmpty", "bodyLength", "toUnit8Array", "hdrValueEscape", "hdrValueUnEscape", "escapeHeaderValues", "skipContentLengthHeader"]);
const isPublic = (name) => typeof name === "string" && !name.startsWith("_") && !PRIVATE.has(name);

/** The kind of a member, as far as a user could tell. */
const kind = (holder, name) => {
  const d = Object.getOwnPropertyDescriptor(holder, name);
  if (!d) return "missing";
  if (d.get || d.set) return `accessor${d.get ? " get" : ""}${d.set ? " set" : ""}`;
  return typeof d.value;
};

function compareMembers(path, mine, other, names) {
  const faults = [];
  for (const name of names.filter(isPublic)) {
    checked++;
    const [a, b] = [kind(mine, name), kind(other, name)];
    if (a !== b) faults.push(`${path}.${name}: ${a}, there ${b}`);
  }
  different.push(...faults);
  return faults;
}

const noFunctions = (value) => JSON.stringify(value, (_, v) => (typeof v === "function" ? "function" : v));

/** Ways to make an instance of each class. */
const instances = {
  Client: (lib) => new lib.Client(),
  CompatClient: (lib) => new lib.CompatClient(() => {}),
  FrameImpl: (lib) => new lib.FrameImpl({ command: "SEND", headers: { a: "b" }, body: "x" }),
  Parser: (lib) => new lib.Parser(() => {}, () => {}),
  StompConfig: (lib) => new lib.StompConfig(),
  StompHeaders: (lib) => new lib.StompHeaders(),
  Versions: (lib) => lib.Versions.default,
};

describe("the members of @stomp/stompjs 7.5", () => {
  it.each(Object.keys(theirs))("%s", (name) => {
    const [mine, other] = [ours[name], theirs[name]];
    checked++;
    if (typeof mine !== typeof other) different.push(name);
    expect(typeof mine).toBe(typeof other);
    if (typeof other === "function") {
      const statics = Object.getOwnPropertyNames(other).filter((n) => !["length", "name", "prototype"].includes(n));
      expect(compareMembers(name, mine, other, statics)).toEqual([]);
      // An accessor that can be read and written is, to whoever uses an instance, the same as a property of its own.
      const own = instances[name]?.(ours) ?? {};
      const asUsed = Object.getOwnPropertyNames(other.prototype).filter((n) => kind(other.prototype, n) !== "accessor get set" || !(n in own));
      checked += Object.getOwnPropertyNames(other.prototype).length - asUsed.length;
      expect(compareMembers(`${name}.prototype`, mine.prototype, other.prototype, asUsed)).toEqual([]);
    } else {
      checked += Object.keys(other).length;
      expect(mine).toEqual(other);
    }
  });

  it.each(Object.keys(instances))("an instance of %s has the same members with the same defaults", (name) => {
    const [mine, other] = [instances[name](ours), instances[name](theirs)];
    const faults = [];
    for (const key of Object.keys(other).filter(isPublic)) {
      checked++;
      if (!(key in mine)) faults.push(`${key}: missing`);
      else if (noFunctions(mine[key]) !== noFunctions(other[key]) || typeof mine[key] !== typeof other[key]) faults.push(`${key}: ${noFunctions(mine[key])}, there ${noFunctions(other[key])}`);
    }
    different.push(...faults);
    expect(faults).toEqual([]);
  });

  it("CommonJS and the classic-script bundle export the same", () => {
    for (const file of ["../../pkg/cjs/index.js", "../../pkg/bundles/stomp.umd.js"]) {
      expect(Object.keys(require(file)).sort()).toEqual(Object.keys(ours).sort());
    }
  });

  it("Versions speaks for itself in the same words", () => {
    const [a, b] = [new ours.Versions(["1.2", "1.0"]), new theirs.Versions(["1.2", "1.0"])];
    expect([a.supportedVersions(), a.protocolVersions()]).toEqual([b.supportedVersions(), b.protocolVersions()]);
  });

  it("FrameImpl serializes and Parser parses the same", () => {
    const frames = [
      { command: "SEND", headers: { destination: "/a", n: 1 }, body: "grüße" },
      { command: "SEND", headers: { destination: "/a:b\n" }, body: "", escapeHeaderValues: true },
      { command: "SEND", headers: {}, body: "x", skipContentLengthHeader: true },
      { command: "CONNECT", headers: { login: "a:b" }, escapeHeaderValues: true },
    ];
    for (const params of frames) {
      expect(ours.FrameImpl.marshall(params)).toBe(theirs.FrameImpl.marshall(params));
      expect(String(new ours.FrameImpl(params))).toBe(String(new theirs.FrameImpl(params)));
    }
    const binary = { command: "SEND", headers: { a: "b" }, binaryBody: new Uint8Array([0, 1, 255]) };
    expect(new Uint8Array(ours.FrameImpl.marshall(binary))).toEqual(new Uint8Array(theirs.FrameImpl.marshall(binary)));
    const read = (lib) => {
      const found = [];
      const parser = new lib.Parser((f) => found.push({ ...f, binaryBody: [...f.binaryBody] }), () => found.push("ping"));
      parser.parseChunk("\nMESSAGE\na:b\\nc\na:d\ncontent-length:3\n\nx\0y\0");
      parser.parseChunk(new TextEncoder().encode("RECEIPT\nreceipt-id:1\n\n\0").buffer);
      parser.parseChunk("MESSAGE\nx:y\n\ncut", true);
      const frame = lib.FrameImpl.fromRawFrame({ command: "MESSAGE", headers: [["a", "b\\nc"], ["a", "d"]], binaryBody: new Uint8Array([104, 105]) }, true);
      return [found, frame.headers, frame.body, frame.isBinaryBody];
    };
    expect(read(ours)).toEqual(read(theirs));
  });
});
