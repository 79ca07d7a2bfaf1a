//! What the database itself refuses of consultations: no approval while something is owed, and nothing that was said is changed.

use termometro::store::postgres::database::Database;

use crate::support;

const DRAFT: &str = "dAAAAAAAAAA";

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
    let said = run(database, &format!("BEGIN; {sql}; COMMIT")).await.expect_err(sql);
    assert!(said.contains(why), "{sql}: {said}");
}

async fn done(database: &Database, sql: &str) {
    run(database, &format!("BEGIN; {sql}; COMMIT")).await.unwrap_or_else(|said| panic!("{sql}: {said}"));
}

/// A draft of two ceilings, open from 1 to 10 October 2026.
async fn opened(name: &'static str) -> Database {
    let database = support::database(name).await;
    done(
        &database,
        &format!(
            "INSERT INTO principal (id, kind, name) VALUES ('pAAAAAAAAAA', 'regulator', 'Ana'), ('pBBBBBBBBBB', 'regulator', 'Berta'),
                 ('pCCCCCCCCCC', 'auditor', 'Carla');
             INSERT INTO act_draft (id, act_id, title, valid_from, subject_es, subject_en, source, reason, content_digest, drafted_by, drafted_at)
             VALUES ('{DRAFT}', 'circular-1-2027', 'Circular 1 de 2027', '2027-01-01', 'x', 'y', 'z', 'r', repeat('1', 64), 'pAAAAAAAAAA', '2026-10-01');
             INSERT INTO act_draft_ceiling VALUES ('{DRAFT}', 1, 20145979, 10, 'institutional', 1000, 'rule', NULL, '418', 'x', 10, 'mg'),
                 ('{DRAFT}', 2, 20145979, 11, 'institutional', NULL, 'pesos', 50, '418', 'x', 10, 'mg');
             INSERT INTO act_draft_market VALUES ('{DRAFT}', 1, '418', NULL, 'x', 'x', 12.5, 'mg');
             INSERT INTO consultation VALUES ('{DRAFT}', '2026-10-01', '2026-10-01', 'pAAAAAAAAAA', '2026-10-10', 'diez días')"
        ),
    )
    .await;
    database
}

/// Another content: the first ceiling has this amount.
fn revised(digit: char, amount: i32) -> String {
    format!(
        "ALTER TABLE act_draft_ceiling DISABLE TRIGGER USER;
         UPDATE act_draft_ceiling SET amount = {amount} WHERE draft_id = '{DRAFT}' AND consecutive = 10;
         ALTER TABLE act_draft_ceiling ENABLE TRIGGER USER;
         INSERT INTO act_draft_contributor (draft_id, principal_id, contribution, at, digest_after)
         VALUES ('{DRAFT}', 'pAAAAAAAAAA', 'uploaded', '2026-10-02', repeat('{digit}', 64));
         UPDATE act_draft SET content_digest = repeat('{digit}', 64) WHERE id = '{DRAFT}'"
    )
}

fn comment(number: i32, version: i32, day: &str, text: &str) -> String {
    format!(
        "INSERT INTO consultation_comment (id, request_digest, draft_id, version, part, key, field, received_at, received_on, language, kind, text,
             interest_declared, body_digest, folded_digest, ticket_hash, due_on, due_citation)
         VALUES ('k' || lpad('{number}', 12, '0'), repeat('a', 64), '{DRAFT}', {version}, 'ceiling', '20145979-10', 'institutional', '{day}', '{day}',
             'es', 'method', '{text}', false, repeat('b', 64), '', decode(repeat('ab', 32), 'hex'), '2026-12-01', 'Ley 1755 de 2015')"
    )
}

/// A reply with its lines to comments; its text is one letter, repeated.
fn reply(id: char, disposition: &str, letter: char, lines: &[&str], comments: &[i32]) -> String {
    let mut sql = format!(
        "INSERT INTO consultation_reply (id, draft_id, at, replied_on, replied_by, disposition, text_es, folded_digest)
         VALUES ('r' || repeat('{id}', 10), '{DRAFT}', '2026-10-03', '2026-10-03', 'pBBBBBBBBBB', '{disposition}', repeat('{letter}', 80), '')"
    );
    for key in lines {
        sql += &format!(
            "; INSERT INTO consultation_reply_line VALUES ('r' || repeat('{id}', 10), 'ceiling', '{key}', 'institutional')"
        );
    }
    for number in comments {
        sql += &format!(
            "; INSERT INTO consultation_reply_comment VALUES ('k' || lpad('{number}', 12, '0'), 'r' || repeat('{id}', 10))"
        );
    }
    sql
}

fn approve(day: &str) -> String {
    format!(
        "UPDATE act_draft SET state = 'approved', approved_by = 'pBBBBBBBBBB', approved_at = '{day} 12:00Z' WHERE id = '{DRAFT}'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_approved_while_something_is_owed() {
    let database = opened("consultation_owed").await;
    done(&database, &comment(1, 1, "2026-10-02", "bajo")).await;
    done(&database, &comment(2, 1, "2026-10-02", "Bajo!")).await;
    done(&database, &comment(3, 1, "2026-10-02", "otra cosa")).await;
    refused(&database, &approve("2026-10-10"), "its consultation is open until 2026-10-10").await;
    refused(&database, &approve("2026-10-11"), "3 comments have no reply").await;
    let accepted = |amount: &[&str]| reply('A', "accepted", 'x', amount, &[1, 2]);
    refused(&database, &accepted(&[]), "no line that the reply names has changed").await;
    refused(&database, &accepted(&["20145979-10"]), "no line that the reply names has changed").await;
    refused(&database, &accepted(&["20145979-99"]), "there is no line").await;
    done(&database, &revised('2', 900)).await;
    refused(&database, &accepted(&["20145979-11"]), "no line that the reply names has changed").await;
    done(&database, &accepted(&["20145979-10", "20145979-11"])).await;
    refused(&database, &approve("2026-10-11"), "1 comments have no reply").await;
    // What was granted is taken back: the same amount as at first.
    done(&database, &revised('3', 1000)).await;
    done(&database, &reply('B', "out_of_scope", 'y', &[], &[3])).await;
    refused(&database, &approve("2026-10-11"), "what 2 comments were granted does not show").await;
    done(&database, &revised('4', 950)).await;
    done(&database, &approve("2026-10-11")).await;
    refused(&database, &comment(4, 4, "2026-10-02", "tarde"), "its draft is approved").await;
    refused(&database, &reply('C', "duplicate", 'z', &[], &[]), "its draft is approved").await;
    assert_eq!(support::number(&database, "SELECT count(*) FROM consultation_version").await, 4);
    let moved = "SELECT count(*) FROM consultation_line WHERE key = '20145979-10' AND field = 'institutional' AND value IN ('1000.00', '900.00', '950.00')";
    assert_eq!(support::number(&database, moved).await, 4, "each version keeps what it said");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_does_not_change() {
    let database = opened("consultation_said").await;
    done(&database, &comment(1, 1, "2026-10-02", "bajo")).await;
    done(&database, &comment(2, 1, "2026-10-02", "bajo")).await;
    done(&database, &comment(3, 1, "2026-10-02", "otra cosa")).await;
    done(&database, &reply('A', "not_accepted", 'x', &[], &[1])).await;
    for (sql, why) in [
        (comment(4, 1, "2026-10-11", "tarde"), "it is closed since 2026-10-10"),
        (comment(4, 2, "2026-10-02", "otra versión"), "is not the newest"),
        (comment(4, 1, "2026-10-02", ""), "violates check constraint"),
        (reply('B', "not_accepted", 'x', &[], &[2]), "its reason is that of another reply"),
        (reply('B', "out_of_scope", 'y', &[], &[1]), "duplicate key"),
        (reply('B', "out_of_scope", 'y', &[], &[2, 3]), "its words are not those of the others"),
        (format!("UPDATE consultation SET closes_on = '2026-10-02' WHERE draft_id = '{DRAFT}'"), "append-only"),
        (
            format!(
                "INSERT INTO consultation_extension VALUES ('{DRAFT}', 1, now(), '2026-10-05', 'pAAAAAAAAAA', '2026-10-09', 'x')"
            ),
            "to a later day",
        ),
        (
            format!(
                "INSERT INTO consultation_extension VALUES ('{DRAFT}', 1, now(), '2026-10-11', 'pAAAAAAAAAA', '2026-10-20', 'x')"
            ),
            "to a later day",
        ),
        (
            format!(
                "INSERT INTO consultation_extension VALUES ('{DRAFT}', 1, now(), '2026-10-05', 'pCCCCCCCCCC', '2026-10-20', 'x')"
            ),
            "a regulator does that",
        ),
        ("UPDATE consultation_line SET value = '1' WHERE part = 'head'".to_owned(), "append-only"),
        ("DELETE FROM consultation_version".to_owned(), "append-only"),
        ("UPDATE consultation_reply SET disposition = 'accepted'".to_owned(), "append-only"),
        ("DELETE FROM consultation_reply_comment".to_owned(), "append-only"),
        ("UPDATE consultation_comment SET text = 'otro'".to_owned(), "what was received does not change"),
        ("UPDATE consultation_comment SET due_on = '2027-01-01'".to_owned(), "what was received does not change"),
        (
            "UPDATE consultation_comment SET state = 'withheld', moderated_by = 'pAAAAAAAAAA'".to_owned(),
            "violates check constraint",
        ),
        ("UPDATE consultation_comment SET state = 'withdrawn'".to_owned(), "violates check constraint"),
        ("DELETE FROM consultation_comment".to_owned(), "append-only"),
    ] {
        refused(&database, &sql, why).await;
    }
    let mut again = reply('B', "not_accepted", 'x', &[], &[2]);
    again = again.replace("folded_digest)\n", "folded_digest, same_reason_as)\n").replace("80), '')", "80), '', 'rAAAAAAAAAA')");
    done(&database, &again).await;
    done(&database, "UPDATE consultation_comment SET state = 'withdrawn', text = NULL WHERE id = 'k000000000003'").await;
    refused(
        &database,
        "UPDATE consultation_comment SET state = 'published', text = 'x' WHERE id = 'k000000000003'",
        "does not change",
    )
    .await;
    refused(&database, &reply('C', "duplicate", 'z', &[], &[3]), "not one that reply").await;
    done(&database, &approve("2026-10-11")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_that_is_on_its_way_holds_the_approval_back() {
    let database = opened("consultation_race").await;
    let writer = database.import_connection().await.unwrap();
    writer.batch_execute(&format!("SET ROLE NONE; BEGIN; {}", comment(1, 1, "2026-10-02", "bajo"))).await.unwrap();
    let approval = {
        let database = database.clone();
        tokio::spawn(async move { run(&database, &format!("BEGIN; {}; COMMIT", approve("2026-10-11"))).await })
    };
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%approved_at%' AND datname = current_database()";
    let watcher = database.import_connection().await.unwrap();
    watcher.batch_execute("SET ROLE NONE").await.unwrap();
    while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        assert!(!approval.is_finished(), "the approval waits for the comment");
        tokio::task::yield_now().await;
    }
    writer.batch_execute("COMMIT").await.unwrap();
    let said = approval.await.unwrap().expect_err("a comment came before it");
    assert!(said.contains("1 comments have no reply"), "{said}");
}
