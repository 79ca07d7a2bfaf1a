//! A connection to an address that was judged: TCP, and TLS by the name in the URL. The waits are bounded.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

/// More than a proxy's answer to `CONNECT` has.
const PROXY_HEAD_BYTES_MAX: usize = 4 * 1024;

/// What goes over the connection, with TLS or without.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for S {}

/// Makes connections; cheap to clone.
#[derive(Clone)]
pub struct Connector {
    tls: TlsConnector,
    /// For the connection, and again for TLS.
    wait: Duration,
}

impl Connector {
    /// Trusting the authorities that browsers trust.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(wait: Duration) -> Result<Self, rustls::Error> {
        Self::trusting(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }, wait)
    }

    /// # Errors
    /// When TLS cannot be set up.
    pub fn trusting(roots: RootCertStore, wait: Duration) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = config.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), wait })
    }

    /// To one of these addresses, which were judged for this URL; or why not, in one word.
    pub async fn connect(&self, url: &Url, addresses: &[SocketAddr]) -> Result<Box<dyn ByteStream>, &'static str> {
        let stream = self.dial(addresses).await?;
        self.secured(url, stream).await
    }

    /// Through a proxy, which looks the name up: it must judge where it goes to.
    pub async fn connect_through(&self, proxy: &str, url: &Url) -> Result<Box<dyn ByteStream>, &'static str> {
        let looking = timeout(self.wait, tokio::net::lookup_host(proxy));
        let addresses: Vec<SocketAddr> = looking.await.map_err(|_| "proxy_refused")?.map_err(|_| "proxy_refused")?.collect();
        let mut stream = self.dial(&addresses).await?;
        let target = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        match timeout(self.wait, tunnel(&mut stream, &target)).await {
            Ok(Ok(true)) => self.secured(url, stream).await,
            _ => Err("proxy_refused"),
        }
    }

    async fn dial(&self, addresses: &[SocketAddr]) -> Result<TcpStream, &'static str> {
        let connecting = timeout(self.wait, TcpStream::connect(addresses));
        let stream = connecting.await.map_err(|_| "connect_timed_out")?.map_err(|_| "unreachable")?;
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }

    async fn secured(&self, url: &Url, stream: TcpStream) -> Result<Box<dyn ByteStream>, &'static str> {
        if url.scheme() != "https" {
            return Ok(Box::new(stream));
        }
        let name = server_name(url).ok_or("url_malformed")?;
        let shaking = timeout(self.wait, self.tls.connect(name, stream));
        Ok(Box::new(shaking.await.map_err(|_| "connect_timed_out")?.map_err(|_| "tls_failed")?))
    }
}

/// Asks a proxy for a way to `host:port` (RFC 9110, 9.3.6); whether it opened one.
async fn tunnel(stream: &mut TcpStream, target: &str) -> io::Result<bool> {
    stream.write_all(format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n").as_bytes()).await?;
    let mut head = Vec::new();
    // Byte by byte: what follows the head belongs to the server behind.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= PROXY_HEAD_BYTES_MAX {
            return Ok(false);
        }
        head.push(stream.read_u8().await?);
    }
    let status = head.split(|byte| *byte == b' ').nth(1);
    Ok(head.starts_with(b"HTTP/1.") && status.is_some_and(|status| status.starts_with(b"2")))
}

/// The task that drives a connection: it ends with whoever uses the connection, whatever the other side does.
pub(crate) struct EndsWith(pub tokio::task::JoinHandle<()>);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// `host` or `host:port`, as it stands in the URL.
pub(crate) fn authority(url: &Url) -> &str {
    &url[Position::BeforeHost..Position::AfterPort]
}

fn server_name(url: &Url) -> Option<ServerName<'static>> {
    match url.host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(ip) => Some(ServerName::IpAddress(std::net::IpAddr::from(ip).into())),
        Host::Ipv6(ip) => Some(ServerName::IpAddress(std::net::IpAddr::from(ip).into())),
    }
}
