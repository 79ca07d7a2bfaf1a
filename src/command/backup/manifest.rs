//! `manifest.json`: of which state a backup is, what is in it and what is not, and the digest of each file.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anyhow::{Context, bail};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::state::StoredState;
use crate::text::hex::{hex, sha256};

pub const FORMAT: &str = "termometro-backup/1";
pub const DUMP: &str = "database.dump";
pub const SECRETS: &str = "secrets";
pub const SECRET_NAMES: [&str; 2] = ["pepper", "signing-key"];
/// Every file that a backup may have.
pub const FILES: [&str; 5] = [MANIFEST_DIGEST, MANIFEST, DUMP, "secrets/pepper", "secrets/signing-key"];

const MANIFEST: &str = "manifest.json";
/// As `sha256sum` writes it: `sha256sum -c manifest.sha256`.
const MANIFEST_DIGEST: &str = "manifest.sha256";
const READ_BYTES: usize = 1 << 20;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    /// The version of the program that made it.
    pub program: String,
    pub taken_at: Timestamp,
    /// The major version of the server.
    pub postgresql: u32,
    pub schema_version: i32,
    pub state: StoredState,
    /// By their names; `None` of a database that no key and no receipt was made for.
    pub secrets: Option<SecretNames>,
    pub left_out: Vec<LeftOutTable>,
    pub files: Vec<BackupFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretNames {
    pub pepper: String,
    pub signing_key: String,
}

/// A table whose rows are not in the backup, since they can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutTable {
    pub table: String,
    pub rows: i64,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupFile {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

impl BackupFile {
    /// As it lies in this folder.
    pub fn of(folder: &Path, name: &str) -> io::Result<Self> {
        let mut file = File::open(folder.join(name))?;
        let (mut hash, mut bytes, mut piece) = (Sha256::new(), 0, vec![0; READ_BYTES]);
        loop {
            let length = file.read(&mut piece)?;
            if length == 0 {
                return Ok(Self { name: name.to_owned(), bytes, sha256: hex(&hash.finalize()) });
            }
            hash.update(piece.get(..length).unwrap_or_default());
            bytes += length as u64;
        }
    }
}

impl Manifest {
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        let digest = format!("{}  {MANIFEST}\n", sha256(&text));
        for (name, content) in [(MANIFEST, &text), (MANIFEST_DIGEST, &digest)] {
            write_private(&folder.join(name), content.as_bytes()).with_context(|| format!("writing {name}"))?;
        }
        Ok(())
    }

    /// # Errors
    /// When it is not there, is not as it was written, or is of a format that this program does not know.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let text =
            fs::read(folder.join(MANIFEST)).with_context(|| format!("{MANIFEST} cannot be read: this is no whole backup"))?;
        let digest =
            fs::read_to_string(folder.join(MANIFEST_DIGEST)).with_context(|| format!("{MANIFEST_DIGEST} cannot be read"))?;
        if digest.split_whitespace().next() != Some(sha256(&text).as_str()) {
            bail!("{MANIFEST}: its bytes are not those that {MANIFEST_DIGEST} states");
        }
        let format: serde_json::Value = serde_json::from_slice(&text).with_context(|| format!("{MANIFEST} is no JSON"))?;
        if format["format"] != FORMAT {
            bail!("{MANIFEST}: its format is {}, and this program reads {FORMAT}", format["format"]);
        }
        serde_json::from_value(format).with_context(|| format!("{MANIFEST} is not as it should be"))
    }

    /// What is wrong with the files, each by its name.
    pub fn file_faults(&self, folder: &Path) -> anyhow::Result<Vec<String>> {
        let mut faults = Vec::new();
        for stated in &self.files {
            let name = &stated.name;
            if !FILES.contains(&name.as_str()) {
                faults.push(format!("{name}: no file of a backup has this name"));
                continue;
            }
            match BackupFile::of(folder, name) {
                Err(error) if error.kind() == ErrorKind::NotFound => faults.push(format!("{name}: it is not there")),
                Err(error) => return Err(error).with_context(|| format!("reading {name}")),
                Ok(found) if found.bytes != stated.bytes => {
                    faults.push(format!("{name}: it has {} bytes, and the manifest says {}", found.bytes, stated.bytes));
                }
                Ok(found) if found.sha256 != stated.sha256 => {
                    faults.push(format!("{name}: its bytes are not those of the manifest"));
                }
                Ok(_) => {}
            }
        }
        if !self.files.iter().any(|file| file.name == DUMP) {
            faults.push(format!("{DUMP}: the manifest does not name it"));
        }
        Ok(faults)
    }

    /// What the files hold, in one line.
    pub fn summary(&self) -> String {
        let bytes: u64 = self.files.iter().map(|file| file.bytes).sum();
        let rows: i64 = self.state.tables.values().sum();
        format!(
            "data version {}, {rows} rows of {} tables, {bytes} bytes, made at {}",
            self.state.data_version,
            self.state.tables.len(),
            self.taken_at
        )
    }
}

/// A new file that only this account can read, on the disk when this returns.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
