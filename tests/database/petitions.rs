//! What the database itself refuses of petitions, and that a destroyed pepper makes pseudonyms of nobody.

use termometro::store::postgres::database::Database;

use crate::support;

const ID: &str = "q000000000001";

/// A petition of forty days ago in its first state.
async fn received(name: &'static str) -> Database {
    let database = support::database(name).await;
    run(&database, "INSERT INTO principal (id, kind, name) VALUES ('pAAAAAAAAAA', 'regulator', 'Ana')").await.unwrap();
    let sql = format!(
        "BEGIN;
         INSERT INTO petition VALUES ('{ID}', repeat('a', 64), now() - interval '40 days', '2026-10-01', 'es', 'correct_error', NULL,
             'Que se corrija un error', 'Hay un error', repeat('b', 64), decode(repeat('ab', 32), 'hex'), '2026-10-23', 'Ley 1755 de 2015');
         INSERT INTO petition_event VALUES ('{ID}', 1, now() - interval '40 days', NULL, 'received', NULL, NULL);
         INSERT INTO petition_pepper VALUES ('{ID}', repeat('p', 43));
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

fn step(ordinal: i32, from: &str, to: &str, reason: &str) -> String {
    format!(
        "INSERT INTO petition_event VALUES ('{ID}', {ordinal}, now() - interval '40 days', '{from}', '{to}', NULL, {reason});
         UPDATE petition SET state = '{to}' WHERE id = '{ID}'"
    )
}

fn contest(ordinal: i32, reason: &str) -> String {
    format!(
        "INSERT INTO petition_event VALUES ('{ID}', {ordinal}, now() - interval '40 days', 'answered', 'contested', NULL, {reason}, '2026-11-11', 'Ley 1755 de 2015');
         UPDATE petition SET state = 'contested' WHERE id = '{ID}'"
    )
}

fn answer(ordinal: i32, by: &str, text: &str) -> String {
    format!(
        "INSERT INTO petition_answer VALUES ('{ID}', {ordinal}, now() - interval '40 days', '2026-10-20', '{by}', 'no_ground', {text}, NULL)"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_the_rules_of_petitions() {
    let database = received("petition_rules").await;
    let whole = "repeat('x', 80)";
    for (sql, why) in [
        (format!("UPDATE petition SET state = 'published' WHERE id = '{ID}'"), "no state without its event"),
        (step(2, "received", "answered", "NULL"), "answered without an answer"),
        (step(2, "received", "contested", "'no'"), "no step from"),
        (step(2, "received", "withheld", "NULL"), "needs its public reason"),
        (step(3, "received", "published", "NULL"), "does not follow"),
        (step(2, "published", "withheld", "'x'"), "does not follow"),
        (format!("UPDATE petition SET request = 'Otra cosa distinta' WHERE id = '{ID}'"), "what was received does not change"),
        (format!("UPDATE petition SET due_on = '2027-01-01' WHERE id = '{ID}'"), "what was received does not change"),
        (format!("DELETE FROM petition WHERE id = '{ID}'"), "append-only"),
        (format!("DELETE FROM petition_event WHERE petition_id = '{ID}'"), "append-only"),
        (answer(1, "pAAAAAAAAAA", "repeat('x', 79)"), "violates check constraint"),
        (answer(2, "pAAAAAAAAAA", whole), "is not the next one"),
        (format!("DELETE FROM petition_pepper WHERE petition_id = '{ID}'"), "its pepper is needed"),
        (
            format!("INSERT INTO petition_support VALUES ('{ID}', decode(repeat('cd', 32), 'hex'), '2026-10-02')"),
            "not open to supports",
        ),
    ] {
        refused(&database, &format!("BEGIN; {sql}; COMMIT"), why).await;
    }
    // A contest has the term of the answer that it obliges; nothing else has one.
    let first = format!("{}; {}", answer(1, "pAAAAAAAAAA", whole), step(2, "received", "answered", "NULL"));
    let without = step(3, "answered", "contested", "'no responde'");
    refused(&database, &format!("BEGIN; {first}; {without}; COMMIT"), "petition_event_contest_has_term").await;
    let with = "INSERT INTO petition_event VALUES ('q000000000001', 2, now(), 'received', 'published', NULL, NULL, '2026-11-11', 'Ley 1755 de 2015')";
    refused(&database, &format!("BEGIN; {with}; COMMIT"), "petition_event_contest_has_term").await;
    for sql in [
        format!("{}; {}", answer(1, "pAAAAAAAAAA", whole), step(2, "received", "answered", "NULL")),
        contest(3, "'no responde'"),
        format!("{}; {}", answer(2, "pAAAAAAAAAA", whole), step(4, "contested", "answered", "NULL")),
    ] {
        run(&database, &format!("BEGIN; {sql}; COMMIT")).await.unwrap();
    }
    refused(&database, &format!("BEGIN; {}; COMMIT", contest(5, "'otra vez'")), "petition_event_contested_once").await;
    refused(&database, "UPDATE petition_answer SET disposition = 'already_decided'", "append-only").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pepper_is_destroyed_28_days_after_the_answer_and_the_counts_stay() {
    let database = received("petition_pepper").await;
    let peppers = "SELECT count(*) FROM petition_pepper";
    let workflow = support::workflow(database.clone());
    workflow.forget_old().await.unwrap();
    assert_eq!(support::number(&database, peppers).await, 1, "not before it is answered");
    run(&database, &format!("BEGIN; {}; COMMIT", step(2, "received", "published", "NULL"))).await.unwrap();
    let vote =
        |byte: &str| format!("INSERT INTO petition_support VALUES ('{ID}', decode(repeat('{byte}', 32), 'hex'), '2026-10-02')");
    run(&database, &vote("cd")).await.unwrap();
    let sql =
        format!("BEGIN; {}; {}; COMMIT", answer(1, "pAAAAAAAAAA", "repeat('x', 80)"), step(3, "published", "answered", "NULL"));
    run(&database, &sql).await.unwrap();
    workflow.forget_old().await.unwrap();
    assert_eq!(support::number(&database, peppers).await, 0);
    assert_eq!(support::number(&database, "SELECT count(*) FROM petition_support").await, 1, "the count stays");
    let left = support::number(&database, "SELECT count(*) FROM petition_pepper s WHERE s.pepper = repeat('p', 43)").await;
    assert_eq!(left, 0, "without it no contact gives the pseudonym again");
    refused(&database, &vote("ef"), "not open to supports").await;
}
