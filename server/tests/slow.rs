//! One who never reads, beside a hundred who do.

use std::time::Duration;

use stomp_server::{Server, Settings, TestServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(60);
const READERS: usize = 100;
const BATCHES: usize = 30;
const BATCH: usize = 20;
const BODY: usize = 10_000;

async fn subscribe(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    let frames = "CONNECT\naccept-version:1.2\nhost:a\n\n\0SUBSCRIBE\nid:0\ndestination:/topic/a\nreceipt:r\n\n\0";
    stream.write_all(frames.as_bytes()).await.unwrap();
    count_nuls(&mut stream, 2).await;
    stream
}

/// Reads until so many frames have ended.
async fn count_nuls(stream: &mut TcpStream, wanted: usize) {
    let mut buffer = vec![0; 64 << 10];
    let mut count = 0;
    while count < wanted {
        let length = tokio::time::timeout(PATIENCE, stream.read(&mut buffer)).await.expect("nothing came").unwrap();
        assert_ne!(length, 0, "the connection ended after {count} of {wanted} frames");
        count += memchr::memchr_iter(0, &buffer[..length]).count();
    }
    assert_eq!(count, wanted);
}

#[tokio::test]
async fn a_hundred_lose_nothing_because_of_one() {
    let settings = Settings { outbox_messages: 2 * BATCH, heart_beat: (0, 0), ..Settings::default() };
    // A transcript of all of it would be what takes the memory.
    let server = TestServer::with(Server::builder().tcp(0).settings(settings).record(false)).await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(subscribe(&server).await);
    }
    let _never_reads = subscribe(&server).await;
    let mut writer = TcpStream::connect(server.tcp_addr().unwrap()).await.unwrap();
    writer.write_all(b"CONNECT\naccept-version:1.2\nhost:a\n\n\0").await.unwrap();
    let frame = format!("SEND\ndestination:/topic/a\n\n{}\0", "x".repeat(BODY));
    for _ in 0..BATCHES {
        writer.write_all(frame.repeat(BATCH).as_bytes()).await.unwrap();
        for reader in &mut readers {
            count_nuls(reader, BATCH).await;
        }
    }
    let metrics = server.metrics();
    let all = (BATCHES * BATCH * (READERS + 1)) as u64;
    assert_eq!(metrics.messages_delivered, all);
    // What the system's buffers did not hold, and the few that wait.
    assert!(metrics.messages_dropped_slow > 0, "{metrics:?}");
    assert_eq!(metrics.connections, READERS as u64 + 2);
}
