//! No accusation before its doubts: other units however far, two prices in one list, prices too low to be meant, medical samples.

use std::path::PathBuf;

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use termometro::ingest::SourceKind;

use crate::{
    cache,
    expected::{column, count},
    people,
    server::Server,
    stage::{ceilings_header, header_of, read_model, written},
    support::{self, import, sample_file},
};

/// One CUM twice, at 2,100,000 and at 2,300,000.
const LOWER: &str = r#"1,8,Ambrisentan - Sólido - Oral,20151854-1,BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA,50,mg,"2,100,000.00","73,500.00",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
const HIGHER: &str = r#"1,8,Ambrisentan - Sólido - Oral,20151854-1,BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA,50,mg,"2,300,000.00","80,500.00",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
const OTHER: &str = r#"2,8,Ambrisentan - Sólido - Oral,20001583-1,VOLIBRIS - Ambrisentan 5mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE,150,mg,"6,442,998.00","225,504.93",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
/// The sample's own Lantus, called a medical sample.
const SAMPLE_OF_LANTUS: &str = "19914312,LANTUS,SANOFI,INVIMA 2012M-9914312,2012-05-04T00:00:00.000,2032-05-04T00:00:00.000,Vigente,19914312,20,1,MUESTRA MEDICA: CAJA POR 1,Activo,2012-05-04T00:00:00.000,,Si,U,A10AE04,INSULINA GLARGINA,SUBCUTANEA,A,INSULINA GLARGINA,UI,300,CARTUCHO,SOLUCION INYECTABLE,SANOFI,FABRICANTE,FABRICAR Y VENDER,";

fn list(name: &str, rows: &[&str]) -> PathBuf {
    written(name, &[&[ceilings_header()][..], rows].concat())
}

/// Of the day that its name tells; two of the sample's own medicines in it, one of them at two prices.
pub fn list_with_two_prices(name: &str) -> PathBuf {
    let row = |cum: &str, pesos: &str| {
        format!(
            "1,96,Insulina - Líquido - Inyectable,{cum},LANTUS - Insulina Glargina 300UI/3ml - Inyectable x 1 - SANOFI,300,UI,\"{pesos}\",\"2,313.64\",No Regulado,No regulado,Circular 12 de 2021,2021 Aug 15 12:00:00 AM"
        )
    };
    list(name, &[&row("19914312-20", "30,000.00"), &row("19914312-20", "31,000.00"), &row("19914312-2", "30,000.00")])
}

async fn verdict(server: &Server, query: &str) -> Value {
    server.data(&format!("/v1/check?{query}")).await
}

/// One pen of the sample's Lantus, sold by its manufacturer in June 2020, when the ceiling was 33,052.
async fn lantus(server: &Server, amount: &str) -> Value {
    verdict(server, &format!("cum=19914312-20&amount={amount}&date=2020-06-15&transaction=1")).await
}

const PRADAXA: &str = "cum=19993896-2&per=dispensing_unit&date=2020-06-15&transaction=3";

#[tokio::test(flavor = "multi_thread")]
async fn a_price_of_a_capsule_that_fits_the_box_is_a_question_however_far_below_the_ceiling() {
    let server = Server::with_the_sample().await;
    // 63546 × 30 / 73251.01 = 26.025…; as the price of the box 63546 / 73251.01 = 0.8675…
    for (amount, percent, ratio) in [
        ("63546", "2502.5307", "0.87"),
        ("65000", "2562.0793", "0.89"),
        ("40000", "1538.2027", "0.55"),
        ("2500", "2.3877", "0.03"),
    ] {
        let found = verdict(&server, &format!("{PRADAXA}&amount={amount}")).await;
        assert_has!(found, {"verdict": "above", "excess_percent": percent, "reasons": ["another_unit_fits"]}, "{amount}");
        let reading = &found["other_readings"][0];
        assert_has!(reading, {"per": "pack", "verdict": "within", "ceiling_amount": "73251.01", "ratio": ratio}, "{amount}");
        let text = found["explanation"].as_str().unwrap();
        assert!(text.starts_with("Pregunte antes de acusar: el precio encaja mejor con otra unidad"), "{text}");
        assert!(text.find("Pregunte") < text.find("supera") && text.contains(&format!("supera en {percent} %")), "{text}");
        let english = verdict(&server, &format!("{PRADAXA}&amount={amount}&lang=en")).await;
        let text = english["explanation"].as_str().unwrap();
        let begins = "Ask before accusing: the price fits another unit or pack better; as it was given, it is";
        assert!(text.starts_with(begins), "{text}");
    }
    let pack = verdict(&server, &PRADAXA.replace("dispensing_unit", "pack&amount=63546")).await;
    assert_has!(pack, {"verdict": "within", "reasons": []});
}

#[tokio::test(flavor = "multi_thread")]
async fn rounding_is_still_named_and_an_excess_without_another_reading_stays_bare() {
    let server = Server::with_the_sample().await;
    for (amount, percent) in [("2441.71", "0.0004"), ("2442", "0.0123")] {
        let found = verdict(&server, &format!("{PRADAXA}&amount={amount}")).await;
        assert_has!(found, {"verdict": "above", "excess_percent": percent, "explained_by_rounding": true}, "{amount}");
    }
    // 40000 for one pen is within the ceilings of larger packs, and near none of them.
    let found = lantus(&server, "40000").await;
    assert_has!(found, {"verdict": "above", "reasons": [], "other_readings": []});
    assert!(found["explanation"].as_str().unwrap().starts_with("El precio supera en 21.0214 %"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_page_the_question_stands_before_the_word_above() {
    let server = Server::with_the_sample().await;
    for (lang, question, reading, above, as_given) in [
        (
            "es",
            "confirme si el precio era por la caja o por la unidad",
            "Si el precio es por la caja completa, no supera el máximo, que es $\u{a0}73.251,01 por caja.",
            "Está por encima del máximo legal",
            "Solo si el precio es por la cantidad",
        ),
        (
            "en",
            "confirm whether the price was for the pack or for one unit",
            "If the price is for the whole pack, it is within the maximum, which is COP\u{a0}73,251.01 per pack.",
            "Above the legal maximum",
            "Only if the price is for the quantity",
        ),
    ] {
        let path = format!("/medicamentos/19993896-2?precio=63546&por=unidad&venta=mayorista&fecha=2020-06-15&lang={lang}");
        let body = server.get(&path).await.body;
        let answer = &body[body.find("id=\"respuesta\"").unwrap_or_else(|| panic!("{body}"))..];
        let at = |text: &str| answer.find(text).unwrap_or_else(|| panic!("{lang}: {text}"));
        assert!(at(question) < at(reading) && at(reading) < at(as_given) && at(as_given) < at(above), "{lang}");
        assert!(!answer.contains("Superintendenc"), "the seller first, then the authority: {lang}");
    }
    let sure = server.get("/medicamentos/19914312-20?precio=40000&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    assert!(sure.contains("Está por encima del máximo legal") && sure.contains("Superintendencia"));
    assert!(!sure.contains("Solo si el precio es por la cantidad"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundredth_of_the_ceiling_is_within_with_a_question() {
    let server = Server::with_the_sample().await;
    // The ceiling is 33052: a hundredth of it is 330.52.
    for (amount, reasons) in [("330.52", json!(["implausibly_low"])), ("1", json!(["implausibly_low"])), ("330.53", json!([]))] {
        assert_has!(lantus(&server, amount).await, {"verdict": "within", "reasons": reasons}, "{amount}");
    }
    for (lang, question) in [
        ("es", "¿Es el precio de una sola unidad, o le faltan los miles?"),
        ("en", "Is it the price of a single unit, or are thousands missing?"),
    ] {
        let found = lantus(&server, &format!("171&lang={lang}")).await;
        assert!(found["explanation"].as_str().unwrap().starts_with(question), "{found}");
    }
    // By the capsule: 73251.01 / 30 / 100 = 24.417…
    for (amount, reasons) in [("24.41", json!(["implausibly_low"])), ("24.42", json!([]))] {
        assert_eq!(verdict(&server, &format!("{PRADAXA}&amount={amount}")).await["reasons"], reasons, "{amount}");
    }
    let body = server.get("/medicamentos/19914312-20?precio=171&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    let at = |text: &str| body.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("cien veces o más por debajo del máximo") < at("No supera el máximo legal"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_medical_sample_cannot_be_sold_whatever_the_law_says_of_its_price() {
    let server = Server::with_the_sample().await;
    let free = verdict(&server, "cum=90000303-3&amount=500&date=2020-06-15&transaction=1").await;
    assert_has!(free, {"verdict": "not_regulated", "reasons": ["medical_sample"]});
    assert!(free["explanation"].as_str().unwrap().ends_with("Es una muestra médica: no se puede vender."));
    let unknown = verdict(&server, "cum=19914312-90&amount=500&date=2020-06-15&transaction=1&lang=en").await;
    assert_has!(unknown, {"verdict": "cannot_compare", "reasons": ["market_unknown", "medical_sample"]});
    assert!(unknown["explanation"].as_str().unwrap().ends_with("This is a medical sample: it cannot be sold."));
    let law = server.get("/v1/medicines/90000303-3/ceilings?as_of=2020-06-15").await.json();
    for one in law["not_bound"].as_array().unwrap() {
        assert_has!(one, {"state": "not_regulated", "reason": "medical_sample"});
    }
    let body = server.get("/medicamentos/90000303-3?precio=500&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    assert!(body.contains("Es una muestra médica: no se puede vender."), "{body}");
    assert!(!body.contains("Quien vende puede poner el precio que quiera"), "{body}");

    let database = people::sample("doubts_samples").await;
    let catalogue = std::fs::read_to_string(sample_file("catalogue.csv")).unwrap();
    let path = written("sample-of-lantus.csv", &[header_of(&catalogue), SAMPLE_OF_LANTUS]);
    assert_eq!(people::import_accepted(&database, SourceKind::Catalogue, &path).await.counts.accepted, 1);
    let server = Server::on(read_model(&database)).await;
    for (amount, finding, reasons) in [
        ("33052", "within", json!(["medical_sample"])),
        ("171764", "above", json!(["another_unit_fits", "medical_sample"])),
        ("1", "within", json!(["implausibly_low", "medical_sample"])),
    ] {
        assert_has!(lantus(&server, amount).await, {"verdict": finding, "reasons": reasons}, "{amount}");
    }
    let listed = server.data("/v1/assessments?cum=19914312-20&verdict=within&limit=5").await;
    assert!(column(&listed, "reason").iter().all(|reason| *reason == "medical_sample"), "stored verdicts say it too: {listed}");
    assert_ne!(count(&listed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_prices_in_one_list_the_higher_binds_and_both_are_shown() {
    for (name, file, rows) in [
        ("doubts_lower_first", "lower-first_20250201.csv", [LOWER, HIGHER]),
        ("doubts_higher_first", "higher-first_20250201.csv", [HIGHER, LOWER]),
    ] {
        let database = support::database(name).await;
        let imported = import(&database, SourceKind::Ceilings, &list(file, &[rows[0], rows[1], OTHER])).await;
        assert_eq!((imported.counts.accepted, imported.counts.quarantined), (3, 0), "{name}");
        let server = Server::on(read_model(&database)).await;
        let ask = async |amount: &str, transaction: u8| {
            verdict(&server, &format!("cum=20151854-1&amount={amount}&date=2025-01-15&transaction={transaction}")).await
        };
        for (amount, finding) in [("2200000", "within"), ("2300000", "within"), ("2400000", "above"), ("2300000.01", "above")] {
            let found = ask(amount, 1).await;
            assert_has!(found, {"verdict": finding, "reasons": ["list_states_two_prices"]}, "{name} {amount}");
            assert_has!(found, {"/ceiling/amount": "2300000.00"}, "{name} {amount}");
        }
        assert_has!(ask("2380500", 5).await, {"verdict": "within", "/ceiling/amount": "2380500.00"}, "with its margin");
        assert_has!(ask("2400000", 2).await, {"verdict": "no_ceiling_for_this_stage", "reasons": []}, "commercial");
        let other = verdict(&server, "cum=20001583-1&amount=6442998&date=2025-01-15&transaction=1").await;
        assert_eq!(other["reasons"], json!([]), "only the CUM that stands there twice");
        both_are_shown(&server, rows[0] == LOWER).await;
    }
}

async fn both_are_shown(server: &Server, lower_first: bool) {
    let ceilings = server.data("/v1/medicines/20151854-1/ceilings?as_of=2025-01-15").await;
    assert_eq!(count(&ceilings), 3, "primary, secondary and final institutional");
    let prices = if lower_first { ["2100000.00", "2300000.00"] } else { ["2300000.00", "2100000.00"] };
    for ceiling in ceilings.as_array().unwrap() {
        assert_has!(ceiling, {"/amount/amount": "2300000.00", "/source_row/line": if lower_first { 3 } else { 2 }});
        assert_has!(ceiling, {"/stated/0/amount/amount": prices[0], "/stated/0/source_row/line": 2});
        assert_has!(ceiling, {"/stated/1/amount/amount": prices[1], "/stated/1/source_row/line": 3});
        assert_eq!(count(&ceiling["stated"]), 2);
    }
    let single = server.data("/v1/medicines/20001583-1/ceilings?as_of=2025-01-15").await;
    assert!(single[0].get("stated").is_none());
    let changes = server.data("/v1/changes?cum=20151854-1").await;
    let ceilings: Vec<_> = changes.as_array().unwrap().iter().filter(|one| one["kind"] == "ceiling").collect();
    assert_eq!(ceilings.len(), 1, "{ceilings:?}");
    assert_has!(ceilings[0], {"/ceiling_after/amount": "2300000.00"});
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_there_twice_is_set_aside_and_everything_made_of_a_list_copes_with_two_prices() {
    let database = support::database("doubts_lists").await;
    let thrice = list("thrice_20250201.csv", &[LOWER, LOWER, HIGHER, OTHER]);
    let imported = people::import_accepted(&database, SourceKind::Ceilings, &thrice).await;
    assert_eq!((imported.counts.accepted, imported.counts.quarantined), (3, 1));
    let faults = "SELECT line, value, reason FROM source_fault";
    let rows = database.read_connection().await.unwrap().query(faults, &[]).await.unwrap();
    let fault = (rows[0].get::<_, i64>("line"), rows[0].get::<_, &str>("value"), rows[0].get::<_, &str>("reason"));
    assert_eq!((rows.len(), fault), (1, (3, "20151854-1", "cum_repeated_in_list")));
    let again = "INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, margin_kind, act_id, valid_from)
        SELECT source_file_id, line, kind, expediente, consecutive, description, column_code, 'none', act_id, valid_from FROM ceiling LIMIT 1";
    let refused = database.import_connection().await.unwrap().batch_execute(again).await.unwrap_err();
    assert!(format!("{refused:?}").contains("ceiling_stated_once"), "a row states a column once: {refused:?}");

    let published =
        database.read_connection().await.unwrap().query(termometro::read_model::statements::export_ceilings, &[]).await.unwrap();
    let row_of = |cum: i32| {
        let row = published.iter().find(|row| row.get::<_, Option<i32>>("expediente") == Some(cum)).unwrap();
        (row.get::<_, rust_decimal::Decimal>("amount").to_string(), row.get::<_, bool>("two_prices"))
    };
    assert_eq!((published.len(), row_of(20_151_854)), (2, ("2300000".to_owned(), true)));
    assert_eq!(row_of(20_001_583), ("6442998".to_owned(), false));

    let server = Server::on(read_model(&database)).await;
    assert_eq!(server.data("/v1/acts/circular-19-2024").await["ceilings"], 2, "presentations, not rows");
    // A later list states one price again: the doubt is over.
    let later = HIGHER
        .replace("2024 Jul 31", "2025 Mar 1")
        .replace("Circular 19 de 2024", "Circular 20 de 2025")
        .replace("2,300,000", "2,200,000");
    // Two rows where three were: somebody lets it in.
    people::import_accepted(&database, SourceKind::Ceilings, &list("later_20250401.csv", &[&later, OTHER])).await;
    let lowered = server.data("/v1/acts/circular-19-2024/diff/circular-20-2025").await["lowered"].take();
    assert_eq!((count(&lowered), &lowered[0]["before"]["amount"]), (1, &json!("2300000.00")), "{lowered}");
    let found = verdict(&server, "cum=20151854-1&amount=2200000&date=2025-03-15&transaction=1").await;
    assert_has!(found, {"verdict": "within", "reasons": []});
    let month = verdict(&server, "cum=20151854-1&amount=2300000&date=2025-02&transaction=1").await;
    assert_eq!(month["reasons"], json!(["list_states_two_prices"]), "still of the days before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_both_prices_of_a_list() {
    let database = support::database("doubts_page").await;
    import(&database, SourceKind::Ceilings, &list("for-the-page_20250201.csv", &[LOWER, HIGHER, OTHER])).await;
    let server = Server::living(read_model(&database), Timestamp::MAX, date(2025, 1, 15)).await;
    let page = server.get("/medicamentos/20151854-1?precio=2.400.000&por=caja&venta=laboratorio").await;
    let body = page.body.replace("&#x2f;", "/").replace('\u{a0}', " ");
    for needed in [
        "La lista oficial trae más de un precio", "2.100.000", "2.300.000", "renglón 2 de", "renglón 3 de",
        "(la lista trae dos precios)",
    ] {
        assert!(body.contains(needed), "{needed}");
    }
    assert!(body.contains("Una misma lista trae dos precios para este CUM"), "the answer to a price says it too");
    let sheet = server.get("/medicamentos/20151854-1/hoja").await.body;
    assert!(sheet.contains("(la lista trae dos precios)"));
}

/// A decimal point lost: 3,305,200 for 33,052.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_times_the_ceiling_is_above_with_a_question() {
    let server = Server::with_the_sample().await;
    let (found, below) = (lantus(&server, "3305200").await, lantus(&server, "3305199.99").await);
    crate::reference::recomputed(&[found.clone(), below.clone()]);
    assert_has!(found, {"verdict": "above", "reasons": ["implausibly_high"]});
    let begins =
        "El precio está cien veces o más por encima del máximo: ¿se perdió la coma decimal? El precio supera en 9900.0000 %";
    assert!(found["explanation"].as_str().unwrap().starts_with(begins), "{found}");
    assert_eq!(below["reasons"], json!([]), "a cent below");
    let page = server.get("/medicamentos/19914312-20?precio=3.305.200&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    let (question, above) = (page.find("¿se perdió la coma decimal?"), page.find("por encima del máximo legal"));
    assert!(question.is_some_and(|question| above.is_some_and(|above| question < above)), "the question stands first");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_says_the_same_of_doubts() {
    let database = people::sample("doubts_memory").await;
    import(&database, SourceKind::Ceilings, &list("for-memory_20250201.csv", &[LOWER, HIGHER, OTHER])).await;
    let model = read_model(&database);
    let (slow, quick) = (Server::on(model.clone()).await, cache::warm(model).await);
    let questions = [
        "19993896-2&amount=63546&per=dispensing_unit&date=2020-06-15&transaction=3",
        "19993896-2&amount=24&per=dispensing_unit&date=2020-06-15&transaction=3",
        "19914312-20&amount=171764&date=2020-06-15&transaction=1",
        "19914312-20&amount=40000&date=2020-06-15&transaction=1",
        "19914312-20&amount=3305200&date=2020-06-15&transaction=1",
        "90000303-3&amount=500&date=2020-06-15&transaction=1",
        "90000303-1&amount=500&date=2020-06-15&transaction=1",
        "19914312-90&amount=500&date=2020-06-15&transaction=1",
        "20151854-1&amount=2200000&date=2025-01-15&transaction=1",
        "20151854-1&amount=2400000&date=2025-01-15&transaction=5",
    ];
    for path in questions.iter().flat_map(|cum| ["es", "en"].map(|lang| format!("/v1/check?cum={cum}&lang={lang}"))) {
        for _ in 0..2 {
            assert_eq!(quick.get(&path).await.body, slow.get(&path).await.body, "{path}");
        }
    }
    for cum in ["20151854-1", "90000303-3", "90000303-1", "19914312-90", "20001583-1"] {
        let path = format!("/v1/medicines/{cum}");
        assert_eq!(quick.get(&path).await.body, slow.get(&path).await.body, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_files_never_count_a_finding_without_its_doubt() {
    let server = Server::with_the_sample().await;
    let prices = server.data("/v1/medicines/19914312-20/prices?limit=1000").await;
    let points = prices.as_array().unwrap();
    let sum = |of: fn(&Value) -> u64| points.iter().map(of).sum::<u64>();
    let (above, doubtful) =
        (sum(|one| one["verdicts"]["above"].as_u64().unwrap()), sum(|one| one["another_unit_fits"].as_u64().unwrap()));
    let mut counted = (0, 0);
    for one in server.data("/v1/assessments?cum=19914312-20&verdict=above&limit=1000").await.as_array().unwrap() {
        let fits = ["minimum", "average", "maximum"]
            .iter()
            .any(|which| one["verdicts"][which]["reasons"].as_array().unwrap().contains(&json!("another_unit_fits")));
        assert_eq!(one["reason"] == "another_unit_fits", fits, "{one}");
        counted = (counted.0 + 1, counted.1 + u64::from(fits));
    }
    assert_eq!((above, doubtful), counted);
    assert!(0 < doubtful && doubtful < above, "{doubtful} of {above}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_reports_wait_to_be_judged_again_the_status_and_its_page_say_so() {
    let database = people::sample("doubts_status").await;
    let server = Server::on(read_model(&database)).await;
    let pages = [("es", "Los reportes se están juzgando de nuevo"), ("en", "The reports are being judged again")];
    for (sql, version, up_to_date) in [
        ("SELECT 1", "2", true),
        ("UPDATE source_file SET rule_version = '1'; UPDATE data_version SET version = version + 1", "1", false),
    ] {
        database.import_connection().await.unwrap().batch_execute(sql).await.unwrap();
        assert_has!(server.data("/v1/status").await, {"rule_version": version, "verdicts_up_to_date": up_to_date});
        for (lang, sentence) in pages {
            let body = server.get(&format!("/estado?lang={lang}")).await.body;
            assert_eq!(body.contains(sentence), !up_to_date, "{lang}");
        }
    }
}
