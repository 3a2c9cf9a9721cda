// What the demo page does with text from outside: the query of its address, and what a broker sends.
import { describe, expect, test } from "vitest";
import { parseChat } from "../../www/demo/chat.mjs";
import { History } from "../../www/demo/history.mjs";
import { readOptions, redactor } from "../../www/demo/options.mjs";
import { formatChange, formatPrice } from "../../www/demo/prices-format.mjs";
import { parsePrice } from "../../www/demo/prices.mjs";
import { settingsFor } from "../../www/demo/transports.mjs";
import { describeClose, describeStompError, heartbeatWords, negotiatedHeartbeat } from "../../www/demo/words.mjs";

const options = (address) => readOptions(new URL(address));

describe("the page's address", () => {
  test("names no broker: the one that serves the page, without credentials", () => {
    const read = options("http://localhost:8080/");
    expect(read).toMatchObject({ brokerURL: "ws://localhost:8080/ws", connectHeaders: {}, problem: null, feed: false, hello: false });
    expect(options("https://example.org/").brokerURL).toBe("wss://example.org/ws");
  });

  test("names a broker and credentials", () => {
    const read = options("http://h/?broker=ws://mq:15674/ws&login=me&passcode=p%26w&feed=1&hello=1");
    expect(read).toMatchObject({ brokerURL: "ws://mq:15674/ws", connectHeaders: { login: "me", passcode: "p&w" }, feed: true, hello: true });
  });

  test.each(["", "nonsense", "javascript:alert(1)", "http://h/ws", "//h/ws"])("the broker %j is refused, and no other taken", (broker) => {
    const read = options(`http://h/?broker=${encodeURIComponent(broker)}`);
    expect(read.problem).toMatch(/^The broker address .* cannot be used: /);
    expect(read.brokerURL).toBe("");
  });

  test("names a transport and an address of SockJS", () => {
    expect(options("http://h:1/")).toMatchObject({ sockjsURL: "http://h:1/sockjs", transport: "auto" });
    expect(options("http://h/?broker=ws://mq/ws").sockjsURL).toBe("");
    expect(options("http://h/?broker=ws://mq/ws&sockjs=http://u:pw@mq/s&transport=sockjs/eventsource")).toMatchObject({ sockjsURL: "http://u:pw@mq/s", sockjsLabel: "http://mq/s", transport: "sockjs/eventsource", secrets: ["u", "pw"] });
    expect(options("http://h/?sockjs=ws://mq").problem).toBe("The SockJS address in ?sockjs= cannot be used: it must begin with http:// or https://.");
    expect(options("http://h/?transport=pigeon").transport).toBe("auto");
  });

  test("what the client is told for each choice", () => {
    const addresses = { brokerURL: "ws://a", sockjsURL: "http://a" };
    expect(settingsFor("auto", addresses)).toEqual({ brokerURL: "ws://a", fallbackURL: "http://a", sockjsOptions: undefined });
    expect(settingsFor("websocket", addresses)).toEqual({ brokerURL: "ws://a", fallbackURL: undefined, sockjsOptions: undefined });
    expect(settingsFor("sockjs/xhr-polling", addresses)).toEqual({ brokerURL: "http://a", fallbackURL: undefined, sockjsOptions: { transports: ["xhr-polling"] } });
  });

  test("a page of https does not open ws, except on this machine", () => {
    expect(options("https://h/?broker=ws://mq/ws").problem).toMatch(/wss/);
    expect(options("https://h/?broker=ws://localhost/ws").problem).toBeNull();
  });

  test("what is shown of a broker's address holds no user, password, token or fragment", () => {
    const read = options(`http://h/?broker=${encodeURIComponent("ws://user:pass@mq/ws?token=t#f")}`);
    expect(read.brokerLabel).toBe("ws://mq/ws");
    expect(read.secrets).toEqual(expect.arrayContaining(["user", "pass"]));
  });
});

describe("the redactor", () => {
  test("takes whole words out, whatever characters a secret has", () => {
    const redact = redactor(["guest", "a.b*c", "x"]);
    expect(redact("Access refused for user 'guest' with a.b*c, guests and x-rays, max")).toBe(
      "Access refused for user '•••' with •••, guests and •••-rays, max",
    );
  });

  test.each([..." !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~é😀"])("works with %j in a secret", (character) => {
    const secret = `a${character}b`;
    expect(redactor([secret])(`user "${secret}", ${secret}s`)).toBe(`user "•••", ${secret}s`);
  });

  test("takes the longer of two secrets first, and nothing when there are none", () => {
    expect(redactor(["pass", "pass word"])("pass word")).toBe("•••");
    expect(redactor([])("guest")).toBe("guest");
  });
});

describe("a price", () => {
  test("is read", () => {
    expect(parsePrice('{"symbol":"ACME","price":1.5,"change":-2,"time":0,"seq":1}')).toEqual({ symbol: "ACME", price: 1.5, change: -2 });
    expect(parsePrice('{"symbol":"ACME","price":1.5}').change).toBeNull();
  });

  test.each(["", "{", "null", "[1]", "7", '{"price":1}', '{"symbol":"<b>","price":1}', '{"symbol":"A","price":"1"}', '{"symbol":"A","price":1e999}'])(
    "%j is a problem in words",
    (body) => expect(parsePrice(body).problem).toEqual(expect.any(String)),
  );

  test("is written with its sign and decimals", () => {
    expect([formatPrice(1234.5), formatPrice(1.5)]).toEqual(["1,234.50", "1.5000"]);
    expect([formatChange(2, 100), formatChange(-2, 5), formatChange(0, 100), formatChange(null, 1)]).toEqual(["▲ +2.00", "▼ −2.0000", "0.00", "–"]);
  });
});

describe("a chat message", () => {
  test("is read, and cut where it is too long", () => {
    const read = parseChat(JSON.stringify({ from: "n".repeat(100), text: "t".repeat(10_000), time: 0 }));
    expect([read.from.length, read.text.length, read.time.getTime()]).toEqual([33, 501, 0]);
  });

  test("with an odd name or time is shown all the same", () => {
    const read = parseChat('{"from":7,"text":"hi","time":"garbage"}');
    expect(read).toMatchObject({ from: "Somebody", text: "hi" });
    expect(Number.isNaN(read.time.getTime())).toBe(false);
  });

  test.each(["", "nope", "null", '{"text":5}'])("%j is a problem in words", (body) => {
    expect(parseChat(body).problem).toEqual(expect.any(String));
  });
});

describe("a history", () => {
  test("never grows beyond its capacity, and keeps the newest", () => {
    const history = new History();
    for (let i = 0; i < 10_000; i += 1) history.push(i * 100, i);
    expect(history.length).toBe(1800);
    expect(history.price(history.length - 1)).toBe(9999);
    expect(history.time(0)).toBe((10_000 - 1800) * 100);
  });

  test("joins what is too close to see apart, and holds one gap at a time, never first", () => {
    const history = new History();
    history.gap(0);
    expect(history.length).toBe(0);
    history.push(0, 1);
    history.push(10, 2);
    expect([history.length, history.price(0)]).toEqual([1, 2]);
    history.gap(20);
    history.gap(30);
    history.push(31, 3);
    expect([history.length, history.price(1), history.price(2)]).toEqual([3, NaN, 3]);
  });
});

describe("words", () => {
  test("for a close event", () => {
    expect(describeClose({ code: 1006, reason: "" })).toMatch(/^code 1006, the connection dropped/);
    expect(describeClose({ code: 1008, reason: "no" })).toMatch(/reason: “no”$/);
    expect(describeClose({ code: 4001 })).toMatch(/application/);
    expect(describeClose({})).toBe("no close code was given");
  });

  test("for an ERROR frame", () => {
    const refused = { headers: { message: "Bad CONNECT" }, body: "Access refused" };
    expect(describeStompError(refused, false)).toMatch(/did not let us in: “Bad CONNECT – Access refused”/);
    expect(describeStompError({ headers: {} }, true)).toMatch(/no explanation/);
  });

  test("for the heart-beat, as both sides agreed", () => {
    const own = { incoming: 5000, outgoing: 5000 };
    expect(negotiatedHeartbeat("10000,0", own)).toEqual({ incoming: 10_000, outgoing: 0 });
    expect(negotiatedHeartbeat("garbage", own)).toEqual({ incoming: 0, outgoing: 0 });
    expect(heartbeatWords(negotiatedHeartbeat("1000,1000", own))).toBe("every 5 s, both ways");
    expect(heartbeatWords(negotiatedHeartbeat(undefined, own))).toBe("none");
  });
});
