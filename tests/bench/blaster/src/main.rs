//! Sends STOMP messages over a WebSocket as fast as the other side takes them.
//!
//! It listens on a port that the operating system chooses, prints `ws://127.0.0.1:PORT`, and ends when its standard input
//! does. A client asks for `/?count=N&size=BYTES` and either says `bare`, or CONNECT and SUBSCRIBE; then it gets N
//! messages and one more, whose body says in JSON what the others held. Without a count it only answers CONNECT.

mod blast;
mod request;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result, bail};
use stomp_wasm::frame::{Command, Decoded, Decoder, Frame, Version};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::{Message, WebSocket};

use blast::{Blast, Kind};
use request::Wanted;

fn main() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    let mut out = std::io::stdout();
    writeln!(out, "ws://{}", listener.local_addr()?)?;
    out.flush()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                if let Err(error) = serve(stream) {
                    eprintln!("blaster: {error:#}");
                }
            });
        }
    });
    // Whoever started this holds the other end: when it is gone, so are we.
    std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink())?;
    Ok(())
}

/// One connection, from the handshake to its end.
fn serve(stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut wanted = Wanted::default();
    #[allow(clippy::result_large_err, reason = "the signature is tungstenite's")]
    let look = |request: &Request, mut response: Response| {
        wanted = Wanted::of(request.uri().query().unwrap_or_default());
        request::choose_subprotocol(request, &mut response);
        Ok(response)
    };
    let mut socket = tungstenite::accept_hdr(stream, look).map_err(|error| anyhow::anyhow!("handshake: {error}"))?;
    let mut decoder = Decoder::default();
    loop {
        let message = match socket.read() {
            Ok(message) => message,
            // The page was closed: nothing is wrong.
            Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::Protocol(_) | tungstenite::Error::Io(_)) => {
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        match message {
            Message::Text(text) if text.as_str() == "bare" => {
                Blast::new(&wanted, Kind::Bare)?.send(socket.get_mut())?
            }
            Message::Text(text) => answer(text.as_bytes(), &mut decoder, &wanted, &mut socket)?,
            Message::Binary(bytes) => answer(&bytes, &mut decoder, &wanted, &mut socket)?,
            _ => {}
        }
    }
}

/// Answers what one WebSocket message holds.
fn answer<S: Read + Write>(
    mut bytes: &[u8],
    decoder: &mut Decoder,
    wanted: &Wanted,
    socket: &mut WebSocket<S>,
) -> Result<()> {
    while let Some(decoded) = decoder.decode(&mut bytes)? {
        let Decoded::Frame(frame) = decoded else { continue };
        match frame.command {
            Command::Connect | Command::Stomp => {
                let connected = Frame::new(Command::Connected)
                    .with_header("version", "1.2")
                    .with_header("heart-beat", "0,0")
                    .encode(Some(Version::V1_2))?;
                socket.send(Message::text(String::from_utf8(connected)?))?;
            }
            Command::Subscribe => {
                let id = frame.headers.get("id").context("SUBSCRIBE without an id")?.to_owned();
                let destination = frame.headers.get("destination").context("SUBSCRIBE without a destination")?;
                let blast = Blast::new(wanted, Kind::Stomp { subscription: &id, destination })?;
                blast.send(socket.get_mut())?;
            }
            Command::Disconnect => socket.close(None)?,
            other => bail!("there is no use for a frame {}", other.as_str()),
        }
    }
    Ok(())
}
