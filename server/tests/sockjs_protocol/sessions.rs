//! Session URLs, the protocol and its framing.

mod session_urls {
    use crate::client::{NONE, polls, send, sends, start};

    #[tokio::test]
    async fn test_any_value() {
        let server = start().await;
        for part in ["/a/a", "/_/_", "/1/1", "/abcdefgh_i-j%20/abcdefg_i-j%20"] {
            polls(&server, &format!("/echo{part}"), "o\n").await;
        }
    }

    #[tokio::test]
    async fn test_invalid_paths() {
        let server = start().await;
        for suffix in ["//", "/a./a", "/a/a.", "/./.", "/", "///"] {
            for method in ["GET", "POST"] {
                let answer = send(&server, method, &format!("/echo{suffix}/xhr"), NONE, "").await;
                assert_eq!(answer.status, 404, "{method} {suffix}");
            }
        }
    }

    #[tokio::test]
    async fn test_ignoring_server_id() {
        let server = start().await;
        polls(&server, "/echo/000/one", "o\n").await;
        sends(&server, "/echo/000/one", r#"["a"]"#).await;
        polls(&server, "/echo/999/one", "a[\"a\"]\n").await;
    }
}

mod protocol {
    use crate::client::{polls, post, send, sends, session, start};

    #[tokio::test]
    async fn test_simple_session() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        sends(&server, &url, r#"["a"]"#).await;
        polls(&server, &url, "a[\"a\"]\n").await;
        assert_eq!(post(&server, "/echo/000/bad_session/xhr_send", r#"["a"]"#).await.status, 404);

        // A streaming request, so that it is certain that it receives.
        let mut first = post(&server, &format!("{url}/xhr_streaming"), "").await;
        first.line().await;
        polls(&server, &url, "c[2010,\"Another connection still open\"]\n").await;
        // The one that was there first is none the worse for it.
        sends(&server, &url, r#"["b"]"#).await;
        assert_eq!(first.line().await, "a[\"b\"]\n");
    }

    #[tokio::test]
    async fn test_close_session() {
        let server = start().await;
        let url = session("/close");
        polls(&server, &url, "o\n").await;
        for _ in 0..3 {
            polls(&server, &url, "c[3000,\"Go away!\"]\n").await;
        }
    }

    #[tokio::test]
    async fn other_methods_are_not_allowed() {
        let server = start().await;
        for (method, transport) in [("GET", "xhr"), ("GET", "xhr_send"), ("POST", "eventsource"), ("PUT", "jsonp_send")]
        {
            let mut answer = send(&server, method, &format!("/echo/0/0/{transport}"), &[], "").await;
            answer.verify_405().await;
        }
    }
}
