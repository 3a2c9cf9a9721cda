//! What the server says over HTTP, and where a WebSocket begins.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, Response};
use axum::routing::{any, get};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::net::{Handler, Hub, websocket};

/// What the routes share.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) hub: Hub,
    /// The longest WebSocket message that is taken, in bytes.
    pub(crate) max_message: usize,
}

/// All routes. Files of `www` are at `/`, those of `pkg` at `/pkg/`.
pub(crate) fn router(site: Site, www: Option<PathBuf>, pkg: Option<PathBuf>) -> Router {
    let mut files = Router::new();
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
        .merge(files.layer(fresh))
        .with_state(Arc::new(site))
}

async fn stomp(State(site): State<Arc<Site>>, request: Request) -> Response {
    let subprotocol = websocket::stomp_subprotocol(request.headers());
    websocket::upgrade(request, subprotocol, site.max_message, || site.hub.open())
}

async fn page() -> Html<&'static str> {
    Html(include_str!("page.html"))
}
