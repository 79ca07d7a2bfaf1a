//! What a test expects of an answer: its status, and what the members of its data say.

use serde_json::Value;

use crate::{client::Answer, server::Server};

pub trait Expected {
    /// The data of an answer that has this status.
    fn data(&self, status: u16) -> Value;

    /// The first fault of a refusal that has this status.
    fn fault(&self, status: u16) -> Value;
}

impl Expected for Answer {
    #[track_caller]
    fn data(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()["data"].take()
    }

    #[track_caller]
    fn fault(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.json()["errors"][0].take()
    }
}

/// `expected` names members of `found`, or places in it by their JSON pointers; what is not there is null.
#[track_caller]
pub fn has(found: &Value, expected: &Value, context: &str) {
    for (name, value) in expected.as_object().unwrap() {
        let member = if name.starts_with('/') { found.pointer(name) } else { found.get(name) };
        assert_eq!(member.unwrap_or(&Value::Null), value, "{name} {context}: {found}");
    }
}

/// `assert_has!(answer, {"member": 1, "/place/in/it": [2]}, "context")`.
macro_rules! assert_has {
    ($found:expr, $expected:tt) => {
        assert_has!($found, $expected, "")
    };
    ($found:expr, $expected:tt, $($context:tt)+) => {
        crate::expected::has(&$found, &serde_json::json!($expected), &format!($($context)+))
    };
}

/// The texts of one member of each row.
#[track_caller]
pub fn column<'a>(rows: &'a Value, name: &str) -> Vec<&'a str> {
    let text = |row: &'a Value| row[name].as_str().unwrap_or_else(|| panic!("no text {name}: {row}"));
    rows.as_array().unwrap_or_else(|| panic!("no rows: {rows}")).iter().map(text).collect()
}

/// How many rows a list has.
#[track_caller]
pub fn count(rows: &Value) -> usize {
    rows.as_array().unwrap_or_else(|| panic!("no rows: {rows}")).len()
}

/// The actions of which the audit log says that they were done to this subject.
pub async fn audited(server: &Server, auditor: &str, subject: &str) -> Vec<String> {
    let audit = server.get_as(auditor, "/v1/audit?limit=1000").await.data(200);
    let of_subject = audit.as_array().unwrap().iter().filter(|entry| entry["subject"] == subject);
    of_subject.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}
