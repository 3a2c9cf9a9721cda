// The differences from @stomp/stompjs that docs/migrating-from-stompjs.md documents, by the anchors of its lines. A test of
// the comparison that needs one names it, and `documented.test.mjs` checks that the page has it.

/** Members whose types differ on purpose: path to anchor. */
export const TYPES = {};

/** Members that differ at runtime on purpose: path to anchor. */
export const MEMBERS = {
  "FrameImpl.prototype.headers": "lazy-headers",
};

/** Differences in what is sent and called, which the transcripts are freed of: anchor to what it does to an entry. */
export const BEHAVIOUR = ["accept-version-order", "host-header"];
