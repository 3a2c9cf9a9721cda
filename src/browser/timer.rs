//! One timer for everything a client waits for.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use crate::session::Time;

#[wasm_bindgen]
extern "C" {
    type Worker;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<Worker, JsValue>;
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Worker, ms: f64);
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Worker, handler: &JsValue);
    #[wasm_bindgen(method, setter)]
    fn set_onerror(this: &Worker, handler: &JsValue);
    #[wasm_bindgen(method)]
    fn terminate(this: &Worker);
}

/// A page in the background has its timers slowed down to one a second, later to one a minute; a worker has not.
const WORKER: &str =
    "data:text/javascript,let%20t;onmessage=e=>{clearTimeout(t);t=setTimeout(()=>postMessage(0),e.data)}";

/// Where the timer runs.
pub(crate) enum Ticker {
    Page,
    Worker(WorkerTicker),
}

pub(crate) struct WorkerTicker {
    worker: Worker,
    /// The browser let the worker be made, but not run: the Content Security Policy forbids it.
    failed: Rc<Cell<bool>>,
    _tick: Closure<dyn FnMut()>,
    _error: Closure<dyn FnMut()>,
}

impl Drop for WorkerTicker {
    fn drop(&mut self) {
        self.worker.set_onmessage(&JsValue::NULL);
        self.worker.set_onerror(&JsValue::NULL);
        self.worker.terminate();
    }
}

impl Ticker {
    /// A ticker in a worker, or in the page where there can be no worker, as in Node.
    pub(crate) fn in_worker(tick: impl Fn() + Clone + 'static) -> Self {
        let Ok(worker) = Worker::new(WORKER) else { return Self::Page };
        let failed = Rc::new(Cell::new(false));
        let (fail, again) = (Rc::clone(&failed), tick.clone());
        let error = Closure::<dyn FnMut()>::new(move || {
            fail.set(true);
            again();
        });
        let tick = Closure::<dyn FnMut()>::new(tick);
        worker.set_onmessage(tick.as_ref());
        worker.set_onerror(error.as_ref());
        Self::Worker(WorkerTicker { worker, failed, _tick: tick, _error: error })
    }
}

/// The time that is armed. Dropping it disarms it.
pub(crate) struct Armed {
    pub(crate) at: Time,
    _timeout: Option<Timeout>,
}

impl Armed {
    /// Arms the ticker for `at`. `tick` is called in the page; the worker's ticker has its own.
    pub(crate) fn new(ticker: &Ticker, now: Time, at: Time, tick: impl FnOnce() + 'static) -> Self {
        // What is longer than a browser can count fires early, and is armed again then.
        const LONGEST: u64 = i32::MAX as u64;
        let ms = u32::try_from(at.since(now).min(LONGEST)).unwrap_or(0);
        let timeout = match ticker {
            Ticker::Worker(ticker) if !ticker.failed.get() => {
                ticker.worker.post_message(f64::from(ms));
                None
            }
            _ => Some(Timeout::new(ms, tick)),
        };
        Self { at, _timeout: timeout }
    }
}
