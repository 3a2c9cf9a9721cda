//! Application destinations: code of the server that answers messages, as in Spring.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use stomp_wasm::frame::Headers;

use super::close::Violation;
use super::connection::Session;
use super::destination::Destination;
use super::{Broker, ConnId};

/// A message that was sent to an application destination.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Request<'a> {
    /// Where it was sent, such as `/app/hello`.
    pub destination: &'a str,
    /// Its headers.
    pub headers: &'a Headers,
    /// Its body.
    pub body: &'a [u8],
    /// The name of who sent it, if they have one.
    pub user: Option<&'a str>,
}

/// What a handler answers.
///
/// ```
/// use stomp_server::Reply;
/// let reply = Reply::json("/topic/greetings", &serde_json::json!({ "content": "Hello!" }));
/// let nothing = Reply::none();
/// let refusal = Reply::error("say who you are");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reply {
    messages: Vec<(String, Headers, Bytes)>,
    error: Option<String>,
}

impl Reply {
    /// No answer.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A message to a destination, such as a topic that the client reads, or `/user/NAME/queue/x` for one user.
    #[must_use]
    pub fn to(destination: impl Into<String>, headers: Headers, body: impl Into<Bytes>) -> Self {
        Self { messages: vec![(destination.into(), headers, body.into())], error: None }
    }

    /// A JSON message to a destination.
    #[must_use]
    pub fn json(destination: impl Into<String>, value: &serde_json::Value) -> Self {
        let headers = Headers::from_iter([("content-type", "application/json")]);
        Self::to(destination, headers, value.to_string())
    }

    /// An `ERROR` to who sent the message, and the end of their connection.
    #[must_use]
    pub fn error(detail: impl Into<String>) -> Self {
        Self { messages: Vec::new(), error: Some(detail.into()) }
    }

    /// The messages of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.messages.extend(other.messages);
        self.error = self.error.or(other.error);
        self
    }
}

type Handler = Arc<dyn Fn(Request<'_>) -> Reply + Send + Sync>;

/// The handlers by destination.
#[derive(Clone, Default)]
pub(crate) struct Handlers(Vec<(String, Handler)>);

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(destination, _)| destination)).finish()
    }
}

impl Handlers {
    /// The handler of the destination: the last that was registered for it, or for `**` above it.
    fn find(&self, destination: &str) -> Option<Handler> {
        let fits = |pattern: &str| match pattern.strip_suffix("**") {
            Some(prefix) => destination.starts_with(prefix),
            None => pattern == destination,
        };
        self.0.iter().rev().find(|(pattern, _)| fits(pattern)).map(|(_, handler)| Arc::clone(handler))
    }

    pub(crate) fn add(&mut self, destination: String, handler: impl Fn(Request<'_>) -> Reply + Send + Sync + 'static) {
        self.0.push((destination, Arc::new(handler)));
    }
}

impl Broker {
    /// Has a function answer what is sent to an application destination. `/app/orders/**` stands for all that begin so.
    ///
    /// The function runs inside the broker, which waits for it: it must not block. If it panics, the client gets an
    /// `ERROR`.
    pub fn on(&mut self, destination: &str, handler: impl Fn(Request<'_>) -> Reply + Send + Sync + 'static) {
        self.handlers.add(destination.to_owned(), handler);
    }

    pub(crate) fn set_handlers(&mut self, handlers: Handlers) {
        self.handlers = handlers;
    }

    pub(super) fn answer(
        &mut self,
        now: u64,
        space: usize,
        destination: &str,
        headers: &Headers,
        body: &[u8],
        sender: Option<ConnId>,
    ) -> Result<(), Violation> {
        let Some(handler) = self.handlers.find(destination) else {
            return Err(Violation::protocol(
                "no handler",
                format!("Nothing on this server answers '{destination}'. Register a handler with Server::on."),
            ));
        };
        let user = sender.and_then(|id| self.session(id)).and_then(Session::user).map(str::to_owned);
        let request = Request { destination, headers, body, user: user.as_deref() };
        let reply = catch_unwind(AssertUnwindSafe(|| handler(request)))
            .unwrap_or_else(|_| Reply::error(format!("The handler of '{destination}' panicked.")));
        for (to, headers, body) in reply.messages {
            // An answer to another handler could go on for ever.
            if to.starts_with("/app/") {
                return Err(Violation::protocol("reply to a handler", format!("A handler may not reply to '{to}'.")));
            }
            // The server sends this, whatever the client may: but "their own" is the client's.
            let own = match (to.strip_prefix("/user/"), Destination::parse(&to, usize::MAX), sender) {
                (Some(path), Ok(Destination::User { name: None, .. }), Some(id)) => {
                    Some(format!("/user/{}/{path}", self.user_key(id)))
                }
                _ => None,
            };
            self.route(now, space, own.as_deref().unwrap_or(&to), &headers, body, None)?;
        }
        match reply.error {
            Some(detail) => Err(Violation::protocol("message refused", detail)),
            None => Ok(()),
        }
    }
}

/// What the well-known guide "Using WebSocket to build an interactive web application" of Spring answers: to
/// `{"name":"x"}` on `/app/hello`, `{"content":"Hello, x!"}` on `/topic/greetings`.
pub(crate) fn hello(request: Request<'_>) -> Reply {
    #[derive(serde::Deserialize)]
    struct HelloMessage {
        name: Option<String>,
    }
    match serde_json::from_slice::<HelloMessage>(request.body) {
        Ok(HelloMessage { name }) => {
            // The guide escapes, since its page puts the text into HTML.
            let name = escape_html(name.as_deref().unwrap_or("null"));
            Reply::json("/topic/greetings", &serde_json::json!({ "content": format!("Hello, {name}!") }))
        }
        Err(error) => Reply::error(format!("/app/hello wants a body such as {{\"name\":\"x\"}}: {error}.")),
    }
}

fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
