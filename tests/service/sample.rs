//! Invented data are never mistaken: every page, every answer that rests on them and every file says so, in both languages.

use std::sync::Arc;

use jiff::civil::date;
use termometro::{
    clock::Clock,
    exports::build::Builder,
    importing::{ImportOptions, import_file},
    read_model::ReadModel,
};

use crate::{
    server::Server,
    support::{MAX_AGE_DAYS, SAMPLE_FILES, database, sample_file},
};

async fn invented(name: &'static str) -> (ReadModel, Server) {
    let database = database(name).await;
    for (kind, file) in SAMPLE_FILES {
        let cut_date = kind.is_list().then_some(date(2026, 11, 20));
        let options = ImportOptions { sample: true, cut_date, ..ImportOptions::new(MAX_AGE_DAYS, Clock::System) };
        import_file(&database, kind, &sample_file(file), &options, Arc::new(|_, _| {})).await.unwrap();
    }
    let folder = std::env::temp_dir().join(format!("termometro-sample-exports-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    Builder { database: database.clone(), folder, kept: 1 }.bring_up_to_date(true).await.unwrap();
    let model = ReadModel::new(database, MAX_AGE_DAYS);
    (model.clone(), Server::on(model).await)
}

const PAGES: [&str; 11] = [
    "/",
    "/?q=losartan",
    "/medicamentos/90000301-1",
    "/medicamentos/19914312-20",
    "/medicamentos/19914312-20/hoja",
    "/actos",
    "/actos/muestra-circular-10-2020",
    "/estado",
    "/datos",
    "/guia",
    "/docs/",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_that_its_data_are_invented() {
    let (_, server) = invented("sample_pages").await;
    for page in PAGES.into_iter().chain(["/medicamentos/1-1"]) {
        for (lang, banner) in [("es", "Datos de muestra, inventados."), ("en", "Sample data, invented.")] {
            let separator = if page.contains('?') { '&' } else { '?' };
            let answer = server.get(&format!("{page}{separator}lang={lang}")).await;
            assert!(answer.body.contains(&format!("<strong>{banner}</strong>")), "{page} {lang}: {}", answer.status);
            assert!(!answer.body.contains("lista oficial «"), "{page} {lang} calls a list official");
        }
    }
    let drawing = |lang| format!("/v1/medicines/90000301-1/thermometer.svg?lang={lang}");
    for (lang, mark) in [("es", "MUESTRA: datos inventados"), ("en", "SAMPLE: invented data")] {
        let svg = server.get(&drawing(lang)).await.body;
        assert_eq!(svg.matches(mark).count(), 2, "in the title and in the picture: {svg}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_and_every_file_says_so_too() {
    let (_, server) = invented("sample_answers").await;
    for (path, kinds) in [
        ("/v1/medicines?q=losartan", r#"["ceilings","sismed","thermometer","catalogue"]"#),
        ("/v1/check?cum=19914312-20&amount=33052.00&per=pack&date=2020-06-15&transaction=1", r#"["ceilings","catalogue"]"#),
        ("/v1/medicines/90000301-1/thermometer", r#"["thermometer"]"#),
        ("/v1/status", r#"["ceilings","sismed","thermometer","catalogue"]"#),
    ] {
        let answer = server.get(path).await.json();
        assert_eq!(answer["meta"]["sample"].to_string(), kinds, "{path}");
        assert!(answer["meta"]["disclaimer"].as_str().unwrap().contains("INVENTADOS"), "{path}");
    }
    let sources = server.get("/v1/sources").await.json();
    let said =
        |file: &serde_json::Value| file["sample"] == true && file["publisher"] == "sample" && file["cut_date_by"] != "name";
    assert!(sources["data"].as_array().unwrap().iter().all(said), "{sources}");
    let status = server.get("/v1/status").await.json();
    assert!(status["data"]["data_sets"].as_array().unwrap().iter().all(|set| set["sample"] == true), "{status}");
    let ceiling = server.get("/v1/check?cum=19914312-20&amount=40000.00&per=pack&date=2026-11-20&transaction=1").await.json();
    assert_eq!(ceiling["data"]["ceiling"]["act"], "muestra-circular-10-2020");
    let act = server.get("/v1/acts/muestra-circular-10-2020").await.json();
    assert_eq!((&act["data"]["title"], &act["data"]["issuer"]), (&"Muestra: Circular 10 de 2020".into(), &"sample".into()));
    let list = server.get("/v1/medicines/90000301-1/prices?format=csv&for=excel-es").await;
    assert_eq!(list.header("content-disposition"), Some("attachment; filename=\"muestra-prices.csv\""));
    let mut lines = list.body.lines();
    assert!(lines.next().unwrap().ends_with(";sample") && lines.all(|line| line.ends_with(";true")), "{}", list.body);
    for set in ["medicines", "ceilings", "thermometer", "prices_by_month"] {
        let newest = server.get(&format!("/v1/exports/{set}/latest/{set}.csv")).await;
        let file = server.get(newest.header("location").unwrap()).await.body;
        let mut lines = file.lines();
        assert!(lines.next().unwrap().ends_with(",sample"), "{set}");
        assert!(file.lines().count() > 10 && lines.all(|line| line.ends_with(",true")), "{set}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn real_data_are_not_called_a_sample() {
    let server = Server::with_the_sample().await;
    for page in PAGES {
        let body = server.get(page).await.body;
        assert!(!body.contains("inventados"), "{page}");
    }
    let status = server.get("/v1/status").await.json();
    assert!(status["meta"].get("sample").is_none() && status["data"]["data_sets"][0]["sample"] == false, "{status}");
}
