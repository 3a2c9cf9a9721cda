//! Who may connect, where to, and what they may do there.

use stomp_wasm::frame::{FrameRef, Headers};

use super::close::Violation;
use super::connection::Session;
use super::{Broker, ConnId};

/// What somebody may do with destinations that begin alike.
///
/// Without any permission everybody may do everything; with one or more, only what one of them permits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The user; `None` for everybody.
    pub user: Option<String>,
    /// Whether they may subscribe.
    pub read: bool,
    /// Whether they may send.
    pub write: bool,
    /// How the destinations begin, such as `/topic/public.`.
    pub prefix: String,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Who connected.
#[derive(Debug, Default)]
pub(super) struct Identity {
    /// The name, if they gave one, or their token has one.
    pub(super) user: Option<String>,
    pub(super) token: Option<String>,
}

impl Broker {
    /// "`login`: The user identifier used to authenticate against a secured STOMP server. `passcode`: The password used
    /// to authenticate against a secured STOMP server." (STOMP 1.2, CONNECT or STOMP Frame)
    pub(super) fn authenticate(&self, frame: FrameRef<'_>) -> Result<Identity, Violation> {
        let login = frame.headers.get("login");
        if let Some(token) = self.token(frame.headers) {
            if let Some(user) = self.settings.tokens.get(token) {
                return Ok(Identity { user: Some(user.clone()), token: Some(token.to_owned()) });
            }
            if !self.settings.tokens.is_empty() {
                let detail =
                    format!("The token in the header {} is unknown or has expired.", self.settings.token_header);
                return Err(Violation::refused("access refused", detail));
            }
        }
        if self.settings.users.is_empty() && self.settings.tokens.is_empty() {
            return Ok(Identity { user: login.map(str::to_owned), token: None });
        }
        let passcode = frame.headers.get("passcode").unwrap_or_default();
        match login {
            Some(login) if self.settings.users.get(login).is_some_and(|known| known == passcode) => {
                Ok(Identity { user: Some(login.to_owned()), token: None })
            }
            // Which of the two was wrong is nobody's business.
            _ => Err(Violation::refused("access refused", self.wanted())),
        }
    }

    fn wanted(&self) -> String {
        let token = format!("a token in the header {}", self.settings.token_header);
        match (self.settings.users.is_empty(), self.settings.tokens.is_empty()) {
            (true, _) => format!("Send {token} with CONNECT."),
            (false, true) => "Send a user's name in the header login and the right passcode with CONNECT.".to_owned(),
            (false, false) => format!("Send {token}, or a user's login and passcode, with CONNECT."),
        }
    }

    /// The token of a `CONNECT`. Whether a header is spelt `Authorization` or `authorization` is not worth an evening.
    fn token<'h>(&self, headers: &'h Headers) -> Option<&'h str> {
        let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(&self.settings.token_header))?;
        let bearer = value.get(..7).filter(|start| start.eq_ignore_ascii_case("bearer "));
        Some(bearer.and_then(|start| value.get(start.len()..)).unwrap_or(value).trim())
    }

    /// Forgets a token: nobody can connect with it any more, and who did gets an `ERROR`. `false` if there is no such
    /// token.
    pub fn expire_token(&mut self, now: u64, token: &str) -> bool {
        let known = self.settings.tokens.remove(token).is_some();
        for id in self.connections() {
            if self.session(id).is_some_and(|session| session.identity.token.as_deref() == Some(token)) {
                self.fail(now, id, Violation::refused("token expired", "Get a new token and connect with that."), None);
            }
        }
        known
    }

    /// "If this header does not match a known virtual host, servers supporting virtual hosting MAY select a default
    /// virtual host or reject the connection." (STOMP 1.2, CONNECT or STOMP Frame): whoever names none, as many clients
    /// do, gets the first; an unknown name is rejected. Without virtual hosts, every name is the same one.
    pub(super) fn virtual_host(&self, frame: FrameRef<'_>) -> Result<usize, Violation> {
        let hosts = &self.settings.vhosts;
        let Some(host) = frame.headers.get("host").filter(|_| !hosts.is_empty()) else { return Ok(0) };
        hosts.iter().position(|known| known == host).ok_or_else(|| {
            Violation::refused("unknown virtual host", format!("There is no virtual host '{host}' on this server."))
        })
    }

    /// By which name `/user/` destinations of a connection go: the user's, or one that nobody can log in with.
    pub(super) fn user_key(&self, id: ConnId) -> String {
        let user = self.session(id).and_then(Session::user);
        user.map_or_else(|| format!("session#{id}"), str::to_owned)
    }

    pub(super) fn check_access(&self, id: ConnId, access: Access, destination: &str) -> Result<(), Violation> {
        let permissions = &self.settings.permissions;
        if permissions.is_empty() {
            return Ok(());
        }
        let user = self.session(id).and_then(Session::user);
        let permitted = permissions.iter().any(|permission| {
            (permission.user.is_none() || permission.user.as_deref() == user)
                && destination.starts_with(&permission.prefix)
                && match access {
                    Access::Read => permission.read,
                    Access::Write => permission.write,
                }
        });
        if permitted {
            return Ok(());
        }
        let doing = match access {
            Access::Read => "subscribe",
            Access::Write => "send",
        };
        let who = user.map_or("A client without a name".to_owned(), |name| format!("The user '{name}'"));
        Err(Violation::refused("access refused", format!("{who} may not {doing} to '{destination}'.")))
    }
}

impl Session {
    pub(super) fn user(&self) -> Option<&str> {
        self.identity.user.as_deref()
    }
}
