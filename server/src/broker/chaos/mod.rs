//! Misbehaving on command: whatever a client must survive, when a test wants it.

mod pipe;

use serde::{Deserialize, Serialize};

use super::close::{Close, How, Violation};
use super::random::Random;
use super::{Broker, ConnId, Outgoing};

pub(super) use pipe::{ConnChaos, Direction};

/// A piece of trouble. As JSON, `{"do":"drop","how":"reset"}` and the like.
///
/// Where there is a `conn`, it is the number of a connection (see [`Broker::describe`]); without it, all connections
/// are meant, and for what lasts, those to come as well. What lasts ends with [`Chaos::Calm`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Chaos {
    /// End connections.
    Drop {
        /// Which.
        conn: Option<u64>,
        /// In which way.
        #[serde(default)]
        how: DropHow,
        /// The close code of a clean close. Default: 1001.
        code: Option<u16>,
    },
    /// Turn new connections away for so many milliseconds.
    Refuse {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// Let everything arrive later. Lasts.
    Delay {
        /// Which.
        conn: Option<u64>,
        /// What is slow.
        #[serde(default)]
        direction: Way,
        /// So many milliseconds.
        ms: u64,
        /// And up to so many more, at random, but never out of order.
        #[serde(default)]
        jitter: u64,
    },
    /// Let no more than so many bytes through. Lasts.
    Throttle {
        /// Which.
        conn: Option<u64>,
        /// What is slow.
        #[serde(default)]
        direction: Way,
        /// Bytes in a second; 0 for no limit.
        bytes_per_second: u64,
    },
    /// Send no more heart-beats, though they were promised. Lasts.
    StopHeartBeats {
        /// Which.
        conn: Option<u64>,
    },
    /// Do what clients ask for, but send no receipts. Lasts.
    SwallowReceipts {
        /// Which.
        conn: Option<u64>,
    },
    /// Answer `CONNECT` in another way, from the next one on. Lasts.
    AnswerConnect {
        /// So many milliseconds late.
        #[serde(default)]
        late: u64,
        /// With this text, a whole frame without its NUL, such as `"CONNECTED\nversion:9.9\n\n"`.
        wrong: Option<String>,
        /// Not at all.
        #[serde(default)]
        never: bool,
    },
    /// Send an `ERROR`, and close.
    SendError {
        /// Which.
        conn: Option<u64>,
        /// The `message` header.
        message: String,
        /// The body.
        #[serde(default)]
        body: String,
    },
    /// Send these bytes as they are.
    SendRaw {
        /// Which.
        conn: Option<u64>,
        /// The bytes, as text.
        #[serde(default)]
        text: String,
        /// The bytes, as numbers, after the text.
        #[serde(default)]
        bytes: Vec<u8>,
    },
    /// Cut the next `MESSAGE` in the middle, and the connection with it.
    CutFrame {
        /// Which.
        conn: Option<u64>,
    },
    /// Deliver messages twice. Lasts.
    Duplicate {
        /// Which.
        conn: Option<u64>,
        /// How often: 1 is always, 0 never.
        probability: f64,
    },
    /// Deliver messages before the one they should follow. Lasts.
    Reorder {
        /// Which.
        conn: Option<u64>,
        /// How often: 1 is always, 0 never.
        probability: f64,
    },
    /// Forget a token, and send an `ERROR` to who connected with it.
    ExpireToken {
        /// The token.
        token: String,
    },
    /// Be as a broker that crashed and came back: all connections are gone.
    Restart {
        /// Whether what is in queues survives.
        #[serde(default)]
        keep_queues: bool,
        /// How long nobody can connect, in milliseconds.
        #[serde(default)]
        down: u64,
    },
    /// End all trouble that lasts.
    Calm,
}

/// How a connection is dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DropHow {
    /// What waits is sent, then comes the transport's farewell.
    #[default]
    Close,
    /// At once and without farewell: the end of the TCP stream.
    Cut,
    /// A TCP reset.
    Reset,
    /// The socket stays open, but nothing comes out of it, and nothing that comes in is heard.
    Silence,
}

/// A direction, as seen from the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From clients.
    In,
    /// To clients.
    Out,
    /// Both.
    #[default]
    Both,
}

/// How connections misbehave as long as it lasts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct Behaviour {
    silent: bool,
    delay: [(u64, u64); 2],
    rate: [u64; 2],
    no_heart_beats: bool,
    no_receipts: bool,
    connect_late: u64,
    connect_wrong: Option<String>,
    connect_never: bool,
    cut_next: bool,
    duplicate: f64,
    reorder: f64,
}

/// What lasts, beyond single connections.
#[derive(Debug)]
pub(super) struct State {
    /// For connections to come.
    behaviour: Behaviour,
    refuse_until: u64,
    random: Random,
}

impl State {
    pub(super) fn new(seed: u64) -> Self {
        Self { behaviour: Behaviour::default(), refuse_until: 0, random: Random::new(seed) }
    }

    pub(super) const fn refuses(&self, now: u64) -> bool {
        now < self.refuse_until
    }

    /// How a new connection misbehaves, if it does.
    pub(super) fn for_new(&self) -> Option<Box<ConnChaos>> {
        (self.behaviour != Behaviour::default()).then(|| Box::new(ConnChaos::new(self.behaviour.clone())))
    }
}

impl Broker {
    /// Makes trouble, and says to how many connections.
    ///
    /// # Errors
    /// In words, if there is no such connection or token.
    pub fn chaos(&mut self, now: u64, chaos: Chaos) -> Result<usize, String> {
        let affected = self.make_trouble(now, &chaos);
        tracing::info!(now, ?chaos, ?affected, "chaos");
        affected
    }

    fn make_trouble(&mut self, now: u64, chaos: &Chaos) -> Result<usize, String> {
        match chaos {
            Chaos::Drop { conn, how: DropHow::Silence, .. } => self.behave(*conn, true, |b| b.silent = true),
            Chaos::Drop { conn, how, code } => {
                let ids = self.chosen(*conn)?;
                for id in &ids {
                    self.drop_connection(now, *id, *how, code.unwrap_or(1001));
                }
                Ok(ids.len())
            }
            Chaos::Refuse { ms } => {
                self.chaos.refuse_until = now.saturating_add(*ms);
                Ok(0)
            }
            Chaos::Delay { conn, direction, ms, jitter } => self.behave(*conn, false, |b| {
                direction.each(|at| b.delay[at] = (*ms, *jitter));
            }),
            Chaos::Throttle { conn, direction, bytes_per_second } => self.behave(*conn, false, |b| {
                direction.each(|at| b.rate[at] = *bytes_per_second);
            }),
            Chaos::StopHeartBeats { conn } => self.behave(*conn, false, |b| b.no_heart_beats = true),
            Chaos::SwallowReceipts { conn } => self.behave(*conn, false, |b| b.no_receipts = true),
            Chaos::AnswerConnect { late, wrong, never } => self.behave(None, false, |b| {
                (b.connect_late, b.connect_wrong, b.connect_never) = (*late, wrong.clone(), *never);
            }),
            Chaos::SendError { conn, message, body } => {
                let ids = self.chosen(*conn)?;
                for id in &ids {
                    let violation = Violation::protocol(message.clone(), body.clone());
                    self.fail(now, *id, violation, None);
                }
                Ok(ids.len())
            }
            Chaos::SendRaw { conn, text, bytes } => {
                let ids = self.chosen(*conn)?;
                let raw: bytes::Bytes = [text.as_bytes(), bytes].concat().into();
                for id in &ids {
                    self.push(*id, Outgoing::bytes(raw.clone()));
                }
                Ok(ids.len())
            }
            Chaos::CutFrame { conn } => self.behave(*conn, true, |b| b.cut_next = true),
            Chaos::Duplicate { conn, probability } => self.behave(*conn, false, |b| b.duplicate = *probability),
            Chaos::Reorder { conn, probability } => self.behave(*conn, false, |b| b.reorder = *probability),
            Chaos::ExpireToken { token } => match self.expire_token(now, token) {
                true => Ok(0),
                false => Err("there is no such token".to_owned()),
            },
            Chaos::Restart { keep_queues, down } => Ok(self.restart(now, *keep_queues, *down)),
            Chaos::Calm => {
                self.chaos.refuse_until = 0;
                self.chaos.behaviour = Behaviour::default();
                self.behave(None, true, |b| *b = Behaviour::default())
            }
        }
    }

    /// Changes how connections behave; without a number, those to come too, unless only those of `now_only` are meant.
    fn behave(&mut self, conn: Option<u64>, now_only: bool, change: impl Fn(&mut Behaviour)) -> Result<usize, String> {
        let ids = self.chosen(conn)?;
        if conn.is_none() && !now_only {
            change(&mut self.chaos.behaviour);
        }
        for id in &ids {
            if let Some(conn) = self.conn_mut(*id) {
                change(conn.chaos.get_or_insert_with(Default::default).behaviour_mut());
            }
            // What waits may go on now.
            self.outputs.push_back(*id);
        }
        Ok(ids.len())
    }

    fn chosen(&self, conn: Option<u64>) -> Result<Vec<ConnId>, String> {
        let all = self.connections();
        let Some(number) = conn else { return Ok(all) };
        let one: Vec<_> = all.into_iter().filter(|id| id.number() == number).collect();
        if one.is_empty() { Err(format!("there is no connection {number}")) } else { Ok(one) }
    }

    fn drop_connection(&mut self, now: u64, id: ConnId, how: DropHow, code: u16) {
        match how {
            DropHow::Close => self.close(now, id, code, "dropped on command"),
            DropHow::Cut | DropHow::Silence => self.begin_cutting(now, id, How::Cut),
            DropHow::Reset => self.begin_cutting(now, id, How::Reset),
        }
    }

    fn begin_cutting(&mut self, now: u64, id: ConnId, how: How) {
        self.begin_closing(now, id, Close::new(1006, "cut on command"));
        self.cut(id, how);
    }

    fn restart(&mut self, now: u64, keep_queues: bool, down: u64) -> usize {
        let ids = self.connections();
        for id in &ids {
            self.begin_cutting(now, *id, How::Cut);
        }
        self.chaos.refuse_until = now.saturating_add(down);
        if !keep_queues {
            // All consumers are gone, so nothing but contents is lost with these.
            self.queues.clear();
            for space in &mut self.spaces {
                *space = super::Space::default();
            }
        }
        ids.len()
    }
}

impl Way {
    fn each(self, mut change: impl FnMut(usize)) {
        if self != Self::Out {
            change(Direction::In as usize);
        }
        if self != Self::In {
            change(Direction::Out as usize);
        }
    }
}
