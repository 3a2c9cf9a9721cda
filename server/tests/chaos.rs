//! Trouble on command, over the network.

use std::io::ErrorKind;
use std::time::Duration;

use stomp_server::{Chaos, DropHow, Server, TestServer};
use stomp_wasm::frame::Command;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

/// One HTTP request on a connection of its own.
async fn http(server: &TestServer, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    text
}

async fn connect(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    stream.write_all(b"CONNECT\naccept-version:1.2\nhost:a\npasscode:secret\n\n\0").await.unwrap();
    let mut buffer = [0; 256];
    let length = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
    assert!(buffer[..length].starts_with(b"CONNECTED\n"));
    stream
}

#[tokio::test]
async fn a_reset_is_a_reset_and_a_cut_is_not() {
    let server = TestServer::with(Server::builder().tcp(0)).await.unwrap();
    for (how, expected) in [(DropHow::Reset, Some(ErrorKind::ConnectionReset)), (DropHow::Cut, None)] {
        let mut stream = connect(&server).await;
        assert_eq!(server.chaos(Chaos::Drop { conn: None, how, code: None }), Ok(1));
        let mut rest = Vec::new();
        let result = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut rest)).await.unwrap();
        assert_eq!(result.err().map(|error| error.kind()), expected, "{how:?}");
        assert!(rest.is_empty());
    }
}

#[tokio::test]
async fn trouble_is_ordered_by_http_if_that_was_allowed() {
    let server = TestServer::with(Server::builder().tcp(0).chaos(true)).await.unwrap();
    let mut stream = connect(&server).await;
    let state = http(&server, "GET", "/chaos", "").await;
    assert!(state.starts_with("HTTP/1.1 200") && state.contains(r#""version":"1.2""#), "{state}");
    let order = http(&server, "POST", "/chaos", r#"{"do":"send-error","message":"made up"}"#).await;
    assert!(order.starts_with("HTTP/1.1 200") && order.ends_with(r#"{"connections":1}"#), "{order}");
    let mut text = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut text)).await.unwrap().unwrap();
    assert!(text.starts_with("ERROR\nmessage:made up\n"), "{text}");
    let wrong = http(&server, "POST", "/chaos", r#"{"do":"dance"}"#).await;
    assert!(wrong.starts_with("HTTP/1.1 422") && wrong.contains("unknown variant"), "{wrong}");

    let server = TestServer::start().await.unwrap();
    let refused = http(&server, "POST", "/chaos", r#"{"do":"calm"}"#).await;
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
}

#[tokio::test]
async fn the_page_and_the_metrics_say_what_is_there() {
    let server = TestServer::with(Server::builder().tcp(0)).await.unwrap();
    let _client = connect(&server).await;
    let metrics = http(&server, "GET", "/metrics", "").await;
    assert!(metrics.contains("# TYPE stomp_connections gauge\nstomp_connections 1\n"), "{metrics}");
    assert!(metrics.contains("\nstomp_frames_received_total 1\n"), "{metrics}");
    let page = http(&server, "GET", "/", "").await;
    assert!(page.contains(&server.tcp_addr().unwrap().to_string()) && !page.contains("{rows}"), "{page}");
}

#[tokio::test]
async fn a_test_sees_what_clients_sent() {
    let server = TestServer::with(Server::builder().tcp(0).record(true)).await.unwrap();
    let mut stream = connect(&server).await;
    stream.write_all(b"SUBSCRIBE\nid:7\ndestination:/queue/a\n\n\0SEND\ndestination:/queue/a\n\nhi\0").await.unwrap();
    assert_eq!(server.expect_frame(Command::Subscribe).await.unwrap().header("id"), Some("7"));
    assert_eq!(server.expect_frame(Command::Send).await.unwrap().body, b"hi");
    let commands: Vec<_> = server.received().into_iter().map(|frame| frame.command).collect();
    assert_eq!(commands, [Command::Connect, Command::Subscribe, Command::Send]);
    let wire = server.wire();
    assert!(wire.contains("< CONNECTED") && wire.contains("> SEND") && !wire.contains("secret"), "{wire}");
}
