//! Waiting for a value that may be a promise.

use wasm_bindgen::prelude::*;

type Settled = Closure<dyn FnMut(JsValue)>;

#[wasm_bindgen]
extern "C" {
    type Thenable;
    #[wasm_bindgen(js_namespace = Promise, js_name = resolve)]
    fn promise_resolve(value: &JsValue) -> Thenable;
    #[wasm_bindgen(method)]
    fn then(this: &Thenable, resolved: &Settled, rejected: &Settled) -> JsValue;
}

/// What waits for a promise. Keep it until the promise has settled.
pub(crate) struct Waiting {
    _resolved: Settled,
    _rejected: Settled,
}

impl Waiting {
    /// Calls `settled` with what the value comes to, never before this returns: `await` does not either.
    pub(crate) fn new(value: &JsValue, settled: impl Fn(Result<JsValue, JsValue>) + Clone + 'static) -> Self {
        let reject = settled.clone();
        let resolved = Closure::new(move |value| settled(Ok(value)));
        let rejected = Closure::new(move |error| reject(Err(error)));
        let _ = promise_resolve(value).then(&resolved, &rejected);
        Self { _resolved: resolved, _rejected: rejected }
    }
}

/// Whether a value is to be waited for.
pub(crate) fn is_thenable(value: &JsValue) -> bool {
    value.is_object() && js_sys::Reflect::get(value, &"then".into()).is_ok_and(|then| then.is_function())
}
