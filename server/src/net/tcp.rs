//! Plain TCP as a transport of a [`Session`](super::Session): STOMP frames one after the other.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

use super::carrier::{self, Guard, Hearing, Sending};
use super::{Handler, Received};
use crate::broker::{Close, Outgoing};

/// Accepts connections for ever.
pub(crate) async fn serve(listener: TcpListener, handler: Arc<dyn Handler>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                tracing::debug!(%peer, "a TCP connection");
                tokio::spawn(carry(stream, Arc::clone(&handler)));
            }
            Err(error) => {
                // Usually too many open files: they become fewer only if somebody else gets to run.
                tracing::warn!(%error, "cannot accept a TCP connection");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
}

async fn carry(stream: TcpStream, handler: Arc<dyn Handler>) {
    let Some(session) = handler.open() else { return };
    let guard = Guard(session);
    let session = &*guard.0;
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let hear = |data: &mut [u8]| {
        session.receive(Received::Binary(data));
        Hearing::GoOn
    };
    let encode = |buffer: &mut Vec<u8>, frames: &mut Vec<Outgoing>, close: Option<&Close>| {
        for frame in frames.drain(..) {
            frame.write_to(buffer);
        }
        if close.is_some() { Sending::Done } else { Sending::GoOn }
    };
    carrier::carry(stream, Vec::new(), session, hear, encode).await;
}
