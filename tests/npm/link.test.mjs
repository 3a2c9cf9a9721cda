// The browser's side of a connection, with sockets, promises and workers that the test makes.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Link } from "../../pkg-template/src/link.ts";
import { Operation } from "../../pkg-template/src/operation.ts";

const NAMES = Object.fromEntries(Object.entries(Operation).map(([name, number]) => [number, name]));

/** A link whose `told` is what Rust heard, and `errors` what the client heard. */
function make({ socket, inWorker = false } = {}) {
  const told = [];
  const errors = [];
  const raw = { socket: undefined, call: (operation, numbers = [], texts = []) => void told.push([NAMES[operation], ...numbers, ...texts]) };
  const owner = { openSocket: () => socket, onmessage: () => {}, socketFailed: (error) => void errors.push(error), ticksInWorker: () => inWorker };
  return { link: new Link(raw, owner), raw, owner, told, errors };
}

const socket = (more) => ({ readyState: 0, send: vi.fn(), close: vi.fn(), ...more });
/** Lets promises that are settled be heard of. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("sockets", () => {
  it("tells of their opening and closing, and takes its handlers off a closed one", () => {
    const own = socket();
    const { link, raw, owner, told, errors } = make({ socket: own });
    link.open(0);
    expect([raw.socket, own.binaryType, own.onmessage]).toEqual([own, "arraybuffer", owner.onmessage]);
    own.onopen();
    own.onerror("an error");
    const event = { code: 1006 };
    own.onclose(event);
    expect(told).toEqual([["Opened", 0], ["Closed"]]);
    expect(errors).toEqual(["an error"]);
    expect([raw.socket, own.onopen, own.onmessage, own.onerror, own.onclose]).toEqual([undefined, null, null, null, null]);
    expect([link.takePayload(), link.takePayload()]).toEqual([event, undefined]);
  });

  it("takes one that is open already, says whether it carries text only, and refuses what is closed or none", () => {
    for (const [made, expected] of [
      [socket({ readyState: 1, transport: "xhr-streaming" }), ["Opened", 1]],
      [socket({ readyState: 3 }), ["OpenFailed", expect.stringContaining("closed already")]],
      ["no socket", ["OpenFailed", "webSocketFactory did not return a socket"]],
      [null, ["OpenFailed", "webSocketFactory did not return a socket"]],
    ]) {
      const { link, told } = make({ socket: made });
      link.open(0);
      expect(told).toEqual([expected]);
    }
  });

  it("tells in words what a factory threw, and keeps what it was", () => {
    for (const [thrown, words] of [[new Error("boom"), "boom"], ["text", "text"], [{ message: 1 }, "it gave no reason"], [undefined, "it gave no reason"]]) {
      const { link, owner, told } = make();
      owner.openSocket = () => {
        throw thrown;
      };
      link.open(0);
      expect(told).toEqual([["OpenFailed", words]]);
      expect(link.takePayload()).toBe(thrown);
    }
  });

  it("closes with code and reason, plainly where the socket refuses them or there are none", () => {
    const own = socket();
    const { link } = make({ socket: own });
    expect(link.close(0, "")).toBe(false);
    link.open(0);
    expect(link.close(4001, "why")).toBe(true);
    own.close.mockImplementation((code) => {
      if (code) throw new Error("no codes here");
    });
    link.close(4001, "why");
    link.close(0, "");
    expect(own.close.mock.calls).toEqual([[4001, "why"], [4001, "why"], [], []]);
  });

  it("leaves a discarded one by terminate, where there is that, and hears no more of it", () => {
    for (const own of [socket({ terminate: vi.fn() }), socket()]) {
      const { link, raw, told } = make({ socket: own });
      link.open(0);
      link.discard();
      expect([raw.socket, own.onclose, told]).toEqual([undefined, null, []]);
      expect(own.close).toHaveBeenCalledTimes(own.terminate ? 0 : 1);
      if (own.terminate) expect(own.terminate).toHaveBeenCalledOnce();
    }
  });

  it("says whether one threw, and nothing of one that is gone", () => {
    const own = socket({ send: () => { throw new Error("full"); } });
    const { link, errors } = make({ socket: own });
    expect(link.send("x")).toBe(false);
    link.open(0);
    expect(link.send("x")).toBe(true);
    expect(errors.map(String)).toEqual(["Error: full"]);
  });

  it("waits for a promise of one, and closes it if nobody wants it any more", async () => {
    for (const unwanted of [false, true]) {
      const own = socket();
      const { link, raw, told } = make({ socket: Promise.resolve(own) });
      link.open(0);
      expect(raw.socket).toBe(undefined);
      if (unwanted) expect(link.close(1000, "")).toBe(false);
      await settled();
      expect([raw.socket, own.close.mock.calls.length]).toEqual(unwanted ? [undefined, 1] : [own, 0]);
      expect(told).toEqual([]);
    }
    const { link, told } = make({ socket: Promise.reject(new Error("late")) });
    link.open(0);
    await settled();
    expect(told).toEqual([["OpenFailed", "late"]]);
  });
});

describe("beforeConnect", () => {
  it("is never answered before the call returns", async () => {
    for (const [value, expected] of [
      [() => undefined, ["Prepared"]],
      [() => Promise.resolve(), ["Prepared"]],
      [() => { throw new Error("now"); }, ["PrepareFailed", "now"]],
      [() => Promise.reject(new Error("later")), ["PrepareFailed", "later"]],
    ]) {
      const { link, told } = make();
      link.prepare(value);
      expect(told).toEqual([]);
      await settled();
      expect(told).toEqual([expected]);
    }
  });

  it("is not answered when something else has begun", async () => {
    const { link, told } = make();
    link.prepare(() => undefined);
    link.discard();
    await settled();
    expect(told).toEqual([]);
  });
});

describe("the timer", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("ticks once, at the time that was said last", () => {
    const { link, told } = make();
    link.arm(100);
    link.arm(50);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([["Tick"]]);
    link.arm(10);
    link.disarm();
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([["Tick"]]);
  });

  it("runs in a worker if it is to, which ends with it", () => {
    const workers = [];
    vi.stubGlobal("Worker", class {
      constructor(url) { this.url = url; workers.push(this); }
      postMessage = vi.fn();
      terminate = vi.fn();
    });
    const { link, told } = make({ inWorker: true });
    link.arm(100);
    link.arm(200);
    const [worker] = workers;
    expect([workers.length, worker.url.startsWith("data:text/javascript,"), worker.postMessage.mock.calls]).toEqual([1, true, [[100], [200]]]);
    vi.advanceTimersByTime(1000);
    expect(told).toEqual([]);
    worker.onmessage();
    expect(told).toEqual([["Tick"]]);
    link.disarm();
    expect([worker.onmessage, worker.terminate.mock.calls.length]).toEqual([null, 1]);
    link.arm(1);
    expect(workers.length).toBe(2);
  });

  it("runs in the page where no worker can be made, or none can run", () => {
    vi.stubGlobal("Worker", class { constructor() { throw new Error("not here"); } });
    const first = make({ inWorker: true });
    first.link.arm(100);
    vi.advanceTimersByTime(100);
    expect(first.told).toEqual([["Tick"]]);
    let worker;
    vi.stubGlobal("Worker", class {
      constructor() { worker = this; }
      postMessage() {}
      terminate = vi.fn();
    });
    const second = make({ inWorker: true });
    second.link.arm(100);
    worker.onerror();
    expect([second.told, worker.terminate.mock.calls.length]).toEqual([[["Tick"]], 1]);
    second.link.arm(100);
    vi.advanceTimersByTime(100);
    expect(second.told).toEqual([["Tick"], ["Tick"]]);
  });
});
