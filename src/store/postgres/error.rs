//! Errors between this program and its database. An absent row is an `Option`, never an error.

use tokio_postgres::error::{Severity, SqlState};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection could be had, or it broke: the outcome of a write is unknown.
    #[error("the database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database did not answer in time")]
    Timeout,
    /// So many wait for a connection already that waiting would take too long.
    #[error("too many requests wait for the database")]
    Busy,
    /// A standby that has not replayed what is known already: another server answers.
    #[error("this standby is behind")]
    Behind,
    /// The database's disk is full: reads go on.
    #[error("the database's disk is full: {0}")]
    StorageFull(String),
    /// The database is read-only: reads go on.
    #[error("the database cannot write at the moment: {0}")]
    CannotWrite(String),
    /// A stored row that the domain refuses.
    #[error("row of {table} is corrupt: {reason}")]
    Corrupt { table: &'static str, reason: String },
    #[error("database error: {0}")]
    Bug(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            return if error.is_closed() || is_io(&error) {
                Self::Unavailable(Box::new(error))
            } else {
                Self::Bug(Box::new(error))
            };
        };
        let class = &state.code()[..2];
        if *state == SqlState::QUERY_CANCELED || *state == SqlState::LOCK_NOT_AVAILABLE {
            Self::Timeout
        } else if *state == SqlState::DISK_FULL {
            Self::StorageFull(message(&error))
        } else if *state == SqlState::READ_ONLY_SQL_TRANSACTION {
            Self::CannotWrite(message(&error))
        } else if class == "08" || class == "57" || class == "53" || class == "40" || ends_connection(&error) {
            // 40: rolled back because of a conflict, as a standby does with a read that blocks replay.
            Self::Unavailable(Box::new(error))
        } else {
            Self::Bug(Box::new(error))
        }
    }
}

impl StoreError {
    /// Whether the server itself says that it is starting or ending.
    pub fn is_restart(&self) -> bool {
        let states = [SqlState::CANNOT_CONNECT_NOW, SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN];
        self.state().is_some_and(|state| states.contains(state))
    }

    /// Whether a table that every schema of this program has is not there.
    pub fn is_missing_table(&self) -> bool {
        self.state() == Some(&SqlState::UNDEFINED_TABLE)
    }

    fn state(&self) -> Option<&SqlState> {
        let (Self::Unavailable(source) | Self::Bug(source)) = self else { return None };
        source.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::code)
    }

    /// Was it this constraint that refused?
    pub fn violates(&self, constraint: &str) -> bool {
        let Self::Bug(source) = self else { return false };
        let error = source.downcast_ref::<tokio_postgres::Error>().and_then(tokio_postgres::Error::as_db_error);
        error.is_some_and(|error| error.constraint() == Some(constraint))
    }
}

/// Whether the server gave the connection up, whatever its reason: for want of disk, even one that it has no code for.
fn ends_connection(error: &tokio_postgres::Error) -> bool {
    let severity = error.as_db_error().and_then(tokio_postgres::error::DbError::parsed_severity);
    matches!(severity, Some(Severity::Fatal | Severity::Panic))
}

fn message(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(String::new, |db| db.message().to_owned())
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => Self::from(error),
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

pub fn corrupt(table: &'static str, reason: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { table, reason: reason.to_string() }
}
