//! What an endpoint says besides sessions: the greeting, `/info`, and the page for iframes.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::options::SockJs;
use super::reply;

/// So that a person sees that this is the right address.
pub(super) fn greeting() -> Response {
    reply::text(StatusCode::OK, "Welcome to SockJS!\n")
}

#[derive(Debug, Serialize)]
struct Info {
    websocket: bool,
    cookie_needed: bool,
    /// "List of allowed origins. Currently ignored."
    origins: [&'static str; 1],
    /// "a good, unpredictable random number from the range <0; 2^32-1>"
    entropy: u32,
}

/// What a client asks before anything else.
pub(super) fn info(options: &SockJs) -> Response {
    let mut entropy = [0; 4];
    if let Err(error) = getrandom::fill(&mut entropy) {
        tracing::error!(%error, "the system has no random numbers");
        return reply::text(StatusCode::INTERNAL_SERVER_ERROR, "The system has no random numbers.\n");
    }
    let info = Info {
        websocket: options.websocket,
        cookie_needed: options.cookie_needed,
        origins: ["*:*"],
        entropy: u32::from_ne_bytes(entropy),
    };
    match serde_json::to_vec(&info) {
        Ok(json) => reply::of_type(StatusCode::OK, "application/json; charset=UTF-8", json),
        Err(error) => reply::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// Whether an address is that of the iframe's page: `/iframe.html`, or with a version, `/iframe-1.6.1.html`.
pub(super) fn is_iframe(path: &str) -> bool {
    let version = path.strip_prefix("/iframe").and_then(|rest| rest.strip_suffix(".html"));
    version.is_some_and(|version| version.is_empty() || version.starts_with('-') && !version.contains('/'))
}

/// The page that a client opens in an iframe, to be of the same origin as the endpoint.
pub(super) fn iframe(options: &SockJs, request: &HeaderMap) -> Response {
    let url = options.client_url.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let page = include_str!("iframe.html").replacen("SOCKJS_URL", &url, 1);
    let mut hasher = DefaultHasher::new();
    page.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let known = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let is_known = known.flat_map(|value| value.split(',')).any(|part| {
        let part = part.trim();
        part == "*" || part.strip_prefix("W/").unwrap_or(part) == tag
    });
    let mut response = if is_known {
        reply::empty(StatusCode::NOT_MODIFIED)
    } else {
        reply::of_type(StatusCode::OK, "text/html; charset=UTF-8", page)
    };
    reply::cached(&mut response);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}
