//! The program: parse the command, run it, turn an error into lines for a person and an exit code.
use clap::Parser;
use std::process::ExitCode;
use termometro::command::{self, Arguments};
use termometro::config::ConfigError;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match command::run(Arguments::parse()).await {
        Ok(code) => ExitCode::from(code),
        Err(fault) => {
            for line in format!("{fault:#}").lines() {
                eprintln!("termometro: {line}");
            }
            let misused = fault.downcast_ref::<ConfigError>().is_some();
            ExitCode::from(if misused { command::EXIT_MISUSED } else { command::EXIT_FAILED })
        }
    }
}
