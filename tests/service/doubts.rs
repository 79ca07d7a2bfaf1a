//! No accusation before its doubts: other units however far, two prices in one list, prices too low to be meant, medical samples.

use std::{path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use termometro::{ingest::SourceKind, read_model::ReadModel};

use crate::{
    people,
    server::Server,
    support::{self, MAX_AGE_DAYS, import, sample_file},
};

const HEADER: &str = "no,id_mr,mercado_relevante,cum,medicamento,cantidad_por_unidad_de_medida,unidad_de_medida,precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional,margen_para_ips,precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial,precio_maximo_de_venta_transaccion_final_comercial,circular_cnpmdm,fecha_de_inicio_vigencia_precio_maximo_de_venta";
/// One CUM twice, at 2,100,000 and at 2,300,000.
const LOWER: &str = r#"1,8,Ambrisentan - Sólido - Oral,20151854-1,BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA,50,mg,"2,100,000.00","73,500.00",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
const HIGHER: &str = r#"1,8,Ambrisentan - Sólido - Oral,20151854-1,BRIXENT - Ambrisentan 5mg/1U - Sólido - Oral x 10 - BIOTOSCANA,50,mg,"2,300,000.00","80,500.00",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
const OTHER: &str = r#"2,8,Ambrisentan - Sólido - Oral,20001583-1,VOLIBRIS - Ambrisentan 5mg/1U - Sólido - Oral x 30 - GLAXOSMITHKLINE,150,mg,"6,442,998.00","225,504.93",No Regulado,No regulado,Circular 19 de 2024,2024 Jul 31 12:00:00 AM"#;
/// The sample's own Lantus, called a medical sample.
const SAMPLE_OF_LANTUS: &str = "19914312,LANTUS,SANOFI,INVIMA 2012M-9914312,2012-05-04T00:00:00.000,2032-05-04T00:00:00.000,Vigente,19914312,20,1,MUESTRA MEDICA: CAJA POR 1,Activo,2012-05-04T00:00:00.000,,Si,U,A10AE04,INSULINA GLARGINA,SUBCUTANEA,A,INSULINA GLARGINA,UI,300,CARTUCHO,SOLUCION INYECTABLE,SANOFI,FABRICANTE,FABRICAR Y VENDER,";

fn written(name: &str, lines: &[&str]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("termometro-doubts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    path
}

/// Of the day that its name tells; two of the sample's own medicines in it, one of them at two prices.
pub fn list_with_two_prices(name: &str) -> PathBuf {
    let row = |cum: &str, pesos: &str| {
        format!(
            "1,96,Insulina - Líquido - Inyectable,{cum},LANTUS - Insulina Glargina 300UI/3ml - Inyectable x 1 - SANOFI,300,UI,\"{pesos}\",\"2,313.64\",No Regulado,No regulado,Circular 12 de 2021,2021 Aug 15 12:00:00 AM"
        )
    };
    written(name, &[HEADER, &row("19914312-20", "30,000.00"), &row("19914312-20", "31,000.00"), &row("19914312-2", "30,000.00")])
}

async fn verdict(server: &Server, query: &str) -> Value {
    server.data(&format!("/v1/check?{query}")).await
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
        assert_eq!((&found["verdict"], &found["excess_percent"]), (&json!("above"), &json!(percent)), "{amount}");
        assert_eq!(found["reasons"], json!(["another_unit_fits"]), "{amount}");
        let reading = &found["other_readings"][0];
        let stated = ["per", "verdict", "ceiling_amount", "ratio"].map(|field| reading[field].as_str().unwrap());
        assert_eq!(stated, ["pack", "within", "73251.01", ratio], "{amount}");
        let text = found["explanation"].as_str().unwrap();
        assert!(text.starts_with("Pregunte antes de acusar: el precio encaja mejor con otra unidad"), "{text}");
        assert!(text.find("Pregunte") < text.find("supera") && text.contains(&format!("supera en {percent} %")), "{text}");
        let english = verdict(&server, &format!("{PRADAXA}&amount={amount}&lang=en")).await;
        let text = english["explanation"].as_str().unwrap();
        assert!(
            text.starts_with("Ask before accusing: the price fits another unit or pack better; as it was given, it is"),
            "{text}"
        );
    }
    let pack = verdict(&server, &PRADAXA.replace("dispensing_unit", "pack&amount=63546")).await;
    assert_eq!((&pack["verdict"], &pack["reasons"]), (&json!("within"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn rounding_is_still_named_and_an_excess_without_another_reading_stays_bare() {
    let server = Server::with_the_sample().await;
    for (amount, percent) in [("2441.71", "0.0004"), ("2442", "0.0123")] {
        let found = verdict(&server, &format!("{PRADAXA}&amount={amount}")).await;
        assert_eq!((&found["verdict"], &found["excess_percent"]), (&json!("above"), &json!(percent)));
        assert_eq!(found["explained_by_rounding"], json!(true));
    }
    // 40000 for one pen is within the ceilings of larger packs, and near none of them.
    let found = verdict(&server, "cum=19914312-20&amount=40000&date=2020-06-15&transaction=1").await;
    assert_eq!((&found["verdict"], &found["reasons"], &found["other_readings"]), (&json!("above"), &json!([]), &json!([])));
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
        assert!(
            !answer.contains("Superintendencia") && !answer.contains("Superintendence"),
            "the seller first, then the authority: {lang}"
        );
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
        let found = verdict(&server, &format!("cum=19914312-20&amount={amount}&date=2020-06-15&transaction=1")).await;
        assert_eq!((&found["verdict"], &found["reasons"]), (&json!("within"), &reasons), "{amount}");
    }
    for (lang, question) in [
        ("es", "¿Es el precio de una sola unidad, o le faltan los miles?"),
        ("en", "Is it the price of a single unit, or are thousands missing?"),
    ] {
        let found = verdict(&server, &format!("cum=19914312-20&amount=171&date=2020-06-15&transaction=1&lang={lang}")).await;
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
    assert_eq!((&free["verdict"], &free["reasons"]), (&json!("not_regulated"), &json!(["medical_sample"])));
    assert!(free["explanation"].as_str().unwrap().ends_with("Es una muestra médica: no se puede vender."));
    let unknown = verdict(&server, "cum=19914312-90&amount=500&date=2020-06-15&transaction=1&lang=en").await;
    assert_eq!(
        (&unknown["verdict"], &unknown["reasons"]),
        (&json!("cannot_compare"), &json!(["market_unknown", "medical_sample"]))
    );
    assert!(unknown["explanation"].as_str().unwrap().ends_with("This is a medical sample: it cannot be sold."));
    let law = server.get("/v1/medicines/90000303-3/ceilings?as_of=2020-06-15").await.json();
    let states: Vec<_> = law["not_bound"].as_array().unwrap().iter().map(|one| (&one["state"], &one["reason"])).collect();
    assert!(states.iter().all(|state| *state == (&json!("not_regulated"), &json!("medical_sample"))), "{states:?}");
    let body = server.get("/medicamentos/90000303-3?precio=500&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    assert!(
        body.contains("Es una muestra médica: no se puede vender.")
            && !body.contains("Quien vende puede poner el precio que quiera")
    );

    let database = support::database("doubts_samples").await;
    support::fill(&database).await;
    let header = std::fs::read_to_string(sample_file("catalogue.csv")).unwrap().lines().next().unwrap().to_owned();
    let judged =
        people::import_accepted(&database, SourceKind::Catalogue, &written("sample-of-lantus.csv", &[&header, SAMPLE_OF_LANTUS]))
            .await;
    assert_eq!(judged.counts.accepted, 1);
    let server = Server::on(ReadModel::new(database, MAX_AGE_DAYS)).await;
    for (amount, finding, reasons) in [
        ("33052", "within", json!(["medical_sample"])),
        ("171764", "above", json!(["another_unit_fits", "medical_sample"])),
        ("1", "within", json!(["implausibly_low", "medical_sample"])),
    ] {
        let found = verdict(&server, &format!("cum=19914312-20&amount={amount}&date=2020-06-15&transaction=1")).await;
        assert_eq!((&found["verdict"], &found["reasons"]), (&json!(finding), &reasons));
    }
    let listed = server.get("/v1/assessments?cum=19914312-20&verdict=within&limit=5").await.json();
    assert!(listed["data"].as_array().unwrap().iter().all(|one| one["reason"] == "medical_sample"), "stored verdicts say it too");
    assert!(!listed["data"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_prices_in_one_list_the_higher_binds_and_both_are_shown() {
    for (name, file, rows) in [
        ("doubts_lower_first", "lower-first_20250201.csv", [LOWER, HIGHER]),
        ("doubts_higher_first", "higher-first_20250201.csv", [HIGHER, LOWER]),
    ] {
        let database = support::database(name).await;
        let list = import(&database, SourceKind::Ceilings, &written(file, &[HEADER, rows[0], rows[1], OTHER])).await;
        assert_eq!((list.counts.accepted, list.counts.quarantined), (3, 0), "{name}");
        let server = Server::on(ReadModel::new(database, MAX_AGE_DAYS)).await;
        let ask = async |amount: &str, transaction: u8| {
            verdict(&server, &format!("cum=20151854-1&amount={amount}&date=2025-01-15&transaction={transaction}")).await
        };
        for (amount, finding) in [("2200000", "within"), ("2300000", "within"), ("2400000", "above"), ("2300000.01", "above")] {
            let found = ask(amount, 1).await;
            assert_eq!(
                (&found["verdict"], &found["reasons"]),
                (&json!(finding), &json!(["list_states_two_prices"])),
                "{name} {amount}"
            );
            assert_eq!(found["ceiling"]["amount"], "2300000.00", "{name}");
        }
        let with_margin = ask("2380500", 5).await;
        assert_eq!((&with_margin["verdict"], &with_margin["ceiling"]["amount"]), (&json!("within"), &json!("2380500.00")));
        let commercial = ask("2400000", 2).await;
        assert_eq!((&commercial["verdict"], &commercial["reasons"]), (&json!("no_ceiling_for_this_stage"), &json!([])));
        let other = verdict(&server, "cum=20001583-1&amount=6442998&date=2025-01-15&transaction=1").await;
        assert_eq!(other["reasons"], json!([]), "only the CUM that stands there twice");
        both_are_shown(&server, rows[0] == LOWER).await;
    }
}

async fn both_are_shown(server: &Server, lower_first: bool) {
    let listed = server.get("/v1/medicines/20151854-1/ceilings?as_of=2025-01-15").await.json();
    let ceilings = listed["data"].as_array().unwrap();
    assert_eq!(ceilings.len(), 3, "primary, secondary and final institutional");
    for ceiling in ceilings {
        assert_eq!(ceiling["amount"]["amount"], "2300000.00");
        assert_eq!(ceiling["source_row"]["line"], if lower_first { 3 } else { 2 });
        let stated: Vec<_> = ceiling["stated"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (&one["amount"]["amount"], &one["source_row"]["line"]))
            .collect();
        let (low, high) = (json!("2100000.00"), json!("2300000.00"));
        let wanted = if lower_first { [(&low, &json!(2)), (&high, &json!(3))] } else { [(&high, &json!(2)), (&low, &json!(3))] };
        assert_eq!(stated, wanted);
    }
    let single = server.get("/v1/medicines/20001583-1/ceilings?as_of=2025-01-15").await.json();
    assert!(single["data"][0].get("stated").is_none());
    let changes = server.get("/v1/changes?cum=20151854-1").await.json();
    let ceilings: Vec<_> = changes["data"].as_array().unwrap().iter().filter(|one| one["kind"] == "ceiling").collect();
    assert_eq!(ceilings.len(), 1, "{ceilings:?}");
    assert_eq!(ceilings[0]["ceiling_after"]["amount"], "2300000.00", "{ceilings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_there_twice_is_set_aside_and_everything_made_of_a_list_copes_with_two_prices() {
    let database = support::database("doubts_lists").await;
    let list = people::import_accepted(
        &database,
        SourceKind::Ceilings,
        &written("thrice_20250201.csv", &[HEADER, LOWER, LOWER, HIGHER, OTHER]),
    )
    .await;
    assert_eq!((list.counts.accepted, list.counts.quarantined), (3, 1));
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

    let server = Server::on(ReadModel::new(database.clone(), MAX_AGE_DAYS)).await;
    let act = server.get("/v1/acts/circular-19-2024").await.json();
    assert_eq!(act["data"]["ceilings"], 2, "presentations, not rows");
    // A later list states one price again: the doubt is over.
    let later = HIGHER
        .replace("2024 Jul 31", "2025 Mar 1")
        .replace("Circular 19 de 2024", "Circular 20 de 2025")
        .replace("2,300,000", "2,200,000");
    // Two rows where three were: somebody lets it in.
    people::import_accepted(&database, SourceKind::Ceilings, &written("later_20250401.csv", &[HEADER, &later, OTHER])).await;
    let diff = server.get("/v1/acts/circular-19-2024/diff/circular-20-2025").await.json();
    let lowered = &diff["data"]["lowered"];
    assert_eq!((lowered.as_array().map(Vec::len), &lowered[0]["before"]["amount"]), (Some(1), &json!("2300000.00")), "{diff}");
    let found = verdict(&server, "cum=20151854-1&amount=2200000&date=2025-03-15&transaction=1").await;
    assert_eq!((&found["verdict"], &found["reasons"]), (&json!("within"), &json!([])));
    let month = verdict(&server, "cum=20151854-1&amount=2300000&date=2025-02&transaction=1").await;
    assert_eq!(month["reasons"], json!(["list_states_two_prices"]), "still of the days before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_both_prices_of_a_list() {
    let database = support::database("doubts_page").await;
    import(&database, SourceKind::Ceilings, &written("for-the-page_20250201.csv", &[HEADER, LOWER, HIGHER, OTHER])).await;
    let server = Server::living(ReadModel::new(database, MAX_AGE_DAYS), Timestamp::MAX, date(2025, 1, 15)).await;
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
    let ask = async |amount: &str| {
        let found = verdict(&server, &format!("cum=19914312-20&amount={amount}&date=2020-06-15&transaction=1")).await;
        crate::reference::recomputed(std::slice::from_ref(&found));
        found
    };
    let found = ask("3305200").await;
    assert_eq!((&found["verdict"], &found["reasons"]), (&json!("above"), &json!(["implausibly_high"])));
    let begins =
        "El precio está cien veces o más por encima del máximo: ¿se perdió la coma decimal? El precio supera en 9900.0000 %";
    assert!(found["explanation"].as_str().unwrap().starts_with(begins), "{found}");
    let found = ask("3305199.99").await;
    assert_eq!(found["reasons"], json!([]), "a cent below");
    let page = server.get("/medicamentos/19914312-20?precio=3.305.200&por=caja&venta=laboratorio&fecha=2020-06-15").await.body;
    let (question, above) = (page.find("¿se perdió la coma decimal?"), page.find("por encima del máximo legal"));
    assert!(question.is_some_and(|question| above.is_some_and(|above| question < above)), "the question stands first");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cache_says_the_same_of_doubts() {
    let database = support::database("doubts_memory").await;
    support::fill(&database).await;
    import(&database, SourceKind::Ceilings, &written("for-memory_20250201.csv", &[HEADER, LOWER, HIGHER, OTHER])).await;
    let model = ReadModel::new(database, MAX_AGE_DAYS);
    let slow = Server::on(model.clone()).await;
    let (quick, cache) = Server::cached(model, Arc::new(|| (Timestamp::MAX, date(2026, 11, 23)))).await;
    while cache.version().is_none() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
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
    let prices = server.get("/v1/medicines/19914312-20/prices?limit=1000").await.json();
    let points = prices["data"].as_array().unwrap();
    let sum = |of: fn(&Value) -> u64| points.iter().map(of).sum::<u64>();
    let (above, doubtful) =
        (sum(|one| one["verdicts"]["above"].as_u64().unwrap()), sum(|one| one["another_unit_fits"].as_u64().unwrap()));
    let mut counted = (0, 0);
    let listed = server.get("/v1/assessments?cum=19914312-20&verdict=above&limit=1000").await.json();
    for one in listed["data"].as_array().unwrap() {
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
    let database = support::database("doubts_status").await;
    support::fill(&database).await;
    let server = Server::on(ReadModel::new(database.clone(), MAX_AGE_DAYS)).await;
    let pages = [("es", "Los reportes se están juzgando de nuevo"), ("en", "The reports are being judged again")];
    for (sql, version, up_to_date) in [
        ("SELECT 1", "2", true),
        ("UPDATE source_file SET rule_version = '1'; UPDATE data_version SET version = version + 1", "1", false),
    ] {
        database.import_connection().await.unwrap().batch_execute(sql).await.unwrap();
        let status = server.get("/v1/status").await.json();
        assert_eq!(
            (&status["data"]["rule_version"], &status["data"]["verdicts_up_to_date"]),
            (&json!(version), &json!(up_to_date))
        );
        for (lang, sentence) in pages {
            let body = server.get(&format!("/estado?lang={lang}")).await.body;
            assert_eq!(body.contains(sentence), !up_to_date, "{lang}");
        }
    }
}
