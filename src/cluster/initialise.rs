//! Makes the data folder once, whole or not at all, and writes the settings at every start.
use super::error::{ClusterError, telling_line};
use super::place::ClusterFolder;
use super::programs::Programs;
use super::settings::{self, Durability};
use std::io::Write;
use std::path::Path;

/// The PostgreSQL version that wrote `data`, if there are data.
pub fn version_of(data: &Path) -> Result<Option<u32>, ClusterError> {
    let file = data.join("PG_VERSION");
    match std::fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| ClusterError::UnreadableVersion { file }),
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound && data.is_dir() => {
            Err(ClusterError::UnreadableVersion { file })
        }
        Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(ClusterError::io("could not read", &file)(fault)),
    }
}

/// Runs initdb beside the final folder and renames it there: an interrupted run leaves nothing that looks finished.
pub fn initialise(place: &ClusterFolder, programs: &Programs, durability: Durability) -> Result<(), ClusterError> {
    let unfinished = place.home.join("data.unfinished");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished).map_err(ClusterError::io("could not remove", &unfinished))?;
    }
    let program = programs.initdb();
    let mut command = place.account.command(&program);
    command.arg("-D").arg(&unfinished).args(["-U", settings::ROLE, "-E", "UTF8", "--locale=C", "--data-checksums"]);
    command.args(["--auth-local=peer", "--auth-host=reject", "--no-instructions"]).current_dir(&place.home);
    if durability == Durability::ThrowAway {
        command.arg("--no-sync");
    }
    let output = command.output().map_err(ClusterError::io("could not run", &program))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
        drop(std::fs::remove_dir_all(&unfinished));
        return Err(if said.contains("No space left on device") || said.contains("Disk quota exceeded") {
            ClusterError::DiskFull { dir: place.home.clone() }
        } else {
            ClusterError::NotInitialised { dir: place.data(), reason: telling_line(&said) }
        });
    }
    include_own_settings(&unfinished.join("postgresql.conf"))?;
    std::fs::rename(&unfinished, place.data()).map_err(ClusterError::io("could not rename", &unfinished))
}

/// Writes the settings that depend on this start: where the socket is and who may use it.
pub fn configure(place: &ClusterFolder, socket_dir: &Path, durability: Durability) -> Result<(), ClusterError> {
    let texts = [
        ("termometro.conf", settings::server_conf(socket_dir, durability)),
        ("pg_hba.conf", settings::HBA_CONF.to_owned()),
        ("pg_ident.conf", settings::ident_conf(&place.account)),
    ];
    for (name, text) in texts {
        let path = place.data().join(name);
        if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
            continue;
        }
        // Whole or not at all: a full disk must not leave half a file behind.
        let new = place.data().join(format!("{name}.new"));
        std::fs::write(&new, text).map_err(ClusterError::io("could not write", &new))?;
        place.account.take_over(&new).map_err(ClusterError::io("could not hand over", &new))?;
        std::fs::rename(&new, &path).map_err(ClusterError::io("could not write", &path))?;
    }
    Ok(())
}

fn include_own_settings(conf: &Path) -> Result<(), ClusterError> {
    let opened = std::fs::OpenOptions::new().append(true).open(conf);
    let written = opened.and_then(|mut file| file.write_all(b"\ninclude_if_exists = 'termometro.conf'\n"));
    written.map_err(ClusterError::io("could not write", conf))
}
