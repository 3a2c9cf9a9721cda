//! Waiting for time to pass.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use gloo_timers::callback::Timeout;

use super::IN_BROWSER;
use super::slot::Slot;

/// Is ready when the time is over; dropping it takes the timer away.
pub(super) struct Sleep {
    slot: Rc<Slot<()>>,
    _timeout: Timeout,
}

impl Sleep {
    pub(super) fn new(time: Duration) -> Self {
        let slot = Slot::new();
        let fill = Rc::clone(&slot);
        Self { slot, _timeout: Timeout::new(browser_ms(time), move || fill.fill(())) }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        self.slot.poll(context)
    }
}

/// A deadline that is armed when it is first looked at. `None` never comes.
pub(super) struct Deadline {
    pub(super) after: Option<Duration>,
    sleep: Option<Sleep>,
}

impl Deadline {
    pub(super) const fn new(after: Option<Duration>) -> Self {
        Self { after, sleep: None }
    }

    /// The time that has passed in vain, once it has.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Duration> {
        let Some(after) = self.after.filter(|_| IN_BROWSER) else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Sleep::new(after));
        Pin::new(sleep).poll(context).map(|()| after)
    }
}

/// A duration in the ms that a browser can count: at most 24 days.
pub(super) fn browser_ms(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(i32::MAX as u32)
}

/// A duration in ms.
pub(super) fn ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
