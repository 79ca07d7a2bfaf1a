//! Finds the PostgreSQL programs on this machine and picks the ones that fit the data.
use super::account::Account;
use super::error::ClusterError;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The oldest version whose features the schema relies on.
pub const OLDEST_MAJOR: u32 = 14;

/// Where packages put the programs; `*` stands for one folder of any name with that beginning.
const USUAL_PLACES: &[&str] = &[
    "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
    "/opt/homebrew/bin", "/opt/local/lib/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
];

/// One installed PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    pub bin: PathBuf,
    pub major: u32,
}

impl Programs {
    /// The programs for data of version `needed`, or the newest ones when there are no data yet.
    pub(super) fn find(needed: Option<u32>, data: &Path) -> Result<Programs, ClusterError> {
        let named = named_folder();
        let installed = match &named {
            Some(dir) => Programs::of_folder(dir).into_iter().collect(),
            None => installed(),
        };
        choose(&installed, needed).ok_or_else(|| match (needed, installed.is_empty(), named) {
            (Some(version), false, _) => {
                ClusterError::WrongVersion { dir: data.to_path_buf(), data: version, found: majors(&installed) }
            }
            (_, true, Some(dir)) => ClusterError::WrongPrograms { dir, oldest: OLDEST_MAJOR },
            _ => ClusterError::NotInstalled { oldest: OLDEST_MAJOR },
        })
    }

    pub fn initdb(&self) -> PathBuf {
        self.bin.join("initdb")
    }

    pub fn postgres(&self) -> PathBuf {
        self.bin.join("postgres")
    }

    /// Whether `account` may run them: an installation below a closed home folder is of no use to another user.
    pub(super) fn check_reachable(&self, account: &Account) -> Result<(), ClusterError> {
        let ran = account.command(&self.postgres()).current_dir("/").arg("--version").output();
        match ran {
            Ok(output) if output.status.success() => Ok(()),
            _ => Err(ClusterError::UnreachablePrograms { dir: self.bin.clone(), user: account.name.clone() }),
        }
    }

    fn of_folder(dir: &Path) -> Option<Programs> {
        // Distributions link initdb into /usr/bin; `postgres` lies beside the real one.
        let real = dir.join("initdb").canonicalize().ok()?;
        let bin = real.parent()?.to_path_buf();
        if !bin.join("postgres").is_file() {
            return None;
        }
        let major = major_of(&real)?;
        (major >= OLDEST_MAJOR).then_some(Programs { bin, major })
    }
}

/// The folder that a file of settings names.
static OF_SETTINGS: OnceLock<PathBuf> = OnceLock::new();

/// Looks in this folder only, from now on; the first one said counts.
pub fn use_programs_in(folder: &Path) {
    OF_SETTINGS.get_or_init(|| folder.to_owned());
}

/// The only folder to look in, where somebody named one.
pub(super) fn named_folder() -> Option<PathBuf> {
    let of_environment = || std::env::var_os("TERMOMETRO_PG_BIN").filter(|value| !value.is_empty()).map(PathBuf::from);
    OF_SETTINGS.get().cloned().or_else(of_environment)
}

fn choose(installed: &[Programs], needed: Option<u32>) -> Option<Programs> {
    match needed {
        Some(version) => installed.iter().find(|programs| programs.major == version).cloned(),
        None => installed.iter().max_by_key(|programs| programs.major).cloned(),
    }
}

fn majors(installed: &[Programs]) -> String {
    let majors: BTreeSet<u32> = installed.iter().map(|programs| programs.major).collect();
    majors.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Where programs of PostgreSQL may lie.
pub(super) fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    folders.extend(answer_of(Path::new("pg_config"), "--bindir").map(|dir| PathBuf::from(dir.trim())));
    folders.extend(USUAL_PLACES.iter().flat_map(|pattern| expand(pattern)));
    folders
}

/// The major version that this program says it is of.
pub(super) fn major_of(program: &Path) -> Option<u32> {
    parse_major(&answer_of(program, "--version")?)
}

fn installed() -> Vec<Programs> {
    let folders = folders();
    let mut found: Vec<Programs> = Vec::new();
    for folder in folders {
        let known = |bin: &Path| found.iter().any(|programs| programs.bin == bin);
        let real = folder.join("initdb").canonicalize().ok();
        if real.as_deref().and_then(Path::parent).is_none_or(known) {
            continue;
        }
        found.extend(Programs::of_folder(&folder));
    }
    found
}

fn answer_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).current_dir("/").stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The major number of "initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)" or "… 19beta1".
fn parse_major(version_line: &str) -> Option<u32> {
    let (_, version) = version_line.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The folders that match a pattern with at most one `*`.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, beginning) = before.rsplit_once('/').unwrap_or((".", before));
    let parent = if parent.is_empty() { "/" } else { parent };
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let fits = |name: &OsStr| name.to_string_lossy().starts_with(beginning);
    let names = entries.flatten().map(|entry| entry.file_name()).filter(|name| fits(name));
    names.map(|name| Path::new(parent).join(name).join(after.trim_start_matches('/'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(major: u32) -> Programs {
        Programs { bin: PathBuf::from(format!("/pg/{major}")), major }
    }

    #[test]
    fn reads_version_lines() {
        assert_eq!(parse_major("initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(parse_major("initdb (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(parse_major("initdb 15"), None);
    }

    #[test]
    fn data_decide_the_version_and_a_new_cluster_takes_the_newest() {
        let installed = [programs(15), programs(18), programs(16)];
        assert_eq!(choose(&installed, None), Some(programs(18)));
        assert_eq!(choose(&installed, Some(15)), Some(programs(15)));
        assert_eq!(choose(&installed, Some(14)), None);
        assert_eq!(majors(&installed), "15, 16, 18");
    }

    #[test]
    fn patterns_expand_to_existing_folders_only() {
        assert!(expand("/nowhere-at-all/*/bin").is_empty());
        assert_eq!(expand("/opt/x/bin"), vec![PathBuf::from("/opt/x/bin")]);
        assert!(expand("/us*/bin").contains(&PathBuf::from("/usr/bin")));
    }
}
