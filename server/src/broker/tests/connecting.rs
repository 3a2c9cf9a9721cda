use super::*;

#[test]
fn stomp_is_connect() {
    let mut lab = Lab::new();
    let id = lab.open();
    lab.send(id, "STOMP\naccept-version:1.0,1.1,1.2,2.0\nhost:a\n\n");
    let frames = lab.frames(id);
    let server = concat!("server:stomp-server/", env!("CARGO_PKG_VERSION"));
    assert_eq!(frames, [format!("CONNECTED\nversion:1.2\nsession:1\n{server}\nheart-beat:0,0\n\n")]);
}

#[test]
fn the_highest_common_version_is_taken() {
    for (offer, version) in [
        ("accept-version:1.0,1.1,2.0\n", "1.1"),
        ("accept-version:1.0\n", "1.0"),
        ("", "1.0"),
        ("accept-version:1.2\n", "1.2"),
    ] {
        let mut lab = Lab::new();
        let id = lab.open();
        lab.send(id, &format!("CONNECT\n{offer}host:a\n\n"));
        assert_eq!(header(&lab.frames(id)[0], "version"), Some(version), "{offer}");
    }
}

#[test]
fn no_common_version_is_an_error_that_names_them() {
    let mut lab = Lab::new();
    let id = lab.open();
    lab.send(id, "CONNECT\naccept-version:2.0\nhost:a\n\n");
    let error = lab.error(id);
    assert_eq!(header(&error, "version"), Some("1.0,1.1,1.2"));
    assert_eq!(header(&error, "content-type"), Some("text/plain"));
    assert!(error.contains("Supported protocol versions are 1.0 1.1 1.2"), "{error}");
}

#[test]
fn frames_before_connect_and_a_second_connect_are_errors() {
    let mut lab = Lab::new();
    let id = lab.open();
    lab.refuses(id, "SEND\ndestination:/queue/a\nreceipt:5\n\n", "not connected");
    let id = lab.client();
    lab.refuses(id, "CONNECT\naccept-version:1.2\nhost:a\n\n", "already connected");
}

#[test]
fn garbage_and_unknown_commands_are_errors() {
    let mut lab = Lab::new();
    let id = lab.open();
    lab.refuses(id, "GET / HTTP/1.1\r\nhost: a\r\n\r\n", "malformed frame received");
    for (frame, message) in [
        ("NONSENSE\n\n", "unknown command"),
        ("MESSAGE\ndestination:/queue/a\n\n", "unknown command"),
        ("SEND\ndestination:/queue/a\\t\n\n", "malformed frame received"),
        ("SEND\nno colon\n\n", "malformed frame received"),
        ("SUBSCRIBE\nid:0\ndestination:/queue/a\n\nbody", "malformed frame received"),
        ("SEND\ndestination:/queue/a\ncontent-length:1\n\nabc", "malformed frame received"),
        ("SEND\ndestination:/queue/a\ncontent-length:99999999\n\n", "frame too large"),
    ] {
        let id = lab.client();
        lab.refuses(id, frame, message);
    }
    let id = lab.client_of("1.0");
    lab.refuses(id, "NACK\nmessage-id:1\n\n", "unknown command");
}

#[test]
fn nothing_is_heard_after_an_error_or_a_disconnect() {
    let mut lab = Lab::new();
    let reader = lab.client();
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    let id = lab.client();
    lab.send(id, "SEND\n\n^@SEND\ndestination:/topic/a\n\nlost");
    lab.error(id);
    let id = lab.client();
    lab.send(id, "DISCONNECT\nreceipt:1\n\n^@SEND\ndestination:/topic/a\n\nlost");
    let (frames, close) = lab.take(id);
    assert_eq!((frames, close.unwrap().code), (vec!["RECEIPT\nreceipt-id:1\n\n".to_owned()], 1000));
    assert!(lab.frames(reader).is_empty());
}

#[test]
fn an_error_carries_the_receipt_of_its_frame() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "SEND\nreceipt:a\\cb\n\nbody");
    let error = lab.error(id);
    assert_eq!(header(&error, "receipt-id"), Some("a\\cb"));
    let length: usize = header(&error, "content-length").unwrap().parse().unwrap();
    assert_eq!(error.split_once("\n\n").unwrap().1.len(), length);
}

#[test]
fn login_and_passcode_are_checked_if_there_are_users() {
    let users = HashMap::from([("alice".to_owned(), "secret".to_owned())]);
    let mut lab = Lab::with(Settings { users, ..Settings::default() });
    for login in ["", "login:alice\n", "login:alice\npasscode:wrong\n", "login:bob\npasscode:secret\n"] {
        let id = lab.open();
        lab.refuses(id, &format!("CONNECT\naccept-version:1.2\nhost:a\n{login}\n"), "access refused");
    }
    let id = lab.open();
    lab.send(id, "CONNECT\naccept-version:1.2\nhost:a\nlogin:alice\npasscode:secret\n\n");
    assert!(lab.frames(id)[0].starts_with("CONNECTED\n"));
}

#[test]
fn who_never_connects_is_sent_away() {
    let mut lab = Lab::new();
    let id = lab.open();
    lab.wait(9_999);
    assert!(lab.frames(id).is_empty());
    lab.wait(1);
    assert_eq!(header(&lab.error(id), "message"), Some("no CONNECT frame came"));
}

#[test]
fn who_does_not_read_the_error_is_cut_off() {
    let mut lab = Lab::new();
    let id = lab.client();
    lab.send(id, "NONSENSE\n\n");
    lab.wait(5_000);
    let (frames, close) = lab.take(id);
    assert_eq!((frames.len(), close.unwrap().how), (0, How::Cut));
    assert_eq!(lab.broker.is_cut(id), Some(How::Cut));
}

#[test]
fn heart_beats_are_negotiated_in_both_directions() {
    let mut lab = Lab::with(Settings { heart_beat: (1_000, 2_000), ..Settings::default() });
    let id = lab.open();
    lab.send(id, "CONNECT\naccept-version:1.2\nhost:a\nheart-beat:500,3000\n\n");
    assert_eq!(header(&lab.frames(id)[0], "heart-beat"), Some("1000,2000"));
    // The server sends every max(1000, 3000), and expects something every max(500, 2000).
    let mut beats = 0;
    for _ in 0..30 {
        lab.broker.receive(lab.now, id, b"\n");
        lab.wait(1_000);
        beats += lab.frames(id).iter().filter(|frame| *frame == "\n").count();
    }
    assert!((10..=12).contains(&beats), "{beats} heart-beats in 30 s");
    lab.wait(2_999);
    assert!(lab.frames(id).iter().all(|frame| frame == "\n"));
    lab.wait(1_001);
    assert_eq!(header(&lab.error(id), "message"), Some("no heart-beat came"));
}

#[test]
fn no_heart_beats_unless_both_want_them() {
    for (server, client) in [((0, 0), "heart-beat:100,100\n"), ((100, 100), ""), ((100, 100), "heart-beat:0,0\n")] {
        let mut lab = Lab::with(Settings { heart_beat: server, ..Settings::default() });
        let id = lab.open();
        lab.send(id, &format!("CONNECT\naccept-version:1.1\nhost:a\n{client}\n"));
        lab.frames(id);
        lab.wait(100_000);
        assert_eq!(lab.take(id), (Vec::new(), None), "{client}");
    }
}

#[test]
fn a_malformed_heart_beat_is_an_error_but_a_huge_one_is_not() {
    let mut lab = Lab::with(Settings::default());
    for value in ["", "1", "a,b", "-1,0", "1,2,3", "1.5,2", "+1,2"] {
        let id = lab.open();
        let frame = format!("CONNECT\naccept-version:1.2\nhost:a\nheart-beat:{value}\n\n");
        lab.refuses(id, &frame, "malformed heart-beat header");
    }
    let id = lab.open();
    lab.send(id, "CONNECT\naccept-version:1.2\nhost:a\nheart-beat:99999999999999999999,99999999999999999999\n\n");
    assert!(lab.frames(id)[0].starts_with("CONNECTED\n"));
    lab.wait(100_000);
}
