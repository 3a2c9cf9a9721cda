//! The other half of the boundary: what the TypeScript face offers, and what it is told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use super::debug::{Level, Log};
use super::headers::to_js;
use super::plain::Area;
use super::settings;
use crate::browser::host::{Host, Settings};
use crate::client::{Action, Event};
use crate::frame::{Frame, push_number};
use crate::session;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** What the face offers to Rust. Nothing here may throw but prepare() and openSocket(). */
export interface RawHost {
  /** `beforeConnect`; may answer a promise. */
  prepare(): unknown;
  /** Call `RawClient.configure` with the settings as they are now. */
  configure(): void;
  /** A new socket or a promise of one: over the preferred transport (0), or the one to fall back on (1). */
  openSocket(transport: number): unknown;
  /** Takes the messages of every socket. */
  onmessage: (event: { data: string | ArrayBuffer }) => void;
  /** A frame arrived; `ends` are the ends of names and values in `headers`. */
  frame(kind: number, key: number, command: string, headers: string, ends: Uint32Array, body: Uint8Array): void;
  /** Something else happened. */
  event(kind: number, key: number, text: string, payload: unknown): void;
}
";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(typescript_type = "RawHost")]
    pub type JsHost;

    #[wasm_bindgen(method, structural, catch)]
    fn prepare(this: &JsHost) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural)]
    fn configure(this: &JsHost);
    #[wasm_bindgen(method, structural, catch, js_name = openSocket)]
    fn open_socket(this: &JsHost, transport: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, structural, getter)]
    fn onmessage(this: &JsHost) -> JsValue;
    #[wasm_bindgen(method, structural)]
    fn frame(
        this: &JsHost,
        kind: u32,
        key: u32,
        command: &str,
        headers: &JsValue,
        ends: &Uint32Array,
        body: &Uint8Array,
    );
    #[wasm_bindgen(method, structural)]
    fn event(this: &JsHost, kind: u32, key: u32, text: &str, payload: &JsValue);
}

/// The kinds of frames, as the face numbers them.
#[derive(Clone, Copy)]
enum FrameKind {
    Connected = 0,
    Message = 1,
    Receipt = 2,
    Error = 3,
    Unhandled = 4,
    Disconnected = 5,
}

/// The kinds of events, as the face numbers them.
#[derive(Clone, Copy)]
enum EventKind {
    State = 0,
    HeartbeatReceived = 1,
    HeartbeatLost = 2,
    SocketClosed = 3,
    SocketError = 4,
    Violation = 5,
    AttemptFailed = 6,
    Debug = 7,
    Deactivated = 8,
}

/// What the boundary remembers of the face.
pub(super) struct Face {
    host: JsHost,
    pub(super) settings: RefCell<Settings>,
    pub(super) level: Cell<Level>,
    pub(super) log: RefCell<Log>,
    pub(super) area: Area,
}

impl Face {
    pub(super) fn new(host: JsHost) -> Rc<Self> {
        Rc::new(Self {
            host,
            settings: RefCell::new(settings::initial()),
            level: Cell::default(),
            log: RefCell::default(),
            area: Area::new(),
        })
    }

    fn tell(&self, kind: EventKind, key: u32, text: &str, payload: &JsValue) {
        self.host.event(kind as u32, key, text, payload);
    }

    pub(super) fn debug(&self, line: &str) {
        self.tell(EventKind::Debug, 0, line, &JsValue::UNDEFINED);
    }

    fn frame(&self, kind: FrameKind, key: u32, frame: &Frame) {
        if self.level.get() == Level::Frames {
            let line = self.log.borrow().frame_line(frame);
            self.debug(&line);
        }
        let (headers, ends) = to_js(&frame.headers);
        let body = Uint8Array::from(&frame.body[..]);
        self.host.frame(kind as u32, key, frame.command.as_str(), &headers, &ends, &body);
    }

    fn session_event(&self, event: &session::Event) {
        let nothing = &JsValue::UNDEFINED;
        match event {
            session::Event::Connected { frame, .. } => self.frame(FrameKind::Connected, 0, frame),
            session::Event::Message { subscription, frame } => {
                self.frame(FrameKind::Message, subscription.map_or(0, |key| key.0), frame);
            }
            session::Event::Receipt { watcher, frame } => {
                self.frame(FrameKind::Receipt, watcher.unwrap_or(0), frame);
            }
            session::Event::Error(frame) => self.frame(FrameKind::Error, 0, frame),
            session::Event::Unhandled(frame) => self.frame(FrameKind::Unhandled, 0, frame),
            session::Event::Disconnected(frame) => self.frame(FrameKind::Disconnected, 0, frame),
            session::Event::HeartbeatReceived => {
                if self.level.get() != Level::Off {
                    self.debug("<<< PONG");
                }
                self.tell(EventKind::HeartbeatReceived, 0, "", nothing);
            }
            session::Event::HeartbeatLost => self.tell(EventKind::HeartbeatLost, 0, "", nothing),
            session::Event::Violation(violation) => {
                self.tell(EventKind::Violation, 0, &violation.message(), nothing);
            }
        }
    }
}

/// The face as the driver knows it.
pub(super) struct FaceHost(pub(super) Rc<Face>);

impl Host for FaceHost {
    fn prepare(&self) -> Result<JsValue, JsValue> {
        self.0.host.prepare()
    }

    fn settings(&self) -> Settings {
        self.0.host.configure();
        self.0.settings.borrow().clone()
    }

    fn open_socket(&self, transport: usize) -> Result<JsValue, JsValue> {
        self.0.host.open_socket(transport as u32)
    }

    fn message_handler(&self) -> JsValue {
        self.0.host.onmessage()
    }

    fn event(&self, event: Event, payload: &JsValue) {
        let nothing = &JsValue::UNDEFINED;
        match event {
            Event::Activation(activation) => self.0.tell(EventKind::State, activation as u32, "", nothing),
            Event::Session(event) => self.0.session_event(&event),
            Event::Failed(failure) => self.0.tell(EventKind::AttemptFailed, 0, &failure.message(), payload),
            Event::Closed { .. } => self.0.tell(EventKind::SocketClosed, 0, "", payload),
            Event::Deactivated => self.0.tell(EventKind::Deactivated, 0, "", nothing),
            Event::Reconnecting(ms) if self.0.level.get() != Level::Off => {
                let mut line = "STOMP: scheduling reconnection in ".to_owned();
                push_number(&mut line, usize::try_from(ms).unwrap_or(usize::MAX));
                self.0.debug(&(line + "ms"));
            }
            Event::Reconnecting(_) | Event::Prepare => {}
        }
    }

    fn socket_error(&self, event: &JsValue) {
        self.0.tell(EventKind::SocketError, 0, "", event);
    }

    fn ready(&self, connection: u32) {
        // Who listens to debug wants to see each frame.
        self.0.area.set_ready(if self.0.level.get() == Level::Off { connection } else { 0 });
    }

    fn log_action(&self, action: &Action) {
        let line = self.0.log.borrow_mut().action_line(self.0.level.get(), action);
        if let Some(line) = line {
            self.0.debug(&line);
        }
    }
}
