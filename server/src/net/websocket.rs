//! WebSocket as a transport of a [`Session`](super::Session).

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use stomp_wasm::frame::Version;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::ws_codec::{Event, WsDecoder, WsError, write_close, write_head};
use super::{Received, Session};
use crate::broker::{Close, Outgoing};

/// As much is fetched and written to the socket at once.
const BATCH: usize = 256 << 10;
/// How long the client may take to answer a close frame.
const LINGER: Duration = Duration::from_secs(2);

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

/// Tells the session that its transport is gone, however it went.
struct Guard(Arc<dyn Session>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.closed();
    }
}

/// What the reading side has to say to the writing side.
#[derive(Debug, Default)]
struct Shared {
    /// Frames to answer with: a pong, a close.
    answers: Mutex<Vec<u8>>,
    /// The last of the answers is a close: nothing may follow.
    closing: AtomicBool,
    /// The client's last message was binary: answer likewise.
    binary: AtomicBool,
}

async fn carry(upgraded: Upgraded, session: &dyn Session, max_message: usize) {
    // Behind axum's listener there is nothing but TCP.
    let Ok(parts) = downcast::<TokioIo<TcpStream>>(upgraded) else {
        tracing::error!("the upgraded connection is no TCP connection");
        return;
    };
    let mut stream = parts.io.into_inner();
    let mut decoder = WsDecoder::new(max_message);
    let shared = Shared::default();
    if !parts.read_buf.is_empty() && !hear(&mut parts.read_buf.to_vec(), &mut decoder, &shared, session) {
        return;
    }
    let (reader, mut writer) = stream.split();
    {
        let reading = read(reader, &mut decoder, &shared, session);
        let writing = write(&mut writer, &shared, session);
        tokio::pin!(reading, writing);
        tokio::select! {
            () = &mut reading => {
                // The client said goodbye or broke the rules: an answer may be on its way. Or it is gone, and writing
                // fails, or nothing is left to write.
                if shared.closing.load(Ordering::Acquire) {
                    let _ = tokio::time::timeout(LINGER, writing).await;
                }
            }
            politely = &mut writing => {
                // "after both sending and receiving a Close message, an endpoint considers the WebSocket connection closed"
                // (RFC 6455, 5.5.1)
                if politely {
                    let _ = tokio::time::timeout(LINGER, reading).await;
                }
            }
        }
    }
    let _ = writer.shutdown().await;
}

/// Reads until the client is done or breaks the rules.
async fn read(stream: ReadHalf<'_>, decoder: &mut WsDecoder, shared: &Shared, session: &dyn Session) {
    thread_local! {
        // One for each thread, not for each connection: what is read is dealt with before the next is read.
        static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 << 10]);
    }
    loop {
        if stream.readable().await.is_err() {
            return;
        }
        let go_on = BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => false,
            Ok(length) => buffer.get_mut(..length).is_some_and(|data| hear(data, decoder, shared, session)),
            Err(error) => error.kind() == std::io::ErrorKind::WouldBlock,
        });
        if !go_on {
            return;
        }
    }
}

/// Deals with what came. `false` at the end.
fn hear(data: &mut [u8], decoder: &mut WsDecoder, shared: &Shared, session: &dyn Session) -> bool {
    let mut done = false;
    let result = decoder.feed(data, |event| match event {
        _ if done => {}
        Event::Message(received) => {
            shared.binary.store(matches!(received, Received::Binary(_)), Ordering::Relaxed);
            session.receive(received);
        }
        Event::Ping(payload) => {
            let mut answers = shared.answers.lock().unwrap_or_else(PoisonError::into_inner);
            // "If an endpoint receives a Ping frame and has not yet sent Pong frame(s) in response to previous Ping
            // frame(s), the endpoint MAY elect to send a Pong frame for only the most recently processed" (5.5.3)
            answers.clear();
            write_head(&mut answers, 0xA, payload.len());
            answers.extend_from_slice(payload);
            session.wake().notify_one();
        }
        Event::Close(code) => {
            answer_close(shared, code, "", session);
            done = true;
        }
    });
    if let Err(WsError { code, reason }) = result {
        tracing::debug!(code, reason, "a client broke the rules of WebSocket");
        answer_close(shared, Some(code), reason, session);
        done = true;
    }
    !done
}

fn answer_close(shared: &Shared, code: Option<u16>, reason: &str, session: &dyn Session) {
    let mut answers = shared.answers.lock().unwrap_or_else(PoisonError::into_inner);
    write_close(&mut answers, code, reason);
    shared.closing.store(true, Ordering::Release);
    session.wake().notify_one();
}

/// Writes until the session ends. Says whether the client is to answer a close frame.
async fn write(stream: &mut WriteHalf<'_>, shared: &Shared, session: &dyn Session) -> bool {
    let mut frames: Vec<Outgoing> = Vec::new();
    let mut buffer = Vec::new();
    loop {
        session.wake().notified().await;
        loop {
            let taken = session.take(BATCH, &mut frames);
            if taken.close.as_ref().is_some_and(|close| close.code == Close::ABANDONED) {
                return false;
            }
            buffer.append(&mut shared.answers.lock().unwrap_or_else(PoisonError::into_inner));
            let farewell = shared.closing.load(Ordering::Acquire);
            let binary = shared.binary.load(Ordering::Relaxed);
            if !farewell {
                for frame in frames.drain(..) {
                    // 1 is text, 2 is binary.
                    let opcode = if binary || !frame.is_text() { 2 } else { 1 };
                    write_head(&mut buffer, opcode, frame.len());
                    frame.write_to(&mut buffer);
                }
                if let Some(close) = &taken.close {
                    write_close(&mut buffer, Some(close.code), &close.reason);
                }
            }
            if !buffer.is_empty() && stream.write_all(&buffer).await.is_err() {
                return false;
            }
            buffer.clear();
            if farewell || taken.close.is_some() {
                return !farewell;
            }
            if !taken.more {
                break;
            }
        }
        // An idle connection keeps nothing of a burst.
        frames.shrink_to(16);
        buffer.shrink_to(4 << 10);
    }
}
