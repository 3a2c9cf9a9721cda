// One drawing per animation frame, however many messages arrive in between.

/**
 * Returns a function that asks for `draw` to be called once, in the next animation frame. Asking again
 * before that frame changes nothing.
 *
 * In a hidden tab the browser gives no frames; so whoever collects work for `draw` must bound it.
 *
 * @param {(now: DOMHighResTimeStamp) => void} draw
 * @returns {() => void}
 */
export function oncePerFrame(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame((now) => {
      asked = false;
      draw(now);
    });
  };
}

/**
 * Sets the text of an element only when it differs, which spares the browser a layout.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
