//! Every way to write a forbidden address, and names that resolve to one.

use super::*;

const REFUSED: &[&str] = &[
    "127.0.0.1", "127.1", "0x7f.1", "0x7f000001", "017700000001", "2130706433", "0177.0.0.1", "10.0.0.1", "10.255.255.255",
    "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "0xa9fea9fe", "2852039166", "100.64.0.1",
    "100.127.255.255", "0.0.0.0", "0", "192.0.0.8", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "[::]",
    "[::ffff:10.0.0.1]", "[::ffff:7f00:1]", "[::ffff:8.8.8.8]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]",
    "[64:ff9b::a00:1]", "[2002:a00:1::]", "[2001::1]", "[2001:db8::1]", "[100::1]", "[fec0::1]", "[::127.0.0.1]",
    "\u{ff11}27.0.0.1", "127\u{3002}0.0.1",
];

#[test]
fn an_address_that_is_not_public_is_refused_however_it_is_written() {
    let targets = UrlPolicy::new(false);
    for host in REFUSED {
        assert_eq!(targets.read(&format!("https://{host}/hook")).err(), Some(UrlRejected::NotPublic), "{host}");
    }
    for host in ["8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1", "[2606:4700::1111]"] {
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
