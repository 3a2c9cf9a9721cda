//! JSON Unicode encoding.

mod json_encoding {
    use std::fmt::Write as _;

    use crate::client::{polls, post, sends, session, start};

    /// Ranges of code points.
    type Ranges = &'static [(u32, u32)];

    const ESCAPABLE_BY_SERVER: Ranges = &[(0x200c, 0x200f), (0x2028, 0x202f), (0x2060, 0x206f), (0xfff0, 0xffff)];

    /// What sockjs-client escapes: most of what browsers change on the way.
    const ESCAPABLE_BY_CLIENT: Ranges = &[
        (0x00, 0x1f),
        (0x22, 0x22),
        (0x5c, 0x5c),
        (0x7f, 0x9f),
        (0xad, 0xad),
        (0x300, 0x333),
        (0x33d, 0x346),
        (0x34a, 0x34c),
        (0x350, 0x352),
        (0x357, 0x358),
        (0x35c, 0x362),
        (0x374, 0x374),
        (0x37e, 0x37e),
        (0x387, 0x387),
        (0x591, 0x5af),
        (0x5c4, 0x5c4),
        (0x600, 0x604),
        (0x610, 0x617),
        (0x653, 0x654),
        (0x657, 0x65b),
        (0x65d, 0x65e),
        (0x6df, 0x6e2),
        (0x6eb, 0x6ec),
        (0x70f, 0x70f),
        (0x730, 0x749),
        (0x7eb, 0x7f1),
        (0x951, 0x95f),
        (0x9dc, 0x9df),
        (0xa33, 0xa36),
        (0xa59, 0xa5e),
        (0xb5c, 0xb5d),
        (0xe38, 0xe39),
        (0xf43, 0xfb9),
        (0x17b4, 0x17b5),
        (0x1939, 0x193a),
        (0x1a17, 0x1a17),
        (0x1b6b, 0x1b6b),
        (0x1cda, 0x1cdb),
        (0x1dc0, 0x1dcf),
        (0x1dfc, 0x1dfe),
        (0x1f71, 0x1ffd),
        (0x2000, 0x20ff),
        (0x2126, 0x212b),
        (0x2329, 0x232a),
        (0x2adc, 0x2adc),
        (0x302b, 0x302c),
        (0xaab2, 0xaab3),
        (0xf900, 0xfad9),
        (0xfb1d, 0xfb4e),
        (0xfeff, 0xfeff),
        (0xfff0, 0xffff),
    ];

    fn escaped(ranges: Ranges) -> String {
        ranges.iter().flat_map(|(first, last)| *first..=*last).fold(String::new(), |mut out, code| {
            write!(out, "\\u{code:04x}").unwrap();
            out
        })
    }

    #[tokio::test]
    async fn test_xhr_server_encodes() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        let escaped = escaped(ESCAPABLE_BY_SERVER);
        let plain: String = serde_json::from_str(&format!("\"{escaped}\"")).unwrap();
        sends(&server, &url, &format!("[\"{plain}\"]")).await;
        polls(&server, &url, &format!("a[\"{escaped}\"]\n")).await;
    }

    #[tokio::test]
    async fn test_xhr_server_decodes() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        let escaped = format!("[\"{}\"]", escaped(ESCAPABLE_BY_CLIENT));
        sends(&server, &url, &escaped).await;
        let body = post(&server, &format!("{url}/xhr"), "").await.rest().await;
        let received: Vec<String> = serde_json::from_str(body.trim().strip_prefix('a').unwrap()).unwrap();
        let sent: Vec<String> = serde_json::from_str(&escaped).unwrap();
        assert_eq!(received, sent);
    }

    #[tokio::test]
    async fn halves_of_pairs_become_what_a_websocket_would_make_of_them() {
        let server = start().await;
        let url = session("/echo");
        polls(&server, &url, "o\n").await;
        sends(&server, &url, r#"["\ud800x","\ud83d\ude00"]"#).await;
        polls(&server, &url, "a[\"\\ufffdx\",\"😀\"]\n").await;
    }
}
