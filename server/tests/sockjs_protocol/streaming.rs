//! The transports that stream.

mod xhr_streaming {
    use crate::client::{post, send, sends, session, start, verify_options};

    #[tokio::test]
    async fn test_options() {
        let server = start().await;
        verify_options(&server, "/echo/abc/abc/xhr_streaming", "OPTIONS, POST").await;
    }

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = send(&server, "POST", &format!("{url}/xhr_streaming"), &[("origin", "test")], "").await;
        assert_eq!(answer.status, 200);
        answer.verify_content_type("application/javascript;charset=UTF-8");
        answer.verify_cors(Some("test"));
        answer.verify_not_cached();
        assert_eq!(answer.line().await, format!("{}\n", "h".repeat(2048)));
        assert_eq!(answer.line().await, "o\n");
        sends(&server, &url, r#"["x"]"#).await;
        assert_eq!(answer.line().await, "a[\"x\"]\n");
    }

    #[tokio::test]
    async fn test_response_limit() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = post(&server, &format!("{url}/xhr_streaming"), "").await;
        answer.line().await;
        assert_eq!(answer.line().await, "o\n");
        let message = format!("[\"{}\"]", "x".repeat(128));
        for _ in 0..31 {
            sends(&server, &url, &message).await;
            assert_eq!(answer.line().await, format!("a{message}\n"));
        }
        answer.verify_ended().await;
        // The session goes on in the next response.
        let mut answer = post(&server, &format!("{url}/xhr_streaming"), "").await;
        answer.line().await;
        sends(&server, &url, r#"["y"]"#).await;
        assert_eq!(answer.line().await, "a[\"y\"]\n");
    }
}

mod event_source {
    use crate::client::{get, sends, session, start};

    const END: &str = "\r\n\r\n";

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = get(&server, &format!("{url}/eventsource")).await;
        assert_eq!(answer.status, 200);
        answer.verify_content_type("text/event-stream");
        answer.verify_not_cached();
        assert_eq!(answer.line().await, "\r\n");
        assert_eq!(answer.until(END).await, "data: o\r\n\r\n");
        sends(&server, &url, r#"["x"]"#).await;
        assert_eq!(answer.until(END).await, "data: a[\"x\"]\r\n\r\n");
        sends(&server, &url, r#"["  \u0000\n\r "]"#).await;
        assert_eq!(answer.until(END).await, "data: a[\"  \\u0000\\n\\r \"]\r\n\r\n");
    }

    #[tokio::test]
    async fn test_response_limit() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = get(&server, &format!("{url}/eventsource")).await;
        answer.line().await;
        assert_eq!(answer.until(END).await, "data: o\r\n\r\n");
        let message = format!("[\"{}\"]", "x".repeat(4096));
        sends(&server, &url, &message).await;
        assert_eq!(answer.until(END).await, format!("data: a{message}\r\n\r\n"));
        answer.verify_ended().await;
    }
}

mod html_file {
    use crate::client::{get, sends, session, start};

    const HEAD: &str = r#"<!doctype html>
<html><head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
</head><body><h2>Don't panic!</h2>
  <script>
    document.domain = document.domain;
    var c = parent.callback;
    c.start();
    function p(d) {c.message(d);};
    window.onload = function() {c.stop();};
  </script>"#;
    const END: &str = "</script>\r\n";

    #[tokio::test]
    async fn test_transport() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = get(&server, &format!("{url}/htmlfile?c=%63allback")).await;
        assert_eq!(answer.status, 200);
        answer.verify_content_type("text/html;charset=UTF-8");
        answer.verify_not_cached();
        let head = answer.until("\r\n\r\n").await;
        assert_eq!(head.trim(), HEAD);
        assert!(head.len() > 1024);
        assert_eq!(answer.until(END).await, "<script>\np(\"o\");\n</script>\r\n");
        sends(&server, &url, r#"["x"]"#).await;
        assert_eq!(answer.until(END).await, "<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n");
    }

    #[tokio::test]
    async fn test_no_callback() {
        let server = start().await;
        let mut answer = get(&server, "/echo/a/a/htmlfile").await;
        assert_eq!(answer.status, 500);
        assert!(answer.rest().await.contains("\"callback\" parameter required"));
    }

    #[tokio::test]
    async fn test_invalid_callback() {
        let server = start().await;
        for callback in ["%20", "*", "abc(", "abc%28"] {
            let mut answer = get(&server, &format!("/echo/a/a/htmlfile?c={callback}")).await;
            assert_eq!(answer.status, 500);
            assert!(answer.rest().await.contains("invalid \"callback\" parameter"));
        }
    }

    #[tokio::test]
    async fn test_response_limit() {
        let server = start().await;
        let url = session("/echo");
        let mut answer = get(&server, &format!("{url}/htmlfile?c=callback")).await;
        answer.until("\r\n\r\n").await;
        assert_eq!(answer.until(END).await, "<script>\np(\"o\");\n</script>\r\n");
        let message = "x".repeat(4096);
        sends(&server, &url, &format!("[\"{message}\"]")).await;
        assert_eq!(answer.until(END).await, format!("<script>\np(\"a[\\\"{message}\\\"]\");\n</script>\r\n"));
        answer.verify_ended().await;
    }
}
