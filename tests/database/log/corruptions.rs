//! Forty ways to rewrite the database quietly, by somebody who has its password and takes the triggers off: each is found, at its place.

use deadpool_postgres::ClientWrapper;
use termometro::{
    cluster::scratch::ScratchCluster,
    store::postgres::{database::Database, limits::PoolLimits},
    workflow::log_check::OutsideHead,
};

use super::{
    forging::{rebuild_log, rechain},
    stage::{filled, program, report},
};

/// The command that must find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// `verify-log`, with the heads kept outside.
    Log,
    /// `verify`, which judges again and compares all that is stored with what says how it was.
    Verify,
}

/// What is recomputed after the statement, so that it does not show by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forge {
    Nothing,
    /// Positions and hashes of the audit log.
    Chain,
    /// The same, and every leaf, hash and node of the log.
    ChainAndLog,
    /// Hashes and nodes of the log.
    Log,
}

struct Corruption {
    name: &'static str,
    sql: &'static str,
    forge: Forge,
    by: By,
    /// A part of the line that names the place.
    place: &'static str,
}

use By::{Log, Verify};

const fn planted(name: &'static str, by: By, place: &'static str, sql: &'static str) -> Corruption {
    Corruption { name, sql, forge: Forge::Nothing, by, place }
}

const fn forged(name: &'static str, forge: Forge, place: &'static str, sql: &'static str) -> Corruption {
    Corruption { name, sql, forge, by: Log, place }
}

const REPORTS: &[Corruption] = &[
    planted("a price, without another verdict", Log, "file.rows_sha256",
        "UPDATE sismed_row SET minimum = minimum * 1.0001 WHERE id = (SELECT min(id) FROM sismed_row WHERE minimum IS NOT NULL)"),
    planted("a price, with another verdict", Verify, "verdicts: FAULT file",
        "UPDATE sismed_row SET minimum = 99999999, maximum = 99999999 WHERE id = (SELECT min(id) FROM sismed_row WHERE judged & 7 = 0)"),
    planted("the units sold", Log, "file.rows_sha256",
        "UPDATE sismed_row SET units = units + 1 WHERE id = (SELECT min(id) FROM sismed_row WHERE units IS NOT NULL)"),
    planted("a verdict", Log, "verdicts.",
        "UPDATE sismed_row SET judged = (SELECT min(code) FROM judgement_code WHERE verdict = 'within')
         WHERE id = (SELECT min(r.id) FROM sismed_row r JOIN judgement_code c ON c.code = r.judged WHERE c.verdict = 'above')"),
    planted("what a verdict means", Log, "verdicts.",
        "UPDATE judgement_code SET verdict = 'within' WHERE verdict = 'above'"),
    planted("a report taken out", Log, "file.rows_sha256",
        "DELETE FROM sismed_row WHERE id = (SELECT max(id) FROM sismed_row WHERE reporter_nit IS NULL)"),
    planted("a report hidden as if it had been replaced", Log, "file.reports_ended",
        "UPDATE sismed_row SET superseded_in = source_file_id WHERE id = (SELECT min(id) FROM sismed_row WHERE reporter_nit IS NULL)"),
    planted("a report put in", Log, "file.rows_sha256",
        "INSERT INTO sismed_row SELECT part, id + 100000, source_file_id, line + 100000, judged, expediente, consecutive, period_from,
            period_until, actor_role, transaction, operation, unit, flags, minimum, maximum, units, value, reporter_nit, counterparty_nit,
            seller_nit, superseded_in, recorded_in FROM sismed_row ORDER BY id LIMIT 1"),
    planted("a submitted price", Log, "(private)",
        "UPDATE sismed_row SET maximum = maximum * 1.0001 WHERE id = (SELECT max(id) FROM sismed_row WHERE reporter_nit IS NOT NULL AND maximum IS NOT NULL)"),
    planted("a submitted report that becomes another company's", Log, "(private)",
        "UPDATE sismed_row SET seller_nit = '800000001' WHERE id = (SELECT max(id) FROM sismed_row WHERE reporter_nit IS NOT NULL)"),
];

const LAW: &[Corruption] = &[
    planted(
        "a listed ceiling",
        Log,
        "file.ceilings",
        "UPDATE ceiling SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ceiling WHERE amount IS NOT NULL)",
    ),
    planted("a listed ceiling taken out", Log, "file.ceilings", "DELETE FROM ceiling WHERE id = (SELECT min(id) FROM ceiling)"),
    planted(
        "a listed ceiling of another act",
        Log,
        "file.ceilings",
        "UPDATE ceiling SET act_id = 'circular-07-2018' WHERE id = (SELECT min(id) FROM ceiling WHERE act_id <> 'circular-07-2018')",
    ),
    planted(
        "a unit price",
        Log,
        "file.unit_prices",
        "UPDATE market_price SET unit_price = unit_price * 2 WHERE id = (SELECT min(id) FROM market_price)",
    ),
    planted(
        "a published act's amount",
        Log,
        "publication of import",
        "UPDATE ceiling SET amount = 99999 WHERE source_file_id = (SELECT source_file_id FROM act_publication)",
    ),
    planted(
        "the day on which a published act begins", Log, "publication of import",
        "UPDATE act_publication SET valid_from = valid_from - 30",
    ),
    planted(
        "the span in which it binds",
        Log,
        "validities",
        "UPDATE ceiling_validity SET valid = daterange(lower(valid) - 30, upper(valid))",
    ),
    planted("a publication taken out", Log, "publication of import", "DELETE FROM act_publication"),
    planted(
        "the first day of an act",
        Log,
        "act circular-10-2020",
        "UPDATE act SET in_force_from = '2021-01-01' WHERE id = 'circular-10-2020'",
    ),
    planted("an act taken out", Log, "act circular-03-2013: it is not there", "DELETE FROM act WHERE id = 'circular-03-2013'"),
    planted(
        "an act put in",
        Log,
        "act circular-99-2020: no leaf",
        "INSERT INTO act (id, title, subject_es, subject_en, source, confirmed) VALUES ('circular-99-2020', 'x', 'x', 'x', 'x', true)",
    ),
];

const FILES: &[Corruption] = &[
    planted(
        "how many rows a file had",
        Log,
        "file.rows_read",
        "UPDATE source_file SET rows_read = rows_read + 1, rows_refused = rows_refused + 1 WHERE kind = 'sismed'",
    ),
    planted(
        "the SHA-256 of a file",
        Log,
        "file.content",
        "UPDATE source_file SET sha256 = repeat('0', 64) WHERE kind = 'ceilings'",
    ),
    planted(
        "the day that a list speaks for",
        Log,
        "file.day",
        "UPDATE source_file SET cut_date = cut_date + 100 WHERE kind = 'ceilings'",
    ),
    planted(
        "a file that no longer counts",
        Log,
        "file.ends",
        "UPDATE source_file SET ended_in = (SELECT max(id) FROM source_file WHERE kind = 'sismed') WHERE kind = 'ceilings'",
    ),
    planted(
        "a row that was not taken",
        Log,
        "file.faults",
        "UPDATE source_fault SET value = 'x' WHERE (source_file_id, ordinal) = (SELECT source_file_id, ordinal FROM source_fault ORDER BY 1, 2 LIMIT 1)",
    ),
    planted(
        "a row that was not taken, taken out",
        Log,
        "file.faults",
        "DELETE FROM source_fault WHERE (source_file_id, ordinal) = (SELECT source_file_id, ordinal FROM source_fault ORDER BY 1, 2 LIMIT 1)",
    ),
    planted("an import taken out", Log, ": it is not there", "DELETE FROM source_file WHERE kind = 'thermometer'"),
    planted(
        "a price of the thermometer",
        Log,
        "file.rows_sha256",
        "UPDATE thermometer_price SET price = price + 1 WHERE line = (SELECT min(line) FROM thermometer_price)",
    ),
    planted(
        "the strength of a product",
        Log,
        "file.rows_sha256",
        "UPDATE catalogue_row SET strength = strength * 2 WHERE line = (SELECT min(line) FROM catalogue_row WHERE strength IS NOT NULL)",
    ),
    planted(
        "a recorded change",
        Log,
        "changes.sha256",
        "UPDATE change SET after = after || '{\"amount\": 1}' WHERE position = (SELECT min(position) FROM change WHERE kind = 'ceiling')",
    ),
    planted(
        "the last recorded changes",
        Log,
        "changes.rows",
        "DELETE FROM change WHERE position > (SELECT max(position) - 2 FROM change)",
    ),
    planted(
        "a piece of an open-data file",
        Verify,
        "its bytes do not give its digest",
        "UPDATE export_part_piece SET bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1) WHERE (part_id, ordinal) = (SELECT part_id, ordinal FROM export_part_piece ORDER BY 1, 2 LIMIT 1)",
    ),
    planted(
        "the digest of an open-data file",
        Verify,
        "its bytes do not give its digest",
        "UPDATE export_file SET sha256 = repeat('0', 64) WHERE id = (SELECT min(id) FROM export_file)",
    ),
];

const RECEIPTS: &[Corruption] = &[
    planted(
        "a receipt",
        Log,
        "receipt of submission",
        "UPDATE submission SET receipt = receipt || 'A' WHERE id = (SELECT min(id) FROM submission)",
    ),
    planted(
        "a receipt taken back",
        Log,
        "receipt of submission",
        "UPDATE submission SET receipt = NULL, dry_run = true WHERE id = (SELECT min(id) FROM submission)",
    ),
    planted(
        "a submission taken out",
        Log,
        "receipt of submission",
        "DELETE FROM submission WHERE id = (SELECT max(id) FROM submission)",
    ),
    planted(
        "the counts of a submission",
        Verify,
        "FAULT submission",
        "UPDATE submission SET rows_read = rows_read + 1, rows_refused = rows_refused + 1",
    ),
    planted(
        "a byte of what was sent",
        Verify,
        "its stored body is not the one",
        "UPDATE submission_body SET bytes = set_byte(bytes, 0, get_byte(bytes, 0) # 1)",
    ),
    planted("what was sent taken out", Verify, "FAULT submission", "DELETE FROM submission_body"),
    planted("the excess of a case", Verify, "evidence of case", "UPDATE case_evidence SET amount = amount / 2"),
];

const AUDIT: &[Corruption] = &[
    planted("the reason of an audit entry", Verify, "entry 3 was altered", "UPDATE audit_entry SET reason = 'otro' WHERE position = 3"),
    forged("the reason of an audit entry, chain recomputed", Forge::Chain, "audit entry 3: it is not what leaf",
        "UPDATE audit_entry SET reason = 'otro' WHERE position = 3"),
    planted("an audit entry in the middle taken out", Log, "audit entry 4: it is not there", "DELETE FROM audit_entry WHERE position = 4"),
    forged("the same, chain recomputed", Forge::Chain, "audit entry 4: it is not what leaf", "DELETE FROM audit_entry WHERE position = 4"),
    planted("the tail of the audit log cut off", Log, ": it is not there, and leaf",
        "DELETE FROM audit_entry WHERE position > (SELECT max(position) - 3 FROM audit_entry)"),
    forged("an audit entry put in, chain recomputed", Forge::Chain, "audit entry 3: it is not what leaf",
        "UPDATE audit_entry SET position = position + 1000000 WHERE position > 2;
         INSERT INTO audit_entry SELECT 3, at, principal_id, key_id, actor, action, subject, 'x', request_id, details, previous_hash, repeat('b', 64)
            FROM audit_entry WHERE position = 2;
         UPDATE audit_entry SET position = position - 999999 WHERE position > 1000000"),
    planted("an audit entry put in at the end", Log, "no leaf of the log speaks of it",
        "INSERT INTO audit_entry SELECT position + 1, at, principal_id, key_id, actor, action, subject, reason, request_id, details, hash, repeat('b', 64)
            FROM audit_entry ORDER BY position DESC LIMIT 1"),
    forged("an entry changed, chain and log recomputed", Forge::ChainAndLog, "they are not those of the head",
        "UPDATE audit_entry SET reason = 'otro' WHERE position = 3"),
    forged("the tail cut off, in the log too", Forge::ChainAndLog, "a head kept outside counts",
        "DELETE FROM log_leaf WHERE kind = 'audit' AND number > (SELECT max(position) - 3 FROM audit_entry);
         DELETE FROM audit_entry WHERE position > (SELECT max(position) - 3 FROM audit_entry)"),
];

const THE_LOG: &[Corruption] = &[
    planted(
        "the content of a leaf",
        Log,
        "log leaf 20: its hash",
        "UPDATE log_leaf SET entry = replace(entry, '{', '{ ') WHERE leaf_index = 20",
    ),
    forged(
        "the content of a leaf, log recomputed",
        Forge::Log,
        "they are not those of the head",
        "UPDATE log_leaf SET entry = replace(entry, '2020', '2021') WHERE subject = 'circular-10-2020'",
    ),
    planted("a leaf taken out", Log, "log leaf 20: it is not there", "DELETE FROM log_leaf WHERE leaf_index = 20"),
    planted(
        "the last leaves cut off",
        Log,
        "a head kept outside counts",
        "DELETE FROM log_leaf WHERE leaf_index > (SELECT max(leaf_index) - 2 FROM log_leaf)",
    ),
    planted(
        "the salt of a private leaf",
        Log,
        "(private)",
        "UPDATE log_leaf SET salt = decode(repeat('00', 32), 'hex') WHERE salt IS NOT NULL",
    ),
    planted(
        "a node",
        Log,
        "log node 1 of level 2: its hash",
        "UPDATE log_node SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE (level, ordinal) = (2, 1)",
    ),
    planted(
        "a node taken out", Log, "log node 0 of level 3: it is not there", "DELETE FROM log_node WHERE (level, ordinal) = (3, 0)",
    ),
    planted("a node too many", Log, "log nodes: ", "INSERT INTO log_node VALUES (40, 7, decode(repeat('00', 32), 'hex'))"),
    planted(
        "the root of a head",
        Log,
        "its root is not that of the leaves",
        "UPDATE log_head SET root = set_byte(root, 0, get_byte(root, 0) # 1)",
    ),
    planted(
        "the size of a head",
        Log,
        "no known key signed what it says",
        "UPDATE log_head SET size = 7 WHERE size = (SELECT min(size) FROM log_head)",
    ),
    planted(
        "the signature of a head",
        Log,
        "no known key signed what it says",
        "UPDATE log_head SET signed = overlay(signed placing 'AAAA' from length(signed) - 20)",
    ),
    planted(
        "the public key that checks it",
        Log,
        "signing key",
        "UPDATE signing_key SET public_key = decode(repeat('07', 32), 'hex')",
    ),
];

fn all() -> impl Iterator<Item = &'static Corruption> {
    [REPORTS, LAW, FILES, RECEIPTS, AUDIT, THE_LOG].into_iter().flatten()
}

const TEMPLATE: &str = "log_corrupted_template";

/// A copy of the filled database for each corruption; its name is made from the row's number.
async fn copy(number: usize) -> Database {
    let name = format!("log_corrupted_{number}");
    let config = tokio::task::spawn_blocking(move || ScratchCluster::shared().copy_database(TEMPLATE, &name)).await.unwrap();
    Database::new(config.unwrap(), &PoolLimits::default()).unwrap()
}

/// So that it can be copied: nobody is connected any more, and nobody comes.
async fn close_template() {
    let maintenance = Database::new(ScratchCluster::shared().connection_config("postgres"), &PoolLimits::default()).unwrap();
    let client = maintenance.import_connection().await.unwrap();
    client.batch_execute(&format!("SET ROLE NONE; ALTER DATABASE {TEMPLATE} ALLOW_CONNECTIONS false")).await.unwrap();
    let gone = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = $1";
    client.execute(gone, &[&TEMPLATE]).await.unwrap();
}

async fn plant(client: &ClientWrapper, corruption: &Corruption) {
    client.batch_execute("SET ROLE NONE; SET session_replication_role = replica").await.unwrap();
    let changed = corruption.sql.split(";\n").map(str::trim);
    for sql in changed {
        let rows = client.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{}: {error:?}", corruption.name));
        assert!(rows > 0, "{}: nothing was changed by {sql}", corruption.name);
    }
    match corruption.forge {
        Forge::Nothing => {}
        Forge::Chain => rechain(client).await,
        Forge::Log => rebuild_log(client).await,
        Forge::ChainAndLog => {
            rechain(client).await;
            rebuild_log(client).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_rewritten_is_found_at_its_place() {
    let kept: Vec<OutsideHead> = filled(TEMPLATE).await.1;
    close_template().await;
    let clean = report(&copy(0).await, &kept).await;
    assert!(clean.findings.is_empty(), "the clean copy: {:#?}", clean.findings);
    let mut missed = Vec::new();
    for (number, corruption) in (1..).zip(all()) {
        let database = copy(number).await;
        plant(&database.import_connection().await.unwrap(), corruption).await;
        let said = match corruption.by {
            Log => report(&database, &kept).await.findings,
            Verify => {
                let output = program(&format!("log_corrupted_{number}"), &["verify"]);
                assert_eq!(output.status.code(), Some(1), "{}: {output:?}", corruption.name);
                String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
            }
        };
        if !said.iter().any(|line| line.contains(corruption.place)) {
            missed.push(format!("{} ({}): {said:#?}", corruption.name, corruption.place));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_table_has_forty_for_the_log_alone() {
    let by = |by: By| all().filter(|corruption| corruption.by == by).count();
    assert!(by(Log) >= 40, "{}", by(Log));
    assert!(by(Verify) >= 8, "{}", by(Verify));
}
