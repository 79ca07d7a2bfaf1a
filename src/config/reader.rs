//! Takes values out of the environment one by one and keeps every fault for the end.
use super::error::ConfigError;
use super::keys::KEYS;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

const OUR_PREFIX: &str = "TERMOMETRO_";
const TIMEOUT_MS_MAX: u64 = 3_600_000;

pub struct SettingsReader {
    values: BTreeMap<String, String>,
    faults: Vec<String>,
}

impl SettingsReader {
    pub fn new<V: Into<OsString>>(variables: impl IntoIterator<Item = (String, V)>) -> SettingsReader {
        let mut reader = SettingsReader { values: BTreeMap::new(), faults: Vec::new() };
        for (name, value) in variables {
            let known = KEYS.iter().any(|key| key.name == name);
            if !known && name.starts_with(OUR_PREFIX) {
                reader.fault(unknown_key(&name));
            }
            if !known {
                continue;
            }
            match value.into().into_string() {
                // An empty value means unset, as `KEY=` in a file of settings does.
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => drop(reader.values.insert(name, text.trim().to_owned())),
                Err(_) => reader.fault(format!("{name} is not readable text (UTF-8)")),
            }
        }
        reader
    }

    pub fn fault(&mut self, line: impl Into<String>) {
        self.faults.push(line.into());
    }

    pub fn optional<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        debug_assert!(KEYS.iter().any(|key| key.name == name), "{name} is not in the list of keys");
        let text = self.values.get(name)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(format!("{name} {fault}"));
                None
            }
        }
    }

    /// The value, or the default; after a fault also the default, so that the rest can be read.
    pub fn required<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> T {
        if let Some(value) = self.optional(name, &parse) {
            return value;
        }
        let default = KEYS.iter().find(|key| key.name == name).and_then(|key| key.default);
        let parsed = default.map(parse).and_then(Result::ok);
        parsed.expect("every key read as required has a default, and a test parses them all")
    }

    pub fn number<T>(&mut self, name: &'static str, least: T, most: T) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        self.required(name, |text| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let value = text.parse().ok().filter(|value| plain && *value >= least && *value <= most);
            value.ok_or_else(|| format!("is \"{text}\", not a whole number from {least} to {most}"))
        })
    }

    pub fn milliseconds(&mut self, name: &'static str) -> Duration {
        Duration::from_millis(self.number(name, 1, TIMEOUT_MS_MAX))
    }

    pub fn finish<T>(self, value: T) -> Result<T, ConfigError> {
        if self.faults.is_empty() { Ok(value) } else { Err(ConfigError { faults: self.faults }) }
    }
}

pub fn unknown_key(name: &str) -> String {
    let closest = KEYS.iter().map(|key| (strsim::levenshtein(key.name, name), key.name)).min();
    match closest {
        Some((distance, meant)) if distance <= 4 => format!("{name} is not a known key: {meant} is meant?"),
        _ => format!("{name} is not a known key: .env.example lists them all"),
    }
}
