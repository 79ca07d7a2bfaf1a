//! Publications and reports at the same instant: one act where one can bind, and no report left on an old ceiling.

use std::sync::Arc;

use serde_json::{Value, json};
use termometro::store::postgres::database::Database;
use tokio::sync::Barrier;

use crate::{
    acts_day::{approved, draft, publish},
    client::Answer,
    expected::{Expected, column},
    kit::alone::size,
    people,
    server::Server,
    stage::{arrive, upload},
    support,
};

/// A reporter sends a file of one row about the sample's Lantus in June 2020; these members say the rest of the row.
async fn report(server: &Server, key: &str, once: &str, members: Value) -> Answer {
    let mut row = json!({"cum": "19914312-20", "period": "2020-06", "actor_role": "2", "operation": "VN", "unit": "A",
        "transaction": "3"});
    row.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    upload(server, key, once, "/v1/submissions?period=2020-06", "application/x-ndjson", row.to_string().as_bytes()).await
}

/// The constraint alone would have refused them too, and nothing overlaps: a sweep of its own over the ranges.
async fn overlaps_nowhere(database: &Database) {
    let client = database.import_connection().await.unwrap();
    let overlaps = "SELECT count(*) FROM ceiling_validity a JOIN ceiling_validity b ON a.id < b.id AND a.subject = b.subject
        AND a.channel = b.channel AND a.stage = b.stage AND a.valid && b.valid WHERE a.superseded_in IS NULL AND b.superseded_in IS NULL";
    assert_eq!(client.query_one(overlaps, &[]).await.unwrap().get::<_, i64>(0), 0);
    let again = "INSERT INTO ceiling_validity (act_id, subject, channel, stage, valid, recorded_in)
        SELECT act_id, subject, channel, stage, daterange('2028-01-01', NULL), recorded_in FROM ceiling_validity LIMIT 1";
    let error = client.execute(again, &[]).await.unwrap_err();
    assert_eq!(error.as_db_error().unwrap().constraint(), Some("ceiling_validity_no_overlap"));
    // Its known holes: no missing end at the beginning, no empty span, no other spelling of a code.
    for (column, value) in [
        ("valid", "daterange(NULL, '2028-01-01')"),
        ("valid", "daterange('2028-01-01', '2028-01-01')"),
        ("subject", "'CUM:1-1'"),
        ("subject", "'cum:01-1'"),
        ("channel", "'Institutional'"),
        ("stage", "NULL"),
    ] {
        let columns = ["act_id", "subject", "channel", "stage", "valid", "recorded_in"];
        let values: Vec<&str> = columns.iter().map(|name| if *name == column { value } else { *name }).collect();
        let sql = format!(
            "INSERT INTO ceiling_validity ({}) SELECT {} FROM ceiling_validity LIMIT 1",
            columns.join(", "),
            values.join(", ")
        );
        assert!(client.execute(&sql, &[]).await.is_err(), "{column} {value}");
    }
}

/// Through two services on one database, so that nothing but the database can keep them apart.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_overlapping_acts_published_at_once_one_is_refused_by_name() {
    let (database, people, server) = arrive("publication_race").await;
    let servers = [server, people::server(&database).await];
    let (mut created, mut refused) = (0, 0);
    let pairs = size(500, 50);
    for pair in 0..pairs {
        let cum = format!("{}-1", 30_000_000 + pair);
        // The one begins before the other: they overlap, and are not equal.
        let days = ["2027-01-01", "2027-03-01"];
        let mut ids = Vec::new();
        for (side, day) in days.iter().enumerate() {
            let title = format!("Circular {} de 2027", 1000 + 2 * pair + side);
            let body = draft(&title, day, &[], &[(&cum, "institutional", Some("1000"))]);
            ids.push(approved(&servers[side], &people, &format!("{pair}-{side}"), &body).await);
        }
        let start = Barrier::new(2);
        let at_once = async |side: usize| {
            start.wait().await;
            publish(&servers[side], &people, &format!("{pair}-{side}"), &ids[side]).await
        };
        let mut winner = String::new();
        let mut loser = Value::Null;
        for answer in <[Answer; 2]>::from(tokio::join!(at_once(0), at_once(1))) {
            match answer.status {
                201 => {
                    created += 1;
                    winner = answer.json()["data"]["act"].as_str().unwrap().to_owned();
                }
                409 => {
                    refused += 1;
                    loser = answer.json();
                }
                other => panic!("{other}: {}", answer.body),
            }
        }
        assert_eq!(loser["errors"][0]["detail"], json!(winner), "{loser}");
    }
    assert_eq!((created, refused), (pairs, pairs));
    overlaps_nowhere(&database).await;
    println!("{pairs} pairs at the same instant: {created} x 201, {refused} x 409");
}

const ROUNDS: usize = 12;
const REPORTS_AT_ONCE: usize = 6;

/// Reports come while the law under them changes: whatever the order, each ends on the ceiling of the law as it is now.
#[tokio::test(flavor = "multi_thread")]
async fn no_report_is_left_on_an_old_ceiling() {
    let (database, people, server) = arrive("interleaved").await;
    let servers = [server, people::server(&database).await];
    for round in 0..ROUNDS {
        let (supersedes, amount): (&[&str], _) =
            if round == 0 { (&[], 30_000) } else { (&["circular-30-2026"], 30_000 + 100 * (round % 3)) };
        let amount = amount.to_string();
        let body = draft("Circular 30 de 2026", "2020-05-01", supersedes, &[("19914312-20", "institutional", Some(&amount))]);
        let id = approved(&servers[0], &people, &format!("r{round}"), &body).await;
        let start = Barrier::new(REPORTS_AT_ONCE + 1);
        let act = async {
            start.wait().await;
            publish(&servers[0], &people, &format!("r{round}"), &id).await.data(201);
        };
        let reports = (0..REPORTS_AT_ONCE).map(|number| {
            let (start, people, server) = (&start, &people, &servers[number % 2]);
            async move {
                start.wait().await;
                // Prices between the ceilings of the rounds, so that a verdict tells which one it rests on.
                let price = 30_050 + 100 * (number % 3);
                let members = json!({"minimum": price.to_string(), "maximum": price.to_string(), "units": "10",
                    "value": (price * 10).to_string(), "counterparty_nit": (900_000_000 + round * 100 + number).to_string()});
                let answer = report(server, &people.reporter, &format!("s{round}-{number}"), members).await;
                assert_eq!(answer.data(201)["rows_accepted"], 1, "{}", answer.body);
            }
        });
        tokio::join!(act, futures_util::future::join_all(reports));
        all_rest_on(&database, &amount, round).await;
    }
    // And nothing that a publication left alone should have been judged again.
    let mut client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let tx = client.transaction().await.unwrap();
    let file = termometro::store::transaction::import::NewFile {
        kind: "catalogue",
        name: "none",
        sha256: &"0".repeat(64),
        bytes: 0,
        sample: false,
    };
    let import = termometro::store::transaction::import::Import::on(tx, &file).await.unwrap();
    let whole = termometro::store::judging::rejudge::rejudge(&import, support::MAX_AGE_DAYS, None).await.unwrap();
    assert!(whole.reports > 20 && whole.changed == 0, "{whole:?}");
}

async fn all_rest_on(database: &Database, amount: &str, round: usize) {
    let client = database.import_connection().await.unwrap();
    let sql = "SELECT count(*), count(*) FILTER (WHERE (r.maximum > $1) = (a.verdict = 'above'))
        FROM assessment a JOIN sismed_report r ON r.id = a.report_id WHERE a.superseded_in IS NULL AND r.reporter_nit IS NOT NULL";
    let ceiling: rust_decimal::Decimal = amount.parse().unwrap();
    let row = client.query_one(sql, &[&ceiling]).await.unwrap();
    let expected = i64::try_from((round + 1) * REPORTS_AT_ONCE).unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (expected, expected), "round {round}");
    // What a case rests on is that very ceiling too.
    let sql = "SELECT count(*) FROM case_evidence e JOIN basis b ON b.id = e.basis_id JOIN sismed_report r ON r.id = e.report_id
        WHERE e.superseded_in IS NULL AND r.reporter_nit IS NOT NULL AND b.amount <> $1";
    assert_eq!(client.query_one(sql, &[&ceiling]).await.unwrap().get::<_, i64>(0), 0, "round {round}");
}

/// Whatever waits for its turn to write holds no connection that a reader needs.
#[tokio::test(flavor = "multi_thread")]
async fn readers_are_served_while_writers_wait() {
    let (database, people, server) = arrive("writers_wait").await;
    let (people, server) = (Arc::new(people), Arc::new(server));
    // A long import in another program.
    let busy = database.import_connection().await.unwrap();
    busy.execute("SELECT pg_advisory_lock($1)", &[&0x7465_726d_6f02_i64]).await.unwrap();
    let writers: Vec<_> = (0..24)
        .map(|writer| {
            let (people, server) = (people.clone(), server.clone());
            tokio::spawn(async move {
                let number = (writer + 1).to_string();
                let members = json!({"minimum": "1", "maximum": "1", "units": number, "value": number});
                report(&server, &people.reporter, &format!("w{writer}"), members).await
            })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    for path in ["/v1/status", "/v1/medicines?q=lantus", "/v1/check?cum=19914312-20&amount=1&per=pack&date=2020-06&transaction=1"]
    {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    let waiting = server.get_as(&people.reporter, "/v1/submissions").await.data(200);
    let states = column(&waiting, "state");
    assert!(states.len() > 8 && states.iter().all(|state| ["received", "validating"].contains(state)), "{states:?}");
    busy.execute("SELECT pg_advisory_unlock_all()", &[]).await.unwrap();
    let mut stored = 0;
    for writer in writers {
        let answer = writer.await.unwrap();
        // Sixteen uploads at once at most; who is told to come back comes back.
        assert!([201, 503].contains(&answer.status), "{}", answer.body);
        stored += usize::from(answer.status == 201);
    }
    assert!(stored > 8, "{stored}");
}
