//! The program: parse the command, run it, turn an error into lines for a person and an exit code.
use clap::Parser;
use std::process::ExitCode;
use termometro::command::{self, Arguments};

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
            ExitCode::from(command::exit_code(&fault))
        }
    }
}
