//! The clock.

use wasm_bindgen::prelude::*;

use crate::session::Time;

#[wasm_bindgen]
extern "C" {
    // In pages, workers and Node alike, and it does not jump when somebody sets the clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Now, in ms since the page (or worker, or process) began.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> Time {
    Time(performance_now() as u64)
}
