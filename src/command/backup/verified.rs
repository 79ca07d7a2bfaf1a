//! When the newest backup that was found sound was made: noted by `backup verify` in the data folder, and shown by the service's metrics.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::manifest::{Manifest, write_private};

const NOTE: &str = "verified-backup.json";
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
const METRIC: &str = "backup_verified_timestamp_seconds";

/// The newest backup that was found sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct VerifiedBackup {
    taken_at: Timestamp,
    verified_at: Timestamp,
    data_version: i64,
    /// Of which installation it is.
    signing_key: Option<String>,
}

/// An older one than what is noted changes nothing.
pub fn note(data_dir: &Path, manifest: &Manifest, now: Timestamp) -> anyhow::Result<()> {
    let verified = VerifiedBackup {
        taken_at: manifest.taken_at,
        verified_at: now,
        data_version: manifest.state.data_version,
        signing_key: manifest.secrets.as_ref().map(|secrets| secrets.signing_key.clone()),
    };
    let path = data_dir.join(NOTE);
    let is_newer = |noted: &VerifiedBackup| noted.signing_key == verified.signing_key && noted.taken_at > verified.taken_at;
    if read(data_dir).ok().flatten().as_ref().is_some_and(is_newer) {
        return Ok(());
    }
    let noting = || {
        fs::create_dir_all(data_dir)?;
        let beside = data_dir.join(format!("{NOTE}.{}", std::process::id()));
        write_private(&beside, format!("{}\n", serde_json::to_string_pretty(&verified)?).as_bytes())?;
        fs::rename(&beside, &path)
    };
    noting().with_context(|| format!("noting in {} that this backup is sound", path.display()))
}

fn read(data_dir: &Path) -> std::io::Result<Option<VerifiedBackup>> {
    match fs::read(data_dir.join(NOTE)) {
        Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Keeps the metric up to date as long as the service runs: 0 while no backup of this installation was found sound.
pub async fn watch(data_dir: PathBuf, signing_key: String) {
    let mut rounds = tokio::time::interval(LOOK_INTERVAL);
    let mut unreadable = false;
    loop {
        rounds.tick().await;
        let folder = data_dir.clone();
        let found = tokio::task::spawn_blocking(move || read(&folder)).await;
        let verified = match found {
            Ok(Ok(verified)) => {
                unreadable = false;
                verified.filter(|verified| verified.signing_key.as_ref().is_none_or(|key| *key == signing_key))
            }
            Ok(Err(error)) => {
                // Once, not at every look.
                if !std::mem::replace(&mut unreadable, true) {
                    tracing::warn!(%error, folder = %data_dir.display(), "backup: note of the newest verified one cannot be read");
                }
                None
            }
            // The service is ending.
            Err(_) => return,
        };
        metrics::gauge!(METRIC).set(verified.map_or(0, |verified| seconds(verified.taken_at)));
    }
}

/// Since 1970, until 2106.
fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_second()).unwrap_or_default()
}
