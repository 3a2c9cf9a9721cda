//! The built-in feed: prices that walk at random, so that there is something to look at.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use stomp_wasm::frame::Headers;
use tokio::time::MissedTickBehavior;

use crate::broker::Random;
use crate::net::Hub;

const SYMBOLS: [(&str, f64); 8] = [
    ("ACME", 120.0),
    ("GLOBEX", 64.5),
    ("INITECH", 31.2),
    ("UMBRELLA", 87.9),
    ("HOOLI", 243.1),
    ("STARK", 512.4),
    ("WAYNE", 398.8),
    ("CYBERDYNE", 12.3),
];
/// Every symbol has a price so often.
const INTERVAL: Duration = Duration::from_millis(50);

#[derive(Debug, Serialize)]
struct Price<'a> {
    symbol: &'a str,
    /// Rounded to hundredths, as is `change`.
    price: f64,
    /// Since the feed began.
    change: f64,
    /// Milliseconds since 1970.
    time: u128,
    /// Counts from 1 for each symbol.
    seq: u64,
}

/// Publishes a price of each symbol to `/topic/prices.<SYMBOL>` about twenty times a second, for ever.
pub(crate) async fn run(hub: Hub, seed: u64) {
    let mut random = Random::new(seed);
    let headers = Headers::from_iter([("content-type", "application/json")]);
    let mut symbols = SYMBOLS.map(|(symbol, start)| (symbol, format!("/topic/prices.{symbol}"), start, start));
    let mut interval = tokio::time::interval(INTERVAL / SYMBOLS.len() as u32);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for seq in 1.. {
        // One after the other, not all at once, so that the stream is even.
        for (symbol, destination, start, price) in &mut symbols {
            interval.tick().await;
            *price = (*price * (1.0 + 0.002 * (2.0 * random.unit() - 1.0))).max(0.01);
            let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
            let (rounded, change) = (hundredths(*price), hundredths(*price - *start));
            let body = serde_json::to_vec(&Price { symbol, price: rounded, change, time, seq });
            if let Err(error) =
                body.map_err(|error| error.to_string()).and_then(|b| hub.publish(destination, &headers, b))
            {
                tracing::warn!(%error, "the feed could not publish a price");
            }
        }
    }
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
