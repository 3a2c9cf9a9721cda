//! All or nothing.

use stomp_wasm::{AckMode, Error};
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::common::*;

#[test]
async fn a_commit_delivers_all_and_nothing_before_it() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    let transaction = client.begin().unwrap();
    assert!(transaction.is_alive() && !transaction.id().is_empty());
    transaction.publish(&topic, "in 1").send().unwrap();
    transaction.publish(&topic, "in 2").receipt().await.unwrap();
    client.publish(&topic, "beside").receipt().await.unwrap();
    transaction.commit().unwrap();
    for expected in ["beside", "in 1", "in 2"] {
        assert_eq!(messages.recv().await.unwrap().text().unwrap(), expected);
    }
}

#[test]
async fn what_is_aborted_or_dropped_is_never_delivered() {
    let client = connected().await;
    let topic = unique("/topic/");
    let mut messages = client.subscribe(&topic);
    let (aborted, dropped) = (client.begin().unwrap(), client.begin().unwrap());
    assert_ne!(aborted.id(), dropped.id());
    aborted.publish(&topic, "aborted").send().unwrap();
    dropped.publish(&topic, "dropped").send().unwrap();
    aborted.abort().unwrap();
    drop(dropped);
    client.publish(&topic, "after").send().unwrap();
    assert_eq!(messages.recv().await.unwrap().text().unwrap(), "after");
}

#[test]
async fn dropping_sends_one_abort_and_committing_none() {
    let (client, _peers, mut peer) = Peers::connected().await;
    drop(client.begin().unwrap());
    client.begin().unwrap().commit().unwrap();
    client.begin().unwrap().abort().unwrap();
    client.publish("/a", "").send().unwrap();
    let mut commands = Vec::new();
    while commands.last().is_none_or(|last| last != "SEND") {
        commands.push(peer.frame().await.lines().next().unwrap_or_default().to_owned());
    }
    assert_eq!(commands, ["BEGIN", "ABORT", "BEGIN", "COMMIT", "BEGIN", "ABORT", "SEND"]);
}

#[test]
async fn a_transaction_ends_with_its_connection() {
    let client = connected().await;
    let (old, older) = (client.begin().unwrap(), client.begin().unwrap());
    reconnected(&client).await;
    let _new = client.begin().unwrap();
    assert!(!old.is_alive());
    assert!(matches!(old.publish("/topic/a", "x").send(), Err(Error::TransactionLost)));
    assert!(matches!(old.commit(), Err(Error::TransactionLost)));
    drop(older);
    client.publish("/topic/a", "the connection lives").receipt().await.unwrap();
}

#[test]
async fn there_is_no_transaction_without_connection_and_none_in_the_outbox() {
    let client = builder().outbox(10).build();
    assert!(client.begin().unwrap_err().is_not_connected());
    client.connect().await.unwrap();
    let transaction = client.begin().unwrap();
    client.disconnect().await;
    assert!(transaction.publish("/topic/a", "x").send().unwrap_err().is_not_connected());
    assert!(transaction.commit().unwrap_err().is_not_connected());
    assert_eq!(client.outbox_len(), 0);
}

#[test]
async fn an_acknowledgement_counts_only_when_it_is_committed() {
    let client = connected().await;
    let queue = unique("/queue/");
    client.publish(&queue, "job").receipt().await.unwrap();
    for commit in [false, true] {
        let worker = connected().await;
        let mut jobs = worker.subscription(&queue).ack(AckMode::ClientIndividual).subscribe();
        let job = jobs.recv().await.unwrap();
        assert_eq!(job.text().unwrap(), "job", "after an abort it comes again");
        let transaction = worker.begin().unwrap();
        transaction.ack(&job).unwrap();
        if commit {
            transaction.commit().unwrap();
        } else {
            transaction.abort().unwrap();
        }
        worker.disconnect().await;
    }
    client.publish(&queue, "next").send().unwrap();
    let mut jobs = client.subscribe(&queue);
    assert_eq!(jobs.recv().await.unwrap().text().unwrap(), "next", "after a commit it does not");
}

#[test]
async fn a_refusal_can_be_part_of_a_transaction() {
    let (client, _peers, mut peer) = Peers::connected().await;
    let mut jobs = client.subscription("/queue/a").ack(AckMode::ClientIndividual).subscribe();
    let id = header(&peer.frame().await, "id");
    peer.send(&format!("MESSAGE\nsubscription:{id}\nack:1\n\n^@"));
    let job = jobs.recv().await.unwrap();
    let transaction = client.begin().unwrap();
    peer.frame().await;
    transaction.nack(&job).unwrap();
    let nack = peer.frame().await;
    assert!(nack.starts_with("NACK\n") && header(&nack, "transaction") == transaction.id(), "{nack}");
}
