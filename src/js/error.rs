//! Errors across the boundary.

use wasm_bindgen::prelude::*;

use crate::session::UsageError;

/// The error to throw: a `TypeError` where stomp.js throws one, an `Error` otherwise.
pub(super) fn thrown(error: &UsageError) -> JsValue {
    let message = error.message();
    match error {
        UsageError::NotConnected => js_sys::TypeError::new(&message).into(),
        _ => js_sys::Error::new(&message).into(),
    }
}
