//! JSESSIONID cookie.

mod jsessionid_cookie {
    use crate::client::{Answer, get, post, send, session, start};

    fn verify_cookie(answer: &Answer, value: &str) {
        let cookie = answer.header("set-cookie");
        let mut parts = cookie.split(';').map(str::trim);
        assert_eq!(parts.next(), Some(value), "{cookie}");
        assert_eq!(parts.next().map(str::to_lowercase).as_deref(), Some("path=/"), "{cookie}");
    }

    #[tokio::test]
    async fn test_basic() {
        let server = start().await;
        let mut answer = get(&server, "/cookie_needed_echo/info").await;
        assert_eq!(answer.status, 200);
        answer.verify_no_cookie();
        let info: serde_json::Value = serde_json::from_str(&answer.rest().await).unwrap();
        assert_eq!(info["cookie_needed"], true);
    }

    #[tokio::test]
    async fn test_xhr() {
        let server = start().await;
        let mut answer = post(&server, &format!("{}/xhr", session("/cookie_needed_echo")), "").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "o\n"));
        verify_cookie(&answer, "JSESSIONID=dummy");

        let headers = [("cookie", "a=b; JSESSIONID=abcdef; c=d")];
        let url = session("/cookie_needed_echo");
        let mut answer = send(&server, "POST", &format!("{url}/xhr"), &headers, "").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "o\n"));
        verify_cookie(&answer, "JSESSIONID=abcdef");

        // Elsewhere there is none.
        post(&server, &format!("{}/xhr", session("/echo")), "").await.verify_no_cookie();
    }

    #[tokio::test]
    async fn test_xhr_streaming() {
        let server = start().await;
        let answer = post(&server, &format!("{}/xhr_streaming", session("/cookie_needed_echo")), "").await;
        assert_eq!(answer.status, 200);
        verify_cookie(&answer, "JSESSIONID=dummy");
    }

    #[tokio::test]
    async fn test_eventsource() {
        let server = start().await;
        let answer = get(&server, &format!("{}/eventsource", session("/cookie_needed_echo"))).await;
        assert_eq!(answer.status, 200);
        verify_cookie(&answer, "JSESSIONID=dummy");
    }

    #[tokio::test]
    async fn test_htmlfile() {
        let server = start().await;
        let answer = get(&server, &format!("{}/htmlfile?c=%63allback", session("/cookie_needed_echo"))).await;
        assert_eq!(answer.status, 200);
        verify_cookie(&answer, "JSESSIONID=dummy");
    }

    #[tokio::test]
    async fn test_jsonp() {
        let server = start().await;
        let url = session("/cookie_needed_echo");
        let mut answer = get(&server, &format!("{url}/jsonp?c=%63allback")).await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "/**/callback(\"o\");\r\n"));
        verify_cookie(&answer, "JSESSIONID=dummy");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let mut answer = send(&server, "POST", &format!("{url}/jsonp_send"), &headers, "d=%5B%22x%22%5D").await;
        assert_eq!((answer.status, answer.rest().await.as_str()), (200, "ok"));
        verify_cookie(&answer, "JSESSIONID=dummy");
    }
}
