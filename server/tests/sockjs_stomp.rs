//! STOMP over SockJS, with nothing of SockJS on the client's side but its frames.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use stomp_server::{BinaryBodies, Server, SockJs, TestServer};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
const CONNECT: &str = "CONNECT\naccept-version:1.2\nhost:localhost\n\n\0";

/// A client that polls.
struct Poller<'a> {
    server: &'a TestServer,
    session: &'static str,
    waiting: std::collections::VecDeque<String>,
}

impl<'a> Poller<'a> {
    async fn connect(server: &'a TestServer, session: &'static str) -> Self {
        let mut poller = Self { server, session, waiting: std::collections::VecDeque::new() };
        assert_eq!(poller.poll().await, "o\n");
        poller.send(CONNECT).await;
        assert!(poller.stomp().await.starts_with("CONNECTED\n"));
        poller
    }

    async fn post(&self, transport: &str, body: String) -> (u16, String) {
        let stream = TcpStream::connect(self.server.addr()).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let path = format!("/sockjs/0/{}/{transport}", self.session);
        let request = Request::post(path).header("host", "localhost").body(Full::new(Bytes::from(body))).unwrap();
        let exchange = async {
            let response: hyper::Response<Incoming> = sender.send_request(request).await.unwrap();
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8(body.to_vec()).unwrap())
        };
        let answer = tokio::time::timeout(PATIENCE, exchange).await.expect("no answer came");
        connection.abort();
        answer
    }

    async fn poll(&self) -> String {
        let (status, body) = self.post("xhr", String::new()).await;
        assert_eq!(status, 200);
        body
    }

    async fn send(&self, frame: &str) {
        let payload = serde_json::to_string(&[frame]).unwrap();
        assert_eq!(self.post("xhr_send", payload).await.0, 204);
    }

    /// The next chunk of STOMP.
    async fn stomp(&mut self) -> String {
        while self.waiting.is_empty() {
            let body = self.poll().await;
            let messages = body.strip_prefix('a').unwrap_or_else(|| panic!("no messages: {body}"));
            self.waiting.extend(serde_json::from_str::<Vec<String>>(messages).unwrap());
        }
        self.waiting.pop_front().unwrap()
    }
}

/// A client over the transport `websocket`, or over a plain WebSocket.
struct Ws(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Ws {
    async fn open(server: &TestServer, path: &str) -> Self {
        Self(connect_async(format!("ws://{}{path}", server.addr())).await.unwrap().0)
    }

    async fn plain(server: &TestServer) -> Self {
        let mut ws = Self::open(server, "/ws").await;
        ws.0.send(Message::text(CONNECT)).await.unwrap();
        assert!(ws.text().await.starts_with("CONNECTED\n"));
        ws
    }

    async fn message(&mut self) -> Message {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("nothing came").unwrap().unwrap()
    }

    async fn text(&mut self) -> String {
        match self.message().await {
            Message::Text(text) => text.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }
}

#[tokio::test]
async fn each_frame_is_a_message() {
    let server = TestServer::start().await.unwrap();
    let mut reader = Poller::connect(&server, "reader").await;
    reader.send("SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:r\n\n\0").await;
    assert_eq!(reader.stomp().await, "RECEIPT\nreceipt-id:r\n\n\0");
    let writer = Poller::connect(&server, "writer").await;
    for body in ["ünï 𝄞 \u{2028}\u{ffff}", "a\\u0000\"b"] {
        let length = body.len();
        writer.send(&format!("SEND\ndestination:/topic/a\ncontent-length:{length}\n\n{body}\0")).await;
        assert!(reader.stomp().await.ends_with(&format!("\ncontent-length:{length}\n\n{body}\0")));
    }
    // What comes between two polls waits, and comes in order.
    for n in 0..100 {
        writer.send(&format!("SEND\ndestination:/topic/a\n\n{n}\0")).await;
    }
    for n in 0..100 {
        assert!(reader.stomp().await.ends_with(&format!("\n\n{n}\0")));
    }
}

#[tokio::test]
async fn a_frame_may_be_split_over_messages() {
    let server = TestServer::start().await.unwrap();
    let mut client = Poller::connect(&server, "split").await;
    client.send("SUBSCR").await;
    client.send("IBE\nid:0\ndestination:/topic/a\nreceipt:r\n\n\0\n\nSEND\nreceipt:s\ndestination:/to").await;
    assert_eq!(client.stomp().await, "RECEIPT\nreceipt-id:r\n\n\0");
    client.send("pic/b\n\nx\0").await;
    assert_eq!(client.stomp().await, "RECEIPT\nreceipt-id:s\n\n\0");
}

#[tokio::test]
async fn disconnect_gets_its_receipt_then_the_close_frame() {
    let server = TestServer::start().await.unwrap();
    let mut client = Poller::connect(&server, "leaves").await;
    client.send("DISCONNECT\nreceipt:bye\n\n\0").await;
    assert_eq!(client.stomp().await, "RECEIPT\nreceipt-id:bye\n\n\0");
    for _ in 0..2 {
        let close = client.poll().await;
        assert!(close.starts_with("c[1000,\""), "{close}");
    }
    assert_eq!(server.metrics().connections, 0);
    // What a client still sends then is for nobody.
    client.send("SEND\ndestination:/topic/a\n\nx\0").await;
}

#[tokio::test]
async fn the_websocket_transport_has_the_same_frames() {
    let server = TestServer::start().await.unwrap();
    let mut ws = Ws::open(&server, "/sockjs/000/x/websocket").await;
    assert_eq!(ws.text().await, "o");
    ws.0.send(Message::text(serde_json::to_string(&[CONNECT]).unwrap())).await.unwrap();
    assert!(ws.text().await.starts_with("a[\"CONNECTED\\nversion:1.2\\n"));
    ws.0.send(Message::text(serde_json::to_string("SEND\nreceipt:1\n\n\0").unwrap())).await.unwrap();
    let error = ws.text().await;
    assert!(error.starts_with("a[\"ERROR\\nmessage:SEND without a destination header\\nreceipt-id:1\\n"), "{error}");
    assert_eq!(ws.text().await, "c[1002,\"SEND without a destination header\"]");
    assert!(ws.message().await.is_close());
}

#[tokio::test]
async fn the_raw_websocket_is_that_of_ws() {
    let server = TestServer::start().await.unwrap();
    let mut ws = Ws::open(&server, "/sockjs/websocket").await;
    ws.0.send(Message::binary(CONNECT.as_bytes().to_vec())).await.unwrap();
    let Message::Binary(connected) = ws.message().await else { panic!("no binary frame") };
    assert!(connected.starts_with(b"CONNECTED\n"));
}

const BINARY: &[u8] = b"SEND\ndestination:/topic/a\ncontent-length:2\n\n\xff\0\0";

#[tokio::test]
async fn a_body_that_is_not_text_is_an_error() {
    let server = TestServer::start().await.unwrap();
    let mut reader = Poller::connect(&server, "binary").await;
    reader.send("SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:r\n\n\0").await;
    assert_eq!(reader.stomp().await, "RECEIPT\nreceipt-id:r\n\n\0");
    let mut writer = Ws::plain(&server).await;
    writer.0.send(Message::text("SEND\ndestination:/topic/a\n\ntext\0")).await.unwrap();
    writer.0.send(Message::binary(BINARY)).await.unwrap();
    assert!(reader.stomp().await.ends_with("\n\ntext\0"));
    let error = reader.stomp().await;
    assert!(error.starts_with("ERROR\nmessage:a message that is not UTF-8 cannot pass SockJS\n"), "{error}");
    assert!(error.contains(" of /topic/a is not UTF-8"), "{error}");
    assert_eq!(reader.poll().await, "c[1003,\"a message that is not UTF-8 cannot pass SockJS\"]\n");
}

#[tokio::test]
async fn or_it_is_left_out() {
    let sockjs = SockJs { binary_bodies: BinaryBodies::Skip, ..SockJs::default() };
    let server = TestServer::with(Server::builder().sockjs(sockjs)).await.unwrap();
    let mut reader = Poller::connect(&server, "skip").await;
    reader.send("SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:r\n\n\0").await;
    assert_eq!(reader.stomp().await, "RECEIPT\nreceipt-id:r\n\n\0");
    let mut writer = Ws::plain(&server).await;
    writer.0.send(Message::binary(BINARY)).await.unwrap();
    writer.0.send(Message::text("SEND\ndestination:/topic/a\n\ntext\0")).await.unwrap();
    assert!(reader.stomp().await.ends_with("\n\ntext\0"));
}

#[tokio::test]
async fn an_abandoned_session_gives_its_messages_back() {
    let sockjs = SockJs { disconnect_delay: Duration::from_millis(300), ..SockJs::default() };
    let server = TestServer::with(Server::builder().sockjs(sockjs)).await.unwrap();
    let mut lost = Poller::connect(&server, "lost").await;
    lost.send("SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\nreceipt:r\n\n\0").await;
    assert_eq!(lost.stomp().await, "RECEIPT\nreceipt-id:r\n\n\0");
    lost.send("SEND\ndestination:/queue/a\n\nwork\0").await;
    assert!(lost.stomp().await.ends_with("\n\nwork\0"));
    // It polls no more. The other one is told as soon as the server has given it up.
    let mut heir = Ws::plain(&server).await;
    heir.0.send(Message::text("SUBSCRIBE\nid:0\ndestination:/queue/a\n\n\0")).await.unwrap();
    let message = heir.text().await;
    assert!(message.contains("\nredelivered:true\n") && message.ends_with("\n\nwork\0"), "{message}");
}

#[tokio::test]
async fn shutting_down_says_goodbye() {
    let server = TestServer::start().await.unwrap();
    let mut ws = Ws::open(&server, "/sockjs/000/x/websocket").await;
    assert_eq!(ws.text().await, "o");
    let addr = server.addr();
    let stream = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request =
        Request::post("/sockjs/0/s/xhr_streaming").header("host", "localhost").body(Full::new(Bytes::new())).unwrap();
    let mut body = sender.send_request(request).await.unwrap().into_body();
    let mut text = String::new();
    while !text.ends_with("\no\n") {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    let down = tokio::spawn(server.shutdown());
    assert!(ws.text().await.starts_with("c[1001,"));
    let last = body.collect().await.unwrap().to_bytes();
    assert!(last.starts_with(b"c[1001,") && last.ends_with(b"]\n"), "{last:?}");
    down.await.unwrap();
}
