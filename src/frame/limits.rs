//! How much a decoder takes, and which faults of real brokers it forgives.

/// How much of a peer's data is taken before the connection is given up.
///
/// "Implementations may impose implementation-specific limits on unconstrained inputs, e.g. to prevent denial of
/// service attacks, to guard against running out of memory" (STOMP 1.2, Conformance). What is over a limit is an error
/// before the memory for it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The number of headers of one frame. Default: 1,000.
    pub headers: usize,
    /// The length of one header line, without its line end, in bytes. Default: 64 KiB, which holds large tokens.
    pub header_line: usize,
    /// The length of a body, in bytes. Default: 32 MiB.
    pub body: usize,
    /// The length of a whole frame, from its command to the last byte of its body, in bytes. Default: 33 MiB. A decoder
    /// takes at most this much memory, and as much again for headers, whose room grows ahead of them.
    pub frame: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { headers: 1_000, header_line: 64 << 10, body: 32 << 20, frame: 33 << 20 }
    }
}

/// Faults of real peers that are forgiven if asked for. All are off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leniency {
    /// Spaces around header names and values of STOMP 1.0 are cut off, as in the examples of its specification
    /// (`login: <username>`). From 1.1 on, "clients and servers MUST never trim or pad headers with spaces".
    pub trim_1_0_padding: bool,
    /// CRLF line ends are taken in STOMP 1.0 and 1.1 too, where the line end is LF alone.
    pub crlf_before_1_2: bool,
    /// A frame whose final NUL is missing at the end of a WebSocket message is taken as complete. React Native cuts
    /// the NUL off: this is stomp.js's `appendMissingNULLonIncoming`. Needs [`Decoder::end_of_message`].
    ///
    /// [`Decoder::end_of_message`]: crate::frame::Decoder::end_of_message
    pub missing_final_nul: bool,
}
