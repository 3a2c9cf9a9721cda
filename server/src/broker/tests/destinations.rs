use super::*;

#[test]
fn a_reply_finds_its_way_through_a_temporary_queue() {
    let mut lab = Lab::new();
    let (asker, worker) = (lab.client(), lab.client());
    lab.send(worker, "SUBSCRIBE\nid:0\ndestination:/queue/work\n\n");
    for _ in 0..2 {
        lab.send(asker, "SEND\ndestination:/queue/work\nreply-to:/temp-queue/answers\n\nask");
    }
    let frames = lab.frames(worker);
    let reply_to = header(&frames[0], "reply-to").unwrap().to_owned();
    assert!(reply_to.starts_with("/reply-queue/"), "{reply_to}");
    lab.send(worker, &format!("SEND\ndestination:{reply_to}\n\nanswer"));
    let frames = lab.frames(asker);
    assert_eq!(header(&frames[0], "subscription"), Some("/temp-queue/answers"));
    assert_eq!(header(&frames[0], "destination"), Some(&*reply_to));
    assert!(frames[0].ends_with("\n\nanswer"));
    // Nobody else can read it, and it is gone with who asked; the answer to nobody is no error.
    lab.broker.closed(0, asker);
    assert_eq!(lab.broker.metrics().queues, 1);
    lab.send(worker, &format!("SEND\ndestination:{reply_to}\nreceipt:1\n\nlate"));
    assert_eq!(lab.frames(worker), ["RECEIPT\nreceipt-id:1\n\n"]);
    lab.refuses(worker, &format!("SUBSCRIBE\nid:1\ndestination:{reply_to}\n\n"), "cannot subscribe there");
}

#[test]
fn a_temporary_queue_is_its_connections_own() {
    let mut lab = Lab::new();
    let (a, b) = (lab.client(), lab.client());
    for id in [a, b] {
        lab.send(id, "SUBSCRIBE\nid:0\ndestination:/temp-queue/x\n\n");
    }
    lab.send(a, "SEND\ndestination:/temp-queue/x\n\nmine");
    assert_eq!(lab.bodies(a), ["mine"]);
    assert!(lab.frames(b).is_empty());
    lab.refuses(b, "SEND\ndestination:/temp-queue/y\n\nx", "unknown temporary queue");
}

#[test]
fn new_subscribers_get_what_is_retained() {
    let mut lab = Lab::with(Settings { retain: 2, heart_beat: (0, 0), ..Settings::default() });
    let writer = lab.client();
    for i in 0..4 {
        lab.send(writer, &format!("SEND\ndestination:/topic/a.x\n\nx{i}^@SEND\ndestination:/topic/a.y\n\ny{i}"));
    }
    let reader = lab.client();
    lab.send(reader, "SUBSCRIBE\nid:0\ndestination:/topic/a.x\n\n");
    assert_eq!(lab.bodies(reader), ["x2", "x3"]);
    lab.send(reader, "SUBSCRIBE\nid:1\ndestination:/topic/a.*\nack:client\n\n");
    assert_eq!(lab.bodies(reader), ["x2", "y2", "x3", "y3"]);
    lab.send(writer, "SEND\ndestination:/topic/a.x\n\nx4");
    assert_eq!(lab.bodies(reader), ["x4", "x4"]);
}

#[test]
fn virtual_hosts_do_not_see_each_other() {
    let vhosts = vec!["one".to_owned(), "two".to_owned()];
    let mut lab = Lab::with(Settings { vhosts, heart_beat: (0, 0), ..Settings::default() });
    let mut clients = Vec::new();
    for host in ["host:one\n", "host:two\n", ""] {
        let id = lab.open();
        lab.send(id, &format!("CONNECT\naccept-version:1.2\n{host}\n"));
        lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/a\n\n");
        assert_eq!(lab.frames(id).len(), 1);
        clients.push(id);
    }
    lab.send(clients[0], "SEND\ndestination:/topic/a\n\nx^@SEND\ndestination:/queue/a\n\nx");
    assert_eq!(clients.iter().map(|id| lab.frames(*id).len()).collect::<Vec<_>>(), [1, 0, 1]);
    lab.send(clients[1], "SUBSCRIBE\nid:1\ndestination:/queue/a\n\n");
    assert!(lab.frames(clients[1]).is_empty());
    let id = lab.open();
    lab.refuses(id, "CONNECT\naccept-version:1.2\nhost:three\n\n", "unknown virtual host");
}

#[test]
fn a_token_lets_in_until_it_expires() {
    let tokens = HashMap::from([("t0k".to_owned(), "alice".to_owned())]);
    let mut lab = Lab::with(Settings { tokens, heart_beat: (0, 0), ..Settings::default() });
    for headers in ["", "authorization:wrong\n", "login:alice\npasscode:t0k\n"] {
        let id = lab.open();
        lab.refuses(id, &format!("CONNECT\naccept-version:1.2\nhost:a\n{headers}\n"), "access refused");
    }
    let mut id = None;
    for value in ["t0k", "Bearer t0k", "bearer  t0k"] {
        let new = lab.open();
        lab.send(new, &format!("CONNECT\naccept-version:1.2\nhost:a\nauthorization:{value}\n\n"));
        assert_eq!(header(&lab.frames(new)[0], "user-name"), Some("alice"));
        id = Some(new);
    }
    assert!(lab.broker.expire_token(0, "t0k") && !lab.broker.expire_token(0, "t0k"));
    assert_eq!(header(&lab.error(id.unwrap()), "message"), Some("token expired"));
}

#[test]
fn permissions_are_by_user_and_prefix() {
    let permission = |user: Option<&str>, read, write, prefix: &str| Permission {
        user: user.map(str::to_owned),
        read,
        write,
        prefix: prefix.to_owned(),
    };
    let permissions =
        vec![permission(None, true, false, "/topic/public."), permission(Some("alice"), true, true, "/topic/")];
    for (login, frame, allowed) in [
        ("alice", "SEND\ndestination:/topic/public.x\n\n", true),
        ("alice", "SUBSCRIBE\nid:0\ndestination:/topic/#\n\n", true),
        ("alice", "SEND\ndestination:/queue/x\n\n", false),
        ("bob", "SUBSCRIBE\nid:0\ndestination:/topic/public.*\n\n", true),
        ("bob", "SUBSCRIBE\nid:0\ndestination:/topic/*.x\n\n", false),
        ("bob", "SEND\ndestination:/topic/public.x\n\n", false),
        ("bob", "BEGIN\ntransaction:1\n\n^@SEND\ndestination:/topic/public.x\ntransaction:1\n\n", false),
    ] {
        let mut lab =
            Lab::with(Settings { permissions: permissions.clone(), heart_beat: (0, 0), ..Settings::default() });
        let id = lab.open();
        lab.send(id, &format!("CONNECT\naccept-version:1.2\nhost:a\nlogin:{login}\n\n"));
        lab.frames(id);
        if allowed {
            lab.send(id, frame);
            assert!(lab.frames(id).is_empty(), "{login} {frame}");
        } else {
            lab.refuses(id, frame, "access refused");
        }
    }
}

#[test]
fn a_handler_answers_what_is_sent_to_it() {
    let mut lab = Lab::new();
    lab.broker.on("/app/hello", hello);
    lab.broker.on("/app/who/**", |request| {
        Reply::to("/user/queue/you", Headers::new(), request.user.unwrap_or("?").to_owned())
    });
    lab.broker.on("/app/panic", |_| panic!("a bug in a handler"));
    lab.broker.on("/app/loop", |_| Reply::to("/app/loop", Headers::new(), ""));
    let id = lab.client();
    lab.send(id, "SUBSCRIBE\nid:0\ndestination:/topic/greetings\n\n^@SUBSCRIBE\nid:1\ndestination:/user/queue/you\n\n");
    lab.send(id, "SEND\ndestination:/app/hello\nreceipt:r\n\n{\"name\":\"<Ann>\"}");
    let frames = lab.frames(id);
    assert!(frames[0].ends_with("\n\n{\"content\":\"Hello, &lt;Ann&gt;!\"}"), "{frames:?}");
    assert_eq!(
        (header(&frames[0], "content-type"), &*frames[1]),
        (Some("application/json"), "RECEIPT\nreceipt-id:r\n\n")
    );
    lab.send(id, "SEND\ndestination:/app/who/am/i\n\n");
    assert_eq!(lab.bodies(id), ["?"]);
    for (destination, message) in [
        ("hello", "message refused"),
        ("nothing", "no handler"),
        ("panic", "message refused"),
        ("loop", "reply to a handler"),
    ] {
        let id = lab.client();
        lab.refuses(id, &format!("SEND\ndestination:/app/{destination}\n\nno json"), message);
    }
}

#[test]
fn user_destinations_reach_all_sessions_of_the_user_and_nobody_else() {
    let mut lab = Lab::new();
    let mut clients = Vec::new();
    for login in ["login:alice\n", "login:alice\n", "login:bob\n", "", "", "login:*\n"] {
        let id = lab.open();
        lab.send(
            id,
            &format!("CONNECT\naccept-version:1.2\nhost:a\n{login}\n^@SUBSCRIBE\nid:0\ndestination:/user/queue/x\n\n"),
        );
        lab.frames(id);
        clients.push(id);
    }
    let counts = |lab: &mut Lab| clients.iter().map(|id| lab.frames(*id).len()).collect::<Vec<_>>();
    lab.send(clients[2], "SEND\ndestination:/user/alice/queue/x\n\nhi");
    assert_eq!(counts(&mut lab), [1, 1, 0, 0, 0, 0]);
    lab.send(clients[3], "SEND\ndestination:/user/queue/x\n\nhi");
    assert_eq!(counts(&mut lab), [0, 0, 0, 1, 0, 0]);
    lab.broker.publish(0, "/user/bob/queue/x", &Headers::new(), Bytes::new()).unwrap();
    assert_eq!(counts(&mut lab), [0, 0, 1, 0, 0, 0]);
    lab.send(clients[0], "UNSUBSCRIBE\nid:0\n\n^@SEND\ndestination:/user/alice/queue/x\n\nhi");
    assert_eq!(counts(&mut lab), [0, 1, 0, 0, 0, 0]);
}
