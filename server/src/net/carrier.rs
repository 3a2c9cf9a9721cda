//! What WebSocket and TCP have in common: a socket that carries a [`Session`].

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};

use super::Session;
use crate::broker::{Close, How, Outgoing};

/// As much is fetched and written to the socket at once.
const BATCH: usize = 256 << 10;
/// How long the other side may take to answer a farewell.
const LINGER: Duration = Duration::from_secs(2);

/// Tells the session that its transport is gone, however it went.
pub(super) struct Guard(pub(super) Arc<dyn Session>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.closed();
    }
}

/// What comes after something was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hearing {
    /// More.
    GoOn,
    /// Nothing; the writing side has a last word to say.
    AwaitAnswer,
}

/// What comes after something was made ready to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sending {
    /// More.
    GoOn,
    /// Nothing; the other side has a last word to say.
    AwaitAnswer,
    /// Nothing.
    Done,
}

/// Why one of the two sides came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    AwaitAnswer,
    Done,
    Cut(How),
}

/// Carries a session until one side ends it. `hear` deals with what came, `encode` writes frames, and a farewell if
/// there is a [`Close`], into the buffer.
pub(super) async fn carry(
    mut stream: TcpStream,
    mut first: Vec<u8>,
    session: &dyn Session,
    mut hear: impl FnMut(&mut [u8]) -> Hearing + Send,
    encode: impl FnMut(&mut Vec<u8>, &mut Vec<Outgoing>, Option<&Close>) -> Sending + Send,
) {
    let heard = if first.is_empty() { Hearing::GoOn } else { hear(&mut first) };
    drop(first);
    let end = {
        let (reader, mut writer) = stream.split();
        let reading = async move {
            match heard {
                Hearing::GoOn => read(reader, hear).await,
                Hearing::AwaitAnswer => End::AwaitAnswer,
            }
        };
        let writing = write(&mut writer, session, encode);
        tokio::pin!(reading, writing);
        let (end, other): (_, std::pin::Pin<&mut (dyn Future<Output = End> + Send)>) = tokio::select! {
            end = &mut reading => (end, writing),
            end = &mut writing => (end, reading),
        };
        match end {
            End::AwaitAnswer => tokio::time::timeout(LINGER, other).await.unwrap_or(End::Done),
            end => end,
        }
    };
    match end {
        End::Cut(How::Reset) => {
            // A socket that does not linger is reset when it is closed.
            if let Err(error) = SockRef::from(&stream).set_linger(Some(Duration::ZERO)) {
                tracing::debug!(%error, "cannot reset the connection");
            }
        }
        End::Cut(_) => {}
        End::AwaitAnswer | End::Done => {
            let _ = stream.shutdown().await;
        }
    }
}

async fn read(stream: ReadHalf<'_>, mut hear: impl FnMut(&mut [u8]) -> Hearing + Send) -> End {
    thread_local! {
        // One for each thread, not for each connection: what is read is dealt with before the next is read.
        static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 << 10]);
    }
    loop {
        if stream.readable().await.is_err() {
            return End::Done;
        }
        let end = BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => Some(End::Done),
            Ok(length) => match buffer.get_mut(..length).map(&mut hear) {
                Some(Hearing::GoOn) => None,
                _ => Some(End::AwaitAnswer),
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => None,
            Err(_) => Some(End::Done),
        });
        if let Some(end) = end {
            return end;
        }
    }
}

/// What one thread needs to write for all its connections: nobody keeps it while waiting, so that an idle connection
/// costs no buffer and a busy one no allocation.
#[derive(Default)]
struct Desk {
    frames: Vec<Outgoing>,
    buffer: Vec<u8>,
}

/// What is left to do after everything was written that the socket took at once.
struct Left {
    /// What it did not take.
    bytes: Vec<u8>,
    more: bool,
    end: Option<End>,
}

async fn write(
    stream: &mut WriteHalf<'_>,
    session: &dyn Session,
    mut encode: impl FnMut(&mut Vec<u8>, &mut Vec<Outgoing>, Option<&Close>) -> Sending + Send,
) -> End {
    thread_local! {
        static DESK: RefCell<Desk> = RefCell::default();
    }
    loop {
        session.wake().notified().await;
        loop {
            let left = DESK.with_borrow_mut(|desk| write_what_goes(stream, session, &mut encode, desk));
            if !left.bytes.is_empty()
                && let Some(end) = write_or_cut(stream, &left.bytes, session).await
            {
                return end;
            }
            if let Some(end) = left.end {
                return end;
            }
            if !left.more {
                break;
            }
        }
    }
}

fn write_what_goes(
    stream: &WriteHalf<'_>,
    session: &dyn Session,
    encode: &mut impl FnMut(&mut Vec<u8>, &mut Vec<Outgoing>, Option<&Close>) -> Sending,
    Desk { frames, buffer }: &mut Desk,
) -> Left {
    let taken = session.take(BATCH, frames);
    let sending = encode(buffer, frames, taken.close.as_ref());
    let mut end = match (&taken.close, sending) {
        (Some(Close { how: how @ (How::Cut | How::Reset), .. }), _) => Some(End::Cut(*how)),
        (_, Sending::GoOn) => None,
        (_, Sending::AwaitAnswer) => Some(End::AwaitAnswer),
        (_, Sending::Done) => Some(End::Done),
    };
    let mut rest = &**buffer;
    while !rest.is_empty() {
        match stream.try_write(rest) {
            Ok(length) => rest = rest.get(length..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(_) => {
                (rest, end) = (&[], Some(End::Done));
            }
        }
    }
    let bytes = rest.to_vec();
    // Only a huge message makes it larger than this.
    buffer.clear();
    buffer.shrink_to(2 * BATCH);
    Left { bytes, more: taken.more, end }
}

/// Writes all of it, unless the session says that nobody is to wait for that any longer.
async fn write_or_cut(stream: &mut WriteHalf<'_>, buffer: &[u8], session: &dyn Session) -> Option<End> {
    let writing = stream.write_all(buffer);
    tokio::pin!(writing);
    let mut woken = false;
    let end = loop {
        tokio::select! {
            biased;
            result = &mut writing => break result.err().map(|_| End::Done),
            () = session.wake().notified() => {
                woken = true;
                if let Some(how) = session.is_cut() {
                    break Some(End::Cut(how));
                }
            }
        }
    };
    // That there is more to take is not to be forgotten.
    if woken {
        session.wake().notify_one();
    }
    end
}
