//! What is at which address of an endpoint.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::any;

use super::format::{Callback, Format};
use super::options::SockJs;
use super::send::{self, Send};
use super::sessions::Sessions;
use super::websocket::Framed;
use super::{pages, receive, reply};
use crate::net::{Handler, Session, websocket};

/// A session's id may be so long, in bytes.
const MAX_ID: usize = 256;

/// One SockJS service.
#[derive(Clone)]
pub(crate) struct Endpoint(Arc<Inner>);

struct Inner {
    prefix: &'static str,
    options: SockJs,
    handler: Arc<dyn Handler>,
    raw: Raw,
    sessions: Sessions,
    /// How much one request or one message of a WebSocket may bring, in bytes.
    max_payload: usize,
}

/// What is at `PREFIX/websocket`, where there is no SockJS around what is said.
pub(crate) struct Raw {
    pub(crate) handler: Arc<dyn Handler>,
    /// Which subprotocol to answer.
    pub(crate) subprotocol: fn(&HeaderMap) -> Option<&'static str>,
}

/// What an address below `/SERVER/SESSION/` is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Transport {
    Xhr,
    XhrStreaming,
    EventSource,
    HtmlFile,
    Jsonp,
    Send(Send),
    WebSocket,
}

impl Transport {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "xhr" => Self::Xhr,
            "xhr_streaming" => Self::XhrStreaming,
            "eventsource" => Self::EventSource,
            "htmlfile" => Self::HtmlFile,
            "jsonp" => Self::Jsonp,
            "xhr_send" => Self::Send(Send::Xhr),
            "jsonp_send" => Self::Send(Send::Jsonp),
            "websocket" => Self::WebSocket,
            _ => return None,
        })
    }

    const fn methods(self) -> &'static str {
        match self {
            Self::Xhr | Self::XhrStreaming | Self::Send(_) => "OPTIONS, POST",
            Self::EventSource | Self::HtmlFile | Self::Jsonp => "OPTIONS, GET",
            Self::WebSocket => "GET",
        }
    }
}

impl Endpoint {
    /// An endpoint at a path, such as `/sockjs`. `max_message` is the longest message that is taken, in bytes.
    pub(crate) fn new(
        prefix: &'static str,
        options: SockJs,
        handler: Arc<dyn Handler>,
        raw: Raw,
        max_message: usize,
    ) -> Self {
        let sessions = Sessions::new(Arc::clone(&handler), &options);
        // Quoting makes a message longer: a line end becomes two characters, others up to six. Most are not quoted.
        let max_payload = max_message.saturating_mul(2);
        Self(Arc::new(Inner { prefix, options, handler, raw, sessions, max_payload }))
    }

    /// The routes of all that is below the prefix.
    pub(crate) fn router<S: Clone + std::marker::Send + Sync + 'static>(&self) -> Router<S> {
        let prefix = self.0.prefix;
        let route = |endpoint: Self| any(move |request: Request| async move { endpoint.respond(request).await });
        Router::new()
            .route(prefix, route(self.clone()))
            .route(&format!("{prefix}/"), route(self.clone()))
            .route(&format!("{prefix}/{{*rest}}"), route(self.clone()))
    }

    async fn respond(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let options = &self.0.options;
        let get = matches!(*request.method(), Method::GET | Method::HEAD);
        match path.strip_prefix(self.0.prefix).unwrap_or_default() {
            "" | "/" if get => pages::greeting(),
            "/info" => {
                let headers = request.headers().clone();
                let mut response = match *request.method() {
                    Method::OPTIONS => reply::preflight("OPTIONS, GET"),
                    _ if get => pages::info(options),
                    _ => reply::not_allowed("OPTIONS, GET"),
                };
                finish(&headers, &mut response);
                response
            }
            "/websocket" if options.websocket => self.raw_websocket(request),
            path if pages::is_iframe(path) => {
                if get {
                    pages::iframe(options, request.headers())
                } else {
                    reply::not_allowed("GET")
                }
            }
            path => match session_path(path) {
                Some((id, transport)) => self.transport(id, transport, request).await,
                None => not_found(),
            },
        }
    }

    async fn transport(&self, id: &str, transport: Transport, request: Request) -> Response {
        if transport == Transport::WebSocket {
            return self.websocket(request);
        }
        let headers = request.headers().clone();
        let mut response = match request.method() {
            &Method::OPTIONS => reply::preflight(transport.methods()),
            method if !transport.methods().contains(method.as_str()) => reply::not_allowed(transport.methods()),
            _ => self.transfer(id, transport, request).await,
        };
        finish(&headers, &mut response);
        if self.0.options.cookie_needed {
            reply::cookie(&headers, &mut response);
        }
        response
    }

    async fn transfer(&self, id: &str, transport: Transport, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let callback = || Callback::from_query(parts.uri.query().unwrap_or_default());
        let format = match transport {
            Transport::Send(send) => {
                let Some(link) = self.0.sessions.get(id) else { return not_found() };
                return send::respond(&link, send, &parts.headers, body, self.0.max_payload).await;
            }
            Transport::EventSource => Ok(Format::EventSource),
            Transport::HtmlFile => callback().map(Format::HtmlFile),
            Transport::Jsonp => callback().map(Format::Jsonp),
            Transport::XhrStreaming => Ok(Format::XhrStreaming),
            Transport::Xhr | Transport::WebSocket => Ok(Format::Xhr),
        };
        match format {
            Ok(format) => {
                // Nothing is expected in it, but it has to be read for the connection to be used again.
                let _ = axum::body::to_bytes(body, 64 << 10).await;
                receive::respond(self.0.sessions.attach(id), format, self.0.options.response_limit).await
            }
            Err(error) => reply::text(StatusCode::INTERNAL_SERVER_ERROR, error),
        }
    }

    fn websocket(&self, request: Request) -> Response {
        if !self.0.options.websocket {
            return not_found();
        }
        upgrade_or(request, |request| {
            let open = || {
                let session = Framed::open(self.0.handler.open()?, self.0.options.heartbeat_delay);
                Some(session as Arc<dyn Session>)
            };
            websocket::upgrade(request, None, self.0.max_payload, open)
        })
    }

    /// "This entry point is special and doesn't use any additional custom framing, no open frame, no heartbeats. Only raw
    /// WebSocket protocol."
    fn raw_websocket(&self, request: Request) -> Response {
        upgrade_or(request, |request| {
            let subprotocol = (self.0.raw.subprotocol)(request.headers());
            websocket::upgrade(request, subprotocol, self.0.max_payload, || self.0.raw.handler.open())
        })
    }
}

/// Reads `/SERVER/SESSION/TRANSPORT`. "The server must accept any value in `server` and `session` fields", "But not an empty
/// string, anything containing dots or paths with less or more parts." The server's part is for load balancers.
fn session_path(path: &str) -> Option<(&str, Transport)> {
    let mut parts = path.strip_prefix('/')?.split('/');
    let (server, id, transport) = (parts.next()?, parts.next()?, parts.next()?);
    let good = |part: &str| !part.is_empty() && part.len() <= MAX_ID && !part.contains('.');
    if parts.next().is_some() || !good(server) || !good(id) {
        return None;
    }
    Some((id, Transport::of(transport)?))
}

/// What is the same for all transports, and `/info`.
fn finish(request: &HeaderMap, response: &mut Response) {
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        reply::not_cached(response);
    }
    reply::cross_origin(request, response);
}

/// Upgrades to WebSocket, unless that is not what was asked for.
fn upgrade_or(request: Request, upgrade: impl FnOnce(Request) -> Response) -> Response {
    if request.method() != Method::GET {
        return reply::not_allowed("GET");
    }
    let has = |name: HeaderName, word: &str| {
        let values = request.headers().get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case(word))
    };
    if !has(header::UPGRADE, "websocket") {
        let text = "Not a valid websocket request: Can \"Upgrade\" only to \"WebSocket\".\n";
        return reply::text(StatusCode::BAD_REQUEST, text);
    }
    if !has(header::CONNECTION, "upgrade") {
        let text = "Not a valid websocket request: \"Connection\" must be \"Upgrade\".\n";
        return reply::text(StatusCode::BAD_REQUEST, text);
    }
    upgrade(request)
}

fn not_found() -> Response {
    reply::text(StatusCode::NOT_FOUND, "There is nothing at this address.\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_have_addresses_of_three_parts() {
        assert_eq!(session_path("/000/a%20b/xhr"), Some(("a%20b", Transport::Xhr)));
        for path in
            ["", "/", "//xhr", "/a//xhr", "//a/xhr", "/a./a/xhr", "/a/a./xhr", "/a/b/c/xhr", "/a/b/xhr/", "/a/b/"]
        {
            assert_eq!(session_path(path), None, "{path}");
        }
        assert_eq!(session_path(&format!("/a/{}/xhr", "x".repeat(MAX_ID + 1))), None);
    }
}
