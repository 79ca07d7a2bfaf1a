//! Codes that exist nowhere are told apart from codes that no list of ours has; what a table of codes cannot prove is said.

use std::path::PathBuf;

use jiff::Timestamp;
use serde_json::{Value, json};
use termometro::{
    clock::Clock,
    import::{
        report::{Acceptance, ImportReport},
        undo::undo,
    },
    ingest::SourceKind,
    store::postgres::database::Database,
};

use crate::{
    cache,
    exports::served as over,
    people,
    reference::recomputed,
    server::Server,
    stage::{header_of, read_model, reports_header, written},
    support::{self, MAX_AGE_DAYS, import, sample_file},
};

const TABLE: &str = "REF_CUMS_20260731.csv";
/// In our lists; in the table only, enabled and not.
const CODES: [&str; 3] = ["19914312-20|1", "99999998-1|1", "99999998-2|0"];

/// As SISPRO publishes them: `Id|Codigo|Habilitado`.
fn table(name: &str, codes: &[&str]) -> PathBuf {
    let rows: Vec<String> = codes.iter().enumerate().map(|(at, code)| format!("{}|{code}", at + 1)).collect();
    written(name, &["Id|Codigo|Habilitado", &rows.join("\n")])
}

/// The instant up to which something is known, by the database's clock.
async fn instant(database: &Database) -> Timestamp {
    database.read_connection().await.unwrap().query("SELECT clock_timestamp()", &[]).await.unwrap()[0].get(0)
}

async fn take_back(database: &Database, report: &ImportReport) {
    let by = Acceptance { by: "Ana".to_owned(), reason: "it was the wrong file".to_owned() };
    undo(database, report.import.unwrap(), &by, MAX_AGE_DAYS, Clock::System).await.unwrap();
}

async fn verdict(server: &Server, cum: &str, rest: &str) -> Value {
    server.data(&format!("/v1/check?cum={cum}&amount=500&transaction=1&{rest}")).await
}

async fn code(server: &Server, code: &str, rest: &str) -> Value {
    server.data(format!("/v1/codes/{code}?{rest}").trim_end_matches('?')).await
}

/// What `verdict` asks on the day of `OLD`, as one of many.
fn check(cum: &str) -> Value {
    json!({"cum": cum, "price": people::pesos("500"), "date": "2020-06-15", "transaction": "1"})
}

fn says(found: &Value, part: &str) {
    let text = found["explanation"].as_str().unwrap();
    assert!(text.contains(part), "{text}");
}

const OLD: &str = "date=2020-06-15";

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_says_whether_an_unknown_medicine_has_a_code_at_all() {
    let database = people::sample("codes_verdict").await;
    let server = over(&database).await;
    let before = [verdict(&server, "99999997-1", OLD).await, verdict(&server, "19914312-20", OLD).await];
    assert_eq!(before[0]["reasons"], json!(["unknown_medicine"]));
    assert!(before[0]["worksheet"][2]["inputs"].get("code_list").is_none());
    let instant = instant(&database).await;
    let report = import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    assert_eq!((report.counts.accepted, report.rejudged), (3, 0));

    let stated = |code: &str| json!({"name": TABLE, "day": "2026-07-31", "code": code});
    let mut all = Vec::new();
    let (absent, unknown) = (Some("not_in_our_lists"), Some("unknown_code"));
    for (cum, rest, second, listing, es, en) in [
        (
            "99999998-1",
            OLD,
            absent,
            "listed",
            "El código sí existe en la lista de códigos CUM del 2026-07-31",
            "The code exists in",
        ),
        ("99999998-2", OLD, absent, "listed_not_enabled", "Esa lista lo da por no habilitado.", "not enabled"),
        ("99999998-1", "date=2030-01", absent, "listed", "sí existe", "The code exists in"),
        ("99999997-1", OLD, unknown, "not_listed", "no existe en la lista de códigos CUM del 2026-07-31", "does not exist in"),
        ("99999998-3", "date=2026-07", unknown, "not_listed", "no existe en la lista", "list of CUM codes of 2026-07-31"),
        (
            "99999997-1", "date=2026-08", None, "not_listed", "después de ese día no están en ella: eso no prueba nada",
            "proves nothing",
        ),
        ("99999997-1", "date=2026-08-01", None, "not_listed", "lista de códigos CUM del 2026-07-31, pero", "of 2026-07-31, but"),
    ] {
        let found = verdict(&server, cum, rest).await;
        let reasons: Vec<&str> = std::iter::once("unknown_medicine").chain(second).collect();
        assert_has!(found, {"verdict": "cannot_compare", "reasons": reasons}, "{cum} {rest}");
        assert_eq!(found["worksheet"][2]["inputs"]["code_list"], stated(listing), "{cum} {rest}");
        says(&found, es);
        says(&verdict(&server, cum, &format!("{rest}&lang=en")).await, en);
        all.push(found);
    }
    // What a list knows is as it was; and what was known before the import stays readable.
    assert_eq!(verdict(&server, "19914312-20", OLD).await, before[1]);
    let known = format!("{OLD}&known_at={instant}");
    assert_eq!(verdict(&server, "99999997-1", &known).await, before[0]);

    // Many at once are answered from all of the law, and alike.
    let cums = ["99999998-1", "99999998-2", "99999997-1", "1-1", "2-2", "3-3", "19914312-20"];
    let together = server.post("/v1/checks", &json!({"checks": cums.map(check)})).await.json()["data"].clone();
    for (at, cum) in cums.into_iter().enumerate() {
        assert_eq!(together[at], verdict(&server, cum, OLD).await, "{cum}");
        all.push(together[at].clone());
    }
    recomputed(&all);

    take_back(&database, &report).await;
    assert_eq!(verdict(&server, "99999997-1", OLD).await, before[0], "with no table held nothing of it is said");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_that_speaks_for_the_newest_day_counts_and_an_undone_one_does_not() {
    let database = people::sample("codes_editions").await;
    let server = over(&database).await;
    let said = async |as_of: &str| {
        let found = code(&server, "99999997-1", as_of).await;
        (found["standing"].as_str().unwrap().to_owned(), found["list"]["day"].clone())
    };
    assert_eq!(said("").await, ("cannot_tell".to_owned(), json!(null)));
    says(&code(&server, "99999997-1", "").await, "No tenemos ninguna lista de códigos CUM");
    let newest = import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    assert_eq!(said("").await, ("unknown_code".to_owned(), json!("2026-07-31")));
    // An older edition, imported later, has the code; the newer one does not.
    let older = table("REF_CUMS_20250131.csv", &["19914312-20|1", "99999998-1|1", "99999997-1|1"]);
    let older = people::import_accepted(&database, SourceKind::CumCodes, &older).await;
    assert_eq!(said("").await, ("unknown_code".to_owned(), json!("2026-07-31")));
    // So has one that does not say of which day it is.
    let undated = table("REF_CUMS.csv", &["99999996-1|1", "99999998-1|1", "19914312-20|1"]);
    let undated = people::import_accepted(&database, SourceKind::CumCodes, &undated).await;
    assert_eq!(said("").await, ("unknown_code".to_owned(), json!("2026-07-31")));
    take_back(&database, &newest).await;
    assert_eq!(said("").await, ("not_in_our_lists".to_owned(), json!("2025-01-31")));
    assert_eq!(said("as_of=2030-01-01").await, said("").await, "it exists whatever the day");
    assert_eq!(verdict(&server, "99999997-1", OLD).await["reasons"], json!(["unknown_medicine", "not_in_our_lists"]));
    take_back(&database, &older).await;
    assert_eq!(said("").await, ("cannot_tell".to_owned(), json!(null)), "a table without a day proves no absence");
    says(&code(&server, "99999997-1", "lang=en").await, "which does not say of which day it is: that proves nothing");
    let found = verdict(&server, "99999997-1", OLD).await;
    assert_eq!(found["reasons"], json!(["unknown_medicine"]));
    assert_eq!(found["worksheet"][2]["inputs"]["code_list"], json!({"name": "REF_CUMS.csv", "day": null, "code": "not_listed"}));
    assert_eq!(code(&server, "99999996-1", "").await["standing"], "not_in_our_lists");
    recomputed(&[found]);
    take_back(&database, &undated).await;
    assert_eq!(verdict(&server, "99999997-1", OLD).await["worksheet"][2]["inputs"].get("code_list"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_shown_as_what_it_is_and_never_as_not_found() {
    let database = people::sample("codes_shown").await;
    import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    let server = over(&database).await;
    let lantus = code(&server, "019914312 - 020".replace(' ', "%20").as_str(), "").await;
    assert_eq!(
        lantus,
        json!({
            "code": "19914312-20", "kind": "cum", "standing": "in_our_lists", "enabled": true, "list": {"name": TABLE, "day": "2026-07-31"},
            "medicines": ["19914312-20"], "more_medicines": false, "iums": [],
            "explanation": "Nuestras listas de precios o el catálogo traen este CUM.",
        })
    );
    for (cum, rest, standing, enabled) in [
        ("99999998-1", "", "not_in_our_lists", json!(true)),
        ("99999998-2", "", "not_in_our_lists", json!(false)),
        ("99999997-1", "", "unknown_code", json!(null)),
        ("99999997-1", "as_of=2026-07-31", "unknown_code", json!(null)),
        ("99999997-1", "as_of=2026-08-01", "cannot_tell", json!(null)),
        // Of a registration that is known, but no presentation of it.
        ("19914312-77", "", "unknown_code", json!(null)),
    ] {
        let found = code(&server, cum, rest).await;
        assert_has!(found, {"standing": standing, "enabled": enabled, "medicines": []}, "{cum} {rest}");
    }
    let answer = server.get("/v1/codes/99999997-1?as_of=2026-08-01&lang=en").await.json();
    assert_eq!(answer["meta"]["as_of"], "2026-08-01");
    says(&answer["data"], "not in the list of CUM codes of 2026-07-31, but codes given out after that day are not in it");
    for (bad, word) in
        [("19914312", "ni un IUM"), ("0-1", "el expediente de un CUM"), ("1A10067", "ni un IUM"), ("000", "ni un IUM")]
    {
        let answer = server.get(&format!("/v1/codes/{bad}")).await;
        assert!(answer.status == 400 && answer.body.contains(word), "{bad}: {}", answer.body);
    }
    assert_eq!(server.get("/v1/codes/1-1?as_of=junio").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medicine_that_is_not_found_is_told_from_a_code_that_exists_nowhere() {
    let database = people::sample("codes_not_found").await;
    let server = over(&database).await;
    let missing = async |path: &str| {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.body);
        answer.body
    };
    let paths = ["", "/ceilings", "/prices", "/equivalents", "/changes.atom"];
    for path in paths {
        let body = missing(&format!("/v1/medicines/99999997-1{path}")).await;
        let words = "no tenemos el medicamento con CUM «99999997-1». No tenemos ninguna lista de códigos CUM";
        assert!(body.contains(words), "{body}");
    }
    import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    for path in paths {
        let body = missing(&format!("/v1/medicines/99999997-1{path}")).await;
        assert!(body.contains("El código no existe en la lista de códigos CUM del 2026-07-31."), "{body}");
        let body = missing(&format!("/v1/medicines/99999998-1{path}?lang=en")).await;
        assert!(body.contains("The code exists in the list of CUM codes of 2026-07-31, but neither our lists"), "{body}");
    }
    for (path, words) in [
        ("99999998-1", "El código sí existe en la lista de códigos CUM del 2026-07-31"),
        ("99999997-1?lang=en", "The code does not exist in the list of CUM codes of 2026-07-31. Codes given out after that day"),
        // A known registration, but no presentation of it.
        ("19914312-77", "no existe en la lista de códigos CUM del 2026-07-31"),
    ] {
        let page = missing(&format!("/medicamentos/{path}")).await;
        assert!(page.contains(words), "{path}: {page}");
    }
}

/// The registration is known, and this presentation exists nowhere: whatever the law says of the medicine, the code is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_presentation_that_exists_nowhere_is_told_also_where_its_registration_is_known() {
    let database = people::sample("codes_presentation").await;
    import(&database, SourceKind::CumCodes, &table(TABLE, &[&CODES[..], &["90000301-98|1"]].concat())).await;
    let server = over(&database).await;
    let mut all = Vec::new();
    for (cum, finding, reasons) in [
        ("90000301-1", "not_regulated", json!([])),
        ("90000301-98", "not_regulated", json!(["not_in_our_lists"])),
        ("90000301-99", "not_regulated", json!(["unknown_code"])),
        ("19914312-99", "cannot_compare", json!(["market_unknown", "unknown_code"])),
    ] {
        let found = verdict(&server, cum, OLD).await;
        assert_has!(found, {"verdict": finding, "reasons": reasons}, "{cum}");
        all.push(found);
    }
    let cums = ["90000301-99", "19914312-99", "19993896-2", "20151854-1", "213704-1", "90000303-1"];
    let many = server.post("/v1/checks", &json!({"checks": cums.map(check)})).await.json()["data"].clone();
    assert_eq!((&many[0], &many[1]), (&all[2], &all[3]), "many are answered as one is");
    recomputed(&all);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_answers_the_same_with_a_table_of_codes() {
    let database = people::sample("codes_memory").await;
    import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    // Medicines by their reports alone: of registrations that nothing else knows, and of known ones.
    report_sales(&database, &["99999998-1", "99999998-2", "99999997-1", "19914312-77", "90000301-77"]).await;
    let (cold, hot) = (over(&database).await, cache::warm(read_model(&database)).await);
    for cum in ["99999998-1", "99999998-2", "99999997-1", "99999998-3", "19914312-20", "19914312-77", "90000301-77", "90000303-3"]
    {
        let check = |rest| format!("/v1/check?cum={cum}&amount=500&transaction=1&{rest}");
        let medicine = format!("/v1/medicines/{cum}");
        for path in
            [check(OLD), check("date=2026-08"), check("date=2026-07&lang=en"), medicine.clone(), format!("{medicine}?lang=en")]
        {
            for _ in 0..2 {
                assert_eq!(but_request_id(&hot.get(&path).await.body), but_request_id(&cold.get(&path).await.body), "{path}");
            }
        }
    }
}

/// A problem ends with the identifier of its request.
fn but_request_id(body: &str) -> &str {
    body.split(",\"request_id\"").next().unwrap()
}

async fn report_sales(database: &Database, cums: &[&str]) {
    for cum in cums {
        let row = format!("{},2020,6,1,VN,1,A,500,500,1,500", cum.replace('-', ","));
        let file = written(&format!("sismed-{cum}.csv"), &[reports_header(), &row]);
        people::import_accepted(database, SourceKind::Sismed, &file).await;
    }
}

/// Only the first reason of a report's verdict is stored; the others follow the table that counts, without judging again.
#[tokio::test(flavor = "multi_thread")]
async fn a_reports_verdict_says_what_the_table_that_counts_says() {
    let database = people::sample("codes_stored").await;
    let server = over(&database).await;
    report_sales(&database, &["99999997-1", "99999998-1"]).await;
    let stored = async |cum: &str, known_at: &str, reasons: &[&str]| {
        let listed = server.data(&format!("/v1/assessments?cum={cum}{known_at}")).await;
        assert_eq!((listed[0]["reason"].as_str(), listed.as_array().unwrap().len()), (Some("unknown_medicine"), 1), "{cum}");
        assert_eq!(listed[0]["verdicts"]["maximum"]["reasons"], json!(reasons), "{cum} {known_at}");
        listed[0]["verdicts"]["maximum"].clone()
    };
    let before = stored("99999997-1", "", &["unknown_medicine"]).await;
    let instant = instant(&database).await;
    let codes = import(&database, SourceKind::CumCodes, &table(TABLE, &CODES)).await;
    assert_eq!(codes.rejudged, 0);
    let found = stored("99999997-1", "", &["unknown_medicine", "unknown_code"]).await;
    says(&found, "no existe en la lista de códigos CUM del 2026-07-31");
    stored("99999998-1", "", &["unknown_medicine", "not_in_our_lists"]).await;
    assert_eq!(stored("99999997-1", &format!("&known_at={instant}"), &["unknown_medicine"]).await, before);
    // A report makes it a medicine that can be shown, and is no list of ours.
    assert_has!(code(&server, "99999998-1", "").await, {"standing": "not_in_our_lists", "medicines": ["99999998-1"]});
    assert_eq!(server.get("/v1/medicines/99999998-1").await.status, 200);
    take_back(&database, &codes).await;
    assert_eq!(stored("99999997-1", "", &["unknown_medicine"]).await, before);
}

/// A presentation of the catalogue, with its IUM.
fn presentation(cum: &str, ium: &str) -> String {
    let (expediente, consecutive) = cum.split_once('-').unwrap();
    format!(
        "{expediente},LOSARTÁN ANDINA,LABORATORIOS ANDINA S.A.S.,INVIMA 2012M-0000301,2012-05-04T00:00:00.000,2032-05-04T00:00:00.000,Vigente,{expediente},{consecutive},10,CAJA POR 10 TABLETAS EN BLISTER,Activo,2012-05-04T00:00:00.000,,No,U,C09CA01,LOSARTAN,ORAL,A,LOSARTAN POTASICO,mg,50,TABLETA,TABLETA,LABORATORIOS ANDINA S.A.S.,FABRICANTE,FABRICAR Y VENDER,{ium}"
    )
}

fn catalogue(name: &str, rows: &[(&str, &str)]) -> PathBuf {
    let sample = std::fs::read_to_string(sample_file("catalogue.csv")).unwrap();
    let rows: Vec<String> = rows.iter().map(|(cum, ium)| presentation(cum, ium)).collect();
    written(name, &[header_of(&sample), &rows.join("\n")])
}

async fn a_price_is_checked_by_an_ium(server: &Server, of_one: &str, of_two: &str) {
    let check = async |what: &str| server.get(&format!("/v1/check?{what}&amount=500&transaction=1&date=2020-06")).await;
    let found = check(&format!("ium={of_one}")).await;
    assert_eq!((found.status, &found.json()["data"]["cum"]), (200, &json!("90009007-2")), "{}", found.body);
    for (what, status, code, detail) in [
        (format!("ium={of_two}"), 400, "ium_of_several", "90009007-1, 90009008-1"),
        (format!("ium={of_one}&cum=90009007-2"), 400, "ambiguous_code", "cum o ium"),
        ("ium=1A10067".to_owned(), 400, "malformed_ium", "6, 10 o 13"),
        ("ium=1A1006781005100".to_owned(), 404, "", "1A1006781005100"),
    ] {
        let refused = check(&what).await;
        assert_eq!(refused.status, status, "{what}: {}", refused.body);
        assert!(refused.body.contains(code) && refused.body.contains(detail), "{what}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ium_leads_to_its_cums_and_a_cum_to_its_ium() {
    const TEN: &str = "1L1029991000100";
    const THIRTY: &str = "1L1029991000101";
    let database = support::database("codes_ium").await;
    let rows = [("90009007-1", TEN), ("90009007-2", THIRTY), ("90009008-1", TEN), ("90009009-1", "")];
    import(&database, SourceKind::Catalogue, &catalogue("cum-i7cb-raxc_20260101.csv", &rows)).await;
    let server = over(&database).await;
    let found = code(&server, "1l1029991000100", "").await;
    assert_has!(found, {"code": TEN, "kind": "ium", "standing": "in_our_lists", "list": null});
    assert_eq!(found["medicines"], json!(["90009007-1", "90009008-1"]));
    // The levels above: common description and commercial medicine.
    for above in ["1L102999", "1L1029991000"] {
        assert_eq!(code(&server, above, "").await["medicines"], json!(["90009007-1", "90009007-2", "90009008-1"]), "{above}");
    }
    assert_eq!(code(&server, "90009007-2", "").await["iums"], json!([THIRTY]));
    assert_eq!(code(&server, "90009009-1", "").await["iums"], json!([]));
    assert_eq!(server.data("/v1/medicines/90009007-2").await["iums"], json!([THIRTY]));
    let searched = async |q: &str| -> Vec<Value> {
        let found = server.data(&format!("/v1/medicines?q={q}")).await;
        found.as_array().unwrap().iter().map(|one| one["cum"].clone()).collect()
    };
    assert_eq!(searched(THIRTY).await, ["90009007-2"]);
    assert_eq!(searched(&TEN.to_lowercase()).await, ["90009007-1", "90009008-1"]);
    assert_eq!(searched("1K1027361200102").await, Vec::<Value>::new());
    a_price_is_checked_by_an_ium(&server, THIRTY, TEN).await;
    let unknown = code(&server, "1A1006781005100", "").await;
    assert_has!(unknown, {"standing": "cannot_tell", "medicines": []});
    says(&unknown, "No tenemos ninguna lista de códigos IUM");

    // The newest edition gives another IUM: the earlier one leads nowhere.
    let rows = [("90009007-1", THIRTY), ("90009007-2", THIRTY), ("90009008-1", TEN), ("90009009-1", "")];
    let newer = import(&database, SourceKind::Catalogue, &catalogue("cum-i7cb-raxc_20260201.csv", &rows)).await;
    assert_eq!(code(&server, TEN, "").await["medicines"], json!(["90009008-1"]));
    assert_eq!(code(&server, "90009007-1", "").await["iums"], json!([THIRTY]));
    take_back(&database, &newer).await;
    assert_eq!(code(&server, TEN, "").await["medicines"], json!(["90009007-1", "90009008-1"]));

    import(&database, SourceKind::IumCodes, &table("REF_IUM_20260731.csv", &["1A1006781005100|1", "1A1006781005101|0"])).await;
    for (ium, rest, standing, enabled) in [
        ("1A1006781005100", "", "not_in_our_lists", json!(true)),
        ("1A1006781005101", "", "not_in_our_lists", json!(false)),
        ("1A100678", "", "not_in_our_lists", json!(true)),
        ("1A1006781005102", "", "unknown_code", json!(null)),
        ("1A1006781005102", "as_of=2026-08-01", "cannot_tell", json!(null)),
        ("1A1006780000", "", "unknown_code", json!(null)),
        (TEN, "", "in_our_lists", json!(null)),
    ] {
        let found = code(&server, ium, rest).await;
        assert_has!(found, {"standing": standing, "enabled": enabled}, "{ium} {rest}");
        assert_eq!(found["list"], json!({"name": "REF_IUM_20260731.csv", "day": "2026-07-31"}));
    }
    says(&code(&server, "1A1006781005102", "lang=en").await, "does not exist in the list of IUM codes of 2026-07-31");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_tables_tell_codes_that_exist_from_codes_that_do_not() {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA").map_or(beside, PathBuf::from).join("codes");
    if !folder.is_dir() {
        eprintln!("SKIPPED: no real tables of codes in {} (TERMOMETRO_REAL_DATA names another folder)", folder.display());
        return;
    }
    let database = people::sample("codes_real").await;
    // The published name states no day.
    let dated = |kind: &str| {
        let path = written(&format!("{kind}_20260731.csv"), &[]);
        std::fs::copy(folder.join(format!("{kind}.csv")), &path).unwrap();
        path
    };
    let cums = import(&database, SourceKind::CumCodes, &dated("REF_CUMS")).await.counts;
    assert_eq!((cums.read, cums.accepted, cums.quarantined), (156_896, 156_873, 23));
    let iums = import(&database, SourceKind::IumCodes, &dated("REF_IUM")).await.counts;
    assert_eq!((iums.read, iums.accepted, iums.quarantined), (27_752, 27_750, 2));
    let server = over(&database).await;
    // Lines 2 and 5 of the table; a consecutive that its registration does not have; a registration that nobody has.
    for (cum, second) in [
        ("10815-4", "not_in_our_lists"),
        ("11416-9", "not_in_our_lists"),
        ("10815-9999", "unknown_code"),
        ("999999999-1", "unknown_code"),
    ] {
        let found = verdict(&server, cum, OLD).await;
        assert_eq!(found["reasons"], json!(["unknown_medicine", second]), "{cum}");
        assert_eq!(code(&server, cum, "").await["standing"], second, "{cum}");
    }
    assert_eq!(code(&server, "1A1006781005100", "").await["standing"], "not_in_our_lists");
    assert_eq!(code(&server, "9Z9999999999999", "").await["standing"], "unknown_code");
}
