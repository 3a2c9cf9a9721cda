//! An HTTP client that shows everything: one connection for each request, closed when the response is dropped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use stomp_server::{Server, SockJs, TestServer};
use tokio::net::TcpStream;
use tokio::task::AbortHandle;

/// Long enough for a busy machine; only a failing test waits so long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// No such header.
pub(crate) const NONE: &[(&str, &str)] = &[];

pub(crate) async fn start() -> TestServer {
    start_with(SockJs::default()).await
}

pub(crate) async fn start_with(sockjs: SockJs) -> TestServer {
    TestServer::with(Server::builder().sockjs(sockjs).sockjs_test_endpoints(true)).await.unwrap()
}

/// The address of a session that nobody else uses, such as `/echo/000/session7`.
pub(crate) fn session(base: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("{base}/000/session{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    body: Incoming,
    read: String,
    _connection: Connection,
}

/// Closes the connection when it is dropped, also while there is no answer yet.
struct Connection(AbortHandle);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(crate) async fn send(
    server: &TestServer,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", server.addr().to_string());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap();
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    let connection = tokio::spawn(async move {
        let _ = connection.await;
    });
    let connection = Connection(connection.abort_handle());
    let response: Response<Incoming> =
        tokio::time::timeout(PATIENCE, sender.send_request(request)).await.expect("no answer came").unwrap();
    let (parts, body) = response.into_parts();
    let (status, headers) = (parts.status.as_u16(), parts.headers);
    Answer { status, headers, body, read: String::new(), _connection: connection }
}

pub(crate) async fn get(server: &TestServer, path: &str) -> Answer {
    send(server, "GET", path, NONE, "").await
}

pub(crate) async fn post(server: &TestServer, path: &str, body: &str) -> Answer {
    send(server, "POST", path, NONE, body).await
}

/// `xhr` gives this body.
pub(crate) async fn polls(server: &TestServer, session: &str, expected: &str) {
    let mut answer = post(server, &format!("{session}/xhr"), "").await;
    assert_eq!((answer.status, answer.rest().await.as_str()), (200, expected));
}

/// `xhr_send` takes this payload.
pub(crate) async fn sends(server: &TestServer, session: &str, payload: &str) {
    let mut answer = post(server, &format!("{session}/xhr_send"), payload).await;
    assert_eq!((answer.status, answer.rest().await.as_str()), (204, ""), "{payload}");
}

impl Answer {
    /// A header, or `""`.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }

    /// Reads on; `false` at the end.
    async fn more(&mut self) -> bool {
        let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
        let Some(frame) = frame.unwrap_or_else(|_| panic!("nothing more came after {:?}", self.read)) else {
            return false;
        };
        let frame = frame.expect("the response broke off");
        self.read.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        true
    }

    /// All that is left of the body.
    pub(crate) async fn rest(&mut self) -> String {
        while self.more().await {}
        std::mem::take(&mut self.read)
    }

    /// The next piece, up to and with `end`.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = self.read.find(end) {
                let rest = self.read.split_off(at + end.len());
                return std::mem::replace(&mut self.read, rest);
            }
            assert!(self.more().await, "the response ended after {:?}", self.read);
        }
    }

    /// The next line.
    pub(crate) async fn line(&mut self) -> String {
        self.until("\n").await
    }

    pub(crate) async fn verify_ended(&mut self) {
        assert_eq!(self.rest().await, "");
    }

    pub(crate) fn verify_content_type(&self, expected: &str) {
        assert_eq!(self.header("content-type").replace(' ', ""), expected);
    }

    pub(crate) fn verify_no_cookie(&self) {
        assert!(!self.has("set-cookie"));
    }

    pub(crate) fn verify_not_cached(&self) {
        assert_eq!(self.header("cache-control"), "no-store, no-cache, no-transform, must-revalidate, max-age=0");
        assert!(!self.has("expires") && !self.has("last-modified"));
    }

    pub(crate) fn verify_cached(&self) {
        let control = self.header("cache-control");
        assert!(control.contains("public"), "{control}");
        let age: u64 = control.split("max-age=").nth(1).unwrap().parse().unwrap();
        assert!(age >= 1_000_000, "{control}");
        assert!(self.header("expires").ends_with(" GMT"));
    }

    pub(crate) fn verify_cors(&self, origin: Option<&str>) {
        assert_eq!(self.header("access-control-allow-origin"), origin.unwrap_or("*"));
        let credentials = origin.map_or("", |_| "true");
        assert_eq!(self.header("access-control-allow-credentials"), credentials);
    }

    pub(crate) async fn verify_405(&mut self) {
        assert_eq!(self.status, 405);
        assert!(!self.has("content-type") && self.has("allow"));
        self.verify_ended().await;
    }
}

/// All responses to OPTIONS requests must be cacheable and contain appropriate headers.
pub(crate) async fn verify_options(server: &TestServer, path: &str, methods: &str) {
    for origin in ["test", "null"] {
        let headers = [("access-control-request-method", methods), ("origin", origin)];
        let mut answer = send(server, "OPTIONS", path, &headers, "").await;
        assert_eq!(answer.status, 204);
        answer.verify_cached();
        assert!(answer.header("access-control-max-age").parse::<u64>().unwrap() > 1_000_000);
        assert_eq!(answer.header("access-control-allow-methods"), methods);
        answer.verify_cors(Some(origin));
        answer.verify_ended().await;
    }
}
