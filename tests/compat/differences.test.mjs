// Where we differ from @stomp/stompjs on purpose. Each is a line of docs/migrating-from-stompjs.md, by its anchor, and is
// shown here on both packages: a difference that is no more, or that is another than the page says, fails.
import * as theirs from "@stomp/stompjs";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import * as ours from "../../pkg/esm/index.js";
import { say } from "../lib/summary.mjs";
import { broker, transcript } from "./transcript.mjs";

const page = readFileSync(new URL("../../docs/migrating-from-stompjs.md", import.meta.url), "utf8");
const documented = [...page.matchAll(/<a id="([^"]+)"><\/a>/g)].map((match) => match[1]);
const shown = new Set();
afterAll(() => say(`compat: ${shown.size} documented differences shown on both packages`));

/** Runs on both and gives [theirs, ours]. */
const both = async (script) => [await transcript(theirs, script), await transcript(ours, script)];
/** Declares a documented difference. */
const difference = (anchor, test) =>
  it(anchor, async () => {
    await test();
    expect(documented).toContain(anchor);
    shown.add(anchor);
  });
const line = (lines, start) => lines.find((l) => l.startsWith(start));

/** A peer that answers CONNECT, and then does something. */
const greeting = (then, version = "1.2") => (socket, number) =>
  socket.on("message", (data) => {
    if (!String(data).startsWith("CONNECT")) return;
    socket.send(`CONNECTED\nversion:${version}\nheart-beat:0,0\n\n\0`);
    then?.(socket, number);
  });
/** What a client receives as message from a peer that sends `text`. */
const received = (text, version) => async (t) => {
  const url = await t.peer(greeting((socket) => socket.once("message", () => socket.send(text)), version));
  const client = t.client({ webSocketFactory: t.socket(url), onConnect: () => client.subscribe("/a", (m) => t.note(`message ${JSON.stringify({ ...m.headers })} ${JSON.stringify(m.body)}`), { id: "s" }) });
  client.activate();
  await t.until("message");
};

describe("documented differences from @stomp/stompjs", { timeout: 20_000 }, () => {
  const connectOnly = (conf) => async (t) => {
    const client = t.client(conf);
    client.activate();
    await t.until("onConnect");
  };

  difference("accept-version-order", async () => {
    const [a, b] = await both(connectOnly());
    expect(line(a, "> text CONNECT")).toContain("accept-version:1.2,1.1,1.0");
    expect(line(b, "> text CONNECT")).toContain("accept-version:1.0,1.1,1.2");
  });

  difference("host-header", async () => {
    const [a, b] = await both(connectOnly({ connectHeaders: { login: "guest", passcode: "guest" } }));
    expect(line(a, "> text CONNECT")).not.toContain("host:");
    expect(line(b, "> text CONNECT")).toContain("host:/,");
  });

  difference("escaping", async () => {
    const script = (version) => async (t) => {
      const client = t.client({ stompVersions: new t.lib.Versions([version]), onConnect: () => client.publish({ destination: "/topic/x", headers: { "x:y": "a:b" } }) });
      client.activate();
      await t.until("> text SEND");
    };
    const [a, b] = await both(script("1.2"));
    expect(line(a, "> text SEND")).toContain("x:y:a\\cb");
    expect(line(b, "> text SEND")).toContain("x\\cy:a\\cb");
    const [c, d] = await both(script("1.1"));
    expect(line(c, "> text SEND")).toContain("x:y:a:b");
    expect(line(d, "> text SEND")).toContain("x\\cy:a\\cb");
  });

  difference("binary-heart-beats", async () => {
    const [a, b] = await both(async (t) => {
      const url = await t.peer((socket) => socket.once("message", () => socket.send("CONNECTED\nversion:1.2\nheart-beat:0,50\n\n\0")));
      t.client({ webSocketFactory: t.socket(url), forceBinaryWSFrames: true, heartbeatOutgoing: 50 }).activate();
      await Promise.race([t.until("> text heart-beat"), t.until("> binary heart-beat")]);
    });
    expect([line(a, "> binary CONNECT"), line(b, "> binary CONNECT")]).not.toContain(undefined);
    expect([a.includes("> text heart-beat"), a.includes("> binary heart-beat")]).toEqual([true, false]);
    expect([b.includes("> text heart-beat"), b.includes("> binary heart-beat")]).toEqual([false, true]);
  });

  difference("unescaping", async () => {
    const [a, b] = await both(received("MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/a\npath:C\\c\\\\new\n\n\0"));
    expect(JSON.parse(line(a, "message").slice(8).split(" ")[0]).path).toBe("C:\\\new");
    expect(JSON.parse(line(b, "message").slice(8).split(" ")[0]).path).toBe("C:\\new");
  });

  difference("spaces", async () => {
    const [a, b] = await both(received("MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/a\nx: y \n\n\0"));
    expect(line(a, "message")).toContain('"x":"y"');
    expect(line(b, "message")).toContain('"x":" y "');
  });

  difference("byte-order-mark", async () => {
    const [a, b] = await both(received("MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/a\n\n\ufeffx\0"));
    expect(line(a, "message")).toMatch(/ "x"$/);
    expect(line(b, "message")).toMatch(/ "\ufeffx"$/);
  });

  difference("duplicate-ids", async () => {
    const url = (t) => t.peer(greeting());
    const [a, b] = await both(async (t) => {
      const client = t.client({
        webSocketFactory: t.socket(await url(t)),
        onConnect: () => {
          client.subscribe("/a", () => {}, { id: "s" });
          t.attempt("again", () => client.subscribe("/b", () => {}, { id: "s" }) && undefined);
          t.attempt("unknown", () => client.unsubscribe("nobody"));
          t.attempt("commit", () => client.commit("nobody"));
        },
      });
      client.activate();
      await t.until("commit");
    });
    expect([line(a, "again"), line(a, "unknown"), line(a, "commit")]).toEqual(["again: done", "unknown: done", "commit: done"]);
    expect(line(b, "again")).toBe("again: Error: there is already a subscription with the id 's'");
    expect(line(b, "unknown")).toBe("unknown: Error: there is no subscription with the id 'nobody'");
    expect(line(b, "commit")).toBe("commit: Error: there is no transaction with the id 'nobody' on this connection");
  });

  difference("acknowledging", async () => {
    const [a, b] = await both(async (t) => {
      let last;
      const client = t.client({
        onConnect: () => {
          client.subscribe("/topic/auto", (m) => { last = m; t.attempt("ack", () => m.ack()); });
          client.publish({ destination: "/topic/auto", body: "x" });
        },
      });
      client.activate();
      await t.until("ack");
      await client.deactivate();
      t.attempt("after", () => last.ack());
    });
    expect(line(a, "ack")).toBe("ack: done");
    expect(line(b, "ack")).toMatch(/^ack: Error: the message cannot be acknowledged: /);
    expect(line(a, "after")).toBe("after: done");
    expect(line(b, "after")).toBe("after: TypeError: There is no underlying STOMP connection");
  });

  difference("nack-1-0", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client({ stompVersions: new t.lib.Versions(["1.0"]), webSocketFactory: t.socket(await t.peer(greeting(undefined, "1.0"))), onConnect: () => t.attempt("nack", () => client.nack("1", "s")) });
      client.activate();
      await t.until("nack");
    });
    expect(line(a, "nack")).toBe("nack: done");
    expect(line(b, "nack")).toBe("nack: Error: STOMP 1.0 has no NACK");
  });

  difference("after-disconnect", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client();
      client.activate();
      await t.until("onConnect");
      const gone = client.deactivate();
      t.note(`connected ${client.connected}`);
      t.attempt("publish", () => client.publish({ destination: "/topic/late" }));
      await gone;
    });
    expect([line(a, "connected"), line(a, "publish")]).toEqual(["connected true", "publish: done"]);
    expect([line(b, "connected"), line(b, "publish")]).toEqual(["connected false", "publish: TypeError: There is no underlying STOMP connection"]);
  });

  difference("repeated-states", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client();
      client.activate();
      await t.until("onConnect");
      await Promise.all([client.deactivate(), client.deactivate()]);
      t.note(`${client.state}`);
    });
    const states = (lines) => lines.filter((l) => l.startsWith("onChangeState"));
    expect(states(a)).toEqual(["onChangeState 0", "onChangeState 1", "onChangeState 1", "onChangeState 2"]);
    expect(states(b)).toEqual(["onChangeState 0", "onChangeState 1", "onChangeState 2"]);
  });

  difference("violations", async () => {
    const script = async (t) => {
      const url = await t.peer(greeting((socket, number) => socket.send(number === 1 ? "\x01garbage\nno header\n\n\0RECEIPT\nreceipt-id:end\n\n\0" : "RECEIPT\nreceipt-id:end\n\n\0")));
      const client = t.client({ webSocketFactory: t.socket(url), reconnectDelay: 10 });
      client.activate();
      await t.until("onUnhandledReceipt");
    };
    const [a, b] = [await Promise.race([transcript(theirs, script), new Promise((resolve) => setTimeout(resolve, 1000, ["nothing happens"]))]), await transcript(ours, script)];
    expect(a).toEqual(["nothing happens"]);
    expect(b.map((l) => l.split(" ")[0]).filter((l) => l.startsWith("on"))).toEqual(["onChangeState", "onConnect", "onStompError", "onWebSocketClose", "onConnect", "onUnhandledReceipt"]);
  });

  difference("connection-timeout", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client({ webSocketFactory: t.socket(await t.peer(() => {})), connectionTimeout: 50, onWebSocketError: (e) => t.note(`reason ${e.message}`) });
      client.activate();
      await t.until("onWebSocketClose");
    });
    expect(line(a, "reason")).toBe(undefined);
    expect(line(b, "reason")).toMatch(/reason .*\w{4}/);
  });

  difference("failed-attempts", async () => {
    const script = async (t) => {
      let tries = 0;
      const client = t.client({
        reconnectDelay: 10,
        webSocketFactory: () => {
          if (++tries === 1) throw new Error("no socket yet");
          return t.socket()();
        },
        onWebSocketError: (e) => t.note(`reason ${e.message}`),
      });
      client.activate();
      await t.until("onConnect");
    };
    const rejected = new Promise((resolve) => process.once("unhandledRejection", resolve));
    const first = await Promise.race([transcript(theirs, script), rejected]);
    expect(first.message).toBe("no socket yet");
    expect(line(await transcript(ours, script), "reason")).toBe("reason no socket yet");
  });

  difference("sockets-for-functions", async () => {
    const script = async (t) => {
      const client = t.client({ webSocketFactory: { send() {}, close() {} } });
      t.attempt("activate", () => client.activate());
      if (t.lib === theirs) await rejected;
    };
    const rejected = new Promise((resolve) => process.once("unhandledRejection", resolve));
    expect(line(await transcript(theirs, script), "activate")).toBe("activate: done");
    expect((await rejected).message).toMatch(/is not a function/);
    expect(line(await transcript(ours, script), "activate")).toMatch(/activate: TypeError: .*\(\) => new SockJS\(url\)/);
  });

  difference("used-sockets", async () => {
    const [a, b] = await both(async (t) => {
      const closed = { readyState: 3, send() {}, close() {}, set onclose(handler) { if (handler) t.note("taken"); } };
      t.client({ webSocketFactory: () => closed, onWebSocketError: (e) => t.note(`reason ${e.message}`) }).activate();
      await Promise.race([t.until("taken"), t.until("reason")]);
    });
    expect([line(a, "taken"), line(a, "reason")]).toEqual(["taken", undefined]);
    expect([line(b, "taken"), line(b, "reason")]).toEqual([undefined, expect.stringMatching(/must make a new one for each connection/)]);
  });

  difference("binary-over-sockjs", async () => {
    const [a, b] = await both(async (t) => {
      // What an open SockJS says of itself.
      const client = t.client({ webSocketFactory: () => Object.assign(t.socket()(), { transport: "xhr-streaming" }), onConnect: () => {
        t.attempt("publish", () => client.publish({ destination: "/topic/x", binaryBody: Uint8Array.of(0xff) }));
      } });
      client.activate();
      await t.until("publish");
    });
    expect([line(a, "> binary SEND") !== undefined, line(a, "publish")]).toEqual([true, "publish: done"]);
    expect([line(b, "> binary SEND") !== undefined, line(b, "publish")]).toEqual([false, expect.stringMatching(/SockJS carries text only/)]);
  });

  difference("content-length", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client({ webSocketFactory: t.socket(await t.peer(greeting())), onConnect: () => {
        client.publish({ destination: "/a", body: "four", headers: { "content-length": "99" } });
        client.publish({ destination: "/b", body: "a\0b", skipContentLengthHeader: true });
      } });
      client.activate();
      await t.until("> text SEND", 2);
    });
    expect(line(a, "> text SEND")).toContain("content-length:4, content-length:99");
    expect(line(b, "> text SEND")).toContain("{content-length:4, destination:/a}");
    expect(a.at(-1)).toContain("{destination:/b}");
    expect(b.at(-1)).toContain("{content-length:3, destination:/b}");
  });

  difference("line-breaks", async () => {
    const [a, b] = await both(async (t) => {
      const client = t.client({ webSocketFactory: t.socket(await t.peer((socket) => socket.once("message", () => socket.close()))), connectHeaders: { passcode: "x\nhost:evil" }, onWebSocketError: (e) => t.note(`reason ${e.message}`), onStompError: (f) => t.note(`reason ${f.headers.message}`) });
      client.activate();
      await t.until("onWebSocketClose");
    });
    expect(line(a, "> text CONNECT")).toContain("host:evil");
    expect(line(b, "> text CONNECT")).toBe(undefined);
    expect(line(b, "reason")).toContain("passcode");
  });

  difference("heart-beats-in-a-row", async () => {
    const [a, b] = await both(async (t) => {
      let beats = 0;
      const client = t.client({ webSocketFactory: t.socket(await t.peer(greeting((socket) => socket.send("\n\n\nRECEIPT\nreceipt-id:1\n\n\0")))), onHeartbeatReceived: () => beats++ });
      client.activate();
      await t.until("onUnhandledReceipt");
      t.note(`beats ${beats}`);
    });
    expect([line(a, "beats"), line(b, "beats")]).toEqual(["beats 3", "beats 1"]);
  });

  difference("lazy-headers", async () => {
    const script = async (t) => {
      const client = t.client({ onConnect: () => {
        client.subscribe("/topic/lazy", (m) => t.note(`message ${"headers" in m} ${"headers" in { ...m }}`));
        client.publish({ destination: "/topic/lazy" });
      } });
      client.activate();
      await t.until("message");
    };
    const [a, b] = await both(script);
    expect([line(a, "message"), line(b, "message")]).toEqual(["message true true", "message true false"]);
  });

  difference("parser-errors", async () => {
    const parse = (lib) => {
      try {
        new lib.Parser(() => {}, () => {}).parseChunk("MESSAGE\nno colon in this line\n\n\0");
        return "nothing";
      } catch (error) {
        return error.message;
      }
    };
    expect(parse(theirs)).toBe("nothing");
    expect(parse(ours)).toMatch(/header/);
  });

  it("the page documents nothing that is not shown", () => {
    // Two take longer than a comparison should, or need a browser; they are shown in tests/npm.
    const elsewhere = ["deactivate-deadline", "discarded-sockets", "environment-errors"];
    expect(documented.filter((anchor) => !shown.has(anchor) && !elsewhere.includes(anchor))).toEqual([]);
  });
});
