//! The log grows in the transaction of what it speaks of, without a gap, and its proofs hold between any two sizes.

use std::{collections::BTreeMap, process::Command};

use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    domain::merkle::{
        hash::{Hash, leaf_hash},
        proof::{is_consistent, root_by_inclusion},
    },
    import::{
        report::{Acceptance, ImportReport},
        undo::undo,
    },
    ingest::SourceKind,
    store::{postgres::database::Database, transaction::migrate::migrate},
};

use super::stage::{SALES, filled, head, program, report, submit};
use crate::{
    kit::{
        folder::{folder, written},
        people::{self, People},
        server::Server,
        tables::{SISMED, header},
    },
    support,
};

fn hash(text: &Value) -> Hash {
    let text = text.as_str().unwrap();
    let bytes: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

fn hashes(list: &Value) -> Vec<Hash> {
    list.as_array().unwrap().iter().map(hash).collect()
}

async fn entries(server: &Server) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        let page = server.data(&format!("/v1/log/entries?from={}&limit=17", all.len())).await;
        let page = page.as_array().unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().cloned());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_between_any_sizes_and_everything_has_a_leaf() {
    let (database, kept) = filled("log_proofs").await;
    let server = people::server(&database).await;
    let report = report(&database, &kept).await;
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    let kinds: BTreeMap<&str, u64> = report.checked.leaves.iter().map(|(kind, count)| (kind.code(), *count)).collect();
    assert_eq!((kinds["publication"], kinds["receipt"]), (1, 2), "{kinds:?}");
    let rows = async |sql: &str| u64::try_from(support::number(&database, sql).await).unwrap();
    assert_eq!(kinds["act"], rows("SELECT count(*) FROM act").await);
    assert_eq!(kinds["import"], rows("SELECT count(*) FROM source_file").await);
    assert_eq!(kinds["audit"], rows("SELECT count(*) FROM audit_entry").await);

    let leaves = entries(&server).await;
    let size = leaves.len() as u64;
    assert_eq!(report.checked.size, size);
    for (index, leaf) in leaves.iter().enumerate() {
        assert_eq!(leaf["index"], index);
        assert_eq!(hash(&leaf["hash"]), leaf_hash(leaf["entry"].as_str().unwrap().as_bytes()));
    }
    let last = head(&server).await;
    assert_eq!(last.size, size);
    for index in [0, 1, size / 3, size / 2, size - 2, size - 1] {
        for until in [index + 1, (index + 1).max(size / 2), size] {
            let proof = server.data(&format!("/v1/log/proof/inclusion?index={index}&size={until}")).await;
            let leaf = leaf_hash(leaves[usize::try_from(index).unwrap()]["entry"].as_str().unwrap().as_bytes());
            assert_eq!(root_by_inclusion(&leaf, index, until, &hashes(&proof["proof"])), Some(hash(&proof["root"])));
            assert_eq!(hash(&proof["leaf_hash"]), leaf);
            assert!(until != size || proof["root"] == json!(last.root));
        }
    }
    for first in (1..=size).step_by(5) {
        let proof = server.data(&format!("/v1/log/proof/consistency?first={first}")).await;
        let (old, new) = (hash(&proof["first_root"]), hash(&proof["second_root"]));
        assert!(is_consistent((first, &old), (size, &new), &hashes(&proof["proof"])), "{first}");
        assert_eq!(proof["second_root"], json!(last.root));
        assert!(first != kept[0].size || proof["first_root"] == json!(kept[0].root));
    }
    for (path, status) in [
        (format!("/v1/log/proof/inclusion?index={size}"), 404),
        (format!("/v1/log/proof/inclusion?hash={}", "0".repeat(64)), 404),
        ("/v1/log/proof/inclusion".to_owned(), 400),
        (format!("/v1/log/proof/inclusion?index=0&hash={}", "0".repeat(64)), 400),
        (format!("/v1/log/proof/consistency?first={}", size + 1), 404),
        (format!("/v1/log/proof/consistency?first=1&second={}", size + 1), 404),
        ("/v1/log/proof/consistency?first=0".to_owned(), 400),
    ] {
        assert_eq!(server.get(&path).await.status, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_carries_its_leaf_and_nothing_private_is_in_the_log() {
    let database = people::sample("log_receipts").await;
    let people = People::arrive(database.clone()).await;
    people.workflow.publish_signing_key().await.unwrap();
    let server = people::server(&database).await;
    let sales = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado,NitContraparte
19914312,20,2020,4,2,VN,1,A,171764,171764,1,171764,\n";
    let sent = submit(&server, &people.reporter, "once", sales).await;
    let sha256 = termometro_sha256(sent["receipt"].as_str().unwrap());
    let entry = json!({"kind": "receipt", "sha256": sha256}).to_string();
    assert_eq!(hash(&sent["receipt_leaf"]["hash"]), leaf_hash(entry.as_bytes()));
    let by_hash = format!("/v1/log/proof/inclusion?hash={}", sent["receipt_leaf"]["hash"].as_str().unwrap());
    let proof = server.data(&by_hash).await;
    assert_eq!(proof["index"], sent["receipt_leaf"]["index"]);
    assert_eq!(proof["root"], json!(head(&server).await.root));
    let leaves: String = entries(&server).await.iter().map(|leaf| leaf["entry"].to_string()).collect();
    assert!(leaves.contains(&sha256));
    for private in
        [people::REPORTER_NIT, "Droguería", "171764", sent["id"].as_str().unwrap(), sent["sha256"].as_str().unwrap(), "Ana Ruiz"]
    {
        assert!(!leaves.contains(private), "{private} is in the log");
    }
}

fn termometro_sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_actions_at_once_leave_no_gap() {
    let database = people::sample("log_race").await;
    let people = People::arrive(database.clone()).await;
    let key = async |number: usize| {
        let holder = termometro::workflow::access::keys::Holder::New {
            kind: termometro::domain::access::principal::PrincipalKind::Auditor,
            name: format!("Auditor {number}"),
            company: None,
        };
        people::key(&people.workflow, &people.admin, holder, None).await
    };
    futures_util::future::join_all((0..40).map(key)).await;
    let report = report(&database, &[]).await;
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    let entries = support::number(&database, "SELECT count(*) FROM audit_entry").await;
    let in_order = "SELECT count(*) FROM (SELECT number, lead(number) OVER (ORDER BY leaf_index) AS next FROM log_leaf WHERE kind = 'audit') l
        WHERE next = number + 1";
    assert_eq!(support::number(&database, in_order).await, entries - 1);
}

/// The answers as they come, to the program of the documentation and to the command.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_checked_offline_as_they_are() {
    let database = people::sample("log_offline").await;
    let people = People::arrive(database.clone()).await;
    people.workflow.publish_signing_key().await.unwrap();
    let server = people::server(&database).await;
    let folder = folder();
    let keep = async |name: &str, path: &str| {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let file = folder.join(name);
        std::fs::write(&file, &answer.body).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let first = keep("1.json", "/v1/log").await;
    let old = head(&server).await.size;
    submit(&server, &people.reporter, "s1", SALES).await;
    let second = keep("2.json", "/v1/log").await;
    let new = head(&server).await.size;
    assert!(new > old);
    let leaves = keep("leaves.json", "/v1/log/entries?limit=1000").await;
    let grown = keep("grown.json", &format!("/v1/log/proof/consistency?first={old}&second={new}")).await;
    let inside = keep("inside.json", &format!("/v1/log/proof/inclusion?index=5&size={new}")).await;
    let key = server.data("/v1/keys").await[0]["public_key"].as_str().unwrap().to_owned();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/verify_log.py");
    let check = |files: &[&str]| {
        let output = Command::new("python3").args(["-B", script, &key]).args(files).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let all = [first.as_str(), &second, &leaves, &grown, &inside];
    assert_eq!(check(&all), (true, "OK\n".to_owned()));
    for (file, from, to) in [
        (&first, "\"size\":", "\"size\":1"),
        (&second, "\"signed_head\":\"eyJ", "\"signed_head\":\"eyK"),
        (&leaves, "circular-10-2020", "circular-11-2020"),
        (&grown, "\"proof\":[\"", "\"proof\":[\"00"),
        (&inside, "\"index\":5", "\"index\":6"),
    ] {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(from), "{file}");
        std::fs::write(file, text.replacen(from, to, 1)).unwrap();
        let (sound, said) = check(&all);
        assert!(!sound && said.ends_with("FAULTS\n") && said.contains(file.as_str()), "{file}: {said}");
        std::fs::write(file, text).unwrap();
    }
    // The command, with the heads kept outside; and with a file that holds none.
    let ours = program("log_offline", &["verify-log", "--public-key", &key, "--against", &first, "--against", &second]);
    let said = String::from_utf8(ours.stdout).unwrap();
    assert!(ours.status.success() && said.contains("every head holds"), "{said}");
    std::fs::write(&first, "{}").unwrap();
    let none = program("log_offline", &["verify-log", "--against", &first]);
    assert!(!none.status.success() && String::from_utf8(none.stderr).unwrap().contains("holds no signed head"));
    std::fs::remove_dir_all(folder).unwrap();
}

/// A database of a release without the log: the first start adds a leaf for each row, in the stated order.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_gets_its_leaves_at_the_first_start() {
    let (database, _) = filled("log_catch_up").await;
    let emptied = "SET session_replication_role = replica; DELETE FROM log_leaf; DELETE FROM log_node; DELETE FROM log_head";
    support::as_owner(&database, emptied).await;
    let missing = report(&database, &[]).await;
    assert!(missing.findings.iter().any(|finding| finding.starts_with("audit entry 1: no leaf")), "{:#?}", missing.findings);
    migrate(&database).await.unwrap();
    let filled = report(&database, &[]).await;
    assert!(filled.findings.is_empty(), "{:#?}", filled.findings);
    let kinds = "SELECT string_agg(DISTINCT place || kind, ' ') FROM (SELECT kind,
        dense_rank() OVER (ORDER BY first) AS place FROM (SELECT kind, min(leaf_index) OVER (PARTITION BY kind) AS first FROM log_leaf) f) k";
    let client = database.read_connection().await;
    let rows = client.unwrap().query(kinds, &[]).await.unwrap();
    assert_eq!(rows[0].get::<_, String>(0), "1act 2publication 3import 4audit 5receipt");
    // A second start finds nothing to add.
    migrate(&database).await.unwrap();
    assert_eq!(report(&database, &[]).await.checked.size, filled.checked.size);
}

/// Reports of one product: month, minimum and maximum.
async fn edition(database: &Database, name: &str, rows: &[(u8, &str, &str)]) -> ImportReport {
    let row = |(month, low, high): &(u8, &str, &str)| format!("19914312,20,2020,{month},2,VN,3,A,{low},{high},,\n");
    let text = header(SISMED) + &rows.iter().map(row).collect::<String>();
    people::import_accepted(database, SourceKind::Sismed, &written(name, &text)).await
}

/// Verdicts that replace others, reports that count again, imports that end; and numbers of every length, whose digest is made while they
/// are encoded and again from what PostgreSQL holds.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_judged_again_or_taken_back_is_in_it_too() {
    let database = people::sample("log_editions").await;
    let list = support::import_open_data_list(&database).await;
    assert!(list.rejudged > 0);
    let long = "123456789012345.21000000";
    edition(&database, "sismed-19914312-20300801.csv", &[(4, "10", "11"), (5, "20.50", "21"), (7, "1000", long)]).await;
    let second = edition(&database, "sismed-19914312-20300901.csv", &[(5, "20", "29"), (6, "0.0001", "30000000")]).await;
    let person = || Acceptance { by: "Ana Ruiz".to_owned(), reason: "looked at it".to_owned() };
    let undone = undo(&database, second.import.unwrap(), &person(), support::MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert!(undone.restored > 0);
    undo(&database, list.import.unwrap(), &person(), support::MAX_AGE_DAYS, Clock::System).await.unwrap();
    let sound = report(&database, &[]).await;
    assert!(sound.findings.is_empty(), "{:#?}", sound.findings);
    let kept = support::number(&database, &format!("SELECT count(*) FROM sismed_row WHERE maximum = {long}")).await;
    assert_eq!(kept, 1);
    for (sql, place) in [
        (format!("DELETE FROM reassessment WHERE recorded_in = {}", list.import.unwrap()), "verdicts."),
        (format!("UPDATE source_file SET ended_in = NULL WHERE id = {}", second.import.unwrap()), "file.ends"),
        (
            format!("UPDATE sismed_row SET superseded_in = NULL WHERE superseded_in = {}", second.import.unwrap()),
            "file.reports_ended",
        ),
        ("UPDATE sismed_row SET maximum = maximum + 1 WHERE recorded_in IS NOT NULL".to_owned(), "file.rows_sha256"),
    ] {
        support::as_owner(&database, &format!("SET session_replication_role = replica; {sql}")).await;
        let findings = report(&database, &[]).await.findings;
        assert!(findings.iter().any(|finding| finding.contains(place)), "{sql}: {findings:#?}");
    }
}
