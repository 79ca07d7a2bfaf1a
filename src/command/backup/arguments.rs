//! What is said on the command line of a backup, its check and its return.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct BackupArguments {
    #[command(subcommand)]
    pub(super) command: Option<BackupCommand>,
    #[command(flatten)]
    pub(super) make: MakeArguments,
}

#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Restore a backup into a throw-away PostgreSQL and check everything there; nothing else is touched. The service's metrics say when the newest
    /// one that was found sound was made.
    Verify(VerifyBackupArguments),
}

#[derive(Debug, Args)]
pub struct MakeArguments {
    /// A folder that is not there yet, or - for a tar stream on the standard output; encrypted, a file
    #[arg(long, value_name = "FOLDER|-", required = true)]
    pub(super) to: Option<PathBuf>,
    /// Encrypt to this recipient of age (age1…), by the program age; once for each. One file instead of a folder
    #[arg(long = "recipient", value_name = "AGE1…")]
    pub(super) recipients: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VerifyBackupArguments {
    #[command(flatten)]
    pub(super) backup: Given,
}

#[derive(Debug, Args)]
pub struct RestoreArguments {
    #[command(flatten)]
    pub(super) backup: Given,
    /// Put it in the place of a database, or secrets, that are there. The database that was there is kept under another name
    #[arg(long)]
    pub(super) replace: bool,
}

/// A backup that somebody names.
#[derive(Clone, Debug, Args)]
pub struct Given {
    /// What `termometro backup` wrote: a folder, a file, or - for the standard input
    pub(super) from: PathBuf,
    /// The identity of age that opens an encrypted one
    #[arg(long, value_name = "FILE")]
    pub(super) identity: Option<PathBuf>,
}
