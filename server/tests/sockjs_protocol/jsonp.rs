//! JsonpPolling: `/*/*/jsonp`, `/*/*/jsonp_send`.

mod json_polling {
    use stomp_server::TestServer;

    use crate::client::{Answer, get, send, session, start};

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn form(server: &TestServer, url: &str, body: &str) -> Answer {
        send(server, "POST", &format!("{url}/jsonp_send"), &[("content-type", FORM)], body).await
    }

    async fn form_is_ok(server: &TestServer, url: &str, body: &str) {
        let mut answer = form(server, url, body).await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "ok"));
    }

    async fn calls_back(server: &TestServer, url: &str, expected: &str) {
        let mut answer = get(server, &format!("{url}/jsonp?c=x")).await;
        assert_eq!((answer.status, answer.rest().await), (200, format!("/**/x(\"{expected}\");\r\n")));
    }

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = get(&server, &format!("{url}/jsonp?c=%63allback")).await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "/**/callback(\"o\");\r\n"));
        answer.verify_content_type("application/javascript;charset=UTF-8");
        answer.verify_not_cached();

        let mut answer = form(&server, &url, "d=%5B%22x%22%5D").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "ok"));
        answer.verify_content_type("text/plain;charset=UTF-8");
        answer.verify_not_cached();
        calls_back(&server, &url, r#"a[\"x\"]"#).await;
    }

    #[tokio::test]
    async fn test_no_callback() {
        let server = start().await;
        let mut answer = get(&server, "/echo/a/a/jsonp").await;
        assert_eq!(answer.status, 500);
        assert!(answer.rest().await.contains("\"callback\" parameter required"));
    }

    #[tokio::test]
    async fn test_invalid_callback() {
        let server = start().await;
        for callback in ["%20", "*", "abc(", "abc%28"] {
            let mut answer = get(&server, &format!("/echo/a/a/jsonp?c={callback}")).await;
            assert_eq!(answer.status, 500);
            assert!(answer.rest().await.contains("invalid \"callback\" parameter"));
        }
    }

    #[tokio::test]
    async fn test_invalid_json() {
        let server = start().await;
        let url = session("/echo");
        calls_back(&server, &url, "o").await;
        for (body, error) in [
            ("d=%5B%22x", "Broken JSON encoding."),
            ("", "Payload expected."),
            ("d=", "Payload expected."),
            ("p=p", "Payload expected."),
        ] {
            let mut answer = form(&server, &url, body).await;
            assert_eq!(answer.status, 500, "{body}");
            assert!(answer.rest().await.contains(error), "{body}");
        }
        form_is_ok(&server, &url, "d=%5B%22b%22%5D").await;
        calls_back(&server, &url, r#"a[\"b\"]"#).await;
    }

    #[tokio::test]
    async fn test_content_types() {
        let server = start().await;
        let url = session("/echo");
        calls_back(&server, &url, "o").await;
        form_is_ok(&server, &url, "d=%5B%22abc%22%5D").await;
        let headers = [("content-type", "text/plain")];
        let mut answer = send(&server, "POST", &format!("{url}/jsonp_send"), &headers, "[\"%61bc\"]").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "ok"));
        calls_back(&server, &url, r#"a[\"abc\",\"%61bc\"]"#).await;
    }

    #[tokio::test]
    async fn test_close() {
        let server = start().await;
        let url = session("/close");
        calls_back(&server, &url, "o").await;
        calls_back(&server, &url, r#"c[3000,\"Go away!\"]"#).await;
        calls_back(&server, &url, r#"c[3000,\"Go away!\"]"#).await;
    }

    #[tokio::test]
    async fn test_sending_empty_frame() {
        let server = start().await;
        let url = session("/echo");
        calls_back(&server, &url, "o").await;
        form_is_ok(&server, &url, "d=%5B%5D").await;
        form_is_ok(&server, &url, "d=%5B%22x%22%5D").await;
        calls_back(&server, &url, r#"a[\"x\"]"#).await;
    }
}
