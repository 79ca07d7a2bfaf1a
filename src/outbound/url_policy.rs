//! Where a webhook may go: to a public address, over TLS, and only to the address that was checked.
//!
//! A name is resolved here, every address it has is judged, and the connection is made to one of these: a name that answers otherwise a
//! moment later gains nothing.

use std::{
    future::Future,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use url::{Host, Url};

type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
/// Resolves a name and a port to addresses.
pub type Resolve = Arc<dyn Fn(String, u16) -> Resolving + Send + Sync>;

const URL_CHARS_MAX: usize = 2_000;
/// Ports of public TLS services; other ports may belong to internal ones.
const PORTS: [u16; 2] = [443, 8443];
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);
const ADDRESSES_MAX: usize = 16;

#[derive(Clone)]
pub struct UrlPolicy {
    /// Also this machine, over plain HTTP and at any port: for tests and for those who develop a receiver.
    loopback: bool,
    resolve: Resolve,
}

/// Why a URL was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlRejected {
    Malformed,
    NotHttps,
    Credentials,
    Port,
    Unresolved,
    /// Private, loopback, link-local, multicast, or otherwise not of the public internet.
    NotPublic,
}

impl UrlRejected {
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "url_malformed",
            Self::NotHttps => "https_only",
            Self::Credentials => "url_credentials",
            Self::Port => "port_refused",
            // One answer for both: which names the service's own network has is nobody's to try out.
            Self::Unresolved | Self::NotPublic => "address_refused",
        }
    }

    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Malformed => ("no es una URL", "is not a URL"),
            Self::NotHttps => ("debe empezar por https://", "must begin with https://"),
            Self::Credentials => ("no lleva usuario, clave ni fragmento", "has no user, password or fragment"),
            Self::Port => ("el puerto es 443 u 8443", "the port is 443 or 8443"),
            Self::Unresolved | Self::NotPublic => {
                ("no tiene una dirección pública de internet", "has no public address of the internet")
            }
        }
    }
}

impl UrlPolicy {
    pub fn new(loopback: bool) -> Self {
        let resolve: Resolve = Arc::new(|name, port| {
            Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.take(ADDRESSES_MAX).collect()) })
        });
        Self { loopback, resolve }
    }

    /// With names of one's own.
    #[must_use]
    pub fn resolving(self, resolve: Resolve) -> Self {
        Self { resolve, ..self }
    }

    /// The checks that need no name resolution.
    pub fn read(&self, text: &str) -> Result<Url, UrlRejected> {
        if text.len() > URL_CHARS_MAX {
            return Err(UrlRejected::Malformed);
        }
        // As browsers read it: 0x7f.1, 017700000001 and 2130706433 become 127.0.0.1, and names their ASCII form.
        let url = Url::parse(text).map_err(|_| UrlRejected::Malformed)?;
        if url.scheme() != "https" && !(self.loopback && url.scheme() == "http") {
            return Err(UrlRejected::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(UrlRejected::Credentials);
        }
        if !self.loopback && !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
            return Err(UrlRejected::Port);
        }
        match literal(&url) {
            Some(address) if !self.admits(address) => Err(UrlRejected::NotPublic),
            _ => Ok(url),
        }
    }

    /// Whether its host is a name, which has to be looked up.
    pub(crate) fn needs_lookup(url: &Url) -> bool {
        matches!(url.host(), Some(Host::Domain(_)))
    }

    /// The addresses to connect to. The host is rejected if any of its addresses is not public.
    pub(crate) async fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, UrlRejected> {
        let port = url.port_or_known_default().ok_or(UrlRejected::Malformed)?;
        let addresses = match url.host().ok_or(UrlRejected::Malformed)? {
            Host::Ipv4(ip) => vec![SocketAddr::new(ip.into(), port)],
            Host::Ipv6(ip) => vec![SocketAddr::new(ip.into(), port)],
            Host::Domain(name) => {
                let resolving = tokio::time::timeout(RESOLVE_TIMEOUT, (self.resolve)(name.to_owned(), port));
                resolving.await.map_err(|_| UrlRejected::Unresolved)?.map_err(|_| UrlRejected::Unresolved)?
            }
        };
        if addresses.is_empty() {
            return Err(UrlRejected::Unresolved);
        }
        let admitted = addresses.iter().all(|address| self.admits(address.ip()));
        // Plain HTTP, and ports that are not the public's, for this machine only.
        let plain = url.scheme() != "https" || !PORTS.contains(&port);
        if !admitted || (plain && !addresses.iter().all(|address| address.ip().is_loopback())) {
            return Err(UrlRejected::NotPublic);
        }
        Ok(addresses)
    }

    fn admits(&self, address: IpAddr) -> bool {
        (self.loopback && address.is_loopback()) || is_public(address)
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

/// Of the public internet, by the registries of special-purpose addresses (RFC 6890 and what came after).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => !SPECIAL_V4.iter().any(|(base, bits)| ip.to_bits() >> (32 - bits) == base.to_bits() >> (32 - bits)),
        // Only global unicast is assigned: mapped, translated, local and multicast addresses all lie outside it.
        IpAddr::V6(ip) => {
            let within = |(base, bits): &(Ipv6Addr, u32)| ip.to_bits() >> (128 - bits) == base.to_bits() >> (128 - bits);
            within(&(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3)) && !SPECIAL_V6.iter().any(within)
        }
    }
}

const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // With the metadata services of clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, reserved and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    // Protocol assignments, with Teredo.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4: any IPv4 address may be inside.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Every way of writing an address that must not be reached, and names that lead to one.
#[cfg(test)]
mod tests {
    use super::*;

    const REFUSED: &[&str] = &[
        "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "017700000001", "2130706433", "0177.0.0.1", "10.0.0.1", "10.255.255.255",
        "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1",
        "100.127.255.255", "0.0.0.0", "0", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]",
        "[::]", "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]",
        "[ff02::1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[2001::1]", "[2001:db8::1]", "[100::1]", "[fec0::1]",
        "[::127.0.0.1]", "\u{ff11}27.0.0.1", "127\u{3002}0.0.1",
    ];

    #[test]
    fn an_address_that_is_not_public_is_refused_however_it_is_written() {
        let targets = UrlPolicy::new(false);
        for host in REFUSED {
            assert_eq!(targets.read(&format!("https://{host}/hook")).err(), Some(UrlRejected::NotPublic), "{host}");
        }
        for host in ["8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1", "[2606:4700::1111]"]
        {
            assert!(targets.read(&format!("https://{host}/hook")).is_ok(), "{host}");
        }
    }

    #[test]
    fn the_loopback_switch_opens_this_machine_and_nothing_else() {
        let targets = UrlPolicy::new(true);
        for host in REFUSED {
            let admitted = targets.read(&format!("http://{host}:8080/")).is_ok();
            let address = literal(&Url::parse(&format!("http://{host}/")).unwrap()).unwrap();
            assert_eq!(admitted, address.is_loopback(), "{host}");
        }
    }

    #[test]
    fn only_plain_https_urls_at_public_ports() {
        let targets = UrlPolicy::new(false);
        let unfit = |text: &str| targets.read(text).err();
        assert_eq!(unfit("https://example.org/hook?a=1"), None);
        assert_eq!(unfit("https://example.org:8443/"), None);
        for text in ["http://example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/"] {
            assert_eq!(unfit(text), Some(UrlRejected::NotHttps), "{text}");
        }
        for text in ["https://example.org:22/", "https://example.org:5432/", "https://example.org:80/"] {
            assert_eq!(unfit(text), Some(UrlRejected::Port), "{text}");
        }
        for text in ["https://me@example.org/", "https://me:secret@example.org/", "https://example.org/#here"] {
            assert_eq!(unfit(text), Some(UrlRejected::Credentials), "{text}");
        }
        let long = format!("https://example.org/{}", "a".repeat(2_000));
        for text in ["", "example.org", "https://", "https://[::1", "https://a b/", long.as_str()] {
            assert_eq!(unfit(text), Some(UrlRejected::Malformed), "{text}");
        }
        assert_eq!(targets.read("https://ñandú.co/x").unwrap().host_str(), Some("xn--and-6ma2c.co"));
    }

    /// One answer for every name.
    fn named(loopback: bool, addresses: &'static [&'static str]) -> UrlPolicy {
        let resolve: Resolve = Arc::new(move |_, port| {
            let found = addresses.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect();
            Box::pin(async move { Ok(found) })
        });
        UrlPolicy::new(loopback).resolving(resolve)
    }

    #[tokio::test]
    async fn a_name_is_judged_by_every_address_it_has() {
        let url = Url::parse("https://hooks.example.org/").unwrap();
        for private in
            [&["10.0.0.1"][..], &["8.8.8.8", "192.168.0.1"], &["2606:4700::1111", "::1"], &["::ffff:10.0.0.1"], &["127.0.0.1"]]
        {
            assert_eq!(named(false, private).addresses(&url).await, Err(UrlRejected::NotPublic), "{private:?}");
        }
        assert_eq!(named(false, &["8.8.8.8"]).addresses(&url).await.unwrap(), ["8.8.8.8:443".parse().unwrap()]);
        assert_eq!(named(false, &[]).addresses(&url).await, Err(UrlRejected::Unresolved));
        // With the switch on, plain HTTP still goes nowhere but here.
        let plain = Url::parse("http://hooks.example.org/").unwrap();
        assert_eq!(named(true, &["8.8.8.8"]).addresses(&plain).await, Err(UrlRejected::NotPublic));
        assert!(named(true, &["127.0.0.1"]).addresses(&plain).await.is_ok());
        let other_port = Url::parse("https://hooks.example.org:22/").unwrap();
        assert_eq!(named(true, &["8.8.8.8"]).addresses(&other_port).await, Err(UrlRejected::NotPublic));
    }

    #[tokio::test]
    async fn a_real_name_of_this_machine_is_refused() {
        let url = Url::parse("https://localhost/").unwrap();
        assert_eq!(UrlPolicy::new(false).addresses(&url).await, Err(UrlRejected::NotPublic));
    }
}
