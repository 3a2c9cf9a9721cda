//! stomp-server and clients that nobody here wrote: `@stomp/stompjs` and `webstomp-client` over WebSocket, `sockjs-client`
//! through each of its transports, in Node and in Chromium; `stomp.py` over TCP and over WebSocket.

use std::ffi::OsStr;
use std::process::Command;

use anyhow::Result;

use crate::need::{self, Need};
use crate::paths;
use crate::peers::ports;
use crate::peers::server::Server;
use crate::test::{Build, Context, Counts, Lane, Part};

pub(super) const PART: Part = Part {
    name: "interop-server",
    about: "stock clients against stomp-server: stompjs, webstomp, sockjs-client through each transport, stomp.py",
    needs: &[Need::Npm, Need::Chromium, Need::StompPy],
    builds: &[Build::Server],
    lane: Lane::Browser,
    default: true,
    run,
};

fn run(context: &Context<'_>) -> Result<Counts> {
    let [tcp] = ports::free()?;
    let tcp = tcp.to_string();
    // The pages in SockJS's iframes load the client from the broker itself; heart-beats come often, since tests wait for
    // some.
    let client = paths::npm().join("node_modules/sockjs-client/dist");
    let options = ["--sockjs-test-endpoints", "--sockjs-client-url", "/sockjs.js", "--sockjs-heartbeat", "500"];
    let mut args: Vec<&OsStr> = options.iter().map(OsStr::new).collect();
    args.extend(["--heart-beat", "200,200", "--tcp", &tcp, "--www"].map(OsStr::new));
    args.push(client.as_os_str());
    let server = Server::start(&context.server()?, &args, context.logger())?;
    let url = server.ws_url();
    let mut counts = context.vitest(&["interop-server/"], &[("STOMP_HTTP", server.url()), ("STOMP_URL", &url)])?;
    let mut python = Command::new(need::stomp_py()?);
    python
        .current_dir(paths::root())
        .arg("tests/interop-server/stomp_py.py")
        .envs([("STOMP_TCP", format!("127.0.0.1:{tcp}")), ("STOMP_URL", url)]);
    counts += context.counted(&mut python, Counts::of_line)?;
    Ok(counts)
}
