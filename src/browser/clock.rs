//! The clock.

use wasm_bindgen::prelude::*;

use crate::session::Time;

#[wasm_bindgen]
extern "C" {
    // In pages, workers and Node alike, and it does not jump when somebody sets the clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Natively, where a page is rendered on a server, nothing is ever waited for, and time stands still.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) const fn now() -> Time {
    Time(0)
}

/// Now, in ms since the page (or worker, or process) began.
#[cfg(target_arch = "wasm32")]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(crate) fn now() -> Time {
    Time(performance_now() as u64)
}
