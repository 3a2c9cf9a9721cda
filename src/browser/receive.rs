//! Taking what the socket gave.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::driver::Driver;
use super::plain::Given;
use super::unread::Unread;
use crate::frame::Headers;
use crate::session::{Data, SubscriptionKey};

/// A message whose body has not been read.
pub(crate) struct Received {
    pub(crate) subscription: SubscriptionKey,
    pub(crate) headers: Headers,
    pub(crate) body: Unread,
}

/// How many frames of one message of the socket go the short way at most: they wait together to be delivered, where
/// those on the long way are decoded one by one.
const MOST: usize = 64;

impl Driver {
    /// Takes a message of the socket: text, an `ArrayBuffer`, or what else a `Uint8Array` is made of. The bodies of
    /// everyday messages stay where they are; what is short is copied.
    pub(crate) fn receive(self: &Rc<Self>, data: JsValue) {
        let given = Given::new(data);
        let mut start = 0;
        let mut messages = Vec::new();
        while start < given.length && !given.is_short() && messages.len() < MOST {
            let Some((message, end)) = self.everyday(&given, start) else { break };
            messages.push(message);
            start = end;
        }
        let rest = (start < given.length || given.length == 0).then(|| given.rest(start));
        // From here on it makes no difference whether it was text.
        self.take(messages, rest.as_deref().map(Data::Binary));
    }

    /// The everyday message that begins there, and where its frame ends.
    fn everyday(self: &Rc<Self>, given: &Given, start: u32) -> Option<(Received, u32)> {
        let block = given.block(start)?;
        let head = self.short_way(|session, now| session.plain_head(now, &block))?;
        let (body, end) = given.body(start, head.block.length, head.block.content_length)?;
        Some((Received { subscription: head.subscription, headers: head.headers(&block)?, body }, end))
    }
}
