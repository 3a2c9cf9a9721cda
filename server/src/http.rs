//! What the server says over HTTP, and where a WebSocket begins.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{any, get};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::chaos_api;
use crate::net::{Handler, Hub, websocket};
use crate::sockjs::{self, Endpoint, Raw, SockJs, TextOnly};

/// What the routes share.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) hub: Hub,
    /// The longest WebSocket message that is taken, in bytes.
    pub(crate) max_message: usize,
    /// Whether trouble may be ordered.
    pub(crate) chaos: bool,
    /// Where plain TCP is spoken.
    pub(crate) tcp: Option<SocketAddr>,
    /// SockJS, and whether its protocol's test endpoints are served too.
    pub(crate) sockjs: SockJs,
    pub(crate) sockjs_test_endpoints: bool,
}

/// All routes. Files of `www` are at `/`, those of `pkg` at `/pkg/`.
pub(crate) fn router(site: Site, www: Option<PathBuf>, pkg: Option<PathBuf>) -> Router {
    let mut files: Router<Arc<Site>> = Router::new();
    if let Some(pkg) = pkg {
        files = files.nest_service("/pkg", ServeDir::new(pkg));
    }
    files = match www {
        Some(www) => files.fallback_service(ServeDir::new(www)),
        None => files.route("/", get(page)),
    };
    // Who tests a page must see what was built last.
    let fresh = SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Router::new()
        .route("/ws", any(stomp))
        .route("/health", get(|| async { "ok\n" }))
        .route("/metrics", get(metrics))
        .route("/chaos", get(chaos_api::state).post(chaos_api::order))
        .merge(files.layer(fresh))
        .merge(sockjs(&site))
        .with_state(Arc::new(site))
}

/// STOMP over SockJS at `/sockjs`, and the protocol's test endpoints if they are wanted.
fn sockjs(site: &Site) -> Router<Arc<Site>> {
    let text = TextOnly::new(site.hub.clone(), site.sockjs.binary_bodies);
    let raw = Raw { handler: Arc::new(site.hub.clone()), subprotocol: websocket::stomp_subprotocol };
    let endpoint = Endpoint::new("/sockjs", site.sockjs.clone(), Arc::new(text), raw, site.max_message);
    let mut router = endpoint.router();
    if site.sockjs_test_endpoints {
        router = router.merge(sockjs::test_endpoints(&site.sockjs, site.max_message));
    }
    router
}

async fn stomp(State(site): State<Arc<Site>>, request: Request) -> Response {
    let subprotocol = websocket::stomp_subprotocol(request.headers());
    websocket::upgrade(request, subprotocol, site.max_message, || site.hub.open())
}

async fn metrics(State(site): State<Arc<Site>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], site.hub.metrics().to_prometheus())
}

/// What is running where.
async fn page(State(site): State<Arc<Site>>) -> Html<String> {
    let metrics = site.hub.metrics();
    let mut rows = String::new();
    let mut row = |what: &str, about: &str| rows.push_str(&format!("<tr><td>{what}<td>{about}\n"));
    row("<code>/ws</code>", "STOMP over WebSocket");
    row("<code>/sockjs</code>", "STOMP over SockJS");
    if site.sockjs_test_endpoints {
        for path in sockjs::TEST_PATHS {
            row(&format!("<code>{path}</code>"), "a test endpoint of the SockJS protocol");
        }
    }
    if let Some(tcp) = site.tcp {
        row(&format!("<code>{tcp}</code>"), "STOMP over plain TCP");
    }
    row("<a href=\"/health\"><code>/health</code></a>", "answers <code>ok</code>");
    row("<a href=\"/metrics\"><code>/metrics</code></a>", "numbers for Prometheus");
    if site.chaos {
        row("<a href=\"/chaos\"><code>/chaos</code></a>", "connections, and trouble on command (POST)");
    }
    let numbers = [
        ("connections", metrics.connections),
        ("subscriptions", metrics.subscriptions),
        ("messages in queues", metrics.queued_messages),
        ("messages sent by clients and server", metrics.messages_published),
        ("messages delivered", metrics.messages_delivered),
        ("errors", metrics.errors_sent),
    ];
    let numbers: String = numbers.iter().map(|(name, value)| format!("<tr><td>{name}<td>{value}\n")).collect();
    let version = env!("CARGO_PKG_VERSION");
    Html(
        include_str!("page.html").replace("{version}", version).replace("{rows}", &rows).replace("{numbers}", &numbers),
    )
}
