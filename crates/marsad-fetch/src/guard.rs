//! Addresses within a machine or a house are not fetched: a feed must not make us ask what only we can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Marks the error with which a private address is refused.
pub const PRIVATE: &str = "the address is a private one";

/// Finds the addresses of names and keeps the public ones. It looks at the very addresses that are connected to, so that
/// a name that first leads here and then there gains nothing.
#[derive(Debug)]
pub struct Guard {
    pub allow_private: bool,
    pub inner: DefaultResolver,
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        // A proxy is the user's own choice, and stands in the house as a rule.
        let proxy = config.proxy().is_some_and(|p| p.uri().authority() == uri.authority());
        if self.allow_private || proxy {
            return Ok(found);
        }
        let mut public = self.empty();
        for address in found.iter().filter(|a| !private(a.ip())) {
            public.push(*address);
        }
        if public.is_empty() { Err(ureq::Error::Io(std::io::Error::other(PRIVATE))) } else { Ok(public) }
    }
}

/// Whether an address is none of the public internet's.
pub fn private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => private_v4(v4),
        IpAddr::V6(v6) => private_v6(v6),
    }
}

fn private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        // This network, providers' own, protocols', benchmarks', and what is reserved with the broadcast.
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a, b, c) == (192, 0, 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240
}

fn private_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    // Addresses that carry one of the older kind: mapped, compatible, translated (RFC 6052), 6to4.
    let last = Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7]));
    let carried = match s {
        [0, 0, 0, 0, 0, 0xFFFF, ..] | [0x64, 0xFF9B, 0, 0, 0, 0, ..] => Some(last),
        [0, 0, 0, 0, 0, 0, high, _] if high != 0 => Some(last),
        [0x2002, high, low, ..] => Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low))),
        _ => None,
    };
    carried.map_or_else(
        || address.is_loopback() || address.is_unspecified() || address.is_multicast() || address.is_unique_local() || address.is_unicast_link_local() || s[0] & 0xFFC0 == 0xFEC0,
        private_v4,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_in_every_dress() {
        for address in ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"] {
            assert!(private(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8"] {
            assert!(!private(address.parse().unwrap()), "{address}");
        }
    }
}
