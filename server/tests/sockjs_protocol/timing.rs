//! What the protocol says in words only: time-outs and heart-beats.

use std::time::Duration;

use stomp_server::SockJs;

use crate::client::{PATIENCE, get, polls, post, session, start_with};

#[tokio::test]
async fn a_session_times_out_without_a_receiving_connection() {
    let server = start_with(SockJs { disconnect_delay: Duration::from_millis(300), ..SockJs::default() }).await;
    let url = session("/echo");
    polls(&server, &url, "o\n").await;
    let gone = async {
        while post(&server, &format!("{url}/xhr_send"), "[]").await.status != 404 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.expect("the session stays for ever");
    // The next request with the same id begins a new one.
    polls(&server, &url, "o\n").await;
}

#[tokio::test]
async fn a_session_with_a_receiving_connection_lives_on() {
    let heartbeat_delay = Duration::from_millis(200);
    let sockjs = SockJs { disconnect_delay: Duration::from_millis(50), heartbeat_delay, ..SockJs::default() };
    let server = start_with(sockjs).await;
    let url = session("/echo");
    let mut answer = post(&server, &format!("{url}/xhr_streaming"), "").await;
    answer.line().await;
    assert_eq!(answer.line().await, "o\n");
    for _ in 0..3 {
        assert_eq!(answer.line().await, "h\n");
    }
}

#[tokio::test]
async fn every_transport_sends_heartbeats() {
    let server = start_with(SockJs { heartbeat_delay: Duration::from_millis(50), ..SockJs::default() }).await;
    let url = session("/echo");
    polls(&server, &url, "o\n").await;
    polls(&server, &url, "h\n").await;
    let mut answer = get(&server, &format!("{url}/jsonp?c=x")).await;
    assert_eq!(answer.rest().await, "/**/x(\"h\");\r\n");
    let mut answer = get(&server, &format!("{url}/eventsource")).await;
    answer.line().await;
    assert_eq!(answer.until("\r\n\r\n").await, "data: h\r\n\r\n");
    let mut answer = get(&server, &format!("{}/htmlfile?c=x", session("/echo"))).await;
    assert!(answer.until("</script>\r\n").await.contains("p(\"o\")"));
    assert_eq!(answer.until("</script>\r\n").await, "<script>\np(\"h\");\n</script>\r\n");
}
