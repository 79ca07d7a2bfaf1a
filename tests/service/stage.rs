//! What most tests begin with: the sample, people who hold keys, and files that they send.

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use termometro::{read_model::ReadModel, store::postgres::database::Database};

use crate::{
    client::{Answer, bearer},
    kit::{reading, tables},
    people::{self, People},
    server::Server,
    support,
};

/// The sample in a database of its own, everybody's keys, and the service.
pub async fn arrive(name: &'static str) -> (Database, People, Server) {
    let database = people::sample(name).await;
    (database.clone(), People::arrive(database.clone()).await, people::server(&database).await)
}

pub fn read_model(database: &Database) -> ReadModel {
    ReadModel::new(database.clone(), support::MAX_AGE_DAYS)
}

/// A file as the body of a POST; `once` is the Idempotency-Key.
pub async fn upload(server: &Server, key: &str, once: &str, path: &str, kind: &str, body: &[u8]) -> Answer {
    let headers = format!("{}idempotency-key: {once}\r\ncontent-type: {kind}\r\n", bearer(key));
    server.send("POST", path, &headers, Some(body)).await
}

/// The reports that reporters sent and no later version replaced, counted.
pub const REPORTS: &str = "SELECT count(*) FROM sismed_report WHERE reporter_nit IS NOT NULL AND superseded_in IS NULL";

/// The header of reports to SISMED.
pub fn reports_header() -> &'static str {
    header_of(tables::SISMED)
}

/// The header of a list of ceilings as open data.
pub fn ceilings_header() -> &'static str {
    header_of(tables::CEILINGS)
}

pub fn header_of(table: &str) -> &str {
    table.lines().next().unwrap()
}

/// A file of these lines.
pub fn written(name: &str, lines: &[&str]) -> PathBuf {
    reading::file(name, (lines.join("\n") + "\n").as_bytes())
}

/// The path with one more parameter.
pub fn with(path: &str, parameter: &str) -> String {
    format!("{path}{}{parameter}", if path.contains('?') { '&' } else { '?' })
}

/// A Python program that reads `input`, with the modules of the documentation's examples at hand.
pub fn python(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new("python3");
    command.arg("-B").args(arguments).env("PYTHONPATH", concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut writer = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(input).unwrap());
        child.wait_with_output().unwrap()
    })
}

/// A small generator with a seed: the same questions everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.roll(list.len() as u64)).unwrap()]
    }
}
