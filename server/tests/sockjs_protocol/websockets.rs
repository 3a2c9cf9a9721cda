//! WebSocket protocols: `/*/*/websocket`, and the raw one: `/websocket`.

use futures_util::{SinkExt, StreamExt};
use stomp_server::TestServer;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::client::PATIENCE;

struct Ws(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Ws {
    async fn open(server: &TestServer, path: &str) -> Self {
        Self(connect_async(format!("ws://{}{path}", server.addr())).await.unwrap().0)
    }

    async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("nothing came").map(Result::unwrap)
    }

    async fn recv(&mut self) -> String {
        match self.message().await {
            Some(Message::Text(text)) => text.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    /// The code and the reason of the close frame, after which nothing comes.
    async fn closed(&mut self) -> (u16, String) {
        match self.message().await {
            Some(Message::Close(Some(frame))) => {
                assert!(self.message().await.is_none());
                (frame.code.into(), frame.reason.to_string())
            }
            other => panic!("no close: {other:?}"),
        }
    }
}

mod websocket_http_errors {
    use crate::client::{NONE, get, send, start};

    #[tokio::test]
    async fn test_http_method() {
        let server = start().await;
        for path in ["/echo/0/0/websocket", "/echo/websocket"] {
            let mut answer = get(&server, path).await;
            assert_eq!(answer.status, 400);
            assert!(answer.rest().await.contains("Can \"Upgrade\" only to \"WebSocket\"."));
        }
    }

    #[tokio::test]
    async fn test_invalid_connection_header() {
        let server = start().await;
        let headers = [("upgrade", "WebSocket"), ("connection", "close")];
        let mut answer = send(&server, "GET", "/echo/0/0/websocket", &headers, "").await;
        assert_eq!(answer.status, 400);
        assert!(answer.rest().await.contains("\"Connection\" must be \"Upgrade\"."));
    }

    #[tokio::test]
    async fn test_invalid_method() {
        let server = start().await;
        for headers in [&[("upgrade", "WebSocket"), ("connection", "Upgrade")][..], NONE] {
            send(&server, "POST", "/echo/0/0/websocket", headers, "").await.verify_405().await;
        }
    }
}

mod websocket {
    use super::Ws;
    use crate::client::{send, session, start};

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let mut ws = Ws::open(&server, &format!("{}/websocket", session("/echo"))).await;
        assert_eq!(ws.recv().await, "o");
        ws.send(r#"["a"]"#).await;
        assert_eq!(ws.recv().await, r#"a["a"]"#);
        // Old clients send one message without an array.
        ws.send(r#""b""#).await;
        assert_eq!(ws.recv().await, r#"a["b"]"#);
    }

    #[tokio::test]
    async fn test_close() {
        let server = start().await;
        let mut ws = Ws::open(&server, &format!("{}/websocket", session("/close"))).await;
        assert_eq!(ws.recv().await, "o");
        assert_eq!(ws.recv().await, r#"c[3000,"Go away!"]"#);
        assert_eq!(ws.closed().await, (3000, "Go away!".to_owned()));
    }

    async fn shakes_hands(connection: &str) {
        let server = start().await;
        let headers = [
            ("upgrade", "websocket"),
            ("connection", connection),
            ("sec-websocket-version", "13"),
            ("sec-websocket-origin", "http://asd"),
            ("sec-websocket-key", "x3JJHMbDL1EzLkh9GBhXDw=="),
        ];
        let answer = send(&server, "GET", &format!("{}/websocket", session("/echo")), &headers, "").await;
        assert_eq!(answer.status, 101);
        assert_eq!(answer.header("sec-websocket-accept"), "HSmrc0sMlYUkAGmm5OPpG2HaGWk=");
        assert_eq!(answer.header("connection").to_lowercase(), "upgrade");
        assert_eq!(answer.header("upgrade").to_lowercase(), "websocket");
        assert!(!answer.has("content-length"));
    }

    #[tokio::test]
    async fn test_headers_sanity() {
        shakes_hands("Upgrade").await;
    }

    #[tokio::test]
    async fn test_firefox_602_connection_header() {
        shakes_hands("keep-alive, Upgrade").await;
    }

    #[tokio::test]
    async fn test_empty_frame() {
        let server = start().await;
        let mut ws = Ws::open(&server, &format!("{}/websocket", session("/echo"))).await;
        assert_eq!(ws.recv().await, "o");
        ws.send("").await;
        ws.send("[]").await;
        ws.send(r#"["a"]"#).await;
        assert_eq!(ws.recv().await, r#"a["a"]"#);
    }

    #[tokio::test]
    async fn test_reuse_session_id() {
        let server = start().await;
        let url = format!("{}/websocket", session("/echo"));
        let mut first = Ws::open(&server, &url).await;
        assert_eq!(first.recv().await, "o");
        let mut second = Ws::open(&server, &url).await;
        assert_eq!(second.recv().await, "o");
        first.send(r#"["a"]"#).await;
        assert_eq!(first.recv().await, r#"a["a"]"#);
        second.send(r#"["b"]"#).await;
        assert_eq!(second.recv().await, r#"a["b"]"#);
        first.0.close(None).await.unwrap();
        let mut third = Ws::open(&server, &url).await;
        assert_eq!(third.recv().await, "o");
        third.send(r#"["a"]"#).await;
        assert_eq!(third.recv().await, r#"a["a"]"#);
    }

    #[tokio::test]
    async fn test_broken_json() {
        let server = start().await;
        let mut ws = Ws::open(&server, &format!("{}/websocket", session("/echo"))).await;
        assert_eq!(ws.recv().await, "o");
        ws.send("[\"a").await;
        assert_eq!(ws.closed().await, (1002, "Broken JSON encoding.".to_owned()));
    }
}

mod raw_websocket {
    use super::Ws;
    use crate::client::start;

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let mut ws = Ws::open(&server, "/echo/websocket").await;
        ws.send("Hello world!\u{ffff}").await;
        assert_eq!(ws.recv().await, "Hello world!\u{ffff}");
    }

    #[tokio::test]
    async fn test_close() {
        let server = start().await;
        let mut ws = Ws::open(&server, "/close/websocket").await;
        assert_eq!(ws.closed().await, (3000, "Go away!".to_owned()));
    }
}
