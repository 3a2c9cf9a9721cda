import type { CompatClient } from "./compat-client.js";

/** What `client.heartbeat` of stomp.js 2 is: two names for two properties of the client. */
export class HeartbeatInfo {
  constructor(private readonly client: CompatClient) {}

  get outgoing(): number {
    return this.client.heartbeatOutgoing;
  }
  set outgoing(value: number) {
    this.client.heartbeatOutgoing = value;
  }

  get incoming(): number {
    return this.client.heartbeatIncoming;
  }
  set incoming(value: number) {
    this.client.heartbeatIncoming = value;
  }
}
