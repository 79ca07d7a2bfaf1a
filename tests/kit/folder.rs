//! Temporary folders: all of a test process stand in one, which goes when the process ends, however it ends.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Its input closes when the process that started it ends.
const REMOVER: &str = r#"trap '' INT HUP TERM; read -r _; rm -rf "$1""#;

/// A new folder of one's own.
pub fn folder() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let folder = of_this_process().join(NEXT.fetch_add(1, Ordering::Relaxed).to_string());
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// A file of this name in a folder of its own.
pub fn written(name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn of_this_process() -> &'static Path {
    static FOLDER: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (folder, _) = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("termometro-tests-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut remover = Command::new("/bin/sh");
        remover.args(["-c", REMOVER, "remover"]).arg(&folder).process_group(0);
        remover.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let remover = remover.spawn().unwrap();
        (folder, remover)
    });
    folder
}
