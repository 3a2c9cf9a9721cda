/** The callback of whoever wants none, and that needs no call. */
export const noOp: () => void = () => {};

/**
 * Runs a callback of the application. What it throws is written to the console, as in stomp.js: it must not reach Rust in
 * the middle of its work, nor keep the frames behind it from being delivered.
 */
export function guard(call: () => void): void {
  try {
    call();
  } catch (error) {
    report(error);
  }
}

/** Writes what a callback threw to the console. */
export function report(error: unknown): void {
  console.error("stomp-wasm: a callback of the application failed:", error);
}
