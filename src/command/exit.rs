//! Exit codes.

use crate::{config::ConfigError, store::transaction::schema::SchemaMismatch, workflow::common::known_secrets::SecretsMismatch};

pub const EXIT_DONE: u8 = 0;
pub const EXIT_FAILED: u8 = 1;
/// Wrong arguments or settings.
pub const EXIT_MISUSED: u8 = 2;
/// Ended by Ctrl-C or SIGTERM before it was done.
pub const EXIT_INTERRUPTED: u8 = 130;
/// The private PostgreSQL died and could not be started again.
pub const EXIT_DATABASE_LOST: u8 = 3;
/// The database's schema is newer than this program, or older where nothing may be changed.
pub const EXIT_OTHER_SCHEMA: u8 = 4;
/// The secrets at hand are not those that the database's keys and receipts were made with.
pub const EXIT_OTHER_SECRETS: u8 = 5;

/// Of a command that failed: what a supervisor cannot mend by starting it again has a code of its own.
#[must_use]
pub fn exit_code(fault: &anyhow::Error) -> u8 {
    if fault.downcast_ref::<ConfigError>().is_some() {
        EXIT_MISUSED
    } else if fault.downcast_ref::<SecretsMismatch>().is_some() {
        EXIT_OTHER_SECRETS
    } else if fault.downcast_ref::<SchemaMismatch>().is_some() {
        EXIT_OTHER_SCHEMA
    } else {
        EXIT_FAILED
    }
}
