//! `termometro backup`, `termometro backup verify` and `termometro restore`: all of an installation in files, proven, and back again.
mod arguments;
mod forms;
mod making;
mod manifest;
mod restoring;
mod state;
pub mod verified;
mod verifying;

pub use arguments::{BackupArguments, RestoreArguments};

use self::arguments::BackupCommand;
use crate::{app::StopSignal, config::Config};

pub async fn run(config: &Config, stop: StopSignal, arguments: BackupArguments) -> anyhow::Result<u8> {
    match arguments.command {
        Some(BackupCommand::Verify(arguments)) => verifying::run(config, stop, arguments.backup).await,
        None => making::run(config, stop, arguments.make).await,
    }
}

pub async fn restore(config: &Config, stop: StopSignal, arguments: RestoreArguments) -> anyhow::Result<u8> {
    restoring::run(config, stop, arguments).await
}
