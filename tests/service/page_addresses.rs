//! What stands at addresses of the site beside its pages: a page where nothing is, one for each kind of problem, and the files that browsers
//! and search engines look for.

use crate::{
    cache,
    pages::{page, text},
    people,
    server::Server,
    stage::read_model,
    support,
};

/// As a browser asks for a page.
pub const BROWSER: &str = "accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_in_a_browser_gets_a_page_whatever_goes_wrong() {
    let server = Server::with_the_sample().await;
    for (path, status, es, en) in [
        ("/nada", 404, "Esta página no existe", "This page does not exist"),
        ("/medicamentos", 404, "Esta página no existe", "This page does not exist"),
        ("/?lang=zz", 400, "Hay un parámetro inválido", "A parameter is not valid"),
        ("/medicamentos/1-1", 404, "No se encontró", "was not found"),
    ] {
        for (language, title) in [("es", es), ("en", en)] {
            let answer = server.ask("GET", path, &format!("{BROWSER}accept-language: {language}\r\n"), None).await;
            assert_eq!((answer.status, answer.header("content-type")), (status, Some("text/html; charset=utf-8")), "{path}");
            assert!(answer.header("content-security-policy").unwrap().contains("style-src 'self'"), "{path}: it has a style");
            let text = text(&answer.body);
            assert!(
                text.contains(title) && answer.body.contains(&format!("<html lang=\"{language}")),
                "{path} {language}: {text}"
            );
            assert!(answer.body.contains("action=\"/\"") || answer.body.contains("action=\"&#x2f;\""), "{path}: a way on");
        }
    }
    // A program is answered in data, also of an unknown address.
    for headers in ["", "accept: */*\r\n", "accept: application/json\r\n"] {
        server.ask("GET", "/nada", headers, None).await.problem(404, "route_not_found");
    }
    server.ask("GET", "/v1/nada", BROWSER, None).await.problem(404, "route_not_found");
}

/// A page that is kept is the page that would be written, and of the newest data.
#[tokio::test(flavor = "multi_thread")]
async fn kept_pages_are_what_would_be_written() {
    let database = people::sample("kept_pages").await;
    let read_model = read_model(&database);
    let (plain, keeping) = (Server::on(read_model.clone()).await, cache::warm(read_model).await);
    let all = ["/", "/?q=lantus", "/?lang=en", "/medicamentos/19914312-20", "/actos", "/medicamentos/1-1"];
    let compare = async || {
        let mut tags = Vec::new();
        for path in all {
            for host in ["a.example", "b.example"] {
                let headers = format!("{BROWSER}host: {host}\r\n");
                let written = plain.ask("GET", path, &headers, None).await;
                for _ in 0..2 {
                    let kept = keeping.ask("GET", path, &headers, None).await;
                    assert_eq!((kept.status, kept.header("etag")), (written.status, written.header("etag")), "{path} {host}");
                    assert!(kept.status != 200 || kept.body == written.body, "{path} {host}");
                }
                if let Some(tag) = written.header("etag") {
                    let again = keeping.ask("GET", path, &format!("{headers}if-none-match: {tag}\r\n"), None).await;
                    assert_eq!(again.status, 304, "{path} {host}");
                    tags.push(tag.to_owned());
                }
            }
        }
        tags
    };
    let before = compare().await;
    assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), before.len(), "each host has its own");
    support::as_owner(&database, "UPDATE data_version SET version = version + 1").await;
    keeping.get("/v1/status").await;
    let after = compare().await;
    assert!(before.iter().zip(&after).all(|(before, after)| before != after), "new data are new pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_problem_opens_a_page_that_explains_it() {
    let server = Server::with_the_sample().await;
    for kind in termometro::http::base::problem_kind::ALL {
        for (language, title) in [("es", kind.title_es), ("en", kind.title_en)] {
            let answer = server.ask("GET", &format!("{}?lang={language}", kind.uri()), BROWSER, None).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{}", kind.code);
            let text = text(&answer.body);
            assert!(text.starts_with(title) && text.len() > title.len() + 60, "{}: {text}", kind.code);
        }
        let data = server.get(&kind.uri()).await.json();
        assert_eq!((&data["code"], data["explanation"].as_str().unwrap().len() > 40), (&kind.code.into(), true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_browsers_and_search_engines_look_for_is_there() {
    let server = Server::with_the_sample().await;
    for (path, kind, begins) in [
        ("/favicon.ico", "image/png", "\u{fffd}PNG"),
        ("/robots.txt", "text/plain; charset=utf-8", "User-agent: *\nDisallow: /v1/\n"),
        ("/sitemap.xml", "application/xml", "<?xml"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8", "Contact: https://t/guia"),
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        assert!(String::from_utf8_lossy(&answer.bytes).starts_with(begins), "{path}: {:.80}", answer.body);
    }
    let map = server.get("/sitemap.xml").await.body;
    let pages: Vec<&str> = map.split("<loc>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert!(pages.contains(&"https://t/medicamentos/19914312-20") && pages.contains(&"https://t/actos/circular-10-2020"));
    assert!(pages.contains(&"https://t/mercados/96"), "{map:.2000}");
    for page in pages.iter().step_by(17) {
        assert_eq!(server.get(page.strip_prefix("https://t").unwrap()).await.status, 200, "{page}");
    }
    let home = page(&server, "/").await.body;
    let picture = home.split("property=\"og:image\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let answer = server.get(picture.strip_prefix("https://t").unwrap()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert!(answer.bytes.starts_with(b"\x89PNG") && answer.bytes.len() < 60_000, "{} bytes", answer.bytes.len());
}
