// The small functions of the short way that look at messages in JavaScript, one by one.
import { describe, expect, it, vi } from "vitest";
import { sizedBody } from "../../pkg-template/src/body-end.ts";
import { copiesAtOnce, PlainBytes } from "../../pkg-template/src/plain-bytes.ts";
import { isPlainObject, isPlainValue, PlainFrame } from "../../pkg-template/src/plain-frame.ts";
import { recall } from "../../pkg-template/src/recall.ts";
import { unescapeValue } from "../../pkg-template/src/unescape-value.ts";
import { isAscii, utf8Length } from "../../pkg-template/src/utf8-length.ts";
import { decodePiece } from "../../pkg-template/src/utf8.ts";

const encoder = new TextEncoder();
const bytesOf = (text) => encoder.encode(text);
/** Texts of every kind of character, at the lengths where the functions take another way. */
const TEXTS = ["", "a", "ä", "約", "🙂", "\ud83d", "a\ude42", "\uffff", "\u07ff\u0800", "約定 価格", "\ud7ff\ue000", "\0"].flatMap((text) =>
  [1, 7, 31, 32, 63, 64, 65, 200, 1000].flatMap((times) => [text.repeat(times), `{"n":1}${text.repeat(times)}"}`]),
);

describe("utf8Length", () => {
  it("counts as a TextEncoder does, pieces too", () => {
    for (const text of TEXTS) {
      expect(utf8Length(text), JSON.stringify(text.slice(0, 20))).toBe(bytesOf(text).length);
      expect(isAscii(text)).toBe(bytesOf(text).length === text.length);
      // A piece ends before something that has not three bytes, as in a frame.
      const framed = `head\n\n${text}\0`;
      expect(utf8Length(framed, 6, framed.length - 1)).toBe(bytesOf(text).length);
    }
  });

  it("counts long texts that change between one kind and another", () => {
    let seed = 7;
    const next = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const kinds = ["plain words ", "Größe und Änderung ", "約定価格成交量", "🙂👩‍💻", "\ud83d", "é"];
    for (let n = 0; n < 300; n++) {
      let text = "";
      for (let parts = next(12); parts >= 0; parts--) text += kinds[next(kinds.length)].repeat(next(700));
      expect(utf8Length(text), `text ${n}`).toBe(bytesOf(text).length);
    }
  });

  it("counts very long texts", () => {
    for (const length of [(1 << 20) - 1, 1 << 20, (1 << 20) + 1, 1 << 22]) {
      const text = `${"約".repeat(length - 3)}a約b`;
      expect(utf8Length(text), `${length}`).toBe(3 * length - 4);
    }
  });
});

describe("sizedBody", () => {
  it("finds the body, whatever follows", () => {
    for (const text of TEXTS) {
      // A socket hands out no halves of pairs.
      if (!text.isWellFormed()) continue;
      const bytes = bytesOf(text).length;
      for (const behind of ["", "\n", "MESSAGE\na:b\n\nmore\0", "約\0"]) {
        expect(sizedBody(`xy${text}\0${behind}`, 2, bytes)).toBe(text);
      }
    }
  });

  it("finds nothing where no NUL is, nor where a character would be cut", () => {
    for (const [text, bytes] of [
      ["hello\0", 4], ["hello\0", 6], ["hello\0", 7], ["hello", 5], ["ä\0", 1], ["約\0", 2], ["🙂\0", 2], ["ä\0a\0", 3], ["", 0], ["\0", 1],
      ["a", 2 ** 31], [`${"約".repeat(500)}\0`, 500], [`${"約".repeat(500)}\0`, 1501],
    ]) {
      expect(sizedBody(text, 0, bytes), `${text.slice(0, 9)} ${bytes}`).toBe(undefined);
    }
    expect(sizedBody("約a\0b\0", 0, 6), "a NUL within").toBe("約a\0b");
  });

  it("takes a large body as it is from a peer that counts characters, not bytes", () => {
    const wrong = (length) => sizedBody(`h${"ä".repeat(length)}\0`, 1, length);
    expect(wrong(4095)).toBe(undefined);
    expect(wrong(4096)).toBe("ä".repeat(4096));
  });

  it("finds the body where a NUL stands as many code units behind its start as it has bytes, but does not end it", () => {
    // Whether the body has one, two or three bytes for each code unit, and wherever the first NUL is: it decides.
    for (const bytes of [6, 60, 3000, 4095, 4096, 4098, 30_000]) {
      for (const character of ["a", "ä", "約", "🙂"]) {
        const size = bytesOf(character).length;
        for (const ascii of [0, 1, 2, 5, bytes >> 1, bytes - (bytes % size) - size]) {
          const wide = Math.max(0, Math.floor((bytes - ascii) / size));
          const body = character.repeat(wide) + "a".repeat(bytes - size * wide);
          expect(bytesOf(body).length).toBe(bytes);
          // Another frame, or the beginning of one, of such a length that a NUL stands where it would if all were ASCII.
          const rest = bytes - body.length;
          const behind = rest === 0 ? "" : `${"\n".repeat(rest - 1)}\0`;
          const text = `h${body}\0${behind}more\0`;
          expect(text[1 + bytes]).toBe("\0");
          expect(sizedBody(text, 1, bytes), `${bytes} of ${character}, ${ascii}`).toBe(body);
          // A NUL in the body is no end of it.
          if (bytes < 9) continue;
          for (const at of [0, body.length >> 2, Math.ceil(body.length / 3), body.length >> 1, body.length - 1]) {
            if (/[\ud800-\udfff]/.test(body[at])) continue;
            const holed = `${body.slice(0, at)}\0${body.slice(at + 1)}`;
            expect(sizedBody(`h${holed}\0`, 1, bytesOf(holed).length), `NUL at ${at} of ${bytes} of ${character}`).toBe(holed);
          }
        }
      }
    }
  });
});

describe("recall", () => {
  const out = new Uint8Array(16);
  const written = (used) => new TextDecoder().decode(out.subarray(0, used));

  it("writes down what stands between the pieces, and where", () => {
    const marks = [];
    expect(recall("..a:12\nb:\nc\n\nbody", 2, ["a:", "\nb:", "\nc\n\n"], out, marks)).toBe(13);
    expect(marks).toEqual([4, 6, 9, 9]);
    expect(written(4)).toBe("12\n\n");
    expect(recall("abc", 0, ["abc"], out, marks)).toBe(3);
  });

  it("answers -1 for anything else", () => {
    for (const text of ["", "a:1", "a:1\n", "a:1\nx", "b:1\n\n", "a:ä\n\n", "a:約\n\n", `a:${"1".repeat(16)}\n\n`]) {
      expect(recall(text, 0, ["a:", "\n\n"], out, []), text).toBe(-1);
    }
    expect(recall(`a:${"1".repeat(15)}\n\n`, 0, ["a:", "\n\n"], out, [])).toBe(19);
  });
});

describe("unescapeValue", () => {
  it("reads escapes from left to right", () => {
    for (const [text, meant] of [
      ["", ""], ["plain", "plain"], ["a:b", "a:b"], [String.raw`ID\cbroker-1\c2`, "ID:broker-1:2"], [String.raw`\c`, ":"],
      [String.raw`\n\r`, "\n\r"], [String.raw`C\c\\new\\`, "C:\\new\\"], [String.raw`\\\c\\c`, "\\:\\c"],
    ]) {
      expect(unescapeValue(text), text).toBe(meant);
    }
  });

  it("gives back what was escaped, whatever it was", () => {
    let seed = 5;
    const next = (below) => (seed = (seed * 48271) % 2147483647) % below;
    const letters = { "\\": "\\\\", ":": "\\c", "\n": "\\n", "\r": "\\r" };
    for (let n = 0; n < 2000; n++) {
      let text = "";
      for (let i = next(9); i > 0; i--) text += ["\\", ":", "\n", "\r", "c", "n", "r", "some more text", ""][next(9)];
      expect(unescapeValue(text.replace(/[\\:\n\r]/g, (letter) => letters[letter]))).toBe(text);
    }
  });
});

describe("decodePiece", () => {
  it("decodes as a TextDecoder does", () => {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const text of [...TEXTS, "\ufeffx"]) {
      const bytes = bytesOf(`ab${text}cd`);
      expect(decodePiece(bytes, 2, bytes.length - 2)).toBe(decoder.decode(bytes.subarray(2, -2)));
    }
    expect(decodePiece(Uint8Array.of(65, 0xff, 66), 0, 3)).toBe("A\ufffdB");
  });
});

describe("a frame to publish", () => {
  const MARKED = "SEND\ndestination:\x01\nx:\x01\ncontent-length:\x01\n\n\x01\0";
  const frame = () => new PlainFrame(["x"], MARKED);

  it("takes no value that some version of STOMP escapes", () => {
    for (const value of ["a:b", "a\\b", "a\nb", "a\rb", "a\0", 7, null, undefined, {}]) {
      expect(isPlainValue(value)).toBe(false);
      expect(frame().take("/a", { x: value })).toBe(false);
      expect(frame().take(value, { x: "y" })).toBe(false);
    }
    for (const value of ["", " a b ", "ä約🙂", "a/b;c=d"]) expect(isPlainValue(value)).toBe(true);
    expect([undefined, null, {}, Object.create(null)].every(isPlainObject)).toBe(true);
    expect(isPlainObject(Object.create({ x: "1" }))).toBe(false);
  });

  it("is for the same names in the same order", () => {
    expect(frame().has({ x: "1" })).toBe(true);
    for (const headers of [undefined, {}, { y: "1" }, { x: "1", y: "2" }, Object.create({ x: "1" })]) {
      expect(frame().has(headers)).toBe(false);
    }
  });

  it("has the values that it took last, also after one that it refused", () => {
    const it = frame();
    const head = (destination, x) => it.take(destination, { x }) && it.head();
    const wanted = (destination, x) => `SEND\ndestination:${destination}\nx:${x}\ncontent-length:`;
    for (const [destination, x] of [["/a", "1"], ["/a", "2"], ["/b", "2"], ["/b", "2"]]) {
      expect(head(destination, x)).toBe(wanted(destination, x));
    }
    expect(head("/c", "n\n")).toBe(false);
    expect(head("/c", "2")).toBe(wanted("/c", "2"));
  });

  it("is written over the last one, whatever has changed", () => {
    class Native {}
    const bytes = new PlainBytes(new Native());
    const other = new PlainFrame([], "SEND\ndestination:\x01\ncontent-length:\x01\n\n\x01\0");
    const it = frame();
    const decoder = new TextDecoder();
    let size = 0;
    for (const destination of ["/a", "/b", "/longer", "/ü", "/a"]) {
      for (const x of ["1", "2", "33", "約", "", "x".repeat(2000), "1"]) {
        for (const body of ["b", "b".repeat(9), "b".repeat(10), "b".repeat(5000)]) {
          expect(it.take(destination, { x })).toBe(true);
          const wanted = `SEND\ndestination:${destination}\nx:${x}\ncontent-length:${body.length}\n\n${body}\0`;
          expect(decoder.decode(bytes.make(it, bytesOf(body)))).toBe(wanted);
          if (size++ % 3 === 0) {
            expect(other.take(destination, {})).toBe(true);
            expect(decoder.decode(bytes.make(other, bytesOf("o")))).toBe(`SEND\ndestination:${destination}\ncontent-length:1\n\no\0`);
          }
        }
      }
    }
  });

  it("is written over the last one also where large bodies have a place of their own", () => {
    class Socket {
      send() {}
    }
    // A bound function looks like one of the engine's own.
    vi.stubGlobal("WebSocket", Object.assign(Socket.bind(), { prototype: Socket.prototype }));
    const bytes = new PlainBytes(new Socket());
    vi.unstubAllGlobals();
    const it = frame();
    const decoder = new TextDecoder();
    const memory = new Uint8Array((3 << 20) + 1000).map((_, i) => 97 + (i % 23));
    const buffers = new Set();
    let count = 0;
    let seed = 3;
    const next = (below) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 60; round++) {
      const x = ["1", "2", "33", "x".repeat(next(900))][next(4)];
      for (const size of [1, 9, 10, 100, 4095, 4096, 9999, 10_000, 70_000, 600_000, (1 << 20) - 700, 1 << 20, 3 << 20]) {
        if (size > 100_000 && next(8)) continue;
        const offset = next(700);
        const body = memory.subarray(offset, offset + size);
        expect(it.take("/a", { x })).toBe(true);
        const got = bytes.make(it, body);
        const head = bytesOf(`SEND\ndestination:/a\nx:${x}\ncontent-length:${size}\n\n`);
        const bodyEnd = head.length + size;
        expect(got.length).toBe(bodyEnd + 1);
        expect(decoder.decode(got.subarray(0, head.length))).toBe(decoder.decode(head));
        expect(Buffer.compare(got.subarray(head.length, bodyEnd), body)).toBe(0);
        expect(got[bodyEnd]).toBe(0);
        buffers.add(got.buffer);
        count++;
      }
    }
    // Most of them in the same memory.
    expect(buffers.size).toBeLessThan(count / 5);
  });

  it("is handed to no socket that may keep the memory that is written over", () => {
    // Node's own, and ws, are written in JavaScript: only a browser's native one copies for sure.
    const socket = Object.create((globalThis.WebSocket ?? class {}).prototype);
    expect(copiesAtOnce(socket)).toBe(false);
    expect(copiesAtOnce({ send() {} })).toBe(false);
  });
});
