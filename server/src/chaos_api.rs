//! Trouble on command, by HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::broker::Chaos;
use crate::http::Site;

/// What `--help` says about it.
pub(crate) const HELP: &str = "\
Trouble on command (--chaos):
  GET  /chaos lists the connections and their numbers.
  POST /chaos with a JSON body makes trouble, for one connection with \"conn\":NUMBER, else for all:
    {\"do\":\"drop\",\"how\":\"close\"}              end them cleanly; or \"cut\" (no farewell), \"reset\" (TCP reset),
                                           \"silence\" (the socket stays open, nothing comes or is heard); \"code\":N
    {\"do\":\"refuse\",\"ms\":5000}                turn new connections away for so long
    {\"do\":\"delay\",\"ms\":500,\"jitter\":100}    let everything arrive later; \"direction\":\"in\", \"out\" or \"both\"
    {\"do\":\"throttle\",\"bytes_per_second\":1000}  let so much through; \"direction\" as above
    {\"do\":\"stop-heart-beats\"}                send none, though they were promised
    {\"do\":\"swallow-receipts\"}                do the work, but send no receipts
    {\"do\":\"answer-connect\",\"late\":3000}      answer CONNECT late; or \"wrong\":TEXT; or \"never\":true
    {\"do\":\"send-error\",\"message\":TEXT}       send an ERROR, then close; \"body\":TEXT
    {\"do\":\"send-raw\",\"text\":TEXT}            send this as it is; or \"bytes\":[NUMBER,...]
    {\"do\":\"cut-frame\"}                       cut the next MESSAGE in the middle, and the connection
    {\"do\":\"duplicate\",\"probability\":0.1}     deliver messages twice
    {\"do\":\"reorder\",\"probability\":0.1}       deliver messages before the one they should follow
    {\"do\":\"expire-token\",\"token\":TEXT}       forget a token; who came with it gets an ERROR
    {\"do\":\"restart\",\"keep_queues\":true}      crash and come back; \"down\":MS
    {\"do\":\"calm\"}                            end all that lasts
  What happens at random follows --seed. Everything is logged (RUST_LOG=stomp_server=info).";

/// Only programs on this machine may, and only where it was asked for.
fn refusal(site: &Site, peer: SocketAddr) -> Option<Response> {
    let why = if !site.chaos {
        "trouble can be ordered only if the server was started with --chaos"
    } else if !peer.ip().to_canonical().is_loopback() {
        "trouble can be ordered only from the machine that the server runs on"
    } else {
        return None;
    };
    Some((StatusCode::FORBIDDEN, Json(json!({ "error": why }))).into_response())
}

pub(crate) async fn state(State(site): State<Arc<Site>>, ConnectInfo(peer): ConnectInfo<SocketAddr>) -> Response {
    refusal(&site, peer).unwrap_or_else(|| Json(json!({ "connections": site.hub.describe() })).into_response())
}

/// The body must say that it is JSON: a page of another origin cannot, without a preflight that fails.
pub(crate) async fn order(
    State(site): State<Arc<Site>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    chaos: Result<Json<Chaos>, JsonRejection>,
) -> Response {
    if let Some(refusal) = refusal(&site, peer) {
        return refusal;
    }
    let chaos = match chaos {
        Ok(Json(chaos)) => chaos,
        Err(error) => return (error.status(), Json(json!({ "error": error.body_text() }))).into_response(),
    };
    match site.hub.chaos(chaos) {
        Ok(connections) => Json(json!({ "connections": connections })).into_response(),
        Err(error) => (StatusCode::NOT_FOUND, Json(json!({ "error": error }))).into_response(),
    }
}
