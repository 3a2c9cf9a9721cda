//! One publisher and many subscribers of a topic over WebSocket, and what that costs the broker in CPU time.
//!
//! `cargo xtask bench server` runs this against `stomp-server` and RabbitMQ. It knows nothing of either: it speaks STOMP
//! through tungstenite, and reads the CPU time of the broker's processes from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
type Error = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Debug, Parser)]
struct Args {
    /// The broker's address, such as ws://127.0.0.1:15674/ws.
    #[arg(long)]
    url: String,
    /// The broker's process; those that it started are counted with it.
    #[arg(long)]
    pid: u32,
    /// How many subscribe.
    #[arg(long, default_value_t = 1)]
    subscribers: u64,
    /// The length of a message's body in bytes.
    #[arg(long, default_value_t = 100)]
    size: usize,
    /// How many deliveries to count, all subscribers together.
    #[arg(long, default_value_t = 100_000)]
    deliveries: u64,
    /// How many deliveries may be on their way.
    #[arg(long, default_value_t = 2_000)]
    window: u64,
    /// Hold this many connections instead, idle, and say what memory each costs.
    #[arg(long)]
    idle: Option<u64>,
}

#[derive(Debug, Default)]
struct Received {
    count: AtomicU64,
    changed: Notify,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let args = Args::parse();
    if let Some(count) = args.idle {
        return idle(&args, count).await;
    }
    let received = Arc::new(Received::default());
    for number in 0..args.subscribers {
        let mut socket = connect(&args.url).await?;
        socket.send(Message::text("SUBSCRIBE\nid:0\ndestination:/topic/bench\nreceipt:r\n\n\0")).await?;
        expect(&mut socket, "RECEIPT").await?;
        let received = Arc::clone(&received);
        tokio::spawn(async move {
            while let Some(Ok(message)) = socket.next().await {
                if message.into_data().starts_with(b"MESSAGE") {
                    received.count.fetch_add(1, Ordering::Relaxed);
                    received.changed.notify_one();
                }
            }
            let _ = writeln!(std::io::stderr(), "subscriber {number} lost its connection");
        });
    }
    let mut publisher = connect(&args.url).await?;
    let frame = format!(
        "SEND\ndestination:/topic/bench\ncontent-type:text/plain\ncontent-length:{}\n\n{}\0",
        args.size,
        "x".repeat(args.size)
    );
    let mut sent = 0;
    // Whatever is slower at first is not measured.
    run(&args, &mut publisher, &frame, &received, &mut sent, args.deliveries / 10).await?;
    let (cpu, start) = (cpu_seconds(args.pid)?, Instant::now());
    let before = received.count.load(Ordering::Relaxed);
    run(&args, &mut publisher, &frame, &received, &mut sent, args.deliveries).await?;
    let deliveries = received.count.load(Ordering::Relaxed) - before;
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds(args.pid)? - cpu);
    let result = serde_json::json!({
        "subscribers": args.subscribers, "size": args.size, "deliveries": deliveries, "seconds": seconds, "cpu": cpu,
    });
    writeln!(std::io::stdout(), "{result}")?;
    Ok(())
}

/// Publishes until so many more deliveries are made.
async fn run(
    args: &Args,
    publisher: &mut Socket,
    frame: &str,
    received: &Received,
    sent: &mut u64,
    deliveries: u64,
) -> Result<(), Error> {
    let goal = *sent + deliveries.div_ceil(args.subscribers);
    let window = args.window.max(2 * args.subscribers);
    let deadline = Instant::now() + Duration::from_secs(300);
    while *sent < goal {
        while *sent * args.subscribers >= received.count.load(Ordering::Relaxed) + window {
            wait(received, deadline).await?;
        }
        publisher.feed(Message::text(frame)).await?;
        *sent += 1;
        if sent.is_multiple_of(8)
            || *sent == goal
            || (*sent + 1) * args.subscribers >= received.count.load(Ordering::Relaxed) + window
        {
            publisher.flush().await?;
        }
    }
    while received.count.load(Ordering::Relaxed) < *sent * args.subscribers {
        wait(received, deadline).await?;
    }
    Ok(())
}

async fn wait(received: &Received, deadline: Instant) -> Result<(), Error> {
    tokio::select! {
        () = received.changed.notified() => Ok(()),
        () = tokio::time::sleep_until(deadline.into()) => {
            Err(format!("deliveries stopped at {}", received.count.load(Ordering::Relaxed)).into())
        }
    }
}

async fn idle(args: &Args, count: u64) -> Result<(), Error> {
    let before = resident_bytes(args.pid)?;
    let mut sockets = Vec::new();
    for _ in 0..count {
        let mut socket = connect(&args.url).await?;
        socket.send(Message::text("SUBSCRIBE\nid:0\ndestination:/topic/idle\nreceipt:r\n\n\0")).await?;
        expect(&mut socket, "RECEIPT").await?;
        sockets.push(socket);
    }
    let each = resident_bytes(args.pid)?.saturating_sub(before) / count.max(1);
    writeln!(std::io::stdout(), "{}", serde_json::json!({ "connections": count, "bytes_each": each }))?;
    Ok(())
}

async fn connect(url: &str) -> Result<Socket, Error> {
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "v12.stomp".parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let connect = "CONNECT\naccept-version:1.2\nhost:/\nlogin:guest\npasscode:guest\nheart-beat:0,0\n\n\0";
    socket.send(Message::text(connect)).await?;
    expect(&mut socket, "CONNECTED").await?;
    Ok(socket)
}

async fn expect(socket: &mut Socket, command: &str) -> Result<(), Error> {
    match tokio::time::timeout(Duration::from_secs(60), socket.next()).await {
        Ok(Some(Ok(message))) if message.clone().into_data().starts_with(command.as_bytes()) => Ok(()),
        other => Err(format!("expected {command}, got {other:?}").into()),
    }
}

/// The numbers of a line of `/proc/PID/stat` behind the program's name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(str::to_owned).collect())
}

/// The process and all that come from it.
fn family(pid: u32) -> Result<Vec<u32>, Error> {
    let all = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let parents: HashMap<u32, u32> = all.filter_map(|pid| Some((pid, stat(pid)?.get(1)?.parse().ok()?))).collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(parents.iter().filter(|(_, other)| **other == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    Ok(family)
}

fn cpu_seconds(pid: u32) -> Result<f64, Error> {
    // USER_HZ is 100 on every Linux that matters.
    let ticks = |pid| -> Option<u64> {
        let stat = stat(pid)?;
        Some(stat.get(11)?.parse::<u64>().ok()? + stat.get(12)?.parse::<u64>().ok()?)
    };
    Ok(family(pid)?.into_iter().filter_map(ticks).sum::<u64>() as f64 / 100.0)
}

fn resident_bytes(pid: u32) -> Result<u64, Error> {
    let pages = |pid| -> Option<u64> { stat(pid)?.get(21)?.parse().ok() };
    Ok(family(pid)?.into_iter().filter_map(pages).sum::<u64>() * 4_096)
}
