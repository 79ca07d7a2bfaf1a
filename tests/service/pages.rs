//! The pages for people, over a real socket: what they say, what they may load, and what they weigh.

use std::{collections::BTreeSet, io::Write};

use flate2::{Compression, write::GzEncoder};

use crate::server::{Answer, Server};

const LANTUS: &str = "/medicamentos/19914312-20";
const PAGES: [&str; 9] = [
    "/",
    "/?q=lantus",
    LANTUS,
    "/medicamentos/19914312-20/hoja",
    "/actos",
    "/actos/circular-10-2020",
    "/estado",
    "/guia",
    "/datos",
];

fn with_language(path: &str, code: &str) -> String {
    format!("{path}{}lang={code}", if path.contains('?') { '&' } else { '?' })
}

async fn page(server: &Server, path: &str) -> Answer {
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
                    let ours = address.starts_with('/') || address.starts_with('#') || address == "data:,";
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
        // Not every answer is text.
        let message = format!("GET {link} HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n");
        let bytes = server.raw(message.as_bytes()).await;
        assert!(bytes.starts_with(b"HTTP/1.1 200"), "{link}: {:.300}", String::from_utf8_lossy(&bytes));
        let workbook = bytes.windows(8).any(|eight| eight == b"\r\n\r\nPK\x03\x04");
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
        let mut bytes = compressed(&body);
        for asset in assets {
            let answer = server.get(asset).await;
            assert_eq!(answer.status, 200);
            assert!(answer.header("cache-control").unwrap().contains("immutable"), "{asset}");
            bytes += compressed(&answer.body);
        }
        assert!(bytes < 60 * 1024, "{path}: {bytes} bytes");
    }
}

fn compressed(text: &str) -> usize {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_type_is_text_and_never_markup() {
    let server = Server::with_the_sample().await;
    let attack = "%3Cscript%3Ealert(1)%3C/script%3E%22%27%3E";
    for path in [
        format!("/?q={attack}"),
        format!("{LANTUS}?precio={attack}&fecha={attack}&por_dia={attack}&venta={attack}"),
        format!("/actos/circular-10-2020?desde={attack}"),
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
        assert_eq!(body.matches("class=\"answer ").count(), 1, "{path}");
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
