//! HTTP 1.0 and 1.1 chunking, byte by byte.

use stomp_server::TestServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::PATIENCE;

struct Raw(TcpStream);

impl Raw {
    async fn connect(server: &TestServer) -> Self {
        Self(TcpStream::connect(server.addr()).await.unwrap())
    }

    /// Sends a request with no body; the head of the response, in small letters.
    async fn request(&mut self, method: &str, path: &str, version: &str) -> String {
        let request = format!(
            "{method} {path} HTTP/{version}\r\nHost: localhost\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"
        );
        self.0.write_all(request.as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push_str(&self.read(1).await);
        }
        head.to_lowercase()
    }

    async fn read(&mut self, length: usize) -> String {
        let mut data = vec![0; length];
        tokio::time::timeout(PATIENCE, self.0.read_exact(&mut data)).await.expect("nothing came").unwrap();
        String::from_utf8(data).unwrap()
    }

    async fn chunk(&mut self) -> String {
        let mut head = String::new();
        while !head.ends_with("\r\n") {
            head.push_str(&self.read(1).await);
        }
        let length = usize::from_str_radix(head.trim(), 16).unwrap();
        let mut data = self.read(length + 2).await;
        assert_eq!(data.split_off(length), "\r\n");
        data
    }

    async fn verify_closed(&mut self) {
        let mut rest = Vec::new();
        tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("still open").unwrap();
        assert_eq!(String::from_utf8(rest).unwrap(), "");
    }
}

mod http10 {
    use super::Raw;
    use crate::client::{session, start};

    #[tokio::test]
    async fn test_synchronous() {
        let server = start().await;
        let mut raw = Raw::connect(&server).await;
        let head = raw.request("GET", "/echo", "1.0").await;
        assert!(head.contains(" 200 ") && !head.contains("transfer-encoding"), "{head}");
        assert!(head.contains("\r\ncontent-length: 19\r\n"), "{head}");
        assert_eq!(raw.read(19).await, "Welcome to SockJS!\n");
        if head.contains("\r\nconnection: keep-alive\r\n") {
            assert!(raw.request("GET", "/echo", "1.0").await.contains(" 200 "));
        } else {
            raw.verify_closed().await;
        }
    }

    #[tokio::test]
    async fn test_streaming() {
        let server = start().await;
        let mut raw = Raw::connect(&server).await;
        let head = raw.request("POST", &format!("{}/xhr_streaming", session("/close")), "1.0").await;
        assert!(head.contains(" 200 "), "{head}");
        assert!(!head.contains("transfer-encoding") && !head.contains("content-length"), "{head}");
        assert!(raw.read(2049).await.starts_with('h'));
        assert_eq!(raw.read(2).await, "o\n");
        assert_eq!(raw.read(19).await, "c[3000,\"Go away!\"]\n");
        raw.verify_closed().await;
    }
}

mod http11 {
    use super::Raw;
    use crate::client::{session, start};

    #[tokio::test]
    async fn test_synchronous() {
        let server = start().await;
        let mut raw = Raw::connect(&server).await;
        for _ in 0..2 {
            let head = raw.request("GET", "/echo", "1.1").await;
            assert!(head.starts_with("http/1.1 200 ") && !head.contains("connection: close"), "{head}");
            assert!(head.contains("\r\ncontent-length: 19\r\n") && !head.contains("transfer-encoding"), "{head}");
            assert_eq!(raw.read(19).await, "Welcome to SockJS!\n");
        }
    }

    #[tokio::test]
    async fn test_streaming() {
        let server = start().await;
        let mut raw = Raw::connect(&server).await;
        let head = raw.request("POST", &format!("{}/xhr_streaming", session("/close")), "1.1").await;
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        assert!(head.contains("\r\ntransfer-encoding: chunked\r\n") && !head.contains("content-length"), "{head}");
        assert!(raw.chunk().await.starts_with('h'));
        assert_eq!(raw.chunk().await, "o\n");
        assert_eq!(raw.chunk().await, "c[3000,\"Go away!\"]\n");
        assert_eq!(raw.chunk().await, "");
        // And the connection may be used again.
        assert!(raw.request("GET", "/echo", "1.1").await.contains(" 200 "));
    }
}
