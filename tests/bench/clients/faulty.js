/** `@stomp/stompjs` with one fault, named in the page's address: the benchmark must notice it. */
import { Client } from "@stomp/stompjs";
import { modern } from "./modern.js";

const fault = new URLSearchParams(location.search).get("fault");
/** The fault shows in every so many-th message only. */
const SELDOM = 40;
let count = 0;
const seldom = () => ++count % SELDOM === 0;

/** A message with other properties than it came with. */
const changed = (message, properties) => Object.create(message, Object.getOwnPropertyDescriptors(properties));

const RECEIVING = {
  "a lost message": (message, callback) => void (seldom() || callback(message)),
  "a message twice": (message, callback) => {
    callback(message);
    if (seldom()) callback(message);
  },
  "a short body": (message, callback) => callback(changed(message, { body: message.body.slice(0, seldom() ? -1 : undefined) })),
  "a changed body": (message, callback) => {
    const { body } = message;
    const middle = body.length >> 1;
    callback(seldom() ? changed(message, { body: `${body.slice(0, middle)}~${body.slice(middle + 1)}` }) : message);
  },
  "the message before": (() => {
    let before;
    return (message, callback) => {
      callback(seldom() && before ? before : message);
      before = message;
    };
  })(),
  "a wrong id": (message, callback) => {
    const headers = { ...message.headers, "message-id": "1" };
    callback(seldom() ? changed(message, { headers }) : message);
  },
  "a header too few": (message, callback) => {
    const { timestamp, ...headers } = message.headers;
    callback(changed(message, { headers }));
  },
  "no acknowledgement": (message, callback) => callback(seldom() ? changed(message, { ack() {} }) : message),
};

const PUBLISHING = {
  "a short body sent": (params) => ({ ...params, body: params.body && params.body.slice(0, seldom() ? -1 : undefined) }),
  "a header not sent": (params) => ({ ...params, headers: { "content-type": "application/json" } }),
  "bytes changed": (params) => ({ ...params, binaryBody: params.binaryBody?.map((byte) => byte ^ 1) }),
};

class Faulty extends Client {
  subscribe(destination, callback, headers) {
    const spoil = RECEIVING[fault] ?? ((message, callback) => callback(message));
    return super.subscribe(destination, (message) => spoil(message, callback), headers);
  }

  publish(params) {
    const spoil = PUBLISHING[fault] ?? ((params) => params);
    super.publish(spoil(params));
  }
}

export default modern("faulty", Faulty);
