//! Requests that bring messages: `xhr_send` and `jsonp_send`.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::link::Link;
use super::payload::{PayloadError, array};
use super::reply;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Send {
    Xhr,
    Jsonp,
}

/// Takes the messages of a request and gives them to the session.
pub(super) async fn respond(link: &Link, send: Send, headers: &HeaderMap, body: Body, limit: usize) -> Response {
    let Ok(body) = to_bytes(body, limit).await else {
        let text = format!("A request may bring {limit} bytes, and it has to come to its end.\n");
        return reply::text(StatusCode::PAYLOAD_TOO_LARGE, text);
    };
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let messages = if send == Send::Jsonp && content_type.starts_with("application/x-www-form-urlencoded") {
        match form_urlencoded::parse(&body).find(|(name, _)| name == "d") {
            Some((_, payload)) => array(payload.as_bytes()),
            None => Err(PayloadError::Empty),
        }
    } else {
        array(&body)
    };
    match messages {
        Ok(messages) => link.receive(&messages),
        Err(error) => return reply::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
    match send {
        // "The content type of `xhr_send` must be set to `text/plain`, even though the response code is `204`."
        Send::Xhr => reply::text(StatusCode::NO_CONTENT, Body::empty()),
        // "Konqueror does weird things on 204. As a workaround we need to respond with something - let it be the string
        // `ok`."
        Send::Jsonp => reply::text(StatusCode::OK, "ok"),
    }
}
