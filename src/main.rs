//! The program: parse the command, run it, turn an error into lines for a person and an exit code.
use clap::Parser;
use std::process::ExitCode;
use termometro::command::{self, Arguments};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Beside those of the cores: writing a large answer keeps a thread for a tenth of a second, and small ones must not wait for it.
const MORE_THREADS: usize = 2;

fn main() -> ExitCode {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) + MORE_THREADS;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => {
            eprintln!("termometro: no threads to work with: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> ExitCode {
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
