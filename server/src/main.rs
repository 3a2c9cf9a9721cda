//! The binary: see `stomp-server --help`.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use stomp_server::cli::Args;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let args = Args::parse();
    // Logs go to stderr: stdout is for --print-url.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let print_url = args.print_url;
    // Before the server says that it is there: who hears that may send a signal at once.
    let signals = signal(SignalKind::terminate()).and_then(|term| Ok((term, signal(SignalKind::interrupt())?)));
    let (mut terminate, mut interrupt) = match signals {
        Ok(signals) => signals,
        Err(error) => return fail(&format!("cannot listen to signals: {error}")),
    };
    let server = match args.server().start().await {
        Ok(server) => server,
        Err(error) => return fail(&error.to_string()),
    };
    if print_url && let Err(error) = writeln!(std::io::stdout(), "{}", server.url()) {
        return fail(&format!("cannot print the URL: {error}"));
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    server.shutdown().await;
    ExitCode::SUCCESS
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "stomp-server: {message}");
    ExitCode::FAILURE
}
