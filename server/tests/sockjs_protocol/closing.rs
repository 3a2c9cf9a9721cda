//! Handling close.

mod handling_close {
    use stomp_server::TestServer;

    use crate::client::{Answer, PATIENCE, post, session, start};

    const ANOTHER: &str = "c[2010,\"Another connection still open\"]\n";
    const AWAY: &str = "c[3000,\"Go away!\"]\n";
    const INTERRUPTED: &str = "c[1002,\"Connection interrupted\"]\n";

    async fn stream(server: &TestServer, url: &str) -> Answer {
        let mut answer = post(server, &format!("{url}/xhr_streaming"), "").await;
        answer.line().await; // The prelude.
        answer
    }

    #[tokio::test]
    async fn test_close_frame() {
        let server = start().await;
        let url = session("/close");
        let mut first = stream(&server, &url).await;
        assert_eq!(first.line().await, "o\n");
        assert_eq!(first.line().await, AWAY);
        let mut second = stream(&server, &url).await;
        assert_eq!(second.line().await, AWAY);
        first.verify_ended().await;
        second.verify_ended().await;
    }

    #[tokio::test]
    async fn test_close_request() {
        let server = start().await;
        let url = session("/echo");
        let mut first = stream(&server, &url).await;
        assert_eq!(first.line().await, "o\n");
        let mut second = stream(&server, &url).await;
        assert_eq!(second.line().await, ANOTHER);
        second.verify_ended().await;
    }

    /// The server notices that the first connection is gone when it does; until then the answer is that it is still open.
    async fn after_abort(server: &TestServer, url: &str, transport: &str) -> String {
        let again = async {
            loop {
                let mut answer = post(server, &format!("{url}/{transport}"), "").await;
                if transport == "xhr_streaming" {
                    answer.line().await;
                }
                let line = answer.line().await;
                if line != ANOTHER {
                    return line;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, again).await.expect("the server does not see that a client is gone")
    }

    #[tokio::test]
    async fn test_abort_xhr_streaming() {
        let server = start().await;
        let url = session("/echo");
        let mut first = stream(&server, &url).await;
        assert_eq!(first.line().await, "o\n");
        assert_eq!(stream(&server, &url).await.line().await, ANOTHER);
        drop(first);
        assert_eq!(after_abort(&server, &url, "xhr_streaming").await, INTERRUPTED);
    }

    #[tokio::test]
    async fn test_abort_xhr_polling() {
        let server = start().await;
        let url = session("/echo");
        assert_eq!(post(&server, &format!("{url}/xhr"), "").await.rest().await, "o\n");
        // The second of two polls is refused at once, whichever that is; the other one is dropped while it waits.
        let path = format!("{url}/xhr");
        let poll = || async { post(&server, &path, "").await.rest().await };
        let seen = tokio::select! {
            seen = poll() => seen,
            seen = poll() => seen,
        };
        assert_eq!(seen, ANOTHER);
        assert_eq!(after_abort(&server, &url, "xhr").await, INTERRUPTED);
    }
}
