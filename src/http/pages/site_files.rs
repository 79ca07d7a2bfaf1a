//! Files that browsers, search engines and finders of faults look for at fixed addresses.

use std::fmt::Write;

use hyper::{
    Method,
    header::{self, HeaderValue},
};
use jiff::{Span, civil::Date};

use crate::http::{
    Answer, App, Endpoint, Problem, Request, api,
    request::{base_url::origin, query::encode},
    routing::replica_retry,
    view::{
        assets,
        call_operation::{OperationInput, ask},
    },
};

/// Pages that are there whatever the data are.
const PAGES: [&str; 17] = [
    "/", "/linea", "/actos", "/datos", "/estado", "/guia", "/revisar", "/registro", "/cumplimiento", "/peticiones", "/pedir",
    "/participacion", "/reportar-precio", "/precios-reportados", "/consultas", "/compras", "/docs/",
];
/// The protocol of sitemaps allows 50,000 addresses: acts and markets have a thousand each at most.
const MEDICINES_MAX: i64 = 47_000;
const LANGUAGES: [&str; 2] = ["es", "en"];
/// RFC 9116 asks for less than a year.
const CONTACT_HOLDS_DAYS: i64 = 180;

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![
        Endpoint::plain(Method::GET, "/favicon.ico", |_, _| async { Ok(for_a_day(Answer::bytes("image/png", assets::FAVICON))) }),
        Endpoint::plain(Method::GET, "/robots.txt", |_, request: Request| async move {
            Ok(for_a_day(Answer::text(robots(&origin(&request).unwrap_or_default()))))
        }),
        Endpoint::plain(Method::GET, "/.well-known/security.txt", |app: App, request: Request| async move {
            let contact = app.security_contact.as_deref();
            Ok(for_a_day(Answer::text(security(&origin(&request).unwrap_or_default(), contact, app.today()))))
        }),
        replica_retry::with_replica_reads(Endpoint::plain(Method::GET, "/sitemap.xml", sitemap)),
    ]
}

fn for_a_day(answer: Answer) -> Answer {
    answer.with_header(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"))
}

/// The API is for programs, and an address with somebody's price in it is nobody else's.
fn robots(origin: &str) -> String {
    format!("User-agent: *\nDisallow: /v1/\nDisallow: /*precio=\nDisallow: /trabajo\nSitemap: {origin}/sitemap.xml\n")
}

/// Without a contact of its own, the guide says whom to tell.
fn security(origin: &str, contact: Option<&str>, today: Date) -> String {
    let expires = today.saturating_add(Span::new().days(CONTACT_HOLDS_DAYS));
    let guide = LANGUAGES.map(|language| format!("Contact: {origin}/guia?lang={language}#fallas\n")).concat();
    let contact = contact.map_or(guide, |contact| format!("Contact: {contact}\n"));
    format!(
        "{contact}Expires: {expires}T00:00:00Z\n\
         Preferred-Languages: es, en\nCanonical: {origin}/.well-known/security.txt\n"
    )
}

async fn sitemap(app: App, request: Request) -> Result<Answer, Problem> {
    let origin = origin(&request).unwrap_or_default();
    let version = app.read_model.data_version().await?.version.to_string();
    let validator = request.validator(&[&version, &origin, env!("CARGO_PKG_VERSION")]);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    let all = OperationInput { path: &[], query: &[("limit", "1000")] };
    let acts = ask(&app, &request, api::acts::list_acts::handler, all).await?;
    let markets = ask(&app, &request, api::medicines::list_markets::handler, all).await?;
    let medicines = app.read_model.cums(MEDICINES_MAX).await?;
    let acts = acts["data"].as_array().into_iter().flatten().filter_map(|act| act["id"].as_str());
    let markets = markets["data"].as_array().into_iter().flatten().filter_map(|market| market["market"].as_str());
    let paths = PAGES.map(str::to_owned).into_iter();
    let paths = paths.chain(acts.map(|id| format!("/actos/{id}")));
    let paths = paths.chain(markets.map(|id| format!("/mercados/{}", encode(id))));
    let paths = paths.chain(medicines.iter().map(|cum| format!("/medicamentos/{cum}")));
    Ok(validator.apply(Answer::bytes("application/xml", written(&origin, paths))))
}

/// Every page in both languages: the first stands for both, and names the other.
fn written(origin: &str, paths: impl Iterator<Item = String>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n",
    );
    for path in paths {
        let _ = write!(out, "<url><loc>{origin}{path}</loc>");
        for code in LANGUAGES {
            let _ = write!(out, "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{origin}{path}?lang={code}\"/>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contact_holds_for_half_a_year() {
        let text = security("https://t", None, jiff::civil::date(2026, 11, 29));
        assert!(text.contains("Expires: 2027-05-28T00:00:00Z\n") && text.contains("Contact: https://t/guia"), "{text}");
        let own = security("https://t", Some("mailto:s@t"), jiff::civil::date(2026, 11, 29));
        assert!(own.starts_with("Contact: mailto:s@t\nExpires: ") && !own.contains("guia"), "{own}");
    }

    #[test]
    fn a_page_stands_with_both_its_languages() {
        let text = written("https://t", ["/actos".to_owned()].into_iter());
        assert_eq!(text.matches("<url>").count(), 1);
        assert!(text.contains("<loc>https://t/actos</loc>") && text.contains("href=\"https://t/actos?lang=en\""), "{text}");
    }
}
