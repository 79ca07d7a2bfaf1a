//! What systemd hears of a service of `Type=notify` (`sd_notify(3)`): that it is ready, that it stops, and that it still works.
//!
//! Started by anything else, nothing is sent.
use std::ffi::OsStr;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::time::Duration;

/// Whoever started this program and listens, if anybody does.
#[derive(Clone, Debug, Default)]
pub struct ServiceManager {
    socket: Option<Arc<UnixDatagram>>,
    /// Between two signs of life: half of what systemd allows.
    interval: Option<Duration>,
}

impl ServiceManager {
    /// From `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`.
    #[must_use]
    pub fn from_env() -> ServiceManager {
        let Some(address) = std::env::var_os("NOTIFY_SOCKET").filter(|address| !address.is_empty()) else {
            return ServiceManager::default();
        };
        let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
        let mine = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
        let limit = number("WATCHDOG_USEC").filter(|limit| mine && *limit > 1).map(Duration::from_micros);
        match connect(&address) {
            Ok(socket) => ServiceManager::new(socket, limit),
            Err(error) => {
                tracing::warn!(%error, "server: NOTIFY_SOCKET cannot be used, systemd is not notified");
                ServiceManager::default()
            }
        }
    }

    fn new(socket: UnixDatagram, limit: Option<Duration>) -> ServiceManager {
        ServiceManager { socket: Some(Arc::new(socket)), interval: limit.map(|limit| limit / 2) }
    }

    pub fn ready(&self) {
        self.send("READY=1");
    }

    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// Gives signs of life for as long as tasks of this program are carried out; returns at once where none are wanted.
    pub async fn keep_watchdog(self) {
        let Some(interval) = self.interval else { return };
        let mut rounds = tokio::time::interval(interval);
        loop {
            rounds.tick().await;
            self.send("WATCHDOG=1");
        }
    }

    /// A datagram that is lost is no reason to stop serving.
    fn send(&self, state: &str) {
        if let Some(Err(error)) = self.socket.as_ref().map(|socket| socket.send(state.as_bytes())) {
            tracing::warn!(%error, state, "server: systemd could not be notified");
        }
    }
}

fn connect(address: &OsStr) -> std::io::Result<UnixDatagram> {
    let socket = UnixDatagram::unbound()?;
    // A full queue must not stop the service.
    socket.set_nonblocking(true)?;
    match address.as_encoded_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::linux::net::SocketAddrExt;
            socket.connect_addr(&std::os::unix::net::SocketAddr::from_abstract_name(name)?)?;
        }
        _ => socket.connect(address)?,
    }
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(socket: &UnixDatagram) -> String {
        let mut buffer = [0; 64];
        let length = socket.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    #[tokio::test]
    async fn readiness_signs_of_life_and_the_end_are_sent() {
        let (ours, theirs) = UnixDatagram::pair().unwrap();
        theirs.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let manager = ServiceManager::new(ours, Some(Duration::from_millis(2)));
        manager.ready();
        assert_eq!(heard(&theirs), "READY=1");
        let watchdog = tokio::spawn(manager.clone().keep_watchdog());
        let (first, second, theirs) =
            tokio::task::spawn_blocking(move || (heard(&theirs), heard(&theirs), theirs)).await.unwrap();
        assert_eq!((first.as_str(), second.as_str()), ("WATCHDOG=1", "WATCHDOG=1"));
        watchdog.abort();
        assert!(watchdog.await.unwrap_err().is_cancelled());
        manager.stopping();
        let rest = std::iter::repeat_with(|| heard(&theirs)).find(|state| state != "WATCHDOG=1");
        assert_eq!(rest.as_deref(), Some("STOPPING=1"));
    }

    #[tokio::test]
    async fn nothing_is_sent_without_a_listener() {
        let manager = ServiceManager::default();
        manager.ready();
        manager.keep_watchdog().await;
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_abstract_address_begins_with_an_at_sign() {
        use std::os::linux::net::SocketAddrExt;
        let name = format!("termometro-notify-{}", std::process::id());
        let address = std::os::unix::net::SocketAddr::from_abstract_name(name.as_bytes()).unwrap();
        let theirs = UnixDatagram::bind_addr(&address).unwrap();
        let manager = ServiceManager::new(connect(OsStr::new(&format!("@{name}"))).unwrap(), None);
        manager.ready();
        assert_eq!(heard(&theirs), "READY=1");
    }
}
