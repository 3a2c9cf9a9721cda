// Defects of other clients that the built npm package does not have: `docs/defects.md` names these tests.
import { describe, expect, it } from "vitest";
import { connected, play } from "./played.mjs";

const message = (headers, body = "") => `MESSAGE\n${Object.entries(headers).map(([n, v]) => `${n}:${v}\n`).join("")}\n${body}\0`;

describe("the npm package", { timeout: 30_000 }, () => {
  it("CONNECT carries a host and the versions in increasing order", async () => {
    const { client, connect } = play();
    client.activate();
    const { sent } = await connect();
    expect(sent[0].split("\n")).toEqual(expect.arrayContaining(["accept-version:1.0,1.1,1.2", "host:/"]));
    await client.deactivate({ force: true });
  });

  it("a passcode with a newline injects no header: it is refused, and nothing is sent", async () => {
    const { client, socket } = play({ connectHeaders: { login: "me", passcode: "hunter2\nhost:evil" } });
    const told = new Promise((resolve) => (client.onWebSocketError = resolve));
    client.activate();
    const opened = await socket();
    opened.open();
    const error = await told;
    expect(error.message).toContain("'passcode' holds a line break");
    expect(error.message).not.toContain("hunter2");
    expect(opened.sent).toEqual([]);
    await client.deactivate({ force: true });
  });

  it("a rejected beforeConnect is told, and the client tries again", async () => {
    let attempts = 0;
    const { client, connect } = play({
      reconnectDelay: 5,
      beforeConnect: () => (++attempts < 3 ? Promise.reject(new Error(`no token ${attempts}`)) : undefined),
    });
    const errors = [];
    client.onWebSocketError = (error) => void errors.push(error.message);
    client.activate();
    await connect();
    expect([client.connected, attempts, errors]).toEqual([true, 3, ["no token 1", "no token 2"]]);
    await client.deactivate({ force: true });
  });

  it("deactivate() ends though the receipt never comes", async () => {
    const { client, socket } = await connected();
    await client.deactivate();
    expect(socket.sent.map((frame) => frame.split("\n")[0])).toEqual(["DISCONNECT"]);
    expect([socket.closed, client.active]).toEqual([true, false]);
  });

  it("nothing is sent after DISCONNECT", async () => {
    const { client, socket } = await connected();
    const done = client.deactivate();
    expect(() => client.publish({ destination: "/a", body: "late" })).toThrow("There is no underlying STOMP connection");
    expect(socket.sent.map((frame) => frame.split("\n")[0])).toEqual(["DISCONNECT"]);
    await client.deactivate({ force: true });
    await done;
  });

  it("a user's own sub-1 and the automatic one are two subscriptions", async () => {
    const { client, socket } = await connected();
    const got = [];
    client.subscribe("/own", () => got.push("own"), { id: "sub-1" });
    const ids = [0, 1].map((n) => client.subscribe(`/made/${n}`, () => got.push(n)).id);
    expect(new Set([...ids, "sub-1"]).size).toBe(3);
    for (const subscription of ["sub-1", ...ids]) socket.receive(message({ subscription, destination: "/x" }));
    expect(got).toEqual(["own", 0, 1]);
    await client.deactivate({ force: true });
  });

  it("a subscription called toString gets its messages", async () => {
    const { client, socket } = await connected();
    for (const id of ["toString", "__proto__", "constructor"]) {
      const got = [];
      client.subscribe("/a", (m) => got.push(m.body), { id });
      socket.receive(message({ subscription: id, destination: "/a" }, id));
      expect(got).toEqual([id]);
    }
    await client.deactivate({ force: true });
  });

  it("ack() of a message that cannot be acknowledged throws", async () => {
    const { client, socket } = await connected();
    const got = [];
    client.subscribe("/auto", (m) => got.push(m), { id: "auto" });
    client.subscribe("/client", (m) => got.push(m), { id: "client", ack: "client" });
    socket.receive(message({ subscription: "auto", "message-id": 1, destination: "/auto" }));
    socket.receive(message({ subscription: "client", "message-id": 2, destination: "/client" }));
    socket.sent.length = 0;
    expect(() => got[0].ack()).toThrow(/cannot be acknowledged/);
    expect(() => got[1].nack()).toThrow(/cannot be acknowledged: the broker gave it no ack header/);
    expect(socket.sent).toEqual([]);
    await client.deactivate({ force: true });
  });

  it("an old message's ack is not written to a new connection", async () => {
    const { client, socket, connect } = await connected({ reconnectDelay: 5 });
    const got = [];
    client.subscribe("/a", (m) => got.push(m), { id: "s", ack: "client" });
    socket.receive(message({ subscription: "s", "message-id": 1, ack: 1, destination: "/a" }));
    expect(got.length).toBe(1);
    const next = connect();
    socket.cut();
    const again = await next;
    again.sent.length = 0;
    expect(() => got[0].ack()).toThrow();
    expect(() => got[0].nack()).toThrow();
    expect(again.sent).toEqual([]);
    await client.deactivate({ force: true });
  });

  it.each([false, true])("debug output shows no passcode and no token (logRawCommunication: %s)", async (logRawCommunication) => {
    const secret = `hunter2${"x".repeat(300)}hunter2`;
    const { client, seen, connect } = play({
      logRawCommunication,
      splitLargeFrames: true,
      maxWebSocketChunkSize: 16,
      connectHeaders: { login: "me", passcode: secret, Authorization: `Bearer ${secret}`, "x-auth-token": secret },
    });
    client.activate();
    const socket = await connect("1.2", `session:1\nx-token:${secret}\n`);
    client.publish({ destination: "/a", headers: { cookie: secret }, body: "hello" });
    const answer = message({ destination: "/a", "set-cookie": secret }, "hello");
    for (let at = 0; at < answer.length; at += 20) socket.receive(answer.slice(at, at + 20));
    expect(seen.messages.map((m) => m.headers["set-cookie"])).toEqual([secret]);
    expect(seen.lines.length).toBeGreaterThan(4);
    expect(seen.lines.filter((line) => /hunter|xxx/.test(line))).toEqual([]);
    await client.deactivate({ force: true });
  });

  it("a header that the user calls a secret is not shown by debug", async () => {
    const { client, seen, connect } = play({ secretHeaders: ["X-Session"], connectHeaders: { "x-session": "hunter2" } });
    client.activate();
    const socket = await connect("1.2", "x-session:hunter2\n");
    socket.receive(message({ destination: "/a", "X-SESSION": "hunter2" }));
    expect(seen.messages.length).toBe(1);
    expect(seen.lines.filter((line) => line.includes("x-session:[redacted]")).length).toBeGreaterThan(1);
    expect(seen.lines.filter((line) => line.includes("hunter2"))).toEqual([]);
    await client.deactivate({ force: true });
  });

  it.each([
    [{ body: 10 }, "\n0123456789a\0", "a body is longer than 10 bytes"],
    [{ body: 10 }, "content-length:11\n\n", "a body is longer than 10 bytes"],
    [{ headers: 2 }, "a:1\n\n\0", "a frame has more than 2 headers"],
    [{ headerLine: 20 }, `a:${"x".repeat(20)}\n\n\0`, "a header line is longer than 20 bytes"],
    [{ frame: 50 }, `\n${"x".repeat(60)}\0`, "a frame is longer than 50 bytes"],
  ])("limits are the user's to set: %j", async (limits, rest, told) => {
    for (const debug of [undefined, () => {}]) {
      const { client, socket, seen } = await connected({ limits, ...(debug && { debug }) });
      client.subscribe("/a", () => expect.unreachable(), { id: "s" });
      socket.receive(`MESSAGE\nsubscription:s\ndestination:/a\n${rest}`);
      expect(seen.errors[0]?.headers.message).toContain(told);
      expect(socket.closed).toBe(true);
      await client.deactivate({ force: true });
    }
  });
});
