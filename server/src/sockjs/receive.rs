//! Requests that receive: one frame in each response (polling), or many in one (streaming).

use std::io;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName};
use axum::response::Response;
use futures_util::stream;

use super::format::Format;
use super::frame::{HEARTBEAT, NotText, OPEN, messages};
use super::link::{Event, Receiver};
use super::reply;
use super::sessions::Refused;

/// About as much is taken from the session at once.
const BATCH: usize = 64 << 10;

/// Answers a request that wants to receive.
pub(super) async fn respond(attached: Result<Receiver, Refused>, format: Format, response_limit: usize) -> Response {
    let receiver = match attached {
        Ok(receiver) => receiver,
        Err(Refused::Farewell(farewell)) => return once(&format, farewell.frame()),
        Err(Refused::Full) => {
            return reply::text(StatusCode::SERVICE_UNAVAILABLE, "There are too many sessions.\n");
        }
    };
    if format.streams() { streaming(receiver, format, response_limit) } else { polling(receiver, &format).await }
}

async fn polling(mut receiver: Receiver, format: &Format) -> Response {
    let event = receiver.next(BATCH).await;
    let Some(Frame { text, last }) = frame(&receiver, event) else {
        // Nothing else can be done to a response that has not begun: the client sees that its request failed.
        return reply::text(StatusCode::INTERNAL_SERVER_ERROR, "The connection was cut.\n");
    };
    receiver.complete(last);
    once(format, text)
}

/// A response with one frame.
fn once(format: &Format, frame: String) -> Response {
    let mut body = format.prelude();
    body.push_str(&format.wrap(frame));
    with_headers(format, body.into())
}

fn streaming(receiver: Receiver, format: Format, response_limit: usize) -> Response {
    let prelude = format.prelude();
    let mut headers = with_headers(&format, Body::empty());
    let first = Stream { receiver, format, left: response_limit, prelude: Some(prelude), last: None };
    // Dropped when the client goes away, and the receiver with it.
    let body = stream::unfold(Some(first), |stream| async move {
        let mut stream = stream?;
        if let Some(prelude) = stream.prelude.take() {
            return Some((Ok(Bytes::from(prelude)), Some(stream)));
        }
        // Only when what was given before was passed on is the response complete.
        if let Some(told) = stream.last {
            stream.receiver.complete(told);
            return None;
        }
        let event = stream.receiver.next(BATCH.min(stream.left)).await;
        let Some(Frame { text, last }) = frame(&stream.receiver, event) else {
            return Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None));
        };
        let text = stream.format.wrap(text);
        stream.left = stream.left.saturating_sub(text.len());
        // "In order to remove (garbage collect) old messages from the browser memory we should close the connection every
        // now and then."
        if last || stream.left == 0 {
            stream.last = Some(last);
        }
        Some((Ok(Bytes::from(text)), Some(stream)))
    });
    *headers.body_mut() = Body::from_stream(body);
    headers
}

/// A streaming response on its way.
struct Stream {
    receiver: Receiver,
    format: Format,
    /// How many bytes may still go out.
    left: usize,
    prelude: Option<String>,
    /// The last frame was given; whether it was the farewell.
    last: Option<bool>,
}

/// A frame, and whether it is the session's last.
struct Frame {
    text: String,
    last: bool,
}

/// The frame for an event; none if the response is to break off.
fn frame(receiver: &Receiver, event: Event) -> Option<Frame> {
    let (text, last) = match event {
        Event::Open => (OPEN.to_owned(), false),
        Event::Heartbeat => (HEARTBEAT.to_owned(), false),
        Event::Closed(farewell) => (farewell.frame(), true),
        Event::Cut => return None,
        Event::Messages(all) => match messages(&all) {
            Ok(text) => (text, false),
            Err(NotText) => {
                tracing::error!("a handler gave SockJS something to send that is not text");
                receiver.give_up(NotText::FAREWELL);
                (NotText::FAREWELL.frame(), true)
            }
        },
    };
    Some(Frame { text, last })
}

fn with_headers(format: &Format, body: Body) -> Response {
    let mut response = reply::of_type(StatusCode::OK, format.content_type(), body);
    reply::set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if format.streams() {
        // nginx would collect a response before it passes it on.
        reply::set(&mut response, HeaderName::from_static("x-accel-buffering"), "no");
    }
    response
}
