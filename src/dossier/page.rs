//! The page of a case for people: one self-contained page in Spanish with the findings and the seller's reply beside them.

use serde_json::Value;

use super::{
    page_rows,
    page_text::{at, escape, label, list, pesos, raw},
};
use crate::domain::calendar::period::parse_date;

/// To be raised whenever the page changes: a page of the same version is compared byte for byte.
const VERSION: &str = "termometro-page/2";

const STYLE: &str = "body{font:16px/1.5 Georgia,serif;color:#111;max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1,h2,h3{font-family:Arial,sans-serif;line-height:1.2}h2{border-bottom:2px solid #333;margin-top:2rem}\
table{border-collapse:collapse;width:100%;font-size:.85rem}th,td{border:1px solid #777;padding:.25rem .4rem;text-align:left;vertical-align:top}\
th{background:#eee}.n{text-align:right;white-space:nowrap}code{font-size:.8rem;overflow-wrap:anywhere}.h{font-size:.8rem}\
.state{border:3px solid #333;padding:.75rem 1rem;font-family:Arial,sans-serif}.finding{border-color:#8a1c1c}\
.beside{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}.beside>section{border:1px solid #777;padding:0 1rem}\
.said{white-space:pre-wrap;overflow-wrap:anywhere}.row{break-inside:avoid}\
@media print{body{font-size:10.5pt;margin:0;max-width:none;padding:0}th{background:none}}\
@media screen and (max-width:40rem){.beside{grid-template-columns:1fr}}@page{margin:18mm 15mm}";

/// Names the version of the page, in the page.
pub(crate) fn generator() -> String {
    format!("<meta name=\"generator\" content=\"{VERSION}\">")
}

/// `case_sha256`: of `case.json`, which ties the page to it.
pub fn page(content: &Value, case_sha256: &str) -> String {
    let case = &content["case"];
    let id = at(case, "/id");
    format!(
        "<!DOCTYPE html>\n<html lang=\"es-CO\"><head><meta charset=\"utf-8\">{}\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Caso {id}</title><style>{STYLE}</style></head>\n<body>\n\
         <h1>Caso {id}: evidencia</h1>\n<p>Preparado el {} con los datos de la versión {}.</p>\n{}\
         <div class=\"beside\">\n<section><h2>Lo que se encontró</h2>\n{}</section>\n\
         <section><h2>Lo que responde quien vende</h2>\n{}</section>\n</div>\n\
         <h2>Los reportes</h2>\n{}<h2>Cada cifra</h2>\n{}<h2>El acto que fija el precio máximo</h2>\n{}\
         <h2>Historia del caso</h2>\n{}<h2>Plazos</h2>\n{}<h2>Huellas y comprobación</h2>\n{}</body></html>\n",
        generator(),
        at(content, "/generated_at"),
        at(content, "/data_version"),
        state(case),
        verdict(case),
        replies(content),
        page_rows::table(content),
        page_rows::figures(content),
        act(case),
        history(content),
        clock(case),
        checking(case_sha256),
    )
}

fn is_finding(case: &Value) -> bool {
    raw(case, "/state") == "confirmed"
}

fn state(case: &Value) -> String {
    let label = label(raw(case, "/state"));
    if is_finding(case) {
        return format!(
            "<p class=\"state finding\"><strong>Estado: {label}.</strong> El hallazgo fue confirmado por dos personas.</p>\n"
        );
    }
    format!(
        "<p class=\"state\"><strong>Estado: {label}. Este caso no es un hallazgo.</strong> Solo un caso confirmado lo es: una sospecha no \
         es culpa, y quien vende tiene derecho a responder antes de que se decida.</p>\n"
    )
}

const ANOTHER_UNIT: &str = "<p><strong>Antes de acusar:</strong> los precios de estos reportes encajan mejor con otra unidad o empaque, así \
     que pueden ser un error de reporte. Cada lectura está en «Cada cifra».</p>\n";

fn verdict(case: &Value) -> String {
    let until = parse_date(raw(case, "/period/until")).ok().and_then(|until| until.yesterday().ok());
    let until = until.map_or_else(|| "—".to_owned(), |day| day.to_string());
    let (verb, total) = if is_finding(case) {
        ("vendió por encima del precio máximo", "El exceso suma")
    } else {
        ("habría vendido por encima del precio máximo", "De confirmarse, el exceso sumaría")
    };
    format!(
        "{}<p>Según {} reportes, <strong>{}</strong> (NIT {}) {verb} el medicamento <strong>{}</strong> (CUM {}, titular {}), entre el {} y el \
         {until}.</p>\n<p>El máximo lo fija {}.</p>\n<p>{total} <strong>{}</strong> pesos colombianos. Se cuenta a favor de quien vende: \
         cortado a centavos, y una sola unidad cuando únicamente el precio más alto (o el más bajo) supera el máximo.</p>\n",
        if case["another_unit_fits"] == true { ANOTHER_UNIT } else { "" },
        at(case, "/reports"),
        at(case, "/seller/name"),
        at(case, "/seller/nit"),
        at(case, "/medicine/description"),
        at(case, "/medicine/cum"),
        at(case, "/medicine/holder"),
        at(case, "/period/from"),
        at(case, "/act/title"),
        pesos(case, "/total_excess/amount"),
    )
}

fn replies(content: &Value) -> String {
    let replies = list(content, "/history").iter().filter(|step| step["kind"] == "reply");
    let replies_text: String = replies
        .map(|step| {
            let said = [raw(step, "/text"), raw(step, "/reason")].into_iter().find(|said| !said.is_empty()).unwrap_or("—");
            format!(
                "<p>El {}, {}:</p>\n<blockquote class=\"said\">{}</blockquote>\n",
                at(step, "/at"),
                at(step, "/by/name"),
                escape(said)
            )
        })
        .collect();
    if !replies_text.is_empty() {
        return replies_text;
    }
    let clock = &content["case"]["clock"];
    if clock["notified_on"].is_null() {
        return "<p>Todavía no se le ha notificado el caso: no ha podido responder.</p>\n".to_owned();
    }
    format!(
        "<p>No consta respuesta. Se le notificó el {}; el plazo para responder vence el {}.</p>\n",
        at(clock, "/notified_on"),
        at(clock, "/reply_due"),
    )
}

fn act(case: &Value) -> String {
    format!(
        "<p><strong>{}</strong> (<code>{}</code>). Publicado en: {}. Fuente: {}.</p>\n",
        at(case, "/act/title"),
        at(case, "/act/id"),
        at(case, "/act/published_in"),
        at(case, "/act/source"),
    )
}

fn history(content: &Value) -> String {
    let steps: String = list(content, "/history")
        .iter()
        .map(|step| {
            let states: Vec<String> =
                ["/from", "/to"].into_iter().map(|at| raw(step, at)).filter(|state| !state.is_empty()).map(label).collect();
            let said: Vec<String> =
                ["/reason", "/text"].into_iter().map(|at| raw(step, at)).filter(|said| !said.is_empty()).map(escape).collect();
            format!(
                "<tr><td>{}</td><td>{}</td><td>{}: {}</td><td>{}</td><td>{}</td><td class=\"said\">{}</td></tr>\n",
                at(step, "/ordinal"),
                at(step, "/at"),
                label(raw(step, "/by/kind")),
                at(step, "/by/name"),
                label(raw(step, "/kind")),
                states.join(" → "),
                said.join("\n"),
            )
        })
        .collect();
    format!(
        "<table><thead><tr><th>N.º</th><th>Cuándo</th><th>Quién</th><th>Qué</th><th>Estado</th><th>Motivo o texto</th></tr></thead>\
         <tbody>\n{steps}</tbody></table>\n"
    )
}

fn clock(case: &Value) -> String {
    let clock = &case["clock"];
    let rules: String = list(clock, "/rules")
        .iter()
        .map(|rule| {
            let confirmed = if rule["confirmed"] == true { "" } else { " <em>(norma sin confirmar en su texto oficial)</em>" };
            let (name, amount) = (label(raw(rule, "/code")), at(rule, "/amount"));
            format!("<li>{name}: {amount} {}. {}{confirmed}</li>\n", label(raw(rule, "/unit")), at(rule, "/citation"))
        })
        .collect();
    format!(
        "<table><tbody><tr><th>Notificado el</th><td>{}</td></tr><tr><th>Plazo para responder hasta</th><td>{}</td></tr>\
         <tr><th>Caducidad, desde la venta más antigua</th><td>{}</td></tr><tr><th>Caducidad, desde la venta más reciente</th><td>{}</td></tr></tbody></table>\n\
         <ul>\n{rules}</ul>\n",
        at(clock, "/notified_on"),
        at(clock, "/reply_due"),
        at(clock, "/limitation_first"),
        at(clock, "/limitation_last"),
    )
}

fn checking(case_sha256: &str) -> String {
    format!(
        "<p>SHA-256 de <code>case.json</code>, de donde sale toda esta página: <code>{case_sha256}</code></p>\n\
         <p>El tamaño y la huella de cada archivo están en <code>manifest.json</code>, y su firma Ed25519 en <code>manifest.jws</code>. Todo se \
         comprueba sin conexión, sobre el archivo zip tal como se recibió:</p>\n\
         <pre>termometro verify-dossier ARCHIVO.zip --public-key CLAVE\npython3 verify_dossier.py ARCHIVO.zip CLAVE</pre>\n\
         <p>CLAVE es la que el servicio publica en <code>/v1/keys</code>; obténgala por otro medio que este archivo. Vea <code>LEAME.txt</code>.</p>\n"
    )
}
