//! The versions of the protocol, and the set of them that a party offers.

use super::{cut, trim_spaces};

/// A version of the STOMP protocol.
///
/// Ordered: `Version::V1_0 < Version::V1_2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// [STOMP 1.0](https://stomp.github.io/stomp-specification-1.0.html): no escaping, no heart-beats, no `NACK`.
    V1_0,
    /// [STOMP 1.1](https://stomp.github.io/stomp-specification-1.1.html): heart-beats, `NACK`, escaping of `\n`, `:`, `\`.
    V1_1,
    /// [STOMP 1.2](https://stomp.github.io/stomp-specification-1.2.html): CRLF line ends, the `ack` header, escaping of `\r`.
    V1_2,
}

impl Version {
    /// Every version, in increasing order.
    pub const ALL: [Self; 3] = [Self::V1_0, Self::V1_1, Self::V1_2];

    /// The version as the `version` header spells it, such as `"1.2"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_0 => "1.0",
            Self::V1_1 => "1.1",
            Self::V1_2 => "1.2",
        }
    }

    /// The WebSocket subprotocol of the version, such as `"v12.stomp"`.
    #[must_use]
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::V1_0 => "v10.stomp",
            Self::V1_1 => "v11.stomp",
            Self::V1_2 => "v12.stomp",
        }
    }

    /// Reads a `version` header. `None` for anything but `1.0`, `1.1` and `1.2`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.as_str() == text)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The set of versions that a party offers.
///
/// ```
/// use stomp_wasm::frame::{Version, Versions};
/// let versions = Versions::from_accept_version("1.1,1.2,2.0");
/// assert!(versions.contains(Version::V1_2) && !versions.contains(Version::V1_0));
/// assert_eq!(versions.accept_version(), "1.1,1.2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions(u8);

impl Versions {
    /// All three versions: the default.
    pub const ALL: Self = Self(0b111);
    /// No version at all; useful to start a set from.
    pub const NONE: Self = Self(0);

    /// The set with one more version.
    #[must_use]
    pub const fn with(self, version: Version) -> Self {
        Self(self.0 | 1 << version as u8)
    }

    /// Whether the set holds the version.
    #[must_use]
    pub const fn contains(self, version: Version) -> bool {
        self.0 & (1 << version as u8) != 0
    }

    /// Whether the set holds no version; such a client cannot connect.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The versions in increasing order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Version> {
        Version::ALL.into_iter().filter(move |version| self.contains(*version))
    }

    /// The highest version that both sets hold: what "Protocol Negotiation" calls for.
    #[must_use]
    pub fn highest_common(self, other: Self) -> Option<Version> {
        Self(self.0 & other.0).iter().next_back()
    }

    /// Reads an `accept-version` header; versions nobody here speaks are passed over.
    #[must_use]
    pub fn from_accept_version(text: &str) -> Self {
        let mut versions = Self::NONE;
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (part, tail) = cut(text, b',').map_or((text, None), |(part, tail)| (part, Some(tail)));
            versions = Version::parse(trim_spaces(part)).map_or(versions, |version| versions.with(version));
            rest = tail;
        }
        versions
    }

    /// The `accept-version` header of the set.
    ///
    /// "It SHOULD be set to a comma separated list of incrementing STOMP protocol versions that the client supports."
    /// (Protocol Negotiation)
    #[must_use]
    pub fn accept_version(self) -> String {
        let mut text = String::new();
        for version in self.iter() {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(version.as_str());
        }
        text
    }

    /// The WebSocket subprotocols of the set, the best first, since a server takes the first that it knows.
    pub fn subprotocols(self) -> impl Iterator<Item = &'static str> {
        self.iter().rev().map(Version::subprotocol)
    }
}

impl Default for Versions {
    fn default() -> Self {
        Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn versions_are_listed_in_increasing_order() {
        assert_eq!(Versions::ALL.accept_version(), "1.0,1.1,1.2");
        assert_eq!(Versions::ALL.subprotocols().collect::<Vec<_>>(), ["v12.stomp", "v11.stomp", "v10.stomp"]);
    }

    #[test]
    fn the_highest_common_version_is_chosen() {
        let server = Versions::NONE.with(Version::V1_0).with(Version::V1_1);
        assert_eq!(Versions::ALL.highest_common(server), Some(Version::V1_1));
        assert_eq!(server.highest_common(Versions::NONE.with(Version::V1_2)), None);
        assert!(Versions::from_accept_version("2.0").is_empty());
    }
}
