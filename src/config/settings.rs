//! Where settings come from: a file of lines `KEY=VALUE`, and above it the environment.
use super::error::ConfigError;
use super::keys::KEYS;
use super::reader::{SettingsReader, unknown_key};
use super::{Config, shown_value};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Names the file, in the environment only.
pub const FILE_KEY: &str = "TERMOMETRO_CONFIG_FILE";

/// What is set, and where.
pub struct Settings {
    file: Option<SettingsFile>,
    environment: Vec<(String, OsString)>,
}

/// One key of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSetting {
    pub name: &'static str,
    /// Never a secret; nothing where it is unset.
    pub value: Option<String>,
    /// `environment`, `default`, `unset`, or file and line.
    pub from: String,
}

impl Settings {
    /// The environment of the process, and this file or the one that the environment names.
    pub(crate) fn load(file: Option<&Path>) -> Settings {
        let environment = std::env::vars_os().map(|(key, value)| (key.to_string_lossy().into_owned(), value));
        Settings::of(file, environment)
    }

    /// Any list of variables, and this file or the one that they name.
    pub fn of(file: Option<&Path>, environment: impl IntoIterator<Item = (String, OsString)>) -> Settings {
        let environment: Vec<_> = environment.into_iter().filter(|(_, value)| !is_blank(value)).collect();
        let named = || environment.iter().find(|(key, _)| key == FILE_KEY).map(|(_, value)| PathBuf::from(value));
        let file = file.map(Path::to_owned).or_else(named).map(|path| SettingsFile::read(&path));
        Settings { file, environment }
    }

    /// # Errors
    /// With every fault of the file and of the values.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let of_file = self.file.iter().flat_map(|file| &file.values);
        let of_file = of_file.map(|(key, (value, _))| (key.clone(), OsString::from(value)));
        let mut reader = SettingsReader::new(of_file.chain(self.environment.iter().cloned()));
        for fault in self.file.iter().flat_map(|file| &file.faults) {
            reader.fault(fault);
        }
        Config::of(reader)
    }

    /// Every key, in the order of `.env.example`.
    #[must_use]
    pub fn shown(&self) -> Vec<ShownSetting> {
        KEYS.iter()
            .map(|key| {
                let set = self.environment.iter().find(|(name, _)| name == key.name);
                let in_file = self.file.as_ref().and_then(|file| Some((file, file.values.get(key.name)?)));
                let (value, from) = match (set, in_file, key.default) {
                    (Some((_, value)), ..) => (Some(value.to_string_lossy().into_owned()), "environment".to_owned()),
                    (None, Some((file, (value, line))), _) => (Some(value.clone()), place(&file.path, *line)),
                    (None, None, Some(default)) => (Some(default.to_owned()), "default".to_owned()),
                    (None, None, None) => (None, "unset".to_owned()),
                };
                ShownSetting { name: key.name, value: value.map(|value| shown_value(key.name, value.trim())), from }
            })
            .collect()
    }
}

/// As `KEY=` in a file: unset.
fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|text| text.trim().is_empty())
}

fn place(path: &Path, line: usize) -> String {
    format!("{} line {line}", path.display())
}

/// What a file sets, with the line of each; its faults are reported with those of the values.
struct SettingsFile {
    path: PathBuf,
    values: BTreeMap<String, (String, usize)>,
    faults: Vec<String>,
}

impl SettingsFile {
    fn read(path: &Path) -> SettingsFile {
        match std::fs::read_to_string(path) {
            Ok(text) => SettingsFile::parse(path, &text),
            Err(error) => {
                let faults = vec![format!("the file of settings {} cannot be read: {error}", path.display())];
                SettingsFile { path: path.to_owned(), values: BTreeMap::new(), faults }
            }
        }
    }

    /// No fault says anything of a value: it may be a secret.
    fn parse(path: &Path, text: &str) -> SettingsFile {
        let mut file = SettingsFile { path: path.to_owned(), values: BTreeMap::new(), faults: Vec::new() };
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let pair = line.split_once('=').map(|(key, value)| (key.trim_end(), unquoted(value.trim())));
            let fault = match pair {
                Some((key, _)) if key == FILE_KEY => Some(format!("{FILE_KEY} names a file in the environment only")),
                Some((key, _)) if KEYS.iter().all(|known| known.name != key) => Some(unknown_key(key)),
                Some((key, value)) => {
                    let earlier = file.values.insert(key.to_owned(), (value.to_owned(), number));
                    earlier.map(|(_, line)| format!("{key} stands in line {line} already"))
                }
                None => Some("not KEY=VALUE".to_owned()),
            };
            file.faults.extend(fault.map(|fault| format!("{}: {fault}", place(path, number))));
        }
        file.values.retain(|_, (value, _)| !value.trim().is_empty());
        file
    }
}

/// Without the quotes around it, if it has a pair.
fn unquoted(value: &str) -> &str {
    let within = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> SettingsFile {
        SettingsFile::parse(Path::new("/etc/t.env"), text)
    }

    fn settings(text: &str, environment: &[(&str, &str)]) -> Settings {
        let environment = environment.iter().map(|(key, value)| ((*key).to_owned(), OsString::from(value))).collect();
        Settings { file: Some(parsed(text)), environment }
    }

    #[test]
    fn a_file_has_comments_quotes_and_blanks() {
        let file = parsed(
            "# x\n\n TERMOMETRO_DATA_DIR = /srv/a # b \nTERMOMETRO_LOG=\"info,a=b\"\nTERMOMETRO_LISTEN='[::1]:80'\nDATABASE_URL=\n",
        );
        assert_eq!(file.faults, [""; 0]);
        let values: Vec<_> = file.values.iter().map(|(key, (value, line))| (key.as_str(), value.as_str(), *line)).collect();
        assert_eq!(
            values,
            [("TERMOMETRO_DATA_DIR", "/srv/a # b", 3), ("TERMOMETRO_LISTEN", "[::1]:80", 5), ("TERMOMETRO_LOG", "info,a=b", 4)]
        );
    }

    #[test]
    fn every_fault_of_a_file_has_its_line_and_no_value() {
        let text = "s3creto\nTERMOMETRO_LISTENS=s3creto\nPGHOST=s3creto\nTERMOMETRO_LOG=warn\nTERMOMETRO_LOG=s3creto\nTERMOMETRO_CONFIG_FILE=/b";
        assert_eq!(
            settings(text, &[("TERMOMETRO_MEMORY", "maybe")]).config().unwrap_err().faults,
            [
                "/etc/t.env line 1: not KEY=VALUE",
                "/etc/t.env line 2: TERMOMETRO_LISTENS is not a known key: TERMOMETRO_LISTEN is meant?",
                "/etc/t.env line 3: PGHOST is not a known key: .env.example lists them all",
                "/etc/t.env line 5: TERMOMETRO_LOG stands in line 4 already",
                "/etc/t.env line 6: TERMOMETRO_CONFIG_FILE names a file in the environment only",
                "TERMOMETRO_MEMORY is \"maybe\", not on or off",
            ]
        );
    }

    #[test]
    fn the_environment_wins_unless_it_is_blank() {
        let text = "TERMOMETRO_LISTEN=127.0.0.1:81\nTERMOMETRO_EXPORTS_KEPT=3";
        let settings = settings(text, &[("TERMOMETRO_LISTEN", "127.0.0.1:82")]);
        let config = settings.config().unwrap();
        assert_eq!((config.listen.port(), config.exports_kept), (82, 3));
        let blank = [("TERMOMETRO_LISTEN".to_owned(), OsString::from(" "))];
        assert!(Settings::of(None, blank).environment.is_empty());
    }

    #[test]
    fn what_is_shown_has_its_place_and_hides_secrets() {
        let text = "TERMOMETRO_LISTEN=127.0.0.1:81\nDATABASE_URL=postgresql://ana:s3creto@db.example:5433/precios";
        let settings = settings(text, &[("TERMOMETRO_ADMIN_KEY", "s3creto")]);
        let shown = settings.shown();
        let find = |name: &str| {
            let one = shown.iter().find(|setting| setting.name == name).unwrap();
            (one.value.as_deref(), one.from.as_str())
        };
        assert_eq!(find("TERMOMETRO_LISTEN"), (Some("127.0.0.1:81"), "/etc/t.env line 1"));
        assert_eq!(find("DATABASE_URL"), (Some("ana@db.example:5433/precios"), "/etc/t.env line 2"));
        assert_eq!(find("TERMOMETRO_ADMIN_KEY"), (Some("(not shown)"), "environment"));
        assert_eq!(find("TERMOMETRO_MEMORY"), (Some("on"), "default"));
        assert_eq!(find("DATABASE_READ_URLS"), (None, "unset"));
        assert_eq!(shown.len(), KEYS.len());
        assert!(!format!("{shown:?}").contains("s3creto"));
    }

    #[test]
    fn a_file_that_is_not_there_is_a_fault() {
        let settings = Settings::of(Some(Path::new("/nowhere/t.env")), []);
        let fault = settings.config().unwrap_err().to_string();
        assert!(fault.starts_with("the file of settings /nowhere/t.env cannot be read: "), "{fault}");
    }
}
