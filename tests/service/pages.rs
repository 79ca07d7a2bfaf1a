//! The pages for people, over a real socket: what they say, what they may load, and what they weigh.

use std::collections::BTreeSet;

use flate2::Compression;

use crate::{
    client::Answer,
    kit::reading::{file, gzip},
    server::Server,
    stage::{read_model, reports_header, with},
    support,
};

const LANTUS: &str = "/medicamentos/19914312-20";
const PAGES: [&str; 17] = [
    "/",
    "/linea",
    "/linea?texto=LANTUS%20100%20UI%2FML&precio=171764&fecha=2020-06-15&venta=laboratorio",
    "/?q=lantus",
    LANTUS,
    "/medicamentos/19914312-20/hoja",
    "/actos",
    "/actos/circular-10-2020",
    "/estado",
    "/guia",
    "/datos",
    "/revisar",
    "/registro",
    "/cumplimiento",
    "/termometro?concentracion=Losartan%2050%20mg&unidad=Tableta&canal=institutional",
    "/mercados/96",
    "/compras?mercado=96",
];

fn with_language(path: &str, code: &str) -> String {
    with(path, &format!("lang={code}"))
}

pub async fn page(server: &Server, path: &str) -> Answer {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    Answer { body: answer.body.replace("&#x2f;", "/"), ..answer }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_whole_in_both_languages_and_loads_nothing_foreign() {
    let server = Server::with_the_sample().await;
    for path in PAGES {
        for (code, html_language) in [("es", "es-CO"), ("en", "en")] {
            let path = with_language(path, code);
            let answer = page(&server, &path).await;
            let body = &answer.body;
            assert!(body.contains(&format!("<html lang=\"{html_language}\">")), "{path}");
            assert!(body.contains("<title>") && body.contains("<h1>") && body.contains("og:title"), "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
            for inline in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
                assert!(!body.contains(inline), "{path}: {inline}");
            }
            for script in body.split("<script").skip(1) {
                let tag = script.split('>').next().unwrap();
                assert!(tag.contains("src=\"/assets/") || tag.contains("application/ld+json"), "{path}: {tag}");
            }
            for attribute in ["src=\"", "href=\"", "action=\""] {
                for address in body.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()) {
                    let ours = address.starts_with('/') || address.starts_with('#');
                    assert!(ours || address.starts_with("https://t/"), "{path}: {address}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_leads_somewhere() {
    let server = Server::with_the_sample().await;
    let mut links = BTreeSet::new();
    for path in PAGES {
        let body = page(&server, path).await.body;
        let found = body.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"));
        links.extend(found.filter(|link| link.starts_with('/')));
    }
    assert!(links.len() > 20);
    let mut workbooks = 0;
    for link in links {
        let answer = server.get(&link).await;
        assert_eq!(answer.status, 200, "{link}: {:.300}", answer.body);
        let workbook = answer.bytes.starts_with(b"PK\x03\x04");
        assert_eq!(workbook, link.contains("format=xlsx") || link.ends_with(".xlsx"), "{link}");
        workbooks += usize::from(workbook);
    }
    assert!(workbooks >= 3, "pages offer what people open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_did_not_change_is_not_sent_again() {
    let server = Server::with_the_sample().await;
    let first = page(&server, LANTUS).await;
    let tag = first.header("etag").unwrap().to_owned();
    let again = server.ask("GET", LANTUS, &format!("if-none-match: {tag}\r\n"), None).await;
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    let english = server.ask("GET", &with_language(LANTUS, "en"), &format!("if-none-match: {tag}\r\n"), None).await;
    assert_eq!(english.status, 200, "another language is another page");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_view_is_light() {
    let server = Server::with_the_sample().await;
    for path in PAGES {
        let body = page(&server, path).await.body;
        let assets: BTreeSet<&str> = body.split('"').filter(|part| part.starts_with("/assets/")).collect();
        let mut bytes = gzip(Compression::default(), body.as_bytes()).len();
        for asset in assets {
            let answer = server.get(asset).await;
            assert_eq!(answer.status, 200);
            assert!(answer.header("cache-control").unwrap().contains("immutable"), "{asset}");
            bytes += gzip(Compression::default(), answer.body.as_bytes()).len();
        }
        assert!(bytes < 60 * 1024, "{path}: {bytes} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_text_and_never_markup() {
    let server = Server::with_the_sample().await;
    let attack = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E";
    for path in [
        format!("/?q={attack}"),
        format!("{LANTUS}?precio={attack}&fecha={attack}&por_dia={attack}&venta={attack}"),
        format!("/actos/circular-10-2020?desde={attack}"),
        format!("/termometro?concentracion={attack}&unidad={attack}&canal=institutional"),
    ] {
        let answer = server.get(&path).await;
        assert!(!answer.body.contains("<script>alert"), "{path}");
        assert!(answer.status == 200 || answer.status == 400 || answer.status == 404, "{path}: {}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_price_says_what_the_api_says() {
    let server = Server::with_the_sample().await;
    let ask = |price: &str, sale: &str, date: &str| format!("{LANTUS}?precio={price}&por=caja&venta={sale}&fecha={date}");
    let cases = [
        (ask("171.764", "laboratorio", "2020-06-15"), "Está por encima del máximo legal", "answer above"),
        (ask("$ 33.052", "laboratorio", "2020-06-15").replace(' ', "%20"), "No supera el máximo legal", "answer within"),
        (ask("33.053", "laboratorio", "2020-06-15"), "Está por encima del máximo legal", "answer above"),
        (ask("171764", "mostrador", "2020-06-15"), "Esta venta no tiene precio máximo", "answer no_ceiling_for_this_stage"),
        (ask("171764", "laboratorio", "2024-06-15"), "No podemos decirlo", "answer cannot_compare"),
    ];
    for (path, headline, class) in cases {
        let body = page(&server, &path).await.body;
        assert!(body.contains(headline) && body.contains(class), "{path}: {headline}");
        assert_eq!(
            (body.matches("class=\"answer ").count(), body.matches("class=\"placed").count()),
            (1, 1),
            "{path}: two answers"
        );
    }
    let unknown = page(&server, &ask("171764", "laboratorio", "2024-06-15")).await.body;
    assert!(unknown.contains("no quiere decir que el precio sea legal"), "we cannot tell is not legal");
    let twice = page(&server, &ask("1.23,456", "laboratorio", "2020-06-15")).await.body;
    assert!(twice.contains("No entendimos el precio"));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_counter_the_page_says_that_nothing_binds() {
    let server = Server::with_the_sample().await;
    let body = page(&server, LANTUS).await.body;
    assert!(
        body.contains("En la droguería este medicamento no tiene precio máximo") || body.contains("No lo podemos decir"),
        "{body}"
    );
    assert!(!body.contains("no le pueden cobrar más"), "no counter ceiling is invented");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_a_page_with_its_status() {
    let server = Server::with_the_sample().await;
    for (path, status) in [("/medicamentos/1-1", 404), ("/medicamentos/abc", 400), ("/actos/no-hay", 404)] {
        let answer = server.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.body.contains("<h1>") && answer.header("content-type").unwrap().starts_with("text/html"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thermometer_is_a_picture_for_any_page() {
    let server = Server::with_the_sample().await;
    let products =
        server.get("/v1/thermometer?concentration=LOSART%C3%81N%2050%20mg&unit=tableta&channel=institutional").await.json();
    let expediente = products["data"]["comparators"][0]["expediente"].as_i64().unwrap();
    let path = format!("/v1/medicines/{expediente}-1/thermometer.svg?channel=institutional");
    for (theme, lang, word) in [("light", "es", "precios"), ("dark", "en", "prices"), ("auto", "es", "prefers-color-scheme")] {
        let answer = server.get(&format!("{path}&theme={theme}&lang={lang}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.header("content-type"), Some("image/svg+xml"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert!(answer.body.contains(word) && answer.body.contains("<title") && answer.body.contains("<desc"), "{}", answer.body);
        let tag = answer.header("etag").unwrap().to_owned();
        let again =
            server.ask("GET", &format!("{path}&theme={theme}&lang={lang}"), &format!("if-none-match: {tag}\r\n"), None).await;
        assert_eq!(again.status, 304);
    }
    assert_eq!(server.get(&format!("{path}&theme=pink")).await.status, 400);
    assert_eq!(server.get("/v1/medicines/1-1/thermometer.svg").await.status, 404);
}

/// The text of a page as a reader sees it, without its tags.
pub fn text(body: &str) -> String {
    let main = body.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let words: String = main.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect();
    words.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_whose_list_is_not_held_never_has_zero_prices() {
    let server = Server::with_the_sample().await;
    for (lang, not_held, none, unknown) in [
        (
            "es", "No tenemos la lista de la Circular 22 de 2026.", "No fija precios máximos.",
            "No lo sabemos: no tenemos su lista.",
        ),
        (
            "en", "We do not hold the list of Circular 22 de 2026.", "It sets no maximum prices.",
            "We do not know: we do not hold its list.",
        ),
    ] {
        for path in ["/actos", "/estado", "/actos/circular-22-2026"] {
            let text = text(&page(&server, &with_language(path, lang)).await.body);
            assert!(text.contains(not_held), "{path} {lang}: {text}");
            for zero in [" 0 precios", " 0 presentaciones", " 0 maximum", " 0 presentations", " 0 mercados", " 0 markets"] {
                assert!(!text.contains(zero), "{path} {lang}: {zero}: {text}");
            }
        }
        let act = text(&page(&server, &with_language("/actos/circular-22-2026", lang)).await.body);
        assert!(act.contains(unknown), "{act}");
        let method = text(&page(&server, &with_language("/actos/circular-18-2024", lang)).await.body);
        let missing = ["No tenemos la lista", "We do not hold"];
        assert!(method.contains(none) && !missing.iter().any(|words| method.contains(words)), "{method}");
        // Of the sample's lists nothing is said to be missing.
        let list = text(&page(&server, &with_language("/actos", lang)).await.body);
        assert!(!list.contains("la lista de la Circular 19 de 2024") && !list.contains("list of Circular 19 de 2024"), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_force_stands_before_what_was() {
    let server = Server::with_the_sample().await;
    let list = text(&page(&server, "/actos?lang=es").await.body);
    let expected = [
        "Rigen hoy, hasta donde sabemos", "Circular 19 de 2024", "Circular 04 de 2016", "Circular 06 de 2013",
        "Sin fecha: no sabemos desde cuándo rigen", "Circular 22 de 2026", "Ya no rigen", "Circular 17 de 2023",
        "Circular 11 de 2020", "Circular 10 de 2020",
    ];
    let mut rest = list.as_str();
    for words in expected {
        let (_, after) = rest.split_once(words).unwrap_or_else(|| panic!("{words} does not follow in {list}"));
        rest = after;
    }
}

/// Acts are called by their titles wherever a person reads them.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_calls_an_act_by_its_key() {
    let server = Server::with_the_sample().await;
    let above = format!("{LANTUS}?precio=171.764&por=caja&venta=laboratorio&fecha=2020-06-15");
    for path in
        PAGES.into_iter().chain([above.as_str(), "/actos/circular-19-2024", "/actos/circular-11-2020", "/actos/circular-13-2022"])
    {
        for lang in ["es", "en"] {
            // The quick start and the worksheet show what the API answers.
            let body = page(&server, &with_language(path, lang)).await.body;
            let body: String =
                body.split("<pre").map(|part| part.split_once("</pre>").map_or(part, |(_, after)| after)).collect();
            let text = text(&body);
            assert!(!text.contains("circular-"), "{path} {lang}: {text}");
        }
    }
    let answer = text(&page(&server, &with_language(&above, "es")).await.body);
    assert!(answer.contains("que fija la Circular 10 de 2020."), "{answer}");
}

/// A list of the sample's acts and an amendment that raises one price and sets another; all else stays.
#[tokio::test(flavor = "multi_thread")]
async fn an_amendment_says_what_it_sets_and_that_the_rest_stays() {
    let database = support::database("pages_amendment").await;
    support::import(&database, termometro::ingest::SourceKind::Ceilings, &support::sample_file("ceilings.xlsx")).await;
    let amendment = "INSERT INTO source_file (kind, name, sha256, bytes, layout, encoding, number_format, publisher, licence, cut_date)
        VALUES ('ceilings', 'amendment', repeat('a', 64), 1, '', '', '', '', '', '2020-04-10');
        INSERT INTO ceiling (source_file_id, line, kind, expediente, consecutive, description, column_code, amount, margin_kind, act_id, valid_from)
        SELECT f.id, 1, 'maximum', e, c, d, k, a, 'rule', 'circular-11-2020', '2020-04-01' FROM (SELECT max(id) AS id FROM source_file) f, (VALUES
            (19914312, 20, 'LANTUS - Insulina - x 1 - SANOFI', 'institutional', 40000), (19914312, 20, 'LANTUS - Insulina - x 1 - SANOFI', 'commercial_wholesale', 40000),
            (39999999, 1, 'NUEVA - Insulina - x 1 - CASA', 'institutional', 500)) AS v (e, c, d, k, a)";
    database.import_connection().await.unwrap().batch_execute(amendment).await.unwrap();
    let server = Server::on(read_model(&database)).await;
    let untouched = server.data("/v1/acts/circular-10-2020").await["ceilings"].as_i64().unwrap() - 1;
    // From the earlier act to the later one, on the page of either.
    for path in ["/actos/circular-11-2020?lang=es", "/actos/circular-10-2020?lang=es&desde=circular-11-2020"] {
        let text = text(&page(&server, path).await.body);
        for words in [
            "Como la Circular 11 de 2020 modifica la Circular 10 de 2020, aquí solo se compara lo que la modificación fija.",
            "De las presentaciones que fija bajaron 0, subieron 1, quedaron igual 0, dejaron de tener precio 0, y de 1 no conocemos el precio anterior.",
            &format!("{untouched} presentaciones de la Circular 10 de 2020 siguen igual."),
            "Subieron: 1",
            "Fijados por la modificación, sin precio anterior conocido: 1",
            // Both columns in one row, with the name beside the code.
            "LANTUS 19914312-20",
            "Institucional,Comercial, mayorista $ 33.052 $ 40.000 21 %",
            "NUEVA 39999999-1",
        ] {
            assert!(text.contains(words), "{path}: {words} is not in {text}");
        }
    }
    let english = text(&page(&server, "/actos/circular-11-2020?lang=en").await.body);
    assert!(english.contains(&format!("{untouched} presentations of Circular 10 de 2020 stay as they were.")), "{english}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_has_not_come_is_said_as_a_day() {
    let database = support::database("pages_not_come").await;
    let word = termometro::import::report::Acceptance { by: "Ana".to_owned(), reason: "tried out".to_owned() };
    let options = termometro::import::report::ImportOptions {
        cut_date: Some("2027-12-31".parse().unwrap()),
        acceptance: Some(word),
        ..termometro::import::report::ImportOptions::new(support::MAX_AGE_DAYS, termometro::clock::Clock::System)
    };
    let (kind, file) = support::SAMPLE_FILES[2];
    let progress = std::sync::Arc::new(|_, _| {});
    termometro::import::file::import_file(&database, kind, &support::sample_file(file), &options, progress).await.unwrap();
    let server = Server::on(read_model(&database)).await;
    let status = server.data("/v1/status").await;
    assert_has!(status["data_sets"][2], {"colour": "amber", "age_days": -403}, "of 23 November 2026");
    let image = "/v1/medicines/90000301-1/thermometer.svg?channel=institutional";
    for (lang, said, list) in [
        ("es", "llegan hasta el 31 de diciembre de 2027, un día que no ha llegado", "Lista del 31 de diciembre de 2027"),
        ("en", "up to 31 December 2027, a day that has not come", "List of 31 December 2027"),
    ] {
        for path in ["/", "/estado"] {
            let body = page(&server, &with_language(path, lang)).await.body;
            assert!(body.contains(said) && !body.contains("-403"), "{path} {lang}");
        }
        let drawn = server.get(&format!("{image}&lang={lang}")).await;
        assert!(drawn.body.contains(list), "{}", drawn.body);
    }
}

/// A file that a page links to holds a page of the API; where there is more, the page says so and where all of it is.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_linked_file_leaves_out_is_said_beside_the_link() {
    let database = support::database("pages_cut").await;
    // 17 years of 12 months and 5 kinds of sale: 1,020 rows of the series, each of one report.
    let of_month =
        |year: u16, month: u16| (1..=5).map(move |kind| format!("19914312,20,{year},{month},1,VN,{kind},A,1000,1000,1,1000\n"));
    let rows: String = (2010..2027).flat_map(|year| (1..=12).flat_map(move |month| of_month(year, month))).collect();
    let few: String =
        (1..=12).flat_map(|month| of_month(2020, month)).map(|row| row.replace("19914312,20", "19914312,21")).collect();
    let path = file("many-months.csv", format!("{}\n{rows}{few}", reports_header()).as_bytes());
    support::import(&database, termometro::ingest::SourceKind::Sismed, &path).await;
    let server = Server::on(read_model(&database)).await;
    let series = server.get("/v1/medicines/19914312-20/prices?limit=1000").await.json();
    let left_out = !series["meta"]["next_cursor"].is_null();
    assert!(left_out, "{} rows", series["data"].as_array().unwrap().len());
    for (lang, words) in [
        (
            "es",
            "El archivo de Excel trae solo las primeras 1.000 filas; todas están en <a href=\"/datos?lang=es\">los datos abiertos</a>",
        ),
        ("en", "The Excel file holds the first 1,000 rows only; all of them are in <a href=\"/datos?lang=en\">the open data</a>"),
    ] {
        let body = page(&server, &with_language(LANTUS, lang)).await.body;
        assert!(body.contains(words), "{body}");
        let other = page(&server, &with_language("/medicamentos/19914312-21", lang)).await.body;
        assert!(other.contains("format=xlsx") && !other.contains(words), "twelve months are all there");
    }
    // The newest months are drawn, although they are on the second page.
    let body = page(&server, LANTUS).await.body;
    assert!(body.contains("<th scope=\"row\">diciembre de 2026</th>"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_data_is_in_one_language_and_ends_no_phrase_with_a_comma() {
    let server = Server::with_the_sample().await;
    for (lang, counts, licence, other) in [
        ("es", "cuenta<br>", "información pública oficial", "official public information"),
        ("en", "counts<br>", "official public information", "información pública oficial"),
    ] {
        let body = page(&server, &with_language("/estado", lang)).await.body;
        assert!(body.contains(counts) && !body.contains(", <br>"), "{lang}: {body}");
        assert!(body.contains(licence) && !body.contains(other), "{lang}: {body}");
    }
}

/// What stands in one element that begins with `start`, without its tags.
fn part(body: &str, start: &str, end: &str) -> String {
    let inner = body.split(start).nth(1).unwrap_or_else(|| panic!("{start} is not there: {body}")).split(end).next().unwrap();
    text(&format!("<main><{inner}</main>"))
}

/// A pack's price is brought to a unit and stands among the others, beside what the law says.
#[tokio::test(flavor = "multi_thread")]
async fn a_typed_price_has_two_answers() {
    let server = Server::with_the_sample().await;
    let ask = |cum: &str, price: &str, per: &str| format!("/medicamentos/{cum}?precio={price}&por={per}&venta=mostrador");
    for (path, lang, words) in [
        (
            ask("90000301-2", "60.000", "caja"),
            "es",
            &["Alto", "$ 60.000 por la caja ÷ 30 unidades = $ 2.000 por unidad.", "más caros: 1"][..],
        ),
        (
            ask("90000301-2", "60000", "caja"),
            "en",
            &["High", "COP 60,000 for the pack ÷ 30 units = COP 2,000 per unit.", "dearer: 1"],
        ),
        (ask("90000301-2", "500", "unidad"), "es", &["Normal", "hay más baratos: 2, y más caros: 2"]),
        (ask("90000301-1", "1000", "caja"), "es", &["Bajo", "$ 1.000 por la caja ÷ 10 unidades = $ 100 por unidad."]),
        (ask("90000321-1", "1000", "caja"), "es", &["Solo hay 3 precios para comparar"]),
        (
            ask("19914312-20", "60000", "caja"),
            "es",
            &["No podemos compararlo", "La lista solo trae el precio de este medicamento"],
        ),
    ] {
        let body = page(&server, &with_language(&path, lang)).await.body;
        let placed = part(&body, "class=\"placed", "<div class=\"answer ");
        for words in words {
            assert!(placed.contains(words), "{path}: {words} is not in {placed}");
        }
        assert_eq!(body.matches("class=\"answer ").count(), 1, "{path}: and the law");
    }
    let drawn = page(&server, &ask("90000301-2", "60.000", "caja")).await.body;
    assert!(drawn.contains("Su precio: $\u{a0}2.000"), "it stands among the others");
    // The same by the API.
    let of = "/v1/medicines/90000301-2/thermometer?amount=60000&per=pack&channel=commercial";
    let placed = &server.get(of).await.json()["data"]["placed"];
    let expected = serde_json::json!({
        "price": { "amount": "60000.00", "currency": "COP", "per": "pack" }, "units": "30",
        "unit_price": { "amount": "2000.00", "currency": "COP", "per": "dispensing_unit" },
        "level": "high", "reason": null, "cheaper": 3, "dearer": 1,
    });
    assert_eq!(placed, &expected);
    let none = "/v1/medicines/90000301-2/thermometer?amount=60000&per=regulated_unit&channel=commercial";
    let none = &server.get(none).await.json()["data"]["placed"];
    assert_eq!(
        (&none["level"], &none["reason"], &none["cheaper"]),
        (&serde_json::Value::Null, &"unit_not_convertible".into(), &serde_json::Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_above_the_maximum_comes_with_a_letter() {
    let server = Server::with_the_sample().await;
    let above = format!("{LANTUS}?precio=45.000&por=caja&venta=laboratorio&fecha=2020-06-15");
    for (lang, words) in [
        ("es", "Precio cobrado: $ 45.000 por la caja. Fecha: 15 de junio de 2020."),
        ("en", "Price charged: COP 45,000 for the pack. Date: 15 June 2020."),
    ] {
        let body = page(&server, &with_language(&above, lang)).await.body;
        let letter = part(&body, "class=\"letter\"", "</p>");
        assert!(
            letter.contains(words) && letter.contains("CUM 19914312-20") && letter.contains("Circular 10 de 2020"),
            "{letter}"
        );
        assert!(
            body.contains("href=\"mailto:contactenos@sic.gov.co?subject=") && body.contains("https://www.sic.gov.co/"),
            "{lang}"
        );
    }
    let within = page(&server, &above.replace("45.000", "33.052")).await.body;
    assert!(!within.contains("class=\"letter\"") && !within.contains("mailto:"), "nothing to complain of");
    let doubtful = "/medicamentos/19993896-2?precio=63546&por=unidad&venta=mayorista&fecha=2020-06-15";
    let doubtful = page(&server, doubtful).await.body;
    assert!(doubtful.contains("answer above doubt") && !doubtful.contains("class=\"letter\""), "the seller is questioned first");
}
