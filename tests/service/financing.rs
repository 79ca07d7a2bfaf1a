//! What the benefit plan's list says of a ceiling that is derived from a market's unit price: it binds, it is a reference, or it is not known.

use std::path::PathBuf;

use jiff::{Timestamp, civil::date};
use serde_json::{Value, json};
use termometro::{ingest::SourceKind, store::postgres::database::Database};

use crate::{
    expected::count,
    people,
    reference::recomputed,
    server::Server,
    stage::{read_model, reports_header, written},
    support::{self, MAX_AGE_DAYS, import},
};

const HEADER: &str = "Id,CodigoATC,PrincipioActivo,RankingBusqueda,Resumen,FormaFarmaceutica,Aclaracion,ITEM,PrincipioActivo_Min,FormaFarmaceutica_Min,CoberturaPlanBeneficiosUPC,CoberturaPlanBeneficiosUPC_Min";
const FINANCED: &str = "Financiado con recursos de la Unidad de Pago por Capitación (UPC)";
const NOT_FINANCED: &str = "No financiado con recursos de la Unidad de Pago por Capitación (UPC)";
const CONDITIONED: &str = "Financiación condicionada con recursos de la Unidad de Pago por Capitación (UPC)";
/// 300 UI of the sample's own Lantus, at 50 pesos a UI: 15,000 for the pack.
const QUESTION: &str = "cum=19914312-20&amount=20000&per=pack&date=2026-11-20";

/// Code, coverage, note.
type PlanRow = (&'static str, &'static str, &'static str);

/// One row for each of them; a row of something else is always there.
fn plan(name: &str, rows: &[PlanRow]) -> PathBuf {
    let other = [("N02BE01", FINANCED, "Sin dato")];
    let row = |(atc, coverage, note): &(&str, &str, &str)| {
        let ingredient = if *atc == "N02BE01" { "ACETAMINOFÉN" } else { "INSULINA GLARGINA" };
        format!("1,{atc},{ingredient},1,Todas,Todas las formas,{note},1,x,x,{coverage},x")
    };
    let lines: Vec<String> = rows.iter().chain(&other).map(row).collect();
    written(name, &[HEADER, &lines.join("\n")])
}

/// The sample, and a later list whose price of a unit of insulin glargine is newer than the packs' own ceilings.
async fn with_a_unit_price(name: &'static str, vital: bool) -> Database {
    let database = support::database(name).await;
    import(&database, SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    import(&database, SourceKind::Catalogue, &support::sample_file("catalogue.csv")).await;
    let list = format!(
        "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
         VALUES ('publication', 'unit prices', repeat('b', 64), 1, '', '', '', '', '', '2026-11-19');
         INSERT INTO market_price (source_file_id, line, market, atc, ingredient, ingredient_folded, form_group, unit_price, unit,
             act_id, valid_from, vital_not_available)
         SELECT max(id), 1, '96', 'A10AE04', 'Insulina Glargina', 'insulina glargina', 'x', 50, 'UI', 'circular-22-2026',
             '2026-10-01', {vital} FROM source_file"
    );
    database.import_connection().await.unwrap().batch_execute(&list).await.unwrap();
    database
}

async fn server(database: &Database) -> Server {
    Server::living(read_model(database), Timestamp::MAX, date(2026, 11, 20)).await
}

async fn checked(server: &Server, transaction: u8, lang: &str) -> Value {
    let path = format!("/v1/check?{QUESTION}&transaction={transaction}&lang={lang}");
    server.data(&path).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plans_list_says_whether_a_unit_price_binds() {
    let database = with_a_unit_price("financing_verdicts", false).await;
    let before = checked(&server(&database).await, 1, "es").await;
    assert_has!(before, {"verdict": "above", "reasons": ["financing_not_verified"]});
    assert_eq!((&before["ceiling"]["amount"], before["ceiling"].get("financing")), (&json!("15000.00"), None));
    recomputed(&[before]);
    let coverages: [(&str, &[PlanRow], &str, &str, &str); 7] = [
        ("financed", &[("A10AE04", FINANCED, "Sin dato")], "cannot_compare", "financed_by_upc", "it is financed."),
        (
            "financed_with_note",
            &[("A10AE04", FINANCED, "Solo plumas")],
            "cannot_compare",
            "financed_by_upc",
            "with a clarifying note.",
        ),
        ("not_financed", &[("A10AE04", NOT_FINANCED, "Sin dato")], "above", "not_financed_by_upc", "it is not financed."),
        ("conditioned", &[("A10AE04", CONDITIONED, "Sin dato")], "above", "financing_not_verified", "under conditions only."),
        (
            "mixed",
            &[("A10AE04", FINANCED, "Sin dato"), ("A10AE04", NOT_FINANCED, "Sin dato")],
            "above",
            "financing_not_verified",
            "and others are not.",
        ),
        ("no_row", &[], "above", "financing_not_verified", "it does not appear."),
        // By its ingredient where no row has its code.
        ("not_financed", &[("A10AE99", NOT_FINANCED, "Sin dato")], "above", "not_financed_by_upc", "it is not financed."),
    ];
    for (day, (standing, rows, finding, reason, words)) in (1..).zip(coverages) {
        let name = format!("Medicamentos_del_PBS_2026070{day}.csv");
        let report = people::import_accepted(&database, SourceKind::BenefitPlan, &plan(&name, rows)).await;
        assert_eq!(report.counts.accepted, i64::try_from(rows.len()).unwrap() + 1, "{standing}");
        let server = server(&database).await;
        let found = checked(&server, 1, "en").await;
        assert_has!(found, {"verdict": finding, "reasons": [reason]}, "{standing}");
        let place = if finding == "above" { "/ceiling" } else { "/reference_comparison/ceiling" };
        let ceiling = found.pointer(place).unwrap();
        assert_has!(ceiling, {"amount": "15000.00", "/financing/standing": standing}, "{standing}");
        assert_has!(ceiling, {"/financing/list": name, "/financing/day": format!("2026-07-0{day}")}, "{standing}");
        assert!(found["explanation"].as_str().unwrap().contains(&format!("“{name}” of 2026-07-0{day}: ")), "{found}");
        assert!(found["explanation"].as_str().unwrap().ends_with(words), "{found}");
        if finding == "cannot_compare" {
            assert_has!(found, {"ceiling": null, "/reference_comparison/percent_of_ceiling": "133.3333"}, "{standing}");
        }
        // A unit price binds institutional sales only, whoever pays.
        let commercial = checked(&server, 2, "es").await;
        assert_has!(commercial, {"verdict": "no_ceiling_for_this_stage", "reasons": []}, "{standing}");
        // The margin of an IPS is added to what binds, and to what stands for reference.
        let hospital = checked(&server, 5, "es").await;
        assert_has!(hospital, {"verdict": finding}, "{standing}");
        assert_has!(hospital.pointer(place).unwrap(), {"amount": "16050.00"}, "{standing}");
        recomputed(&[found, commercial, hospital]);
        listed_and_shown(&server, finding, reason, &name).await;
    }
}

/// The list of ceilings and the page say the same as the verdict.
async fn listed_and_shown(server: &Server, finding: &str, reason: &str, name: &str) {
    let listed = server.get("/v1/medicines/19914312-20/ceilings?as_of=2026-11-20").await.json();
    let here = |list: &str| {
        let mut all = listed[list].as_array().unwrap().iter();
        all.find(|one| one["transaction"] == "1").cloned().unwrap_or_default()
    };
    let page = server.get("/medicamentos/19914312-20?precio=20.000&por=caja&venta=laboratorio").await.body;
    if finding == "above" {
        let bound = here("data");
        assert_has!(bound, {"reason": reason, "basis": "derived_from_unit_price"});
        assert!(bound["explanation"].as_str().unwrap().contains(name), "{bound}");
        assert!(page.contains("El hospital o la clínica no lo puede cobrar a la EPS por más de esto"));
    } else {
        let free = here("not_bound");
        assert_has!(free, {"state": "cannot_compare", "reason": "financed_by_upc", "/reference/amount/amount": "15000.00"});
        assert!(free["explanation"].as_str().unwrap().contains(name), "{free}");
        assert!(!page.contains("no lo puede cobrar a la EPS por más de esto"), "a reference binds nobody");
        assert!(page.contains("No obliga a nadie."));
        assert!(!page.contains("Por encima del máximo legal"));
    }
    assert!(page.contains(name), "the page names the list");
}

/// Two editions of one list: what the later one leaves out is not known to bind from its day on, however it was let in.
#[tokio::test(flavor = "multi_thread")]
async fn a_ceiling_that_the_newest_list_leaves_out_accuses_nobody() {
    let database = support::database("financing_omitted").await;
    import(&database, SourceKind::Ceilings, &support::sample_file("ceilings-open-data-20240815.csv")).await;
    let text = std::fs::read_to_string(support::sample_file("ceilings-open-data-20240815.csv")).unwrap();
    let later = plan("x.csv", &[]).with_file_name("ceilings-20241101.csv");
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains("19914312-20")).collect();
    assert!(kept.len() < text.lines().count(), "the sample's list states it");
    std::fs::write(&later, kept.join("\n") + "\n").unwrap();
    people::import_accepted(&database, SourceKind::Ceilings, &later).await;
    let server = server(&database).await;
    let ask = async |date: &str| {
        let path = format!("/v1/check?cum=19914312-20&amount=171764&per=pack&date={date}&transaction=1&lang=en");
        let found = server.get(&path).await.json()["data"].clone();
        recomputed(std::slice::from_ref(&found));
        found
    };
    assert_eq!(ask("2024-10-31").await["verdict"], "above");
    let found = ask("2024-11-01").await;
    assert_eq!((&found["verdict"], &found["reasons"]), (&json!("cannot_compare"), &json!(["not_in_newest_list"])));
    assert_eq!(found["reference_comparison"]["ceiling"]["amount"], "40210.00", "{found}");
    assert!(found["explanation"].as_str().unwrap().contains("A later edition of the list no longer states this ceiling"));
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_of_what_is_vital_and_not_available_bind_whoever_pays() {
    let database = with_a_unit_price("financing_vital", true).await;
    import(&database, SourceKind::BenefitPlan, &plan("plan_20260701.csv", &[("A10AE04", FINANCED, "Sin dato")])).await;
    let found = checked(&server(&database).await, 1, "es").await;
    assert_has!(found, {"verdict": "above", "reasons": ["financing_not_verified"]});
}

/// The newest edition by its day counts, whenever it came; taken back, the one before it counts again. Reports follow.
#[tokio::test(flavor = "multi_thread")]
async fn editions_of_the_plan_count_by_their_day_and_stored_reports_follow() {
    let database = with_a_unit_price("financing_editions", false).await;
    let reports = written("reports.csv", &[reports_header(), "19914312,20,2026,10,2,VN,1,A,20000,20000,1,20000"]);
    assert_eq!(import(&database, SourceKind::Sismed, &reports).await.verdicts.get("above"), Some(&1));
    let stored = async |lang: &str| {
        let listed = server(&database).await.data(&format!("/v1/assessments?cum=19914312-20&lang={lang}")).await;
        assert_eq!(count(&listed), 1);
        (listed[0]["verdict"].clone(), listed[0]["reason"].clone())
    };
    assert_eq!(stored("es").await, (json!("above"), json!("financing_not_verified")));
    let first =
        import(&database, SourceKind::BenefitPlan, &plan("plan_20260710.csv", &[("A10AE04", FINANCED, "Sin dato")])).await;
    assert_eq!(first.rejudged, 1);
    assert_eq!(stored("es").await, (json!("cannot_compare"), json!("financed_by_upc")));
    let older = plan("plan_20260610.csv", &[("A10AE04", NOT_FINANCED, "Sin dato")]);
    let held = import(&database, SourceKind::BenefitPlan, &older).await.held;
    assert_eq!(held.map(|held| held.reasons.len()), Some(1), "an older edition waits for a person's word");
    people::import_accepted(&database, SourceKind::BenefitPlan, &older).await;
    assert_eq!(stored("es").await, (json!("cannot_compare"), json!("financed_by_upc")), "the newer one still counts");
    let word = termometro::import::report::Acceptance { by: "Ana".to_owned(), reason: "wrong file".to_owned() };
    let id = first.import.expect("it was stored");
    termometro::import::undo::undo(&database, id, &word, MAX_AGE_DAYS, termometro::clock::Clock::System).await.unwrap();
    assert_eq!(stored("es").await, (json!("above"), json!("not_financed_by_upc")));
    let sets = server(&database).await.data("/v1/status").await["data_sets"].take();
    let plans: Vec<&Value> = sets.as_array().unwrap().iter().filter(|set| set["kind"] == "benefit_plan").collect();
    assert_eq!(plans.len(), 1, "{sets}");
    assert_has!(plans[0], {"speaks_until": "2026-06-10", "colour": "green"});
}
