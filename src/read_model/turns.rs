//! Which server answers a read: one for the whole of it, and another when that one fails in the middle.

use std::sync::Arc;

use super::ReadModel;
use crate::store::standbys::{Server, Standbys};

/// A read is tried on this many servers at most.
const TURNS_MAX: usize = 3;

/// The servers tried for one read.
pub struct Turns {
    standbys: Arc<Standbys>,
    tried: Vec<Server>,
}

/// One server's turn.
pub struct Turn {
    pub read_model: ReadModel,
    standbys: Arc<Standbys>,
    server: Server,
}

impl ReadModel {
    /// `None` when there is one server only.
    pub fn turns(&self) -> Option<Turns> {
        Some(Turns { standbys: self.database.standbys()?.clone(), tried: Vec::new() })
    }

    fn reading_from(&self, server: Server) -> Self {
        Self { database: self.database.reading_from(server), ..self.clone() }
    }
}

impl Turns {
    /// The best server not tried yet, while there is one and it is worth it.
    pub fn next(&mut self, read_model: &ReadModel) -> Option<Turn> {
        if self.tried.len() >= TURNS_MAX {
            return None;
        }
        let server = self.standbys.board.choose(&self.tried)?;
        self.tried.push(server);
        Some(Turn { read_model: read_model.reading_from(server), standbys: self.standbys.clone(), server })
    }
}

impl Turn {
    /// Returns when the server is known to be gone.
    pub async fn lost(&self) {
        self.standbys.board.lost(self.server).await;
    }

    pub fn answered(&self) {
        metrics::counter!("database_reads_total", "server" => self.name()).increment(1);
    }

    pub fn failed(&self) {
        metrics::counter!("database_reads_repeated_total", "server" => self.name()).increment(1);
    }

    pub fn is_primary(&self) -> bool {
        self.server == Server::Primary
    }

    fn name(&self) -> String {
        self.standbys.board.name(self.server).to_owned()
    }
}
