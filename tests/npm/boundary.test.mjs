// What crosses between JavaScript and Rust: texts of any script, in any number, and callbacks that call or throw.
import { describe, expect, it, vi } from "vitest";
import { Client, FrameImpl, Parser } from "../../pkg/esm/index.js";

/** The frames that a parser finds in the pieces. */
function parse(...pieces) {
  const found = [];
  const parser = new Parser(({ command, headers, binaryBody }) => found.push([command, headers, new TextDecoder().decode(binaryBody)]), () => found.push("ping"));
  for (const piece of pieces) parser.parseChunk(piece);
  return found;
}

describe("the boundary", () => {
  it("keeps names and values apart in every script", () => {
    const headers = [["ascii", "plain"], ["grüße", "żółć"], ["日本", "語"], ["emoji", "🙂🙃"], ["", "x"].reverse(), ["last", "ü"]];
    const lines = headers.map(([name, value]) => `${name}:${value}\n`).join("");
    expect(parse(`MESSAGE\n${lines}\nbödy🙂\0`)).toEqual([["MESSAGE", headers, "bödy🙂"]]);
    const object = Object.fromEntries(headers);
    const frame = FrameImpl.fromRawFrame({ command: "MESSAGE", headers, binaryBody: new Uint8Array() }, true);
    expect(frame.headers).toEqual(object);
    expect(new FrameImpl({ command: "SEND", headers: object, body: "ü" }).serialize()).toBe(`SEND\n${lines}content-length:2\n\nü\0`);
  });

  it("counts half a pair as the U+FFFD that is sent of it", () => {
    const frame = new FrameImpl({ command: "SEND", headers: { "\ud800a": "b\udfff", c: "d" }, body: "" });
    expect(frame.serialize()).toBe("SEND\n\ufffda:b\ufffd\nc:d\n\n\0");
  });

  it("takes many texts and large ones", () => {
    const headers = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`name-${i}`, `value ${i}`]));
    const body = "x".repeat(3 << 20) + "ü";
    const frame = new FrameImpl({ command: "SEND", headers, body });
    const [[command, found, text]] = parse(frame.serialize());
    expect([command, Object.fromEntries(found.slice(0, -1)), found.at(-1)]).toEqual(["SEND", headers, ["content-length", String((3 << 20) + 2)]]);
    expect(text === body).toBe(true);
  });

  it("lets a callback of a parser use other parsers, but not its own", () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const found = [];
    const parser = new Parser(
      ({ command }) => {
        found.push(command, ...parse("\n"));
        if (command === "A") parser.parseChunk("C\n\n\0");
      },
      () => {},
    );
    parser.parseChunk("A\n\n\0B\n\n\0");
    expect(found).toEqual(["A", "ping", "B", "ping"]);
    expect(String(error.mock.calls[0].at(-1))).toContain("in the middle of another piece");
    error.mockRestore();
    parser.parseChunk("D\n\n\0");
    expect(found.at(-2)).toBe("D");
  });

  it("throws errors of its own, and tells the next call nothing of them", () => {
    expect(() => new FrameImpl({ command: "CONNECT", headers: { "a\n": "b" } }).serialize()).toThrow(/cannot be escaped/);
    expect(() => FrameImpl.fromRawFrame({ command: "MESSAGE", headers: [["a", "\\t"]] }, true)).toThrow(/escape/);
    expect(new FrameImpl({ command: "SEND", headers: {} }).serialize()).toBe("SEND\n\n\0");
  });

  it("goes on when a setting cannot be read", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const sockets = [];
    const client = new Client({ webSocketFactory: () => (sockets.push({ readyState: 0, send() {}, close() {} }), sockets.at(-1)), reconnectDelay: 1 });
    client.activate();
    await vi.waitFor(() => expect(sockets.length).toBe(1));
    client.connectHeaders = { login: Symbol("no text") };
    sockets[0].onclose({ code: 1006 });
    await vi.waitFor(() => expect(sockets.length).toBe(2));
    expect(error.mock.calls.flat().some((what) => what instanceof TypeError)).toBe(true);
    client.connectHeaders = {};
    await client.deactivate({ force: true });
    expect(client.state).toBe(2);
    error.mockRestore();
  });
});
