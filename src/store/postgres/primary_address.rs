//! Where the primary is, among the servers that may be it: connections lead there, and end when another server is.

use std::{future::Future, pin::Pin};

use deadpool_postgres::Connect;
use futures_util::future::select_ok;
use tokio::{sync::watch, task::JoinHandle};
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket, config::Host, tls::NoTlsStream};

/// What a server writes: each promotion begins another timeline, each new cluster another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHistory {
    pub system: String,
    /// Eight hexadecimal digits: a later one is greater.
    pub timeline: String,
}

impl ServerHistory {
    /// Whether a server with this history may be the primary after one with that: one that was left behind may not.
    pub fn may_follow(&self, other: &Self) -> bool {
        self.system != other.system || self.timeline >= other.timeline
    }
}

/// What is known of the primary now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrimaryAddress {
    /// Its place among the servers; `None`: whichever lets itself be written to.
    pub server: Option<usize>,
    pub history: Option<ServerHistory>,
}

impl PrimaryAddress {
    /// Which of its servers a configuration leads to, at least one, each with its place.
    pub fn candidates(&self, config: &Config) -> Vec<(usize, Config)> {
        let mut servers: Vec<(usize, Config)> = each_server(config).into_iter().enumerate().collect();
        if let Some(known) = self.server
            && known < servers.len()
        {
            servers = vec![servers.swap_remove(known)];
        }
        servers
    }
}

/// A configuration with several servers, as one for each.
pub fn each_server(config: &Config) -> Vec<Config> {
    let (hosts, addresses, ports) = (config.get_hosts(), config.get_hostaddrs(), config.get_ports());
    let count = hosts.len().max(addresses.len());
    if count < 2 {
        return vec![config.clone()];
    }
    let server = |at: usize| {
        let mut one = without_servers(config);
        match hosts.get(at) {
            Some(Host::Tcp(name)) => {
                one.host(name);
            }
            Some(Host::Unix(path)) => {
                one.host_path(path);
            }
            None => {}
        }
        if let Some(address) = addresses.get(at) {
            one.hostaddr(*address);
        }
        if let Some(port) = ports.get(at).or_else(|| ports.first()) {
            one.port(*port);
        }
        one
    };
    (0..count).map(server).collect()
}

/// Everything else that can be set.
fn without_servers(config: &Config) -> Config {
    let mut bare = Config::new();
    if let Some(user) = config.get_user() {
        bare.user(user);
    }
    if let Some(password) = config.get_password() {
        bare.password(password);
    }
    if let Some(name) = config.get_dbname() {
        bare.dbname(name);
    }
    if let Some(options) = config.get_options() {
        bare.options(options);
    }
    if let Some(name) = config.get_application_name() {
        bare.application_name(name);
    }
    if let Some(limit) = config.get_connect_timeout() {
        bare.connect_timeout(*limit);
    }
    if let Some(limit) = config.get_tcp_user_timeout() {
        bare.tcp_user_timeout(*limit);
    }
    if let Some(interval) = config.get_keepalives_interval() {
        bare.keepalives_interval(interval);
    }
    if let Some(retries) = config.get_keepalives_retries() {
        bare.keepalives_retries(retries);
    }
    bare.keepalives(config.get_keepalives()).keepalives_idle(config.get_keepalives_idle());
    bare.ssl_mode(config.get_ssl_mode()).ssl_negotiation(config.get_ssl_negotiation());
    bare.channel_binding(config.get_channel_binding()).load_balance_hosts(config.get_load_balance_hosts());
    bare.target_session_attrs(config.get_target_session_attrs());
    bare
}

/// The first of some servers that can be had, and its place. All are tried at once, so that one which takes a connection and says nothing delays
/// no other; the caller has a limit.
pub async fn connect_first(candidates: Vec<(usize, Config)>) -> Result<(usize, Client, Connection<Socket, NoTlsStream>), Error> {
    let tries = candidates.into_iter().map(|(at, config)| {
        Box::pin(async move {
            let (client, connection) = config.connect(NoTls).await?;
            Ok::<_, Error>((at, client, connection))
        })
    });
    Ok(select_ok(tries).await?.0)
}

/// For a pool: each connection leads to the primary, and ends once another server is.
pub struct ToPrimary(pub watch::Sender<PrimaryAddress>);

type Connecting<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

impl Connect for ToPrimary {
    fn connect(&self, config: &Config) -> Connecting<'_> {
        let config = config.clone();
        Box::pin(async move {
            let mut address = self.0.subscribe();
            let known = address.borrow_and_update().clone();
            let (server, client, connection) = connect_first(known.candidates(&config)).await?;
            let driver = tokio::spawn(async move {
                tokio::select! {
                    ended = connection => if let Err(error) = ended {
                        tracing::warn!(%error, "database: connection broke");
                    },
                    // Whatever waits on it fails at once: the server may be frozen, or cut off.
                    () = another_is_primary(address, server, known.history) => {}
                }
            });
            Ok((client, driver))
        })
    }
}

/// Returns once this server, with the history that was known, is not the primary.
async fn another_is_primary(mut address: watch::Receiver<PrimaryAddress>, server: usize, mut history: Option<ServerHistory>) {
    while address.changed().await.is_ok() {
        let now = address.borrow_and_update().clone();
        if now.server != Some(server) || (history.is_some() && now.history != history) {
            return;
        }
        history = now.history;
    }
    std::future::pending().await
}

/// Returns once the primary's history is another one than was known, and leaves that one; the first one that is found is noted.
pub async fn history_changed(address: &mut watch::Receiver<PrimaryAddress>, known: &mut Option<ServerHistory>) {
    while address.changed().await.is_ok() {
        let now = address.borrow_and_update().history.clone();
        if known.is_some() && now != *known {
            return;
        }
        *known = now;
    }
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(system: &str, timeline: &str) -> ServerHistory {
        ServerHistory { system: system.to_owned(), timeline: timeline.to_owned() }
    }

    #[test]
    fn several_servers_are_as_many_configurations_that_differ_in_nothing_else() {
        let several = "postgresql://ana:secret@one:1,two:2/prices?target_session_attrs=read-write&connect_timeout=3&application_name=x&keepalives=0";
        let config: Config = several.parse().unwrap();
        let servers = each_server(&config);
        for (server, (name, port)) in servers.iter().zip([("one", 1), ("two", 2)]) {
            let expected: Config = several.replace("one:1,two:2", &format!("{name}:{port}")).parse().unwrap();
            assert_eq!(*server, expected);
        }
        assert_eq!(servers.len(), 2);
        let alone: Config = "host=/run/a port=5433 user=ana".parse().unwrap();
        assert_eq!(each_server(&alone), [alone]);
    }

    #[test]
    fn one_port_is_that_of_all() {
        let config: Config = "host=/run/a,/run/b port=5433 user=ana".parse().unwrap();
        let ports: Vec<_> = each_server(&config).iter().map(|server| server.get_ports().to_vec()).collect();
        assert_eq!(ports, [[5433], [5433]]);
    }

    #[test]
    fn once_it_is_known_only_the_primary_is_tried() {
        let config: Config = "host=one,two,three user=ana".parse().unwrap();
        let places =
            |address: PrimaryAddress| -> Vec<usize> { address.candidates(&config).into_iter().map(|(at, _)| at).collect() };
        assert_eq!(places(PrimaryAddress::default()), [0, 1, 2]);
        assert_eq!(places(PrimaryAddress { server: Some(1), history: None }), [1]);
    }

    #[test]
    fn a_server_that_was_left_behind_is_no_primary() {
        let known = history("7", "0000000A");
        assert!(!history("7", "00000009").may_follow(&known));
        assert!(history("7", "0000000A").may_follow(&known) && history("7", "0000000B").may_follow(&known));
        assert!(history("8", "00000001").may_follow(&known), "another cluster, restored by somebody");
    }

    #[tokio::test]
    async fn a_connection_ends_when_another_server_is_the_primary_and_not_when_its_own_is_found() {
        let address = watch::Sender::new(PrimaryAddress::default());
        let known = |server, timeline| PrimaryAddress { server: Some(server), history: Some(history("7", timeline)) };
        let ended = |server| tokio::spawn(another_is_primary(address.subscribe(), server, None));
        let (first, second) = (ended(0), ended(1));
        address.send_replace(known(1, "00000001"));
        first.await.unwrap();
        tokio::task::yield_now().await;
        assert!(!second.is_finished(), "its server was found");
        address.send_replace(known(1, "00000002"));
        second.await.unwrap();
    }
}
