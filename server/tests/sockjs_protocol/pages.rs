//! Static URLs.

mod base_url_greeting {
    use crate::client::{get, start};

    #[tokio::test]
    async fn test_greeting() {
        let server = start().await;
        for path in ["/echo", "/echo/", "/sockjs", "/sockjs/"] {
            let mut answer = get(&server, path).await;
            assert_eq!(answer.status, 200);
            answer.verify_content_type("text/plain;charset=UTF-8");
            answer.verify_no_cookie();
            assert_eq!(answer.rest().await, "Welcome to SockJS!\n");
        }
    }

    #[tokio::test]
    async fn test_not_found() {
        let server = start().await;
        for suffix in ["/a", "/a.html", "//", "///", "/a/a", "/a/a/", "/a", "/a/"] {
            assert_eq!(get(&server, &format!("/echo{suffix}")).await.status, 404, "{suffix}");
        }
    }
}

mod iframe_page {
    use stomp_server::{SockJs, TestServer};

    use crate::client::{Answer, get, send, start, start_with};

    const BEFORE: &str = r#"<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script src=""#;
    const AFTER: &str = r#""></script>
  <script>
    document.domain = document.domain;
    SockJS.bootstrap_iframe();
  </script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>"#;

    async fn verify(server: &TestServer, suffix: &str) -> (Answer, String) {
        let mut answer = get(server, &format!("/echo{suffix}")).await;
        assert_eq!(answer.status, 200, "{suffix}");
        answer.verify_content_type("text/html;charset=UTF-8");
        answer.verify_cached();
        assert!(answer.has("etag") && !answer.has("last-modified"));
        answer.verify_no_cookie();
        let body = answer.rest().await;
        let url = body.trim().strip_prefix(BEFORE).and_then(|body| body.strip_suffix(AFTER)).expect(&body).to_owned();
        (answer, url)
    }

    #[tokio::test]
    async fn test_simple_url() {
        let server = start().await;
        let (_, url) = verify(&server, "/iframe.html").await;
        assert!(url.starts_with("https://"), "{url}");
    }

    #[tokio::test]
    async fn test_versioned_url() {
        let server = start().await;
        for suffix in ["/iframe-a.html", "/iframe-.html", "/iframe-0.1.2.html", "/iframe-0.1.2abc-dirty.2144.html"] {
            verify(&server, suffix).await;
        }
    }

    #[tokio::test]
    async fn test_queried_url() {
        let server = start().await;
        for suffix in
            ["/iframe-a.html?t=1234", "/iframe-0.1.2.html?t=123414", "/iframe-0.1.2abc-dirty.2144.html?t=qweqweq123"]
        {
            verify(&server, suffix).await;
        }
    }

    #[tokio::test]
    async fn test_invalid_url() {
        let server = start().await;
        for suffix in
            ["/iframe.htm", "/iframe", "/IFRAME.HTML", "/IFRAME", "/iframe.HTML", "/iframe.xml", "/iframe-/.html"]
        {
            assert_eq!(get(&server, &format!("/echo{suffix}")).await.status, 404, "{suffix}");
        }
    }

    #[tokio::test]
    async fn test_cacheability() {
        let server = start().await;
        let (first, _) = verify(&server, "/iframe.html").await;
        let (second, _) = verify(&server, "/iframe.html").await;
        let tag = first.header("etag");
        assert_eq!(tag, second.header("etag"));
        for known in [tag, &format!("\"other\", W/{tag}")] {
            let mut answer = send(&server, "GET", "/echo/iframe.html", &[("if-none-match", known)], "").await;
            assert_eq!(answer.status, 304);
            assert!(!answer.has("content-type"));
            answer.verify_ended().await;
        }
        let mut answer = send(&server, "GET", "/echo/iframe.html", &[("if-none-match", "\"other\"")], "").await;
        assert_eq!(answer.status, 200);
        assert!(answer.rest().await.contains("panic"));
    }

    #[tokio::test]
    async fn the_url_of_the_client_is_a_setting() {
        let client_url = "/a.js?b&c=\"d\"".to_owned();
        let server = start_with(SockJs { client_url, ..SockJs::default() }).await;
        let (_, url) = verify(&server, "/iframe.html").await;
        assert_eq!(url, "/a.js?b&amp;c=&quot;d&quot;");
    }
}

mod info_test {
    use serde_json::Value;
    use stomp_server::TestServer;

    use crate::client::{get, send, start, verify_options};

    async fn info(server: &TestServer, base: &str) -> Value {
        let mut answer = get(server, &format!("{base}/info")).await;
        assert_eq!(answer.status, 200);
        answer.verify_cors(None);
        serde_json::from_str(&answer.rest().await).unwrap()
    }

    #[tokio::test]
    async fn test_basic() {
        let server = start().await;
        for base in ["/echo", "/sockjs"] {
            let mut answer = send(&server, "GET", &format!("{base}/info"), &[("origin", "test")], "").await;
            assert_eq!(answer.status, 200);
            answer.verify_content_type("application/json;charset=UTF-8");
            answer.verify_no_cookie();
            answer.verify_not_cached();
            answer.verify_cors(Some("test"));
            let data: Value = serde_json::from_str(&answer.rest().await).unwrap();
            assert_eq!((&data["websocket"], &data["cookie_needed"]), (&true.into(), &false.into()));
            assert_eq!(data["origins"], serde_json::json!(["*:*"]));
            assert!(data["entropy"].as_u64().unwrap() < 1 << 32);
        }
    }

    #[tokio::test]
    async fn test_entropy() {
        let server = start().await;
        let mut all = std::collections::BTreeSet::new();
        for _ in 0..3 {
            all.insert(info(&server, "/echo").await["entropy"].as_u64().unwrap());
        }
        assert!(all.len() > 1);
    }

    #[tokio::test]
    async fn test_options() {
        let server = start().await;
        verify_options(&server, "/echo/info", "OPTIONS, GET").await;
    }

    #[tokio::test]
    async fn test_options_null_origin() {
        let server = start().await;
        let headers = [("origin", "null"), ("access-control-request-method", "POST")];
        let mut answer = send(&server, "OPTIONS", "/echo/info", &headers, "").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, "null"));
        answer.verify_ended().await;
    }

    #[tokio::test]
    async fn test_disabled_websocket() {
        let server = start().await;
        assert_eq!(info(&server, "/disabled_websocket_echo").await["websocket"], false);
        assert_eq!(get(&server, "/disabled_websocket_echo/0/0/websocket").await.status, 404);
        assert_eq!(get(&server, "/disabled_websocket_echo/websocket").await.status, 404);
    }

    #[tokio::test]
    async fn only_get_and_options_are_allowed() {
        let server = start().await;
        let mut answer = send(&server, "POST", "/echo/info", &[], "").await;
        answer.verify_405().await;
    }
}
