//! WebSocket as a transport of a [`Session`](super::Session).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use stomp_wasm::frame::Version;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::carrier::{self, Guard, Hearing, Sending};
use super::ws_codec::{Event, WsDecoder, WsError, write_close, write_head};
use super::{Received, Session};
use crate::broker::{Close, How, Outgoing};

/// Which subprotocol to answer: the best version of STOMP that the client offers, if it offers any.
pub(crate) fn stomp_subprotocol(headers: &HeaderMap) -> Option<&'static str> {
    let offered = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let offered: Vec<_> = offered.iter().filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')).collect();
    let best = Version::ALL.into_iter().rev().map(Version::subprotocol);
    best.into_iter().find(|name| offered.iter().any(|offer| offer.trim() == *name))
}

/// Answers the opening handshake, then carries the session that `open` makes until one of both ends it.
pub(crate) fn upgrade(
    mut request: Request,
    subprotocol: Option<&'static str>,
    max_message: usize,
    open: impl FnOnce() -> Option<Arc<dyn Session>>,
) -> Response {
    let headers = request.headers();
    let has = |name, word: &str| {
        let values = headers.get_all(name).iter().filter_map(|value: &HeaderValue| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    if !has(header::CONNECTION, "upgrade") || !has(header::UPGRADE, "websocket") {
        let text = "This is the address of a WebSocket that speaks STOMP: connect with a STOMP client.\n";
        return (StatusCode::UPGRADE_REQUIRED, [(header::UPGRADE, "websocket")], text).into_response();
    }
    if !has(header::SEC_WEBSOCKET_VERSION, "13") {
        let version = [(header::SEC_WEBSOCKET_VERSION, "13")];
        return (StatusCode::UPGRADE_REQUIRED, version, "Only version 13 of WebSocket is spoken here.\n")
            .into_response();
    }
    let Some(key) = headers.get(header::SEC_WEBSOCKET_KEY) else {
        return (StatusCode::BAD_REQUEST, "The header Sec-WebSocket-Key is missing.\n").into_response();
    };
    let accept = derive_accept_key(key.as_bytes());
    let Some(on_upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return (StatusCode::BAD_REQUEST, "This connection cannot be upgraded.\n").into_response();
    };
    let Some(session) = open() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "There are too many connections.\n").into_response();
    };
    tokio::spawn(async move {
        let guard = Guard(session);
        match on_upgrade.await {
            Ok(upgraded) => carry(upgraded, &*guard.0, max_message).await,
            Err(error) => tracing::debug!(%error, "the upgrade to WebSocket failed"),
        }
    });
    let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&accept) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(subprotocol) = subprotocol {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol));
    }
    response
}

/// What the reading side has to say to the writing side.
#[derive(Debug, Default)]
struct Shared {
    /// Frames to answer with: a pong, a close.
    answers: Vec<u8>,
    /// The last of the answers is a close: nothing may follow.
    closing: bool,
    /// The client's last message was binary: answer likewise.
    binary: bool,
}

async fn carry(upgraded: Upgraded, session: &dyn Session, max_message: usize) {
    // Behind axum's listener there is nothing but TCP.
    let Ok(parts) = downcast::<TokioIo<TcpStream>>(upgraded) else {
        tracing::error!("the upgraded connection is no TCP connection");
        return;
    };
    let mut decoder = WsDecoder::new(max_message);
    // Both sides run in one task, so that nobody ever waits for this lock.
    let shared = Mutex::new(Shared::default());
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    let hear = |data: &mut [u8]| hear(data, &mut decoder, &lock, session);
    let encode = |buffer: &mut Vec<u8>, frames: &mut Vec<Outgoing>, close: Option<&Close>| {
        let mut shared = lock();
        buffer.append(&mut shared.answers);
        if shared.closing {
            frames.clear();
            return Sending::Done;
        }
        for frame in frames.drain(..) {
            // 1 is text, 2 is binary.
            let opcode = if shared.binary || !frame.is_text() { 2 } else { 1 };
            write_head(buffer, opcode, frame.len());
            frame.write_to(buffer);
        }
        match close {
            None => Sending::GoOn,
            Some(close) if close.how != How::Politely => Sending::Done,
            Some(close) => {
                write_close(buffer, Some(close.code), &close.reason);
                // "after both sending and receiving a Close message, an endpoint considers the WebSocket connection
                // closed" (RFC 6455, 5.5.1)
                Sending::AwaitAnswer
            }
        }
    };
    carrier::carry(parts.io.into_inner(), parts.read_buf.to_vec(), session, hear, encode).await;
}

/// Deals with what came.
fn hear<'a>(
    data: &mut [u8],
    decoder: &mut WsDecoder,
    lock: &impl Fn() -> MutexGuard<'a, Shared>,
    session: &dyn Session,
) -> Hearing {
    let mut done = false;
    let result = decoder.feed(data, |event| match event {
        _ if done => {}
        Event::Message(received) => {
            lock().binary = matches!(received, Received::Binary(_));
            session.receive(received);
        }
        Event::Ping(payload) => {
            let mut shared = lock();
            // "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) in response to previous Ping
            // frame(s), the endpoint MAY elect to send a Pong frame for only the most recently processed" (5.5.3)
            shared.answers.clear();
            write_head(&mut shared.answers, 0xA, payload.len());
            shared.answers.extend_from_slice(payload);
            session.wake().notify_one();
        }
        Event::Close(code) => {
            write_close(&mut lock().answers, code, "");
            done = true;
        }
    });
    if let Err(WsError { code, reason }) = result {
        tracing::debug!(code, reason, "a client broke the rules of WebSocket");
        write_close(&mut lock().answers, Some(code), reason);
        done = true;
    }
    if !done {
        return Hearing::GoOn;
    }
    lock().closing = true;
    session.wake().notify_one();
    Hearing::AwaitAnswer
}
