//! STOMP over plain TCP.

use std::time::Duration;

use stomp_server::{Server, Settings, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut text)).await.expect("no end came").unwrap();
    text
}

#[tokio::test]
async fn frames_go_back_and_forth_and_disconnect_ends_it() {
    let server = TestServer::with(Server::builder().tcp(0)).await.unwrap();
    let mut stream = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    let frames = "CONNECT\r\naccept-version:1.2\r\nhost:a\r\n\r\n\0\r\nSUBSCRIBE\nid:0\ndestination:/queue/a\n\n\0\
                  SEND\ndestination:/queue/a\n\nhello\0SEND\ndestination:/queue/a\ncontent-length:1\n\n\0\0";
    stream.write_all(frames.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    while got.iter().filter(|byte| **byte == 0).count() < 4 {
        let mut buffer = [0; 1024];
        let length = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
        assert_ne!(length, 0);
        got.extend_from_slice(&buffer[..length]);
    }
    stream.write_all(b"DISCONNECT\nreceipt:1\n\n\0").await.unwrap();
    let rest = read_to_end(&mut stream).await;
    let text = String::from_utf8(got).unwrap();
    assert!(text.starts_with("CONNECTED\nversion:1.2\n"), "{text}");
    assert!(text.contains("content-length:5\n\nhello\0MESSAGE\n"), "{text}");
    assert!(text.ends_with("content-length:1\n\n\0\0"), "{text}");
    assert_eq!(rest, "RECEIPT\nreceipt-id:1\n\n\0");
}

#[tokio::test]
async fn an_http_client_is_told_what_this_is() {
    let server = TestServer::with(Server::builder().tcp(0)).await.unwrap();
    let mut stream = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let text = read_to_end(&mut stream).await;
    assert!(text.starts_with("ERROR\nmessage:malformed frame received\n"), "{text}");
}

#[tokio::test]
async fn who_does_not_read_is_cut_off_in_the_middle_of_a_write() {
    let settings = Settings { drain_timeout: 100, outbox_bytes: 64 << 20, heart_beat: (0, 0), ..Settings::default() };
    let server = TestServer::with(Server::builder().tcp(0).settings(settings)).await.unwrap();
    let mut stream = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    let start = "CONNECT\naccept-version:1.2\nhost:a\n\n\0SUBSCRIBE\nid:0\ndestination:/topic/a\n\n\0";
    stream.write_all(start.as_bytes()).await.unwrap();
    // More than all buffers of the system hold.
    let body = "x".repeat(1 << 20);
    for _ in 0..32 {
        stream.write_all(format!("SEND\ndestination:/topic/a\n\n{body}\0").as_bytes()).await.unwrap();
    }
    stream.write_all(b"NONSENSE\n\n\0").await.unwrap();
    let gone = async {
        while server.metrics().connections > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the connection is still there");
}
