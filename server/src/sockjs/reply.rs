//! The headers that responses have in common.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;

const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A response with a plain text.
pub(super) fn text(status: StatusCode, text: impl Into<Body>) -> Response {
    of_type(status, "text/plain; charset=UTF-8", text)
}

/// A response with a body of some type.
pub(super) fn of_type(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = empty(status);
    *response.body_mut() = body.into();
    set(&mut response, header::CONTENT_TYPE, content_type);
    response
}

/// A response with no body.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Only these methods are good for this address.
pub(super) fn not_allowed(methods: &'static str) -> Response {
    let mut response = empty(StatusCode::METHOD_NOT_ALLOWED);
    set(&mut response, header::ALLOW, methods);
    response
}

/// The answer to a browser that asks what it may do.
pub(super) fn preflight(methods: &'static str) -> Response {
    let mut response = empty(StatusCode::NO_CONTENT);
    set(&mut response, header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    set(&mut response, header::ACCESS_CONTROL_MAX_AGE, "31536000");
    cached(&mut response);
    response
}

/// May be kept for a year.
pub(super) fn cached(response: &mut Response) {
    set(response, header::CACHE_CONTROL, "public, max-age=31536000");
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(SystemTime::now() + YEAR)) {
        response.headers_mut().insert(header::EXPIRES, date);
    }
}

/// May not be kept, nor changed on its way: a proxy that compresses waits for more to compress.
pub(super) fn not_cached(response: &mut Response) {
    set(response, header::CACHE_CONTROL, "no-store, no-cache, no-transform, must-revalidate, max-age=0");
}

/// Lets pages from elsewhere read the response.
pub(super) fn cross_origin(request: &HeaderMap, response: &mut Response) {
    let headers = response.headers_mut();
    match request.get(header::ORIGIN) {
        Some(origin) => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            // "In order to get cookies (`JSESSIONID` mostly) flying, we need to set `allow-credentials` header to true."
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        None => {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        }
    }
    // "When client sends a CORS request with 'Access-Control-Request-Headers' header set, the server must echo back this
    // header as 'Access-Control-Allow-Headers'."
    if let Some(wanted) = request.get(header::ACCESS_CONTROL_REQUEST_HEADERS).filter(|wanted| !wanted.is_empty()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
}

/// Sets the cookie for load balancers: "Cookie must be echoed back if it's already set."
pub(super) fn cookie(request: &HeaderMap, response: &mut Response) {
    let cookies = request.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = cookies.flat_map(|value| value.split(';')).find_map(|part| part.trim().strip_prefix("JSESSIONID="));
    if let Ok(value) = HeaderValue::from_str(&format!("JSESSIONID={}; path=/", found.unwrap_or("dummy"))) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}

pub(super) fn set(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}
