//! `termometro completions` and `termometro man`: what a package installs beside the program, made from the very arguments that it takes.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap_complete::Shell;

use super::exit::EXIT_DONE;

#[derive(Debug, clap::Args)]
pub struct CompletionsArguments {
    /// Which one
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub struct ManArguments {
    /// One page a command, `termometro-import.1`; the folder is made where it is missing
    folder: PathBuf,
}

pub fn completions(mut program: clap::Command, arguments: &CompletionsArguments) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, "termometro", &mut script);
    say!("{}", String::from_utf8_lossy(&script).trim_end());
    EXIT_DONE
}

pub fn man_pages(program: clap::Command, arguments: &ManArguments) -> anyhow::Result<u8> {
    let folder: &Path = &arguments.folder;
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    clap_mangen::generate_to(program, folder).with_context(|| format!("{} cannot be written into", folder.display()))?;
    Ok(EXIT_DONE)
}
