//! The program itself: killed at any point, and reading a country's catalogue in little memory.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{ACT, FIRST_DAY, ROWS, Stage};
use crate::{
    kit::{
        alone::size,
        folder::folder,
        portal::{Portal, list},
        program::command,
        tables::{CATALOGUE, header},
    },
    support::{self, number},
};

fn program(portal: &Portal, database: &str, arguments: &[&str]) -> Command {
    let folder = folder();
    let mut command = command(&folder);
    command.env("DATABASE_URL", support::url(database)).env("TERMOMETRO_SPOOL_DIR", folder.join("spool"));
    command.env("TERMOMETRO_FEEDS_URL", portal.base().as_str().trim_end_matches('/')).env("TERMOMETRO_FEEDS_LOOPBACK", "on");
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// How it ended, and the most that it held meanwhile, in KiB.
async fn watched(mut child: Child) -> (bool, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let held = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let held = held.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
        peak = peak.max(held.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            return (ended.success(), peak);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_leaves_the_old_data_or_the_new() {
    const NAME: &str = "feed_killed";
    let stage = Stage::set(NAME).await;
    let mut before = stage.data().await;
    for round in 1..=i64::try_from(size(200, 4)).unwrap() {
        let changed = u32::try_from(round).unwrap() % ROWS + 1;
        stage.portal.publish(&list(ROWS, ACT, |at| if at == changed { 900 } else { 1_000 }), FIRST_DAY + round * 60);
        let mut child = program(&stage.portal, NAME, &["feeds", "run", "ceilings"]).spawn().unwrap();
        // Six requests, a second apart, then the import.
        tokio::time::sleep(Duration::from_millis(u64::try_from(round * 1_847 % 7_000).unwrap())).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let after = stage.data().await;
        assert!(after == before || (after[0] > before[0] && after[1] > before[1]), "{before:?} {after:?}");
        assert_eq!(after[2] % i64::from(ROWS), 0, "whole lists only");
        before = after;
    }
    // The next one enters as failed what the dead ones left, and reads.
    let output = tokio::task::spawn_blocking(move || {
        let mut command = program(&stage.portal, NAME, &["feeds", "run", "ceilings", "--json"]);
        (command.output().unwrap(), stage)
    });
    let (output, stage) = output.await.unwrap();
    let (said, log) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(output.status.success(), "{said} {log}");
    assert!(said.contains("\"state\":\"imported\"") || said.contains("\"state\":\"unchanged\""), "{said}");
    assert_eq!(number(&stage.database, "SELECT count(*) FROM feed_run WHERE state = 'running'").await, 0);
}

/// The goals are those of the program as it is released (`make test-feeds-release`); one that is not optimised is larger by itself, and slower.
const PEAK_MIB: u64 = if cfg!(debug_assertions) { 96 } else { 64 };
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 180 } else { 60 });

/// As many rows as the catalogue of presentations in force has.
#[tokio::test(flavor = "multi_thread")]
async fn a_countrys_catalogue_is_read_in_little_memory() {
    const NAME: &str = "feed_catalogue";
    let rows = size(157_000, 30_000);
    let database = support::database(NAME).await;
    let row = CATALOGUE.lines().nth(1).unwrap();
    let row = |at: usize| row.replace("90009025", &(20_000_000 + at).to_string()) + "\n";
    let table = header(CATALOGUE) + &(0..rows).map(row).collect::<String>();
    let portal = Portal::with(&table, FIRST_DAY).await;
    drop(table);
    // Into a folder, without a database.
    let to = folder();
    let mut fetch = program(&portal, NAME, &["fetch", "--to", to.to_str().unwrap(), "catalogue"]);
    let start = Instant::now();
    let (read, peak) = watched(fetch.env_remove("DATABASE_URL").spawn().unwrap()).await;
    let elapsed = start.elapsed();
    println!("{rows} rows in {elapsed:?}, {peak} KiB at most");
    assert!(read && elapsed <= LONGEST, "{elapsed:?}");
    assert!(peak <= PEAK_MIB * 1024, "{peak} KiB");
    // As a feed into the database: the same bytes.
    let start = Instant::now();
    let (read, peak) = watched(program(&portal, NAME, &["feeds", "run", "catalogue"]).spawn().unwrap()).await;
    let elapsed = start.elapsed();
    println!("with its import in {elapsed:?}, {peak} KiB at most");
    assert!(read && elapsed <= LONGEST, "{elapsed:?}");
    assert!(peak <= PEAK_MIB * 1024, "{peak} KiB");
    assert_eq!(number(&database, "SELECT count(*) FROM medicine").await, i64::try_from(rows).unwrap());
    let (digest, bytes) = termometro::ingest::fingerprint(&to.join("catalogue-i7cb-raxc-2026-11-20.csv")).unwrap();
    let known = format!("SELECT count(*) FROM source_file WHERE sha256 = '{digest}' AND bytes = {bytes}");
    assert_eq!(number(&database, &known).await, 1);
}
