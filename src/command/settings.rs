//! `termometro config check`: each setting, where it comes from, and what is wrong. Secrets are never shown.

use clap::{Args, Subcommand};
use serde_json::json;

use super::exit::EXIT_DONE;
use crate::{
    config::{ConfigError, Settings, ShownSetting},
    telemetry,
};

#[derive(Debug, Args)]
pub struct ConfigArguments {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Every setting with its value and where it stands; then all faults, with exit code 2. Nothing is started
    Check {
        /// One JSON object a setting
        #[arg(long)]
        json: bool,
    },
}

pub fn run(settings: &Settings, arguments: &ConfigArguments) -> anyhow::Result<u8> {
    let ConfigCommand::Check { json } = arguments.command;
    for ShownSetting { name, value, from } in settings.shown() {
        if json {
            say!("{}", json!({"name": name, "value": value, "from": from}));
        } else {
            say!("{name:<38} {}  ({from})", value.unwrap_or_default());
        }
    }
    let config = settings.config()?;
    if let Err(error) = telemetry::check(&config.log) {
        return Err(ConfigError { faults: vec![format!("TERMOMETRO_LOG is no filter: {error}")] }.into());
    }
    Ok(EXIT_DONE)
}
