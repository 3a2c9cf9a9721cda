//! What each frame of a client does.

use bytes::Bytes;
use stomp_wasm::frame::{Command, DecodeError, FrameRef, Version};

use super::close::{Close, Violation};
use super::message::encode_leniently;
use super::transaction::Step;
use super::{Broker, ConnId, Outgoing};

impl Broker {
    /// Does what a frame asks for, then sends its receipt. An `Err` becomes an `ERROR` and the end of the connection.
    pub(super) fn handle_frame(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        let Some(version) = self.conn(id).map(|conn| conn.version()) else { return Ok(()) };
        // "STOMP servers MUST handle a `STOMP` frame in the same manner as a `CONNECT` frame." (STOMP 1.2)
        if let Command::Connect | Command::Stomp = frame.command {
            // "Any client frame other than `CONNECT` MAY specify a `receipt` header": no receipt for this one.
            return match version {
                None => self.connect(now, id, frame),
                Some(_) => Err(Violation::protocol(
                    "already connected",
                    "A second CONNECT frame came. Open another connection for another session.",
                )),
            };
        }
        // "A STOMP client initiates the stream or TCP connection to the server by sending the `CONNECT` frame"
        let Some(version) = version else {
            return Err(Violation::protocol(
                "not connected",
                format!("The first frame must be CONNECT; a {} frame came.", frame.command),
            ));
        };
        match frame.command {
            Command::Send => self.send(now, id, frame)?,
            Command::Subscribe => self.subscribe(now, id, frame)?,
            Command::Unsubscribe => self.unsubscribe(id, frame)?,
            Command::Begin => self.begin(id, frame)?,
            Command::Commit => self.commit(now, id, frame)?,
            Command::Abort => self.abort(id, frame)?,
            Command::Ack => self.ack(id, frame)?,
            Command::Nack if version >= Version::V1_1 => self.nack(id, frame)?,
            Command::Disconnect => return self.disconnect(now, id, frame),
            _ => return Err(unknown_command(frame.command, version)),
        }
        self.send_receipt(id, frame);
        Ok(())
    }

    /// "A `RECEIPT` frame is sent from the server to the client once a server has successfully processed a client frame
    /// that requests a receipt. A `RECEIPT` frame MUST include the header `receipt-id`, where the value is the value of
    /// the `receipt` header in the frame which this is a receipt for." (STOMP 1.2, RECEIPT)
    fn send_receipt(&mut self, id: ConnId, frame: FrameRef<'_>) {
        if let (Some(receipt), Some(conn)) = (frame.headers.get("receipt"), self.conn(id)) {
            let frame = encode_leniently(&Command::Receipt, &[("receipt-id", receipt)], &[], conn.version());
            self.push(id, Outgoing::bytes(frame));
        }
    }

    fn send(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        // "It has one REQUIRED header, `destination`, which indicates where to send the message." (STOMP 1.2, SEND)
        let destination = frame.headers.get("destination");
        let destination = destination.ok_or_else(|| Violation::missing_header("SEND", "destination"))?;
        let Some(space) = self.session(id).map(|session| session.space) else { return Ok(()) };
        let body = Bytes::copy_from_slice(frame.body);
        match frame.headers.get("transaction") {
            Some(transaction) => {
                self.check_room(space, Some(id), std::iter::once((destination, body.len())))?;
                let step = Step::Send { destination: destination.into(), headers: frame.headers.clone(), body };
                self.keep(id, transaction, step)
            }
            None => self.route(now, space, destination, frame.headers, body, Some(id)),
        }
    }

    fn disconnect(&mut self, now: u64, id: ConnId, frame: FrameRef<'_>) -> Result<(), Violation> {
        // "Any started transactions which have not been committed will be implicitly aborted if the client sends a
        // `DISCONNECT` frame or if the TCP connection fails for any reason." (STOMP 1.2, BEGIN)
        //
        // Releasing comes before the receipt: who has the receipt knows that the work is done.
        self.release(now, id);
        self.send_receipt(id, frame);
        self.begin_closing(now, id, Close::new(1000, "the client disconnected"));
        Ok(())
    }
}

/// "A client MAY send a frame not in this list, but for such a frame a STOMP 1.2 server MAY respond with an `ERROR`
/// frame and then close the connection." (STOMP 1.2, Once Connected)
fn unknown_command(command: &Command, version: Version) -> Violation {
    let known = "SEND, SUBSCRIBE, UNSUBSCRIBE, BEGIN, COMMIT, ABORT, ACK, NACK, DISCONNECT";
    let detail = match command {
        Command::Nack => format!("NACK came with STOMP 1.1; this session speaks STOMP {version}."),
        Command::Connected | Command::Message | Command::Receipt | Command::Error => {
            format!("{command} is a frame of the server. A client may send {known}.")
        }
        _ => format!("Nobody here knows the command {command}. A client may send {known}."),
    };
    Violation::protocol("unknown command", detail)
}

/// What to say to a client whose bytes are no frames.
pub(super) fn unreadable(error: &DecodeError) -> Violation {
    // "If these limits are exceeded the server SHOULD send the client an `ERROR` frame and then close the connection."
    // (STOMP 1.2, Size Limits)
    let (message, code) = match error {
        DecodeError::TooManyHeaders { .. } | DecodeError::HeaderLineTooLong { .. } => ("headers too large", 1009),
        DecodeError::BodyTooLong { .. } | DecodeError::FrameTooLong { .. } => ("frame too large", 1009),
        _ => ("malformed frame received", 1002),
    };
    let mut detail = error.to_string();
    if let Some(first) = detail.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    Violation { code, ..Violation::protocol(message, detail + ". Nothing after the last whole frame was done.") }
}

/// The `ERROR` frame for a violation.
pub(super) fn error_frame(violation: &Violation, receipt: Option<&str>, version: Option<Version>) -> Bytes {
    let message = violation.message.replace(['\r', '\n'], " ");
    let headers: Vec<_> = [("message", &*message)]
        .into_iter()
        // "if the frame included a receipt header, the `ERROR` frame SHOULD set the `receipt-id` header to match the
        // value of the `receipt` header of the frame which the error is related to." (STOMP 1.2, ERROR)
        .chain(receipt.map(|receipt| ("receipt-id", receipt)))
        .chain(violation.headers.iter().map(|(name, value)| (*name, &**value)))
        // "`ERROR` frames SHOULD include a `content-length` header and a `content-type` header if a body is present."
        .chain([("content-type", "text/plain")])
        .collect();
    encode_leniently(&Command::Error, &headers, violation.detail.as_bytes(), version)
}
