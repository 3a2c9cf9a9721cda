//! What happened, in numbers.

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
