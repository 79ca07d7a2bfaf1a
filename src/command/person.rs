//! Who decides something on the command line, and why.

use clap::Args;

use crate::import::report::Acceptance;

/// Who decides, and why: both stand in the audit log.
#[derive(Clone, Debug, Args)]
pub struct Person {
    /// Who decides; without it the account that runs this
    #[arg(long)]
    by: Option<String>,
    /// Why
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    reason: String,
}

impl Person {
    pub fn acceptance(&self) -> Acceptance {
        let account = || nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten().map(|user| user.name);
        let by = self.by.clone().filter(|by| !by.trim().is_empty()).or_else(account);
        Acceptance { by: by.unwrap_or_else(|| "host".to_owned()), reason: self.reason.trim().to_owned() }
    }
}
