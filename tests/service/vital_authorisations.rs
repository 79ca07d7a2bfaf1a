//! What INVIMA let in as vital and not available, as clients see it: of a presentation, of a code, of a name; and nothing of who asked.

use jiff::civil::date;
use serde_json::{Value, json};
use termometro::ingest::SourceKind;

use crate::{
    kit::tables::{CATALOGUE, VITALS, header},
    people,
    server::Server,
    stage::{read_model, written},
    support::{self, import, number},
};

const PATH: &str = "/v1/vital-authorisations";
/// The presentation of the catalogue, losartán potásico, has this IUM here.
const CUM: &str = "90009025-1";
const IUM: &str = "1L1029991000100";

fn row(day: &str, ium: &str, ingredient: &str, second: &str) -> String {
    format!(
        "{day}T05:00:00.000,PACIENTE ESPECIFICO,JUANA PÉREZ,{ium},{ingredient},50,mg,{second},NO APLICA,NO APLICA,TABLETA,NO REPORTADO,3,CAJA,LUPUS,M32"
    )
}

async fn found(server: &Server, question: &str) -> Vec<Value> {
    server.data(&format!("{PATH}?{question}")).await.as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_presentation_has_those_of_its_code_and_candidates_by_name() {
    let database = support::database("vital_authorisations").await;
    let server = Server::living(read_model(&database), people::now(), date(2026, 11, 23)).await;
    let catalogue = CATALOGUE.replace("VENDER,\n", &format!("VENDER,{IUM}\n"));
    import(&database, SourceKind::Catalogue, &written("cum-i7cb-raxc_20260401.csv", &[catalogue.trim_end()])).await;
    assert_eq!(found(&server, &format!("cum={CUM}")).await, Vec::<Value>::new());
    let rows = [
        header(VITALS).trim_end().to_owned(),
        row("2026-04-17", "VARIOS IUM", "NOREPINEFRINA", "NO APLICA"),
        row("2026-04-16", "1A1014981000100", "Losartán  Potásico", "NO APLICA"),
        row("2026-04-15", IUM, "LOSARTAN", "NO APLICA"),
        row("2026-04-14", "1A1014981000101", "LOSARTAN POTASICO", "HIDROCLOROTIAZIDA"),
        row("2026-04-13", "NO REPORTADO", "LOSARTAN POTASICO", "NO APLICA"),
    ];
    let file = written("vitales_20260420.csv", &rows.each_ref().map(String::as_str));
    let report = import(&database, SourceKind::VitalNotAvailable, &file).await;
    assert_eq!((report.counts.read, report.counts.accepted, report.held), (5, 5, None));

    let of_cum = found(&server, &format!("cum={CUM}")).await;
    let days: Vec<_> =
        of_cum.iter().map(|one| (one["authorised_on"].as_str().unwrap(), one["match"].as_str().unwrap())).collect();
    assert_eq!(days, [("2026-04-15", "ium"), ("2026-04-16", "ingredients"), ("2026-04-13", "ingredients")]);
    assert_has!(of_cum[0], {"request": "one_patient", "ium": IUM, "ingredients": ["LOSARTAN"], "strength": "50 mg", "brand": null});
    assert_has!(of_cum[0], {"list_day": "2026-04-20", "/source_row/line": 4, "/source_row/sha256": report.sha256});
    let page = async |cum: &str, lang: &str| server.get(&format!("/medicamentos/{cum}?lang={lang}")).await.body;
    let spanish = page(CUM, "es").await;
    assert!(spanish.contains("autorizó traer este producto al país") && spanish.contains("el 15 de abril de 2026"), "{spanish}");
    assert!(page(CUM, "en").await.contains("By the list of") && !spanish.contains("Solo coinciden los nombres"));
    for (question, expected) in [
        ("q=norepinefrina", vec!["2026-04-17"]),
        ("q=LOSART%C3%81N%20pot", vec!["2026-04-16", "2026-04-14", "2026-04-13"]),
        ("q=hidrocloro", vec!["2026-04-14"]),
        ("ium=1a101498", vec!["2026-04-16", "2026-04-14"]),
        ("ium=1L1029991000100&q=losartan", vec!["2026-04-15"]),
        ("q=%25", vec![]),
        ("q=insulina", vec![]),
    ] {
        let found = found(&server, question).await;
        let days: Vec<_> = found.iter().map(|one| one["authorised_on"].as_str().unwrap()).collect();
        assert_eq!(days, expected, "{question}");
        assert!(found.iter().all(|one| one.get("match").is_none()), "{question}");
    }
    assert_eq!(server.get(&format!("{PATH}?cum=1-1")).await.status, 404);
    let both = found(&server, "q=hidrocloro").await;
    assert_eq!(
        (&both[0]["ingredients"], &both[0]["strength"]),
        (&json!(["LOSARTAN POTASICO", "HIDROCLOROTIAZIDA"]), &json!("50 mg"))
    );
    // Who asked and for which diagnosis stands nowhere; what is no IUM does.
    let all = server.get(PATH).await.body;
    assert!(!all.contains("JUANA") && !all.contains("LUPUS") && all.contains("NOREPINEFRINA"), "{all}");
    assert_eq!(number(&database, "SELECT count(*) FROM source_extra WHERE extra_values <> '{\"IUM\": \"VARIOS IUM\"}'").await, 0);
    assert_eq!(number(&database, "SELECT count(*) FROM source_extra").await, 1);
    let csv = server.get(&format!("{PATH}?format=csv&limit=0")).await.body;
    assert!(csv.starts_with("authorised_on,request,ium,ingredients,strength,") && csv.contains("source_row.sha256"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_join_and_a_later_edition_takes_the_place_of_the_list() {
    let database = support::database("vital_pages").await;
    let server = Server::living(read_model(&database), people::now(), date(2026, 11, 23)).await;
    import(&database, SourceKind::VitalNotAvailable, &written("vitales_20260320.csv", &[VITALS.trim_end()])).await;
    let whole = server.data(PATH).await;
    let (mut joined, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{PATH}?limit=2{cursor}")).await.json();
        joined.extend(page["data"].as_array().unwrap().clone());
        let Some(next) = page["meta"]["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!((joined.len(), Value::from(joined)), (3, whole));
    let later = VITALS.replace("NOREPINEFRINA", "NOREPINEFRINA BITARTRATO");
    import(&database, SourceKind::VitalNotAvailable, &written("vitales_20260420.csv", &[later.trim_end()])).await;
    assert_eq!(found(&server, "q=bitartrato").await.len(), 1);
    assert_eq!(server.data(PATH).await.as_array().unwrap().len(), 3);
}
