//! Who counts as one client: the network of the peer, or of whom a trusted proxy names.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use hyper::header::{HeaderMap, HeaderName};
use ipnet::IpNet;

pub(crate) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The prefix that providers give to one household.
const IPV6_PREFIX_BITS: u32 = 56;
const IPV6_COARSE_PREFIX_BITS: u32 = 32;
const IPV4_COARSE_PREFIX_BITS: u32 = 16;

/// The network that counts as one client.
pub type ClientNetwork = u128;

#[derive(Debug, Default)]
pub struct Clients {
    /// From these `X-Forwarded-For` is believed.
    trusted_proxies: Vec<IpNet>,
    /// Besides this machine, these may read what is for operators.
    operators: Vec<IpNet>,
    /// With many clients, larger networks count as one.
    coarse: AtomicBool,
    warned: AtomicBool,
}

impl Clients {
    pub fn new(trusted_proxies: Vec<IpNet>, operators: Vec<IpNet>) -> Self {
        Self { trusted_proxies, operators, ..Self::default() }
    }

    /// The peer, or whom a trusted proxy names: the last address in the list that is not a trusted proxy itself.
    pub(crate) fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.is_trusted_proxy(peer) {
            return peer;
        }
        let values = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let named: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
        for text in named.iter().rev() {
            // Our proxy does not write unreadable addresses: such a request counts against the proxy itself.
            let Some(address) = parse_address(text) else { break };
            if !self.is_trusted_proxy(address) {
                return address;
            }
        }
        if !self.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(%peer, "rate limit: a trusted proxy names no client in X-Forwarded-For, its clients count as one");
        }
        peer
    }

    pub(crate) fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// Whether a request comes from this machine itself, or from a network named for it. What a proxy passes on is not of this machine.
    pub(crate) fn is_operator(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let client = self.address(peer, headers);
        let passed_on = headers.contains_key(FORWARDED_FOR) && client == peer.to_canonical();
        (client.is_loopback() && !passed_on) || self.operators.iter().any(|network| network.contains(&client))
    }

    /// What counts requests: an IPv4 address, or a prefix of an IPv6 address; larger networks when there are many clients.
    pub(crate) fn counted(&self, address: IpAddr) -> ClientNetwork {
        network(address, self.coarse.load(Ordering::Relaxed))
    }

    /// Whose sockets these are. `None` for a proxy of ours, which holds those of all its clients.
    pub(crate) fn network_of_socket(&self, peer: SocketAddr) -> Option<ClientNetwork> {
        (!self.is_trusted_proxy(peer.ip())).then(|| usual_network(peer.ip()))
    }

    /// Counts by larger networks or by usual ones; says whether that is a change.
    pub(crate) fn count_coarsely(&self, coarse: bool) -> bool {
        self.coarse.swap(coarse, Ordering::Relaxed) != coarse
    }
}

/// As proxies write them: with or without a port, an IPv6 address in brackets or without.
fn parse_address(text: &str) -> Option<IpAddr> {
    let socket = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(socket).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// An IPv4 address, or a prefix of an IPv6 address, however many clients there are.
pub(crate) fn usual_network(address: IpAddr) -> ClientNetwork {
    network(address, false)
}

fn network(address: IpAddr, coarse: bool) -> ClientNetwork {
    match address.to_canonical() {
        IpAddr::V4(four) => {
            let mask = if coarse { u32::MAX << (32 - IPV4_COARSE_PREFIX_BITS) } else { u32::MAX };
            u128::from(u32::from(four) & mask)
        }
        IpAddr::V6(six) => network_of(six, if coarse { IPV6_COARSE_PREFIX_BITS } else { IPV6_PREFIX_BITS }),
    }
}

fn network_of(address: Ipv6Addr, bits: u32) -> ClientNetwork {
    const { assert!(IPV6_PREFIX_BITS < 64, "bit 64 marks IPv6") };
    // Never equal to an IPv4 address, whose high bits are zero.
    u128::from(address) & (u128::MAX << (128 - bits)) | 1 << 64
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn forwarded(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(FORWARDED_FOR, HeaderValue::from_static(text))])
    }

    fn networks(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_proxy_is_believed_only_when_it_is_trusted() {
        let clients = Clients::new(networks(&["10.0.0.1/32", "10.0.1.0/24", "2001:db8::/32"]), Vec::new());
        let cases = [
            ("192.0.2.9", "198.51.100.1", "192.0.2.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "203.0.113.5, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, 10.0.1.77", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1:1234", "198.51.100.1"),
            ("10.0.0.1", "[2001:db9::1]:80", "2001:db9::1"),
            ("10.0.0.1", "[2001:db9::1]", "2001:db9::1"),
            ("2001:db8::7", "::ffff:198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "10.0.1.2", "10.0.0.1"),
            ("10.0.0.1", "nonsense", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1, nonsense", "10.0.0.1"),
        ];
        for (peer, header, client) in cases {
            assert_eq!(clients.address(ip(peer), &forwarded(header)), ip(client), "{peer}: {header}");
        }
    }

    #[test]
    fn what_is_for_operators_is_for_this_machine_and_named_networks() {
        let clients = Clients::new(networks(&["10.0.0.1/32"]), networks(&["192.0.2.0/24"]));
        let none = HeaderMap::new();
        for (peer, headers, allowed) in [
            ("127.0.0.1", &none, true),
            ("::1", &none, true),
            ("::ffff:127.0.0.1", &none, true),
            ("192.0.2.7", &none, true),
            ("198.51.100.1", &none, false),
            // A proxy on this machine that is not named as trusted: its clients are not this machine.
            ("127.0.0.1", &forwarded("198.51.100.1"), false),
            ("10.0.0.1", &forwarded("192.0.2.7"), true),
            ("10.0.0.1", &forwarded("198.51.100.1"), false),
        ] {
            assert_eq!(clients.is_operator(ip(peer), headers), allowed, "{peer} {headers:?}");
        }
    }

    #[test]
    fn a_household_is_one_client_and_a_crowd_is_counted_by_larger_networks() {
        let clients = Clients::default();
        assert_eq!(clients.counted(ip("2001:db8:0:1200::1")), clients.counted(ip("2001:db8:0:12ff:1::9")));
        assert_ne!(clients.counted(ip("2001:db8:0:1200::1")), clients.counted(ip("2001:db8:0:1300::1")));
        assert_eq!(clients.counted(ip("::ffff:192.0.2.1")), clients.counted(ip("192.0.2.1")));
        assert_ne!(clients.counted(ip("192.0.2.1")), clients.counted(ip("192.0.2.2")));
        assert!(clients.count_coarsely(true));
        assert_eq!(clients.counted(ip("192.0.2.1")), clients.counted(ip("192.0.99.2")));
    }
}
