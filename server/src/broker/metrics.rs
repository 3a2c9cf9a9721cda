//! What happened, in numbers.

use std::fmt::Write;

/// Counts since the start, and the present state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Metrics {
    /// Connections now.
    pub connections: u64,
    /// Subscriptions now.
    pub subscriptions: u64,
    /// Queues now.
    pub queues: u64,
    /// Messages in queues now, without those handed out and not yet acknowledged.
    pub queued_messages: u64,
    /// Connections that were taken in.
    pub connections_opened: u64,
    /// Connections that ended.
    pub connections_closed: u64,
    /// Connections that were one too many.
    pub connections_refused: u64,
    /// Bytes from clients.
    pub bytes_received: u64,
    /// Frames from clients.
    pub frames_received: u64,
    /// Frames to clients, heart-beats included.
    pub frames_sent: u64,
    /// Messages that clients and the server itself sent.
    pub messages_published: u64,
    /// Messages put on their way to a subscription.
    pub messages_delivered: u64,
    /// Messages acknowledged.
    pub messages_acked: u64,
    /// Messages refused by their consumer.
    pub messages_nacked: u64,
    /// Messages that went back to a queue, for whatever reason.
    pub messages_requeued: u64,
    /// Messages dropped because a topic's subscriber read too slowly.
    pub messages_dropped_slow: u64,
    /// Consumers disconnected because they read too slowly.
    pub slow_consumers_disconnected: u64,
    /// `ERROR` frames sent.
    pub errors_sent: u64,
    /// Connections ended because their heart-beats stopped.
    pub heart_beats_missed: u64,
}

impl Metrics {
    /// The metrics in the text format of Prometheus, version 0.0.4.
    #[must_use]
    pub fn to_prometheus(&self) -> String {
        let mut out = String::new();
        let mut line = |kind: &str, name: &str, help: &str, value: u64| {
            let name = if kind == "counter" { format!("stomp_{name}_total") } else { format!("stomp_{name}") };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
        };
        line("gauge", "connections", "Connections now.", self.connections);
        line("gauge", "subscriptions", "Subscriptions now.", self.subscriptions);
        line("gauge", "queues", "Queues now.", self.queues);
        line("gauge", "queued_messages", "Messages in queues now.", self.queued_messages);
        line("counter", "connections_opened", "Connections taken in.", self.connections_opened);
        line("counter", "connections_closed", "Connections ended.", self.connections_closed);
        line("counter", "connections_refused", "Connections turned away.", self.connections_refused);
        line("counter", "bytes_received", "Bytes from clients.", self.bytes_received);
        line("counter", "frames_received", "Frames from clients.", self.frames_received);
        line("counter", "frames_sent", "Frames to clients, heart-beats included.", self.frames_sent);
        line("counter", "messages_published", "Messages sent by clients and server.", self.messages_published);
        line("counter", "messages_delivered", "Messages handed to subscriptions.", self.messages_delivered);
        line("counter", "messages_acked", "Messages acknowledged.", self.messages_acked);
        line("counter", "messages_nacked", "Messages refused by consumers.", self.messages_nacked);
        line("counter", "messages_requeued", "Messages that went back to a queue.", self.messages_requeued);
        line("counter", "messages_dropped_slow", "Messages dropped for slow readers.", self.messages_dropped_slow);
        let slow = self.slow_consumers_disconnected;
        line("counter", "slow_consumers_disconnected", "Consumers disconnected for reading slowly.", slow);
        line("counter", "errors_sent", "ERROR frames sent.", self.errors_sent);
        line("counter", "heart_beats_missed", "Connections whose heart-beats stopped.", self.heart_beats_missed);
        out
    }
}
