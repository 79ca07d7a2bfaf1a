//! What changed: replayed from empty it is the current table, whatever the order in which things became known; and nobody misses a row.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Value, json};
use termometro::{
    domain::{
        identifier::cum::Cum,
        law::{channel::CeilingColumn, rules::CeilingOrigin},
    },
    ingest::SourceKind,
    read_model::{ReadModel, medicines::ceilings::CeilingStatus},
    store::{postgres::database::Database, transaction::migrate::migrate},
};

use crate::{
    acts_day::{approved, draft, publish},
    expected::Expected,
    people,
    server::Server,
    stage::arrive,
    support,
};

const LANTUS: &str = "19914312-20";

/// The table of somebody who starts with nothing and applies every change: for each key what it was left as.
pub struct Replayed {
    pub rows: BTreeMap<String, Value>,
    pub reasons: BTreeMap<String, u64>,
    pub last: i64,
}

pub async fn replay(server: &Server) -> Replayed {
    let mut replayed = Replayed { rows: BTreeMap::new(), reasons: BTreeMap::new(), last: 0 };
    let mut path = "/v1/changes?limit=400".to_owned();
    loop {
        let answer = server.get(&path).await;
        let page = answer.json();
        for change in answer.data(200).as_array().unwrap() {
            replayed.apply(change);
        }
        let Some(cursor) = page["meta"]["next_cursor"].as_str() else { return replayed };
        path = format!("/v1/changes?limit=400&cursor={cursor}");
    }
}

impl Replayed {
    fn apply(&mut self, change: &Value) {
        let position = change["position"].as_i64().unwrap();
        assert_eq!(position, self.last + 1, "positions have no gaps");
        self.last = position;
        let (key, kind) = (change["key"].as_str().unwrap().to_owned(), change["kind"].as_str().unwrap());
        let [before, after] = ["before", "after"].map(|when| change[format!("{kind}_{when}")].clone());
        // What a change says was there before is what was there.
        assert_eq!(self.rows.get(&key).unwrap_or(&Value::Null), &before, "{change}");
        assert_ne!(before, after, "a change changes something: {change}");
        *self.reasons.entry(format!("{kind} {}", change["reason"].as_str().unwrap())).or_default() += 1;
        if after.is_null() {
            self.rows.remove(&key)
        } else {
            self.rows.insert(key, after)
        };
    }

    /// Amount in force by CUM, column and day.
    fn in_force(&self, subject: &str, column: &str, day: &str) -> Option<&Value> {
        let within = |row: &Value| {
            row["valid_from"].as_str().unwrap() <= day && row["valid_until"].as_str().is_none_or(|until| day < until)
        };
        let prefix = format!("ceiling:{subject}:{column}:");
        let mut rows = self.rows.iter().filter(|(key, row)| key.starts_with(&prefix) && within(row)).map(|(_, row)| row);
        let found = rows.next();
        assert!(rows.next().is_none(), "two ceilings bind {subject} {column} on {day}");
        found
    }
}

/// One statement of one list, as it stands in the database.
struct Stated {
    list: i64,
    cut: Option<Date>,
    publication: bool,
    column: String,
    amount: Option<rust_decimal::Decimal>,
    act: String,
    from: Date,
}

/// Every list's statements by CUM, in the lists' order.
async fn stated(database: &Database) -> BTreeMap<String, Vec<Stated>> {
    let sql = "SELECT c.*, f.cut_date, f.kind = 'publication' AS publication FROM ceiling c JOIN source_file f ON f.id = c.source_file_id
        WHERE c.kind = 'maximum' ORDER BY c.id";
    let mut found: BTreeMap<String, Vec<Stated>> = BTreeMap::new();
    for row in database.read_connection().await.unwrap().query(sql, &[]).await.unwrap() {
        let cum = Cum::new(row.get("expediente"), row.get("consecutive")).to_string();
        found.entry(cum).or_default().push(Stated {
            list: row.get("source_file_id"),
            cut: row.get("cut_date"),
            publication: row.get("publication"),
            column: row.get("column_code"),
            amount: row.get("amount"),
            act: row.get("act_id"),
            from: row.get("valid_from"),
        });
    }
    found
}

const COLUMNS: [CeilingColumn; 3] =
    [CeilingColumn::Institutional, CeilingColumn::CommercialWholesale, CeilingColumn::CommercialFinal];

/// What binds on a day, worked out statement by statement: the latest first day, then the newest list; a list that leaves a column out
/// says that nothing binds there, an act published here says nothing of it.
fn bound<'a>(statements: &'a [Stated], column: &str, day: Date) -> Option<(String, &'a str)> {
    let lists: BTreeSet<i64> = statements.iter().map(|one| one.list).collect();
    let said = lists.into_iter().filter_map(|list| {
        let of_list: Vec<&Stated> = statements.iter().filter(|one| one.list == list).collect();
        let here = of_list.iter().find(|one| one.column == column);
        let first = of_list[0];
        match here {
            Some(one) => Some((one.from, one.cut, list, one.amount, one.act.as_str())),
            None if first.publication => None,
            None => Some((first.from, first.cut, list, None, first.act.as_str())),
        }
    });
    let newest = said.filter(|one| one.0 <= day).max_by_key(|one| (one.0, one.1, one.2))?;
    Some((termometro::domain::number::amount::display(newest.3?), newest.4))
}

/// The replayed table against the database: products column by column, ceilings day by day against every statement there is.
async fn holds(database: &Database, replayed: &Replayed) {
    let sql = "SELECT 'product:' || expediente || '-' || consecutive AS key, to_json(m) AS row FROM medicine m";
    let rows = database.read_connection().await.unwrap().query(sql, &[]).await.unwrap();
    let products = replayed.rows.keys().filter(|key| key.starts_with("product:")).count();
    assert_eq!(products, rows.len());
    for row in rows {
        let (key, stored): (String, Value) = (row.get("key"), row.get("row"));
        let told = &replayed.rows[&key];
        for (name, value) in stored.as_object().unwrap() {
            match name.as_str() {
                "expediente" | "consecutive" => {}
                "dispensing_units" | "regulated_units" if !value.is_null() => {
                    let number: rust_decimal::Decimal = told[name].as_str().unwrap().parse().unwrap();
                    assert_eq!(number, value.to_string().parse().unwrap(), "{key} {name}");
                }
                _ => assert_eq!(&told[name], value, "{key} {name}"),
            }
        }
    }
    let stated = stated(database).await;
    let mut days: BTreeSet<Date> = stated.values().flatten().map(|one| one.from).collect();
    days.extend(days.clone().into_iter().map(|day| day.yesterday().unwrap()));
    days.extend(["2019-06-15", "2022-01-01", "2027-06-30"].map(|day| day.parse::<Date>().unwrap()));
    let mut binding = 0;
    for (cum, statements) in &stated {
        for column in COLUMNS.map(CeilingColumn::code) {
            for day in &days {
                let told = replayed.in_force(&format!("cum:{cum}"), column, &day.to_string());
                let told = told.map(|row| (row["amount"].as_str().unwrap().to_owned(), row["act"].as_str().unwrap()));
                assert_eq!(told, bound(statements, column, *day), "{cum} {column} {day}");
                binding += usize::from(told.is_some());
            }
        }
    }
    assert!(binding > 20 || stated.is_empty(), "{binding}");
    agrees_with_the_law(database, replayed, &stated).await;
}

/// And against what the service says of each medicine: where a ceiling published for the CUM binds, the table has it.
async fn agrees_with_the_law(database: &Database, replayed: &Replayed, stated: &BTreeMap<String, Vec<Stated>>) {
    let model = ReadModel::new(database.clone(), 20_000);
    let version = model.data_version().await.unwrap();
    for cum in stated.keys() {
        for day in ["2020-06-15", "2024-08-20", "2027-02-20"] {
            let view = model.ceilings(cum.parse().unwrap(), day.parse().unwrap(), None, &version).await.unwrap().unwrap();
            for place in view.places {
                let column = place.place.column().code();
                if let CeilingStatus::Bound(ceiling) = place.state
                    && ceiling.basis == CeilingOrigin::PublishedForCum
                {
                    let row = replayed.in_force(&format!("cum:{cum}"), column, day);
                    let amount = termometro::domain::number::amount::display(ceiling.amount);
                    assert_eq!(row.unwrap()["amount"], amount, "{cum} {column} {day}");
                }
            }
        }
    }
}

const OPEN: (SourceKind, &str) = (SourceKind::Ceilings, support::OPEN_DATA_LIST);

#[tokio::test(flavor = "multi_thread")]
async fn replayed_from_empty_it_is_the_current_table_in_whatever_order_files_came() {
    let [ceilings, catalogue, thermometer, sismed] = support::SAMPLE_FILES;
    let orders: [(&'static str, [(SourceKind, &str); 5]); 4] = [
        ("changes_order_1", [ceilings, catalogue, thermometer, sismed, OPEN]),
        ("changes_order_2", [OPEN, sismed, thermometer, catalogue, ceilings]),
        ("changes_order_3", [sismed, ceilings, OPEN, catalogue, thermometer]),
        ("changes_order_4", [catalogue, thermometer, OPEN, sismed, ceilings]),
    ];
    let mut tables = Vec::new();
    for (name, files) in orders {
        let database = support::database(name).await;
        let server = people::server(&database).await;
        for (kind, file) in files {
            people::import_accepted(&database, kind, &support::sample_file(file)).await;
            holds(&database, &replay(&server).await).await;
            // The same content again changes nothing, and tells of nothing.
            let last = replay(&server).await.last;
            people::import_accepted(&database, kind, &support::sample_file(file)).await;
            assert_eq!(replay(&server).await.last, last);
        }
        let replayed = replay(&server).await;
        println!("{name}: {} rows after {} changes: {:?}", replayed.rows.len(), replayed.last, replayed.reasons);
        tables.push(replayed.rows.into_iter().filter(|(key, _)| key.starts_with("ceiling:")).collect::<Vec<_>>());
    }
    // Each list has a cut date of its own, so the order in which they came leaves no trace in the law.
    assert!(tables.iter().all(|table| *table == tables[0]));
}

async fn after(server: &Server, position: i64) -> Vec<Value> {
    server.data(&format!("/v1/changes?since={position}&limit=1000")).await.as_array().unwrap().clone()
}

/// Reason, medicine, first day and act of each.
fn named(changes: &[Value]) -> Vec<String> {
    let text =
        |change: &Value| ["reason", "cum", "valid_from", "act"].map(|name| change[name].as_str().unwrap_or("-").to_owned());
    changes.iter().map(|one| text(one).join(" ")).collect()
}

/// Before and after, a member of the ceiling.
fn ceilings<'a>(change: &'a Value, member: &str) -> [&'a Value; 2] {
    ["ceiling_before", "ceiling_after"].map(|side| &change[side][member])
}

#[tokio::test(flavor = "multi_thread")]
async fn acts_corrections_and_withdrawals_are_told_with_their_reasons() {
    let (database, people, server) = arrive("changes_acts").await;
    let institutional = "institutional";
    let act = async |deed: &str, body: &Value| {
        let last = replay(&server).await.last;
        let id = approved(&server, &people, deed, body).await;
        // What is only tried out is not told.
        server.get_as(&people.approver, &format!("/v1/act-drafts/{id}/preview")).await.data(200);
        assert_eq!(replay(&server).await.last, last);
        publish(&server, &people, deed, &id).await.data(201);
        holds(&database, &replay(&server).await).await;
        after(&server, last).await
    };
    let both = [(LANTUS, institutional, Some("30000")), ("19914312-21", institutional, Some("9"))];
    let told = act("one", &draft("Circular 30 de 2026", "2027-01-01", &[], &both)).await;
    let told: Vec<Value> = told.iter().filter(|one| one["kind"] == "ceiling").cloned().collect();
    let expected = ["superseded 19914312-20 2020-03-28 circular-30-2026", "new_act 19914312-20 2027-01-01 circular-30-2026"];
    assert_eq!(named(&told)[..2], expected);
    assert_eq!(ceilings(&told[0], "valid_until"), [&json!(null), &json!("2027-01-01")]);
    assert_has!(told[1], {"ceiling_before": null, "/ceiling_after/amount": "30000.00"});
    assert_eq!(told[1]["product"].as_str().map(|name| name.contains("LANTUS")), Some(true));
    // It replaces the first and leaves one of its medicines out.
    let second = draft("Circular 32 de 2026", "2027-02-01", &["circular-30-2026"], &[(LANTUS, institutional, Some("28000"))]);
    let told = named(&act("two", &second).await);
    for change in ["withdrawn 19914312-21 2027-01-01", "superseded 19914312-20 2027-01-01", "new_act 19914312-20 2027-02-01"] {
        assert!(told.contains(&format!("{change} circular-32-2026")), "{change}: {told:?}");
    }
    let third = draft("Circular 32 de 2026", "2027-02-01", &["circular-32-2026"], &[(LANTUS, institutional, Some("29500"))]);
    let told = act("three", &third).await;
    assert_eq!(named(&told), ["correction 19914312-20 2027-02-01 circular-32-2026"]);
    assert_eq!(ceilings(&told[0], "amount"), [&json!("28000.00"), &json!("29500.00")]);
    // An older list that comes late.
    let last = replay(&server).await.last;
    people::import_accepted(&database, OPEN.0, &support::sample_file(OPEN.1)).await;
    holds(&database, &replay(&server).await).await;
    let late = after(&server, last).await;
    assert!(late.iter().any(|one| one["reason"] == "history_added"), "{:?}", named(&late));
    // What was told stays told.
    let client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    for sql in ["UPDATE change SET reason = 'updated'", "DELETE FROM change", "TRUNCATE change CASCADE"] {
        assert!(client.execute(sql, &[]).await.is_err(), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_narrowed_down_by_medicine_kind_and_day() {
    let server = Server::with_the_sample().await;
    let rows = async |query: &str| server.data(&format!("/v1/changes?{query}")).await.as_array().unwrap().clone();
    // A medicine with its market; CSV has the same rows.
    let own = rows(&format!("cum={LANTUS}&limit=1000")).await;
    assert!(own.iter().all(|one| one["cum"] == LANTUS || one["market"] == "96") && own.iter().any(|one| one["market"] == "96"));
    let csv = server.get(&format!("/v1/changes?cum={LANTUS}&limit=1000&format=csv")).await;
    assert_eq!(csv.body.trim_end().split("\r\n").count(), own.len() + 1, "{}", csv.body);
    let products = rows("kind=product&limit=1000").await;
    assert!(products.iter().all(|one| one["kind"] == "product" && one["product_after"]["brand"].is_string()));
    // The newest state of a product has what is shown of the medicine; two fields are not shown there.
    let newest = rows(&format!("kind=product&cum={LANTUS}&limit=1000")).await.pop().unwrap();
    let medicine = server.get(&format!("/v1/medicines/{LANTUS}")).await.json();
    let shown = |name: &str| {
        let medicine = &medicine["data"];
        medicine.get(name).or_else(|| medicine.get(format!("{name}_per_pack"))).cloned()
    };
    let (both, own): (Vec<_>, Vec<_>) =
        newest["product_after"].as_object().unwrap().iter().partition(|(name, _)| shown(name).is_some());
    assert!(both.iter().all(|(name, value)| shown(name).as_ref() == Some(value)), "{both:?}");
    assert_eq!(
        (both.len(), own.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>()),
        (20, vec!["dispensing_unit", "equivalence_key"])
    );
    assert!(!products.is_empty() && rows("since=2100-01-01").await.is_empty());
    assert_eq!(rows("since=2020-01-01&limit=5").await[0]["position"], 1);
    for (query, code) in [
        ("since=soon", "malformed_since"),
        ("kind=x", "invalid_value"),
        ("cum=x", "malformed_cum"),
        ("cursor=x", "invalid_cursor"),
    ] {
        assert_eq!(server.get(&format!("/v1/changes?{query}")).await.fault(400)["code"], code, "{query}");
    }
    let tag = server.get("/v1/changes?limit=2").await;
    let known = format!("if-none-match: {}\r\n", tag.header("etag").unwrap());
    assert_eq!(server.ask("GET", "/v1/changes?limit=2", &known, None).await.status, 304);
}

/// As a database is that an earlier program filled.
#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_is_told_of_at_the_first_start() {
    let database = people::sample("changes_backfill").await;
    let server = people::server(&database).await;
    let forget = "ALTER TABLE change DISABLE TRIGGER change_no_truncate; TRUNCATE change, change_head;
        ALTER TABLE change ENABLE TRIGGER change_no_truncate; UPDATE change_told SET source_file_id = 0";
    support::as_owner(&database, forget).await;
    assert_eq!(replay(&server).await.last, 0);
    let before = server.get("/v1/changes").await.header("etag").map(str::to_owned);
    // Two services that start at once tell it once.
    let (one, other) = tokio::join!(migrate(&database), migrate(&database));
    one.unwrap();
    other.unwrap();
    let replayed = replay(&server).await;
    assert!(replayed.last > 100);
    holds(&database, &replayed).await;
    assert_ne!(server.get("/v1/changes").await.header("etag").map(str::to_owned), before);
    migrate(&database).await.unwrap();
    assert_eq!(replay(&server).await.last, replayed.last);
}

/// Four files at once, and a reader who goes on from the last position it saw.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_beside_writers_misses_nothing() {
    let database = support::database("changes_reader").await;
    let server = people::server(&database).await;
    let import = |(kind, file): (SourceKind, &'static str)| {
        let database = database.clone();
        tokio::spawn(async move { people::import_accepted(&database, kind, &support::sample_file(file)).await })
    };
    let writers: Vec<_> = support::SAMPLE_FILES.into_iter().chain([OPEN]).map(import).collect();
    let mut seen = Replayed { rows: BTreeMap::new(), reasons: BTreeMap::new(), last: 0 };
    let mut idle = 0;
    while idle < 2 {
        let done = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let page = server.data(&format!("/v1/changes?since={}&limit=7", seen.last)).await;
        let rows = page.as_array().unwrap();
        // `apply` asserts that each position follows the one before.
        rows.iter().for_each(|change| seen.apply(change));
        idle = if done && rows.is_empty() { idle + 1 } else { 0 };
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let whole = replay(&server).await;
    assert_eq!((seen.last, &seen.rows), (whole.last, &whole.rows));
    holds(&database, &whole).await;
}
