//! Invented data are never mistaken: every page, every answer that rests on them and every file says so, in both languages.

use std::{sync::Arc, time::Duration};

use jiff::civil::date;
use termometro::{
    clock::Clock,
    exports::build::Builder,
    import::{file::import_file, report::ImportOptions},
    read_model::ReadModel,
};

use crate::{
    kit::{folder::folder, reading::file},
    server::Server,
    stage::{read_model, with},
    support::{MAX_AGE_DAYS, SAMPLE_FILES, database, sample_file},
};

async fn invented(name: &'static str) -> (ReadModel, Server) {
    let database = database(name).await;
    for (kind, file) in SAMPLE_FILES {
        let cut_date = kind.is_list().then_some(date(2026, 11, 20));
        let options = ImportOptions { sample: true, cut_date, ..ImportOptions::new(MAX_AGE_DAYS, Clock::System) };
        import_file(&database, kind, &sample_file(file), &options, Arc::new(|_, _| {})).await.unwrap();
    }
    Builder { database: database.clone(), folder: folder(), kept: 1, reports_every: Duration::ZERO }.refresh(true).await.unwrap();
    let model = read_model(&database);
    (model.clone(), Server::on(model).await)
}

/// Every row of a table says in its last cell that it is of the sample.
fn marked(table: &str, delimiter: char) -> bool {
    let mut lines = table.lines().map(|line| line.rsplit(delimiter).next());
    lines.next() == Some(Some("sample")) && lines.all(|cell| cell == Some("true"))
}

const PAGES: [&str; 16] = [
    "/",
    "/linea?texto=LANTUS&precio=1",
    "/?q=losartan",
    "/medicamentos/90000301-1",
    "/medicamentos/19914312-20",
    "/medicamentos/19914312-20/hoja",
    "/actos",
    "/actos/muestra-circular-10-2020",
    "/estado",
    "/datos",
    "/registro",
    "/cumplimiento",
    "/guia",
    "/docs/",
    "/termometro?concentracion=Losartan%2050%20mg&unidad=Tableta&canal=institutional",
    "/mercados/96",
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_that_its_data_are_invented() {
    let (_, server) = invented("sample_pages").await;
    for page in PAGES.into_iter().chain(["/medicamentos/1-1"]) {
        for (lang, banner) in [("es", "Datos de muestra, inventados."), ("en", "Sample data, invented.")] {
            let answer = server.get(&with(page, &format!("lang={lang}"))).await;
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
    assert!(marked(&list.body, ';'), "{}", list.body);
    for set in ["medicines", "ceilings", "thermometer", "prices_by_month"] {
        let newest = server.get(&format!("/v1/exports/{set}/latest/{set}.csv")).await;
        let file = server.get(newest.header("location").unwrap()).await.body;
        assert!(file.lines().count() > 10 && marked(&file, ','), "{set}");
    }
}

/// What leaves this site by itself: feeds, and lists as CSV.
#[tokio::test(flavor = "multi_thread")]
async fn feeds_and_lists_say_so_too() {
    let (_, server) = invented("sample_leaves").await;
    for path in ["/v1/changes.atom", "/v1/medicines/19914312-20/changes.atom"] {
        for (lang, title, subtitle) in [
            (
                "es", "<title>MUESTRA, datos inventados · Termómetro: cambios",
                "<subtitle>DATOS DE MUESTRA, INVENTADOS por Termómetro",
            ),
            ("en", "<title>SAMPLE, invented data · Termómetro: changes", "<subtitle>SAMPLE DATA, INVENTED by Termómetro"),
        ] {
            let feed = server.get(&format!("{path}?lang={lang}")).await.body;
            assert!(feed.contains(title) && feed.contains(subtitle), "{path} {lang}: {feed:.800}");
        }
    }
    for (path, name) in [
        ("/v1/medicines/90000301-1/prices", "prices"),
        ("/v1/medicines?q=losartan", "medicines"),
        ("/v1/medicines/90000301-1/prices?from=1990-01&to=1990-02", "prices"),
    ] {
        let list = server.get(&with(path, "format=csv")).await;
        let disposition = format!("attachment; filename=\"muestra-{name}.csv\"");
        assert_eq!(list.header("content-disposition"), Some(disposition.as_str()), "{path}");
        assert!(marked(&list.body, ','), "{path}: {}", list.body);
    }
    let sources = server.get("/v1/sources?format=csv").await.body;
    assert_eq!(sources.lines().next().unwrap().split(',').filter(|name| *name == "sample").count(), 1, "it says so already");
    let line = "cum,precio,fecha,transaccion\n19914312-20,33052,2020-06-15,1\n";
    let checked = server.ask("POST", "/v1/checks?format=csv", "content-type: text/csv\r\n", Some(line)).await.body;
    assert!(checked.lines().count() == 2 && marked(&checked, ','), "{checked}");
}

/// Titles, publisher and licence of what portals harvest and people download.
#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_and_the_licences_of_files_say_so_too() {
    let (_, server) = invented("sample_catalogue").await;
    let catalogue = server.get("/v1/catalog").await.json();
    let sets = catalogue["dcat:dataset"].as_array().unwrap();
    assert_eq!(sets.len(), 7, "{catalogue}");
    // What people sent here is nobody's invention.
    let invented = sets.iter().filter(|set| set["dcterms:identifier"] != "participation");
    for one in invented.chain([&catalogue]) {
        let (title, description) = (&one["dcterms:title"], &one["dcterms:description"]);
        let begins = |text: &serde_json::Value, words: &str| text["@value"].as_str().unwrap().starts_with(words);
        assert!(begins(&title[0], "MUESTRA inventada: ") && begins(&title[1], "Invented SAMPLE: "), "{one}");
        assert!(begins(&description[0], "Datos de muestra, inventados"), "{one}");
        assert!(begins(&description[1], "Sample data, invented"), "{one}");
        assert_has!(one, {"/dcterms:publisher/foaf:name": "sample", "dcterms:rights": "MIT OR Apache-2.0"});
        assert_has!(one, {"/dcterms:license/@id": "https://spdx.org/licenses/MIT.html"});
    }
    let files = server.get("/v1/exports?lang=en").await.json();
    for set in files["data"].as_array().unwrap().iter().filter(|set| set["name"] != "participation") {
        assert_eq!(set["licence"]["name"], "MIT OR Apache-2.0", "{set}");
        assert!(set["title"].as_str().unwrap().starts_with("Invented SAMPLE: "), "{set}");
    }
    let page = server.get("/datos").await.body;
    assert!(page.contains("MIT OR Apache-2.0"), "{page}");
    assert_eq!(page.matches("CC BY-SA").count(), 1, "of participation alone: {page}");
    let meta = server.get("/v1/acts").await.json()["meta"].clone();
    let disclaimer = meta["disclaimer"].as_str().unwrap();
    assert!(disclaimer.starts_with("DATOS DE MUESTRA") && disclaimer.ends_with("un indicio, no una sanción."), "{disclaimer}");
}

/// Real reports beside invented ceilings: what is said to be invented is the ceilings.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_real_beside_the_sample_is_not_called_invented() {
    let (model, server) = invented("sample_mixed").await;
    assert!(server.get("/").await.body.contains("ni los precios ni los actos ni los reportes son de verdad"));
    let reports = std::fs::read_to_string(sample_file("sismed.csv")).unwrap();
    let some: String = reports.split_inclusive('\n').take(40).collect();
    let path = file("real-reports.csv", some.as_bytes());
    let options = ImportOptions::new(MAX_AGE_DAYS, Clock::System);
    import_file(&model.database, termometro::ingest::SourceKind::Sismed, &path, &options, Arc::new(|_, _| {})).await.unwrap();
    for (lang, only, rest) in [
        (
            "es",
            "Es inventado: los precios máximos y los actos; los precios del termómetro; el catálogo de medicamentos.",
            "Lo demás viene de archivos publicados.",
        ),
        (
            "en",
            "Invented are: legal maximum prices and acts; the prices of the thermometer; the catalogue of medicines.",
            "All else comes from published files.",
        ),
    ] {
        let page = server.get(&format!("/?lang={lang}")).await.body;
        assert!(page.contains(only) && page.contains(rest) && !page.contains("ni los reportes son de verdad"), "{page}");
    }
    let files = server.get("/v1/exports").await.json();
    let of = |name: &str| files["data"].as_array().unwrap().iter().find(|set| set["name"] == name).unwrap().clone();
    assert_eq!(of("prices_by_month")["licence"]["name"], "CC BY-SA 4.0");
    assert_eq!(of("prices_by_month")["title"], "Precios por mes");
    assert_eq!(of("ceilings")["licence"]["name"], "MIT OR Apache-2.0");
    assert_eq!(of("medicines")["title"], "Medicamentos (en parte MUESTRA inventada)");
}

#[tokio::test(flavor = "multi_thread")]
async fn real_data_are_not_called_a_sample() {
    let server = Server::with_the_sample().await;
    for page in PAGES {
        let body = server.get(page).await.body;
        assert!(!body.contains("inventados"), "{page}");
    }
    let feed = server.get("/v1/changes.atom").await.body;
    assert!(feed.contains("<title>Termómetro: cambios") && !feed.contains("subtitle"), "{feed:.500}");
    let list = server.get("/v1/acts?format=csv").await;
    assert_eq!(list.header("content-disposition"), None);
    assert!(!list.body.lines().next().unwrap().contains("sample"), "{}", list.body);
    let status = server.get("/v1/status").await.json();
    assert!(status["meta"].get("sample").is_none() && status["data"]["data_sets"][0]["sample"] == false, "{status}");
}
