//! XhrPolling: `/*/*/xhr`, `/*/*/xhr_send`.

mod xhr_polling {
    use crate::client::{polls, post, send, sends, session, start, verify_options};

    #[tokio::test]
    async fn test_options() {
        let server = start().await;
        for suffix in ["xhr", "xhr_send"] {
            verify_options(&server, &format!("/echo/abc/abc/{suffix}"), "OPTIONS, POST").await;
        }
    }

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = send(&server, "POST", &format!("{url}/xhr"), &[("origin", "test")], "").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "o\n"));
        answer.verify_content_type("application/javascript;charset=UTF-8");
        answer.verify_cors(Some("test"));
        answer.verify_not_cached();

        let mut answer = send(&server, "POST", &format!("{url}/xhr_send"), &[("origin", "test")], r#"["x"]"#).await;
        assert_eq!(answer.status, 204);
        answer.verify_content_type("text/plain;charset=UTF-8");
        answer.verify_cors(Some("test"));
        answer.verify_not_cached();
        answer.verify_ended().await;

        polls(&server, &url, "a[\"x\"]\n").await;
    }

    #[tokio::test]
    async fn test_invalid_session() {
        let server = start().await;
        let url = session("/echo");
        assert_eq!(post(&server, &format!("{url}/xhr_send"), r#"["x"]"#).await.status, 404);
    }

    #[tokio::test]
    async fn test_invalid_json() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        let send = format!("{url}/xhr_send");
        for (payload, error) in [("[\"x", "Broken JSON encoding."), ("", "Payload expected."), ("{}", "Broken JSON")] {
            let mut answer = post(&server, &send, payload).await;
            assert_eq!(answer.status, 500);
            assert!(answer.rest().await.contains(error));
        }
        sends(&server, &url, r#"["a"]"#).await;
        polls(&server, &url, "a[\"a\"]\n").await;
    }

    #[tokio::test]
    async fn test_content_types() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        let types = [
            "text/plain",
            "T",
            "application/json",
            "application/xml",
            "",
            "application/json; charset=utf-8",
            "text/xml; charset=utf-8",
            "text/xml",
        ];
        for content_type in types {
            let headers = [("content-type", content_type)];
            let mut answer = send(&server, "POST", &format!("{url}/xhr_send"), &headers, r#"["a"]"#).await;
            assert_eq!(answer.status, 204, "{content_type}");
            answer.verify_ended().await;
        }
        polls(&server, &url, &format!("a[{}]\n", ["\"a\""; 8].join(","))).await;
    }

    #[tokio::test]
    async fn test_request_headers_cors() {
        let server = start().await;
        for (method, wanted) in
            [("OPTIONS", Some("a, b, c")), ("OPTIONS", Some("")), ("OPTIONS", None), ("POST", Some("a, b, c"))]
        {
            let mut headers = vec![("origin", "test"), ("access-control-request-method", "POST")];
            headers.extend(wanted.map(|wanted| ("access-control-request-headers", wanted)));
            let answer = send(&server, method, &format!("{}/xhr", session("/echo")), &headers, "").await;
            assert!(matches!(answer.status, 200 | 204));
            answer.verify_cors(Some("test"));
            assert_eq!(answer.header("access-control-allow-headers"), wanted.unwrap_or_default());
        }
    }

    #[tokio::test]
    async fn test_sending_empty_frame() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        sends(&server, &url, "[]").await;
        sends(&server, &url, r#"["a"]"#).await;
        polls(&server, &url, "a[\"a\"]\n").await;
    }

    #[tokio::test]
    async fn a_payload_that_is_too_long_is_refused() {
        let settings = stomp_server::Settings {
            frame_limits: stomp_wasm::frame::Limits { frame: 1000, ..Default::default() },
            ..Default::default()
        };
        let builder = stomp_server::Server::builder().settings(settings).sockjs_test_endpoints(true);
        let server = stomp_server::TestServer::with(builder).await.unwrap();
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        let answer = post(&server, &format!("{url}/xhr_send"), &format!("[\"{}\"]", "x".repeat(2000))).await;
        assert_eq!(answer.status, 413);
        sends(&server, &url, r#"["a"]"#).await;
        polls(&server, &url, "a[\"a\"]\n").await;
    }
}
