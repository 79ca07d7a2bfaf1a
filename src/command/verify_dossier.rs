//! `termometro verify-dossier FILE`: checks the evidence bundle of a case, with nothing but the file. No database, no settings.

use std::{fs::File, io::Read, path::PathBuf};

use anyhow::Context;

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::dossier::{container::ZIP_BYTES_MAX, report::Report, seal, verify::verify};

#[derive(Debug, clap::Args)]
pub struct VerifyDossierArguments {
    /// The zip, exactly as it was received.
    file: PathBuf,
    /// The key that must have signed, as `/v1/keys` publishes it; without it, the key inside the bundle is used.
    // One key in 64 begins with `-`.
    #[arg(long, value_name = "BASE64URL", value_parser = public_key, allow_hyphen_values = true)]
    public_key: Option<[u8; 32]>,
}

pub(super) fn public_key(text: &str) -> Result<[u8; 32], String> {
    seal::key_from_text(text).ok_or_else(|| "an Ed25519 public key is 43 characters of base64url, without `=`".to_owned())
}

pub fn run(arguments: &VerifyDossierArguments) -> anyhow::Result<u8> {
    let place = arguments.file.display();
    let file = File::open(&arguments.file).with_context(|| format!("{place} cannot be opened"))?;
    let mut zip = Vec::new();
    // One byte more than a bundle may have: longer ones are refused without being read.
    file.take(ZIP_BYTES_MAX as u64 + 1).read_to_end(&mut zip).with_context(|| format!("{place} cannot be read"))?;
    let report = verify(&zip, arguments.public_key.as_ref());
    print(&report);
    Ok(if report.is_sound() { EXIT_DONE } else { EXIT_FAILED })
}

fn print(report: &Report) {
    for (check, count) in &report.checks {
        say!("{check}: {count}");
    }
    if let Some(key) = &report.public_key {
        say!("clave / key: {}", seal::key_text(key));
    }
    for note in &report.notes {
        say!("nota / note: {note}");
    }
    for fault in &report.faults {
        say!("FALLA / FAULT {fault}");
    }
    if report.is_sound() {
        say!("OK");
    }
}
