use super::*;

/// A reader of `/topic/a`, and a writer.
fn pair(lab: &mut Lab) -> (ConnId, ConnId) {
    let (reader, writer) = (lab.client(), lab.client());
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    (reader, writer)
}

fn write(lab: &mut Lab, writer: ConnId, count: usize) {
    for i in 0..count {
        lab.send(writer, &format!("SEND\ndestination:/topic/a\n\n{i}"));
    }
}

fn order(lab: &mut Lab, json: &str) -> Result<usize, String> {
    let chaos = serde_json::from_str(json).unwrap();
    lab.broker.chaos(lab.now, chaos)
}

#[test]
fn connections_are_dropped_in_every_way() {
    for (how, expected, code) in [("close", How::Politely, 1001), ("cut", How::Cut, 1006), ("reset", How::Reset, 1006)]
    {
        let mut lab = Lab::new();
        let (reader, writer) = pair(&mut lab);
        let json = format!(r#"{{"do":"drop","conn":{},"how":"{how}"}}"#, reader.number());
        assert_eq!(order(&mut lab, &json), Ok(1));
        let (_, close) = lab.take(reader);
        let close = close.unwrap();
        assert_eq!((close.how, close.code), (expected, code));
        assert_eq!(lab.take(writer), (vec![], None));
    }
    let mut lab = Lab::new();
    assert_eq!(order(&mut lab, r#"{"do":"drop","conn":9}"#), Err("there is no connection 9".to_owned()));
}

#[test]
fn silence_is_complete_and_lasts() {
    let mut lab = Lab::with(Settings { heart_beat: (100, 100), ..Settings::default() });
    let reader = lab.open();
    lab.send(
        reader,
        "CONNECT\naccept-version:1.2\nhost:a\nheart-beat:100,100\n\n^@SUBSCRIBE\nid:0\ndestination:/topic/a\n\n",
    );
    lab.frames(reader);
    order(&mut lab, r#"{"do":"drop","how":"silence"}"#).unwrap();
    let writer = lab.client();
    write(&mut lab, writer, 3);
    lab.send(reader, "SEND\ndestination:/queue/unheard\n\n");
    lab.wait(60_000);
    assert_eq!(lab.take(reader), (vec![], None));
    assert_eq!(lab.broker.metrics().queues, 0);
}

#[test]
fn nobody_gets_in_for_a_while() {
    let mut lab = Lab::new();
    order(&mut lab, r#"{"do":"refuse","ms":1000}"#).unwrap();
    lab.wait(999);
    assert_eq!(lab.broker.open(lab.now), None);
    lab.wait(1);
    assert!(lab.broker.open(lab.now).is_some());
}

#[test]
fn what_is_delayed_comes_later_and_in_order() {
    let mut lab = Lab::new();
    let (reader, writer) = pair(&mut lab);
    order(&mut lab, r#"{"do":"delay","direction":"out","ms":500,"jitter":200}"#).unwrap();
    write(&mut lab, writer, 20);
    assert!(lab.frames(reader).is_empty());
    lab.wait(499);
    assert!(lab.frames(reader).is_empty());
    lab.wait(201);
    assert_eq!(lab.bodies(reader), (0..20).map(|i| i.to_string()).collect::<Vec<_>>());
    order(&mut lab, r#"{"do":"calm"}"#).unwrap();
    order(&mut lab, r#"{"do":"delay","direction":"in","ms":500}"#).unwrap();
    write(&mut lab, writer, 2);
    lab.wait(499);
    assert!(lab.frames(reader).is_empty());
    lab.wait(1);
    assert_eq!(lab.bodies(reader), ["0", "1"]);
}

#[test]
fn a_throttled_line_keeps_its_rate() {
    let mut lab = Lab::new();
    let (reader, writer) = pair(&mut lab);
    order(&mut lab, r#"{"do":"throttle","direction":"in","bytes_per_second":1000}"#).unwrap();
    // 30 frames of 32 bytes.
    write(&mut lab, writer, 10);
    lab.wait(100);
    assert_eq!(lab.frames(reader).len(), 3);
    lab.wait(300);
    assert_eq!(lab.frames(reader).len(), 7);
}

#[test]
fn receipts_and_heart_beats_can_be_swallowed() {
    let mut lab = Lab::with(Settings { heart_beat: (100, 0), ..Settings::default() });
    let id = lab.open();
    lab.send(
        id,
        "CONNECT\naccept-version:1.2\nhost:a\nheart-beat:0,100\n\n^@SUBSCRIBE\nid:0\ndestination:/topic/a\n\n",
    );
    lab.frames(id);
    order(&mut lab, r#"{"do":"swallow-receipts"}"#).unwrap();
    order(&mut lab, r#"{"do":"stop-heart-beats"}"#).unwrap();
    lab.send(id, "SEND\ndestination:/topic/a\nreceipt:1\n\nx");
    assert_eq!(lab.bodies(id), ["x"]);
    lab.wait(1_000);
    assert!(lab.frames(id).is_empty());
    order(&mut lab, r#"{"do":"calm"}"#).unwrap();
    lab.wait(1_000);
    assert!(lab.frames(id).iter().any(|frame| frame == "\n"));
}

#[test]
fn connect_is_answered_late_wrongly_or_never() {
    let mut lab = Lab::new();
    let connect = "CONNECT\naccept-version:1.2\nhost:a\n\n";
    order(&mut lab, r#"{"do":"answer-connect","late":3000}"#).unwrap();
    let id = lab.open();
    lab.send(id, connect);
    lab.frames(id);
    lab.wait(2_999);
    assert!(lab.frames(id).is_empty());
    lab.wait(1);
    assert!(lab.frames(id)[0].starts_with("CONNECTED\n"));
    order(&mut lab, r#"{"do":"answer-connect","wrong":"CONNECTED\nversion:9.9\n\n"}"#).unwrap();
    let id = lab.open();
    lab.send(id, connect);
    assert_eq!(lab.frames(id), ["CONNECTED\nversion:9.9\n\n"]);
    order(&mut lab, r#"{"do":"answer-connect","never":true}"#).unwrap();
    let id = lab.open();
    lab.send(id, connect);
    lab.wait(60_000);
    assert!(lab.frames(id).is_empty());
}

#[test]
fn errors_and_raw_bytes_are_sent_as_ordered() {
    let mut lab = Lab::new();
    let id = lab.client();
    order(&mut lab, r#"{"do":"send-raw","text":"GARB","bytes":[65,10]}"#).unwrap();
    assert_eq!(lab.frames(id), ["GARBA\n"]);
    order(&mut lab, r#"{"do":"send-error","message":"made up","body":"why"}"#).unwrap();
    assert!(lab.error(id).ends_with("\n\nwhy"));
}

#[test]
fn a_frame_is_cut_in_the_middle() {
    let mut lab = Lab::new();
    let (reader, writer) = pair(&mut lab);
    order(&mut lab, r#"{"do":"cut-frame"}"#).unwrap();
    write(&mut lab, writer, 2);
    let (frames, close) = lab.take(reader);
    assert_eq!((frames.len(), close.unwrap().how), (1, How::Cut));
    assert!(frames[0].starts_with("MESSAGE\n") && !frames[0].contains("\n\n"), "{frames:?}");
}

#[test]
fn messages_are_doubled_and_reordered_the_same_for_the_same_seed() {
    let run = |seed, what: &str| {
        let mut lab = Lab::with(Settings { seed, heart_beat: (0, 0), ..Settings::default() });
        let (reader, writer) = pair(&mut lab);
        order(&mut lab, what).unwrap();
        write(&mut lab, writer, 100);
        lab.bodies(reader)
    };
    let doubled = run(1, r#"{"do":"duplicate","probability":0.5}"#);
    assert!((120..180).contains(&doubled.len()), "{}", doubled.len());
    assert_eq!(doubled, run(1, r#"{"do":"duplicate","probability":0.5}"#));
    assert_ne!(doubled, run(2, r#"{"do":"duplicate","probability":0.5}"#));
    let mut mixed = run(1, r#"{"do":"reorder","probability":0.3}"#);
    let sorted: Vec<_> = (0..100).map(|i| i.to_string()).collect();
    assert_ne!(mixed, sorted);
    mixed.sort_by_key(|body| body.parse::<u32>().unwrap());
    assert_eq!(mixed, sorted);
}

#[test]
fn a_restart_loses_connections_and_queues_only_if_told_to() {
    for keep in [true, false] {
        let mut lab = Lab::new();
        let id = lab.client();
        lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\nack:client\n\n^@SEND\ndestination:/queue/a\n\nx");
        assert_eq!(order(&mut lab, &format!(r#"{{"do":"restart","keep_queues":{keep},"down":50}}"#)), Ok(1));
        assert_eq!(lab.take(id).1.unwrap().how, How::Cut);
        assert_eq!(lab.broker.open(lab.now), None);
        lab.wait(50);
        let id = lab.client();
        lab.send(id, "SUBSCRIBE\nid:0\ndestination:/queue/a\n\n");
        assert_eq!(lab.bodies(id).len(), usize::from(keep));
    }
}

#[test]
fn trouble_is_only_for_the_one_that_was_named() {
    let mut lab = Lab::new();
    let (reader, writer) = pair(&mut lab);
    let other = lab.client();
    lab.send(other, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
    order(&mut lab, &format!(r#"{{"do":"delay","conn":{},"ms":1000}}"#, reader.number())).unwrap();
    write(&mut lab, writer, 1);
    assert_eq!((lab.frames(reader).len(), lab.frames(other).len()), (0, 1));
    assert!(serde_json::from_str::<Chaos>(r#"{"do":"nothing"}"#).is_err());
    assert!(serde_json::from_str::<Chaos>(r#"{"do":"refuse","ms":1,"extra":1}"#).is_err());
}
