//! Every class of code point through every writer, read back by another program's parsers; and at every door.

use std::fmt::Write;

use serde_json::{Value, json};
use termometro::{
    domain::access::principal::PrincipalKind,
    ingest::SourceKind,
    store::postgres::database::Database,
    workflow::access::keys::{Holder, NewKey},
};

use crate::{
    acts_day,
    expected::Expected,
    exports,
    kit::reading::file,
    people,
    server::Server,
    stage::{arrive, python, upload},
    support,
};

const READER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/service/text_reader.py");
const MEDICINE: &str = "90000301-1";

/// What stands in the data, and what people are to see.
const CLASSES: [(&str, &str); 18] = [
    ("\u{1}", "\u{FFFD}"),
    ("\u{1B}", "\u{FFFD}"),
    ("\u{7F}", "\u{FFFD}"),
    ("\u{85}", "\u{FFFD}"),
    ("\u{FFFE}", "\u{FFFD}"),
    ("\u{FFFF}", "\u{FFFD}"),
    ("\u{FDD0}", "\u{FFFD}"),
    ("\u{1FFFE}", "\u{FFFD}"),
    ("\u{10FFFF}", "\u{FFFD}"),
    ("\u{202E}", "[U+202E]"),
    ("\u{2066}", "[U+2066]"),
    ("\u{200B}", "[U+200B]"),
    ("\u{FEFF}", "[U+FEFF]"),
    ("\u{61C}", "[U+061C]"),
    ("😀", "😀"),
    ("e\u{301}", "e\u{301}"),
    ("<&\"'>]]>", "<&\"'>]]>"),
    ("\u{E000}", "\u{E000}"),
];

fn all(side: usize) -> String {
    let mut text = "marca".to_owned();
    for pair in CLASSES {
        let _ = write!(text, " x{}x", [pair.0, pair.1][side]);
    }
    text
}

/// A name of letters that run to the left stands apart from what is beside it.
const HEBREW: &str = "תרופה 12";
const HEBREW_SHOWN: &str = "\u{2068}תרופה 12\u{2069}";

fn read(kind: &str, bytes: &[u8]) -> Vec<String> {
    let output = python(&[READER, kind], bytes);
    assert!(output.status.success(), "{kind}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn get(server: &Server, path: &str) -> Vec<u8> {
    let answer = server.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.bytes
}

/// Past every door, so that the writers meet what no door lets in.
async fn put(database: &Database, brand: &str, holder: &str) {
    let client = database.import_connection().await.unwrap();
    client.batch_execute("SET ROLE NONE").await.unwrap();
    let statement = "UPDATE medicine SET brand = $1, holder = $2 WHERE expediente = 90000301 AND consecutive = 1";
    assert_eq!(client.execute(statement, &[&brand, &holder]).await.unwrap(), 1);
    client.batch_execute("UPDATE data_version SET version = version + 1").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_writer_is_read_back() {
    let database = people::sample("texts").await;
    let server = people::server(&database).await;
    put(&database, &all(0), HEBREW).await;
    exports::built(&exports::builder(&database)).await;
    let medicines = exports::data_set(&server, "medicines").await;
    let file = |format: &str| exports::of_format(&medicines, format);
    let list = "/v1/medicines?limit=1000";
    // For people, in the form that is shown; for programs, as it is.
    for (kind, path, for_people) in [
        ("xml", format!("/v1/medicines/{MEDICINE}/changes.atom"), true),
        ("page", format!("/medicamentos/{MEDICINE}"), true),
        ("page", format!("/medicamentos/{MEDICINE}/hoja"), true),
        ("page", format!("/?q={MEDICINE}"), true),
        ("excel-csv", format!("{list}&format=csv&for=excel-es"), true),
        ("workbook", format!("{list}&format=xlsx"), true),
        ("excel-csv", file("csv_excel_es"), true),
        ("workbook", file("xlsx"), true),
        ("json", format!("/v1/medicines/{MEDICINE}"), false),
        ("json-ld", format!("/medicamentos/{MEDICINE}"), false),
        ("csv", format!("{list}&format=csv"), false),
        ("csv", file("csv"), false),
        ("ndjson", file("ndjson"), false),
    ] {
        let texts = read(kind, &get(&server, &path).await);
        let wanted = all(usize::from(for_people));
        assert!(
            texts.iter().any(|text| text.contains(&wanted)),
            "{path} as {kind}: {:?}",
            texts.iter().find(|text| text.contains("marca"))
        );
        if for_people {
            let steering = |text: &&String| {
                text.replace(HEBREW_SHOWN, "").chars().any(termometro::domain::identifier::characters::is_direction_mark)
            };
            // The mark at the beginning of the file is none of the text's.
            assert_eq!(texts.iter().find(steering), None, "{path} as {kind}");
        }
        if kind != "xml" && path != format!("/v1/medicines/{MEDICINE}/changes.atom") {
            let holder = if for_people { HEBREW_SHOWN } else { HEBREW };
            assert!(texts.iter().any(|text| text.contains(holder)), "{path} as {kind}: the holder");
        }
    }
    let picture = format!("/v1/medicines/{MEDICINE}/thermometer.svg");
    assert!(!read("xml", &get(&server, &picture).await).is_empty(), "an SVG that an XML parser reads");
}

#[test]
fn whatever_is_drawn_is_xml() {
    for (data, shown) in CLASSES {
        let escaped = termometro::draw::escape(data);
        let drawing = format!("<svg><title>{escaped}</title><text a=\"{escaped}\"/></svg>");
        assert_eq!(read("xml", drawing.as_bytes()), [shown, shown], "{data:?}");
    }
    let drawing = format!("<svg><title>{}</title></svg>", termometro::draw::escape(HEBREW));
    assert_eq!(read("xml", drawing.as_bytes()), [HEBREW_SHOWN]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_codes_that_are_no_character_loses_those_rows_only() {
    let database = people::sample("texts_import").await;
    let server = people::server(&database).await;
    let text = std::fs::read_to_string(support::sample_file("catalogue.csv")).unwrap();
    let marked = text.replace("LANTUS® 100 UI/ML", "LANTUS\u{202E}MOC").replace("YASMINIQ", "YASMIN\u{FFFF}IQ");
    assert_ne!(marked.matches('\u{FFFF}').count(), 0, "the sample names both");
    let report = people::import_accepted(&database, SourceKind::Catalogue, &file("marked.csv", marked.as_bytes())).await;
    let faults = server.data(&format!("/v1/sources/{}/faults?limit=1000", report.sha256)).await;
    let broken = faults.as_array().unwrap().iter().filter(|fault| fault["reason"] == "broken_text").count();
    assert_eq!(broken, marked.lines().filter(|line| line.contains('\u{FFFF}')).count(), "{faults}");
    // A mark of direction is data: kept as it came, and shown by name.
    let kept = server.data("/v1/medicines/19914312-20").await;
    assert!(kept["brand"].as_str().unwrap().contains("LANTUS\u{202E}MOC"), "{kept}");
    let page = server.get("/medicamentos/19914312-20").await.body;
    assert!(page.to_lowercase().contains("lantus[u+202e]moc"), "the page shows it");
    // What programs read in it (JSON-LD) is data.
    let seen: String =
        page.split("</script>").map(|part| part.split("<script type=\"application/ld+json\">").next().unwrap()).collect();
    assert!(!seen.contains('\u{202E}'), "and is not steered by it");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_people_choose_hold_nothing_unseen() {
    let (_, people, server) = arrive("texts_names").await;
    for (name, code) in [
        ("a\u{202E}b", "direction_mark"),
        ("a\u{200B}b", "direction_mark"),
        ("\u{FEFF}a", "direction_mark"),
        ("a\u{2067}b", "direction_mark"),
        ("a\u{FFFF}", "noncharacter"),
        ("a\nb", "control_character"),
        ("a\tb", "control_character"),
    ] {
        assert_eq!(server.post("/v1/free-keys", &json!({ "name": name })).await.fault(400)["code"], code, "{name:?}");
        let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
        let path = format!("/v1/submissions?period=2020-Q2&dry_run=true&name={encoded}");
        let refused = upload(&server, &people.reporter, "k", &path, "text/csv", b"a").await;
        assert_eq!(refused.fault(400)["parameter"], "name", "{name:?}: {}", refused.body);
        let holder = Holder::New { kind: PrincipalKind::Auditor, name: name.to_owned(), company: None };
        let made = people.workflow.create_key(&people.admin, &NewKey { holder, scopes: None, days: 1 }, people::now()).await;
        assert!(made.is_err(), "{name:?}");
        let mut draft = acts_day::draft("Circular 30 de 2026", "2027-01-01", &[], &[]);
        draft["title"] = json!(format!("Circular 30 de 2026{name}"));
        let refused = server.post_as(&people.drafter, "title", "/v1/act-drafts", &draft).await;
        assert_eq!(refused.fault(400)["pointer"], "/title", "{name:?}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prose_keeps_its_lines() {
    let (_, people, server) = arrive("texts_prose").await;
    let mut draft =
        acts_day::draft("Circular 77 de 2026", "2027-01-01", &[], &[("19914312-20", "institutional", Some("30000.00"))]);
    draft["subject_es"] = json!("Primera línea.\r\n\tSegunda línea.\n\nTercera.");
    draft["subject_en"] = json!("One.\nTwo.");
    draft["reason"] = json!("Por esto.\nY por aquello.");
    acts_day::enacted(&server, &people, "prose", &draft).await.data(201);
    let act = server.data("/v1/acts/circular-77-2026").await;
    assert_eq!(act["subject"], "Primera línea.\n\tSegunda línea.\n\nTercera.", "every line break is kept as one");
    let page = server.get("/actos/circular-77-2026").await.body.replace("&#x2f;", "/");
    assert!(page.contains("<p class=\"lead\">Primera línea.\n\tSegunda línea.\n\nTercera.</p>"), "{page}");
    let style = server.get(page.split('"').find(|part| part.starts_with("/assets/style")).unwrap()).await.body;
    assert!(style.contains(".lead{") && style.contains("white-space:pre-line"), "and shown as lines");
    let audit = server.get_as(&people.auditor, "/v1/audit?limit=1000").await.data(200);
    let reasons: Vec<&Value> = audit.as_array().unwrap().iter().map(|entry| &entry["reason"]).collect();
    assert!(reasons.contains(&&json!("Por esto.\nY por aquello.")), "{reasons:?}");
    for (field, text) in [
        ("subject_es", "a\u{0}b"),
        ("subject_en", "a\u{1b}"),
        ("reason", "a\u{ffff}"),
        ("title", "Circular 78\nde 2026"),
        ("source", "a\nb"),
    ] {
        let mut wrong = acts_day::draft("Circular 78 de 2026", "2027-01-01", &[], &[]);
        wrong[field] = json!(text);
        let refused = server.post_as(&people.drafter, field, "/v1/act-drafts", &wrong).await;
        assert_eq!(refused.fault(400)["pointer"], format!("/{field}"), "{}", refused.body);
    }
}
