//! What the database itself refuses of reports of prices, and of what is released of them.

use termometro::store::postgres::database::Database;

use crate::support;

const ID: &str = "p000000000001";

/// A report in its first state.
async fn received(name: &'static str) -> Database {
    let database = support::database(name).await;
    run(
        &database,
        "INSERT INTO principal (id, kind, name) VALUES ('pAAAAAAAAAA', 'regulator', 'Ana'), ('pBBBBBBBBBB', 'auditor', 'Luz')",
    )
    .await
    .unwrap();
    let sql = format!(
        "BEGIN;
         INSERT INTO price_report (id, received_on, language, request_mac, cum, typed, amount, per, bought_on, municipality, question, contributor,
             content_digest, ticket_hash, due_on, due_citation)
         VALUES ('{ID}', '2026-11-23', 'es', decode(repeat('01', 32), 'hex'), '19914312-20', 'Lantus', 48900, 'pack', '2026-11-20', '05001', '¿Es legal?',
             decode(repeat('02', 32), 'hex'), repeat('a', 64), decode(repeat('03', 32), 'hex'), '2026-12-15', 'Ley 1755 de 2015');
         INSERT INTO price_report_event (report_id, ordinal, day, from_state, to_state, actor_id, reason)
         VALUES ('{ID}', 1, '2026-11-23', NULL, 'received', NULL, NULL);
         COMMIT"
    );
    run(&database, &sql).await.unwrap();
    database
}

async fn run(database: &Database, sql: &str) -> Result<(), String> {
    let client = database.import_connection().await.unwrap();
    // As the owner: what rights do not forbid, the rules must.
    let outcome = client.batch_execute(&format!("SET ROLE NONE; {sql}")).await;
    if outcome.is_err() {
        let _ = client.batch_execute("ROLLBACK").await;
    }
    outcome.map_err(|error| error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()))
}

async fn refused(database: &Database, sql: &str, why: &str) {
    let said = run(database, sql).await.expect_err(sql);
    assert!(said.contains(why), "{sql}: {said}");
}

fn step(ordinal: i32, from: &str, to: &str, more: &str) -> String {
    format!(
        "BEGIN; INSERT INTO price_report_event (report_id, ordinal, day, from_state, to_state, actor_id, reason)
             VALUES ('{ID}', {ordinal}, '2026-11-24', '{from}', '{to}', NULL, {});
         UPDATE price_report SET state = '{to}'{more} WHERE id = '{ID}'; COMMIT",
        if to == "not_usable" { "'joke'" } else { "NULL" },
    )
}

const BLANK: &str =
    ", cum = NULL, typed = NULL, amount = NULL, per = NULL, bought_on = NULL, municipality = NULL, question = NULL,
    request_mac = NULL, contributor = NULL, usable_since = NULL, answer_es = NULL, answer_en = NULL";

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rules_of_reports() {
    let database = received("price_report_rules").await;
    let by = |column: &str, value: &str| format!("UPDATE price_report SET {column} = {value} WHERE id = '{ID}'");
    for (sql, why) in [
        (by("amount", "amount + 1"), "what was received does not change"),
        (by("cum", "'1-1'"), "what was received does not change"),
        (by("amount", "NULL"), "what was received does not change"),
        (by("typed", "NULL"), "what was received does not change"),
        (by("contributor", "decode(repeat('09', 32), 'hex')"), "what was received does not change"),
        (format!("DELETE FROM price_report WHERE id = '{ID}'"), ""),
        ("TRUNCATE price_report CASCADE".to_owned(), ""),
        (format!("UPDATE price_report_event SET day = day WHERE report_id = '{ID}'"), ""),
        (format!("DELETE FROM price_report_event WHERE report_id = '{ID}'"), ""),
        (step(3, "received", "usable", ", usable_since = '2026-11-24'"), "does not follow"),
        (step(2, "usable", "not_usable", ""), "does not follow"),
        (step(2, "received", "received", ""), "no step"),
        // A state without its event, and an event without its state.
        (by("state", "'usable', usable_since = '2026-11-24'"), ""),
        (
            format!(
                "INSERT INTO price_report_event (report_id, ordinal, day, from_state, to_state) VALUES ('{ID}', 2, '2026-11-24', 'received', 'usable')"
            ),
            "",
        ),
        (step(2, "received", "usable", ""), ""),
        (step(2, "received", "withdrawn", ""), ""),
        (by("disposition", "'informed', answered_on = '2026-11-24', answered_by = 'pAAAAAAAAAA', answer_es = 'corta'"), ""),
        (
            by("disposition", "'informed', answered_on = '2026-11-24', answered_by = 'pBBBBBBBBBB', answer_es = repeat('x', 80)"),
            "a regulator answers it",
        ),
    ] {
        refused(&database, &sql, why).await;
    }
    let answer =
        by("disposition", "'informed', answered_on = '2026-11-24', answered_by = 'pAAAAAAAAAA', answer_es = repeat('x', 80)");
    run(&database, &answer).await.unwrap();
    refused(&database, &by("answer_es", "repeat('y', 80)"), "what was received does not change").await;
    run(&database, &step(2, "received", "usable", ", usable_since = '2026-11-24'")).await.unwrap();
    refused(&database, &by("usable_since", "'2026-11-25'"), "what was received does not change").await;
    run(&database, &step(3, "usable", "withdrawn", BLANK)).await.unwrap();
    refused(&database, &by("amount", "1"), "").await;
    refused(&database, &step(4, "withdrawn", "usable", ""), "no step").await;
    let left =
        support::number(&database, "SELECT count(*) FROM price_report p WHERE p::text ~ '48900|Lantus|19914312|legal|xxxx'")
            .await;
    assert_eq!(left, 0, "nothing of the content");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_released_does_not_change() {
    let database = received("price_report_releases").await;
    run(
        &database,
        "INSERT INTO price_report_release (week, released_at, released_on, method) VALUES ('2026-11-16', now(), '2026-11-23', 1);
         INSERT INTO price_report_statistic (week, cum, per, area, at_least, at_most, median) VALUES ('2026-11-16', '19914312-20', 'pack', 'CO', 5, 9, 48000)",
    )
    .await
    .unwrap();
    for sql in [
        "UPDATE price_report_statistic SET median = 1",
        "DELETE FROM price_report_statistic",
        "DELETE FROM price_report_release",
        "UPDATE price_report_release SET method = 2",
        // Fewer than five people, a week that begins on a Tuesday, and one that is released before it has ended.
        "INSERT INTO price_report_statistic (week, cum, per, area, at_least, at_most, median) VALUES ('2026-11-16', '1-1', 'pack', 'CO', 4, 9, 48000)",
        "INSERT INTO price_report_release (week, released_at, released_on, method) VALUES ('2026-11-17', now(), '2026-12-23', 1)",
        "INSERT INTO price_report_release (week, released_at, released_on, method) VALUES ('2026-11-23', now(), '2026-11-29', 1)",
    ] {
        refused(&database, sql, "").await;
    }
}
