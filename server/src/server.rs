//! The server: the broker with its network.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::broker::{Chaos, Handlers, Metrics, Reply, Request, Settings, hello};
use crate::feed;
use crate::http::{self, Site};
use crate::net::{Hub, Shutdown, tcp};
use crate::sockjs::SockJs;

/// A server that is not running yet.
///
/// ```no_run
/// # async fn run() -> Result<(), stomp_server::StartError> {
/// let server = stomp_server::Server::builder().port(0).feed(true).start().await?;
/// println!("{}", server.url());
/// server.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Server {
    host: IpAddr,
    port: u16,
    tcp: Option<u16>,
    www: Option<PathBuf>,
    pkg: Option<PathBuf>,
    feed: bool,
    seed: u64,
    chaos: bool,
    settings: Settings,
    handlers: Handlers,
    sockjs: SockJs,
    sockjs_test_endpoints: bool,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Often another program listens there: stop it, or take another port, or port 0 for any that is free.
    #[error("cannot listen on {addr}: {source}")]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A directory that is to be served is not there.
    #[error("there is no directory {0}")]
    NoDirectory(PathBuf),
}

impl Server {
    /// A server on `127.0.0.1`, on a port that the system chooses, with nothing but the broker at `/ws` and
    /// `/sockjs`.
    #[must_use]
    pub fn builder() -> Self {
        let mut handlers = Handlers::default();
        handlers.add("/app/hello".to_owned(), hello);
        Self {
            handlers,
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            tcp: None,
            www: None,
            pkg: None,
            feed: false,
            seed: 1,
            chaos: false,
            settings: Settings::default(),
            sockjs: SockJs::default(),
            sockjs_test_endpoints: false,
        }
    }

    /// The address to listen on. Default: `127.0.0.1`, which nobody reaches from outside.
    #[must_use]
    pub const fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// The port to listen on. Default: 0, a free one: see [`RunningServer::addr`].
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The port for STOMP over plain TCP; 0 for a free one: see [`RunningServer::tcp_addr`]. Default: none.
    #[must_use]
    pub const fn tcp(mut self, port: u16) -> Self {
        self.tcp = Some(port);
        self
    }

    /// How SockJS, at `/sockjs`, behaves: see [`SockJs`].
    #[must_use]
    pub fn sockjs(mut self, sockjs: SockJs) -> Self {
        self.sockjs = sockjs;
        self
    }

    /// Whether to serve the test endpoints of the SockJS protocol too: `/echo`, `/close`, `/disabled_websocket_echo` and
    /// `/cookie_needed_echo`. Default: no.
    #[must_use]
    pub const fn sockjs_test_endpoints(mut self, serve: bool) -> Self {
        self.sockjs_test_endpoints = serve;
        self
    }

    /// A directory of files to serve at `/`. Default: none, and a page that says what is running where.
    #[must_use]
    pub fn www(mut self, dir: impl Into<PathBuf>) -> Self {
        self.www = Some(dir.into());
        self
    }

    /// A directory of files to serve at `/pkg/`. Default: none.
    #[must_use]
    pub fn pkg(mut self, dir: impl Into<PathBuf>) -> Self {
        self.pkg = Some(dir.into());
        self
    }

    /// Whether to publish made-up prices to `/topic/prices.<SYMBOL>`, about 160 a second. Default: no.
    #[must_use]
    pub const fn feed(mut self, feed: bool) -> Self {
        self.feed = feed;
        self
    }

    /// Whether trouble can be ordered by HTTP at `/chaos`, from this machine. Default: no. Through
    /// [`RunningServer::chaos`] it always can.
    #[must_use]
    pub const fn chaos(mut self, chaos: bool) -> Self {
        self.chaos = chaos;
        self
    }

    /// Whether to remember what goes over the wire. Default: no; what
    /// [`TestServer::start`](crate::TestServer::start) starts does.
    #[must_use]
    pub const fn record(mut self, record: bool) -> Self {
        self.settings.record = record;
        self
    }

    /// Where random numbers begin. The same seed, the same numbers. Default: 1.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.settings.seed = seed;
        self
    }

    /// What the broker allows: see [`Settings`].
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// A user who may connect. With one or more, nobody else may. Default: none, and everybody may.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>, passcode: impl Into<String>) -> Self {
        self.settings.users.insert(name.into(), passcode.into());
        self
    }

    /// Has a function answer what is sent to an application destination, as `@MessageMapping` does in Spring.
    /// `/app/orders/**` stands for all that begin so. There is one at `/app/hello` already, which answers as the guide
    /// of Spring does.
    ///
    /// The function runs inside the broker, which waits for it: it must not block.
    ///
    /// ```
    /// use stomp_server::{Reply, Server};
    /// let server = Server::builder().on("/app/echo", |request| {
    ///     Reply::to("/topic/echo", request.headers.clone(), request.body.to_vec())
    /// });
    /// ```
    #[must_use]
    pub fn on(
        mut self,
        destination: impl Into<String>,
        handler: impl Fn(Request<'_>) -> Reply + Send + Sync + 'static,
    ) -> Self {
        self.handlers.add(destination.into(), handler);
        self
    }

    /// Listens. Once this returns, clients can connect.
    ///
    /// # Errors
    /// If the server cannot listen there, or a directory does not exist: see [`StartError`].
    pub async fn start(self) -> Result<RunningServer, StartError> {
        for dir in [&self.www, &self.pkg].into_iter().flatten() {
            if !dir.is_dir() {
                return Err(StartError::NoDirectory(dir.clone()));
            }
        }
        let (listener, addr) = listen(self.host, self.port).await?;
        let tcp = match self.tcp {
            Some(port) => Some(listen(self.host, port).await?),
            None => None,
        };
        let max_message = self.settings.frame_limits.frame;
        let patience = Duration::from_millis(self.settings.drain_timeout);
        let hub = Hub::with_handlers(self.settings, self.handlers);
        let site = Site {
            hub: hub.clone(),
            max_message,
            chaos: self.chaos,
            tcp: tcp.as_ref().map(|(_, addr)| *addr),
            sockjs: self.sockjs,
            sockjs_test_endpoints: self.sockjs_test_endpoints,
        };
        let router = http::router(site, self.www, self.pkg);
        let listener = listener.tap_io(|stream| {
            // Small frames must not wait for one another.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "cannot set TCP_NODELAY");
            }
        });
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let shutdown = Shutdown::new();
        let stop = shutdown.clone();
        let mut tasks = vec![
            tokio::spawn(hub.clone().run()),
            tokio::spawn(async move {
                let serving = axum::serve(listener, service).with_graceful_shutdown(async move { stop.said().await });
                if let Err(error) = serving.await {
                    tracing::error!(%error, "the HTTP server failed");
                }
            }),
        ];
        if self.feed {
            tasks.push(tokio::spawn(feed::run(hub.clone(), self.seed)));
        }
        let tcp_addr = tcp.as_ref().map(|(_, addr)| *addr);
        if let Some((listener, _)) = tcp {
            let (stop, serving) = (shutdown.clone(), tcp::serve(listener, Arc::new(hub.clone())));
            tasks.push(tokio::spawn(async move {
                tokio::select! {
                    () = serving => {}
                    () = stop.said() => {}
                }
            }));
        }
        tracing::info!(%addr, ?tcp_addr, "listening");
        Ok(RunningServer { addr, tcp_addr, hub, shutdown, patience, tasks })
    }
}

async fn listen(host: IpAddr, port: u16) -> Result<(TcpListener, SocketAddr), StartError> {
    let addr = SocketAddr::new(host, port);
    let listen_error = |source| StartError::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(listen_error)?;
    let addr = listener.local_addr().map_err(listen_error)?;
    Ok((listener, addr))
}

/// A server that runs until it is [`shutdown`](Self::shutdown) or dropped.
#[derive(Debug)]
#[must_use = "the server stops when this is dropped"]
pub struct RunningServer {
    addr: SocketAddr,
    tcp_addr: Option<SocketAddr>,
    hub: Hub,
    shutdown: Shutdown,
    patience: Duration,
    tasks: Vec<JoinHandle<()>>,
}

impl RunningServer {
    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Where it listens for STOMP over plain TCP, if it does.
    #[must_use]
    pub const fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// The address of the page, such as `http://127.0.0.1:8080/`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/", self.addr)
    }

    /// The address for STOMP clients, such as `ws://127.0.0.1:8080/ws`.
    #[must_use]
    pub fn ws_url(&self) -> String {
        format!("ws://{}/ws", self.addr)
    }

    /// The address for SockJS clients, such as `http://127.0.0.1:8080/sockjs`.
    #[must_use]
    pub fn sockjs_url(&self) -> String {
        format!("http://{}/sockjs", self.addr)
    }

    /// The broker.
    #[must_use]
    pub const fn hub(&self) -> &Hub {
        &self.hub
    }

    /// What happened so far, in numbers.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.hub.metrics()
    }

    /// Makes trouble, and says to how many connections.
    ///
    /// # Errors
    /// In words, if there is no such connection or token.
    pub fn chaos(&self, chaos: Chaos) -> Result<usize, String> {
        self.hub.chaos(chaos)
    }

    /// Stops: nobody new is let in; clients get what waits for them, receipts above all, and then a close.
    pub async fn shutdown(mut self) {
        self.shutdown.say();
        self.hub.shut_down(self.patience).await;
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.shutdown.say();
        self.hub.cut_all();
        for task in &self.tasks {
            task.abort();
        }
    }
}
