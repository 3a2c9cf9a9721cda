//! The binary's library over the network, with a WebSocket client that nobody here wrote.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use stomp_server::{Server, TestServer};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Long enough for a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn open(server: &TestServer) -> Self {
        let mut request = server.ws_url().into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "v12.stomp, v11.stomp, v10.stomp".parse().unwrap());
        let (stream, response) = connect_async(request).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "v12.stomp");
        Self(stream)
    }

    async fn connect(server: &TestServer) -> Self {
        let mut client = Self::open(server).await;
        client.send("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0").await;
        let connected = client.text().await;
        assert!(connected.starts_with("CONNECTED\nversion:1.2\n"), "{connected}");
        client
    }

    async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    async fn message(&mut self) -> Message {
        tokio::time::timeout(PATIENCE, self.0.next()).await.expect("no message came").unwrap().unwrap()
    }

    async fn text(&mut self) -> String {
        match self.message().await {
            Message::Text(text) => text.to_string(),
            other => panic!("no text: {other:?}"),
        }
    }

    async fn closed(&mut self) -> CloseFrame {
        match self.message().await {
            Message::Close(Some(frame)) => frame,
            other => panic!("no close: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_topic_reaches_all_who_subscribed() {
    let server = TestServer::start().await.unwrap();
    let mut reader = Client::connect(&server).await;
    reader.send("SUBSCRIBE\nid:0\ndestination:/topic/a.*\nreceipt:r\n\n\0").await;
    assert_eq!(reader.text().await, "RECEIPT\nreceipt-id:r\n\n\0");
    let mut writer = Client::connect(&server).await;
    writer.send("SEND\ndestination:/topic/a.b\ncustom:x\n\nhello\0").await;
    assert_eq!(
        reader.text().await,
        "MESSAGE\nsubscription:0\nmessage-id:1\ndestination:/topic/a.b\ncustom:x\ncontent-length:5\n\nhello\0"
    );
}

#[tokio::test]
async fn binary_bodies_and_binary_clients_get_binary_frames() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0").await;
    let send = b"SEND\ndestination:/topic/a\ncontent-length:2\n\n\xff\0\0";
    client.send("SEND\ndestination:/topic/a\n\ntext\0").await;
    assert!(client.message().await.is_text());
    client.0.send(Message::binary(&send[..])).await.unwrap();
    let Message::Binary(bytes) = client.message().await else { panic!("no binary frame") };
    assert!(bytes.ends_with(b"\n\n\xff\0\0"));
    // The client spoke binary last, so it is answered likewise.
    client.0.send(Message::binary(&b"SEND\ndestination:/topic/a\nreceipt:1\n\ntext\0"[..])).await.unwrap();
    assert!(client.message().await.is_binary());
    assert!(client.message().await.is_binary());
}

#[tokio::test]
async fn an_error_comes_before_the_close() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("SEND\nreceipt:77\n\nx\0").await;
    let error = client.text().await;
    assert!(error.starts_with("ERROR\nmessage:SEND without a destination header\nreceipt-id:77\n"), "{error}");
    let close = client.closed().await;
    assert_eq!((u16::from(close.code), &*close.reason), (1002, "SEND without a destination header"));
}

#[tokio::test]
async fn disconnect_gets_its_receipt_then_a_normal_close() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("DISCONNECT\nreceipt:bye\n\n\0").await;
    assert_eq!(client.text().await, "RECEIPT\nreceipt-id:bye\n\n\0");
    assert_eq!(u16::from(client.closed().await.code), 1000);
    assert!(client.0.next().await.is_none());
}

#[tokio::test]
async fn a_wrong_passcode_is_refused_in_words() {
    let server = TestServer::with(Server::builder().user("alice", "secret")).await.unwrap();
    let mut client = Client::open(&server).await;
    client.send("CONNECT\naccept-version:1.2\nhost:a\nlogin:alice\npasscode:wrong\n\n\0").await;
    let error = client.text().await;
    assert!(error.starts_with("ERROR\nmessage:access refused\n") && !error.contains("wrong"), "{error}");
    assert_eq!(u16::from(client.closed().await.code), 1008);
}

#[tokio::test]
async fn pings_are_answered_and_closes_echoed() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    client.0.send(Message::Ping(Bytes::from_static(b"are you there"))).await.unwrap();
    assert_eq!(client.message().await, Message::Pong(Bytes::from_static(b"are you there")));
    let frame = CloseFrame { code: 4000.into(), reason: "mine".into() };
    client.0.close(Some(frame)).await.unwrap();
    assert_eq!(u16::from(client.closed().await.code), 4000);
}

#[tokio::test]
async fn a_frame_may_come_in_any_pieces() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    for piece in
        ["SUBSC", "RIBE\nid:0\nreceipt:1\ndestination:/que", "ue/a\n\n\0\n\nSEND\ndestination:/queue/a\n\n1\0SEND"]
    {
        client.send(piece).await;
    }
    client.send("\ndestination:/queue/a\n\n2\0").await;
    assert_eq!(client.text().await, "RECEIPT\nreceipt-id:1\n\n\0");
    assert!(client.text().await.ends_with("\n\n1\0"));
    assert!(client.text().await.ends_with("\n\n2\0"));
}

#[tokio::test]
async fn heart_beats_flow_and_silence_is_noticed() {
    let settings = stomp_server::Settings { heart_beat: (50, 50), ..Default::default() };
    let server = TestServer::with(Server::builder().settings(settings)).await.unwrap();
    let mut client = Client::open(&server).await;
    client.send("CONNECT\naccept-version:1.2\nhost:a\nheart-beat:50,50\n\n\0").await;
    assert!(client.text().await.contains("\nheart-beat:50,50\n"));
    assert_eq!(client.text().await, "\n");
    let error = loop {
        let text = client.text().await;
        if text != "\n" {
            break text;
        }
    };
    assert!(error.starts_with("ERROR\nmessage:no heart-beat came\n"), "{error}");
}

#[tokio::test]
async fn the_feed_publishes_prices_of_all_symbols() {
    let server = TestServer::with(Server::builder().feed(true)).await.unwrap();
    let mut client = Client::connect(&server).await;
    client.send("SUBSCRIBE\nid:0\ndestination:/topic/prices.*\n\n\0").await;
    let mut destinations = std::collections::BTreeSet::new();
    for _ in 0..16 {
        let text = client.text().await;
        destinations.extend(text.lines().find_map(|line| line.strip_prefix("destination:")).map(str::to_owned));
        let body = text.trim_end_matches('\0').split("\n\n").nth(1).unwrap().to_owned();
        let price: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert!(price["price"].as_f64().unwrap() > 0.0 && price["seq"].as_u64().unwrap() > 0, "{price}");
    }
    assert_eq!(destinations.len(), 8);
}

#[tokio::test]
async fn shutting_down_says_goodbye() {
    let server = TestServer::start().await.unwrap();
    let mut client = Client::connect(&server).await;
    let closed = tokio::spawn(async move { client.closed().await });
    server.shutdown().await;
    assert_eq!(u16::from(closed.await.unwrap().code), 1001);
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so() {
    let server = TestServer::start().await.unwrap();
    let mut request = server.ws_url().into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-version", "12".parse().unwrap());
    let error = connect_async(request).await.unwrap_err();
    assert!(error.to_string().contains("426"), "{error}");
}
