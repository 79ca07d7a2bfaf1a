//! Watches the private server for as long as a program uses it, and starts it again when it died.
use super::error::ClusterError;
use super::initialise;
use super::place::ClusterFolder;
use super::postmaster::Postmaster;
use super::settings::Durability;
use super::share::StartLock;
use super::starting::{Origin, running_server};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Before the first tries: a server that the system ended for its memory comes back at once, and a disk that is full has time to be
/// cleared.
const PAUSES: [Duration; 10] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
];
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A server that ran this long counts as sound: its next death is a first one. Pauses are for servers that do not come up, or fall again at once;
/// one that worked meanwhile is not made to wait.
const STEADY: Duration = Duration::from_secs(5);
/// Without `/proc` each look starts a program.
const POLL: Duration = Duration::from_millis(if cfg!(target_os = "linux") { 100 } else { 1_000 });

/// What the watcher knows of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerState {
    Running,
    /// It died, and is being started again.
    Restarting,
    /// It could not be started again, and is no longer tried.
    GivenUp,
}

/// The watching thread, until dropped.
#[derive(Debug)]
pub struct Watcher {
    /// Dropped to end the thread.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    state: watch::Receiver<ServerState>,
}

impl Watcher {
    pub(super) fn start(place: ClusterFolder, durability: Durability, tries_max: usize) -> Watcher {
        let (stop, stopped) = mpsc::channel();
        let (said, state) = watch::channel(ServerState::Running);
        let server = WatchedServer { place, durability, tries_max, said };
        let thread = std::thread::spawn(move || server.watch(&stopped));
        Watcher { stop: Some(stop), thread: Some(thread), state }
    }

    /// What is known now and from now on.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<ServerState> {
        self.state.clone()
    }
}

impl Drop for Watcher {
    /// Waits for a start that is under way, so that no server is started once its last user has left.
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed when it happened.
            drop(thread.join());
        }
    }
}

struct WatchedServer {
    place: ClusterFolder,
    durability: Durability,
    tries_max: usize,
    said: watch::Sender<ServerState>,
}

impl WatchedServer {
    fn watch(&self, stopped: &mpsc::Receiver<()>) {
        let goes_on = |pause: Duration| stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout);
        // When it began to run; `None` since it died, so that only time it worked counts as steady.
        let (mut tries, mut running_since) = (0, Some(Instant::now()));
        while goes_on(POLL) {
            if Postmaster::is_running(&self.place.data()) {
                // Somebody else started it, or it came up after it was given up waiting for.
                if running_since.is_none() {
                    running_since = Some(Instant::now());
                    self.said.send_replace(ServerState::Running);
                }
                continue;
            }
            self.said.send_replace(ServerState::Restarting);
            if running_since.take().is_some_and(|since| since.elapsed() > STEADY) {
                tries = 0;
            }
            if tries >= self.tries_max {
                tracing::error!(tries, "database: private PostgreSQL could not be started again, giving up");
                self.said.send_replace(ServerState::GivenUp);
                return;
            }
            let pause = PAUSES.get(tries).copied().unwrap_or(LONGEST_PAUSE);
            tries += 1;
            tracing::warn!(tries, pause_ms = millis(pause), "database: private PostgreSQL died, starting it again");
            if !pause.is_zero() && !goes_on(pause) {
                return;
            }
            let started = Instant::now();
            match self.start_again() {
                Ok(origin) => {
                    let elapsed_ms = millis(started.elapsed());
                    tracing::info!(?origin, elapsed_ms, "database: private PostgreSQL is ready again");
                    running_since = Some(Instant::now());
                    self.said.send_replace(ServerState::Running);
                }
                Err(fault) => tracing::error!("database: private PostgreSQL could not be started again: {fault}"),
            }
        }
    }

    fn start_again(&self) -> Result<Origin, ClusterError> {
        let _lock = StartLock::enter(&self.place)?;
        // A folder that was moved away meanwhile must not become an empty database.
        if initialise::version_of(&self.place.data())?.is_none() {
            return Err(ClusterError::DataGone { dir: self.place.data() });
        }
        running_server(&self.place, self.durability).map(|(_, origin)| origin)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
