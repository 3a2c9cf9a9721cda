//! What is too much, and is refused before it is kept.

use super::super::DecodeError;
use super::super::Version;
use super::super::command::{MAX_COMMAND, is_command_byte};
use super::{Decoder, State};

impl Decoder {
    /// Refuses what will be too long before it is kept, at the byte that makes it so however the bytes came.
    pub(super) fn check_line_length(&self, piece: &[u8]) -> Result<(), DecodeError> {
        let length = self.partial.len() + piece.len();
        if self.state == State::Command {
            // A CR at the end is not of the command, and nothing but the LF may follow it.
            let text = piece.strip_suffix(b"\r").unwrap_or(piece);
            let one_word = text.iter().all(|byte| is_command_byte(*byte));
            let after_cr = self.partial.last() == Some(&b'\r') && !piece.is_empty();
            return if one_word && !after_cr && length <= MAX_COMMAND + 1 {
                Ok(())
            } else {
                Err(DecodeError::InvalidCommand)
            };
        }
        // One more than the limit may be there before the LF: the CR of the line end.
        if length > self.limits.header_line + 1 {
            return Err(DecodeError::HeaderLineTooLong { limit: self.limits.header_line });
        }
        Ok(())
    }

    /// Refuses a body that must not be there, or that is too long. Which limit is named does not depend on how much of
    /// the body came at once: it is the one that is reached first.
    pub(super) fn check_body(&self, length: usize) -> Result<(), DecodeError> {
        // STOMP 1.0 only says of one frame that its body is ignored; from 1.1 on a body is refused.
        if length > 0 && !self.command.may_have_body() && self.version != Some(Version::V1_0) {
            return Err(DecodeError::BodyNotAllowed);
        }
        let room = self.room();
        if length > room && room < self.limits.body {
            return Err(DecodeError::FrameTooLong { limit: self.limits.frame });
        }
        if length > self.limits.body {
            return Err(DecodeError::BodyTooLong { limit: self.limits.body });
        }
        Ok(())
    }

    /// How many bytes the frame may still have.
    pub(super) const fn room(&self) -> usize {
        self.limits.frame.saturating_sub(self.taken)
    }

    /// Keeps a piece of what can grow to `most` bytes. A vector by itself grows to twice what it holds, which for a
    /// body near its limit would be twice the limit.
    pub(super) fn keep(&mut self, piece: &[u8], most: usize) {
        let length = self.partial.len() + piece.len();
        if length > self.partial.capacity() {
            let capacity = length.max(self.partial.capacity() * 2).min(most.max(length));
            self.partial.reserve_exact(capacity - self.partial.len());
        }
        self.partial.extend_from_slice(piece);
    }

    pub(super) fn take(&mut self, bytes: usize) -> Result<(), DecodeError> {
        self.taken = self.taken.saturating_add(bytes);
        if self.taken > self.limits.frame {
            return Err(DecodeError::FrameTooLong { limit: self.limits.frame });
        }
        Ok(())
    }
}
