//! The table of prices, and the line of the chart.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;

/// Where prices are published.
pub const PRICES: &str = "/topic/prices.*";

/// How many prices of a symbol are on the chart, and how many symbols there may be.
const HISTORY: usize = 120;
const SYMBOLS: usize = 50;

/// A price, as the feed of `stomp-server` publishes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Price {
    /// Of what.
    pub symbol: String,
    /// How much.
    pub price: f64,
}

/// The last prices of a symbol, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    prices: VecDeque<f64>,
    /// How many prices there have been.
    pub count: u64,
}

impl Series {
    /// The last price.
    #[must_use]
    pub fn last(&self) -> f64 {
        self.prices.back().copied().unwrap_or_default()
    }

    /// How much the last price is above the first on the chart, in percent.
    #[must_use]
    pub fn change(&self) -> f64 {
        let first = self.prices.front().copied().unwrap_or_default();
        if first == 0.0 { 0.0 } else { (self.last() / first - 1.0) * 100.0 }
    }

    /// The points of an SVG `polyline` in a box of that size.
    #[must_use]
    pub fn points(&self, width: f64, height: f64) -> String {
        let (low, high) = self.prices.iter().fold((f64::MAX, f64::MIN), |(low, high), price| (low.min(*price), high.max(*price)));
        let scale = if high > low { height / (high - low) } else { 0.0 };
        let step = width / (HISTORY - 1) as f64;
        let start = width - step * self.prices.len().saturating_sub(1) as f64;
        let point = |(n, price): (usize, &f64)| format!("{:.1},{:.1}", start + step * n as f64, height - (price - low) * scale);
        self.prices.iter().enumerate().map(point).collect::<Vec<_>>().join(" ")
    }
}

/// The last prices by symbol.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prices(BTreeMap<String, Series>);

impl Prices {
    /// Takes a price.
    pub fn take(&mut self, price: Price) {
        if !price.price.is_finite() || self.0.len() >= SYMBOLS && !self.0.contains_key(&price.symbol) {
            return;
        }
        let series = self.0.entry(price.symbol).or_default();
        series.prices.push_back(price.price);
        if series.prices.len() > HISTORY {
            series.prices.pop_front();
        }
        series.count += 1;
    }

    /// All symbols with their prices.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Series)> {
        self.0.iter().map(|(symbol, series)| (symbol.as_str(), series))
    }

    /// How many prices there have been.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.values().map(|series| series.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_fits_its_box() {
        let mut prices = Prices::default();
        for n in 0..200_u32 {
            prices.take(Price { symbol: "A".into(), price: f64::from(n) });
        }
        prices.take(Price { symbol: "A".into(), price: f64::NAN });
        assert_eq!(prices.count(), 200);
        let (_, series) = prices.iter().next().unwrap();
        assert_eq!(series.last(), 199.0);
        let points = series.points(100.0, 40.0);
        assert!(points.starts_with("0.0,40.0 ") && points.ends_with(" 100.0,0.0"), "{points}");
        assert_eq!(Series::default().points(1.0, 1.0), "");
    }
}
