//! Files that want to take the machine, and files that are none: each is a fault of its own, and nothing else happens.

use std::io::{Cursor, Write};

use termometro::ingest::invoices::{ReadLimits, mapping::MappingFile};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{read_one, read_with};
use crate::kit::{
    book::{Cell, packed, parts, t, xlsx},
    ubl::{Ubl, attached, line},
};

fn good() -> String {
    Ubl::invoice("FE1", vec![line("10", "33052.00", None, "330520.00")]).xml()
}

fn entry(name: &str, content: &[u8]) -> (String, Vec<u8>) {
    (name.to_owned(), content.to_vec())
}

#[test]
fn xml_brings_no_entities_no_depth_and_no_endless_text() {
    let text = good();
    let billion = format!("<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]>", "lol".repeat(100), "&a;".repeat(100));
    for (name, hostile, code) in [
        ("a DTD", text.replacen("<Invoice", &format!("{billion}<Invoice"), 1), "dtd_refused"),
        (
            "an outside entity",
            text.replacen("<Invoice", "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><Invoice", 1),
            "dtd_refused",
        ),
        ("an entity", text.replace("glargina", "&xxe;"), "unknown_entity"),
        ("depth", text.replace("<cbc:Description>", &format!("{}<cbc:Description>", "<a>".repeat(80))), "too_deep"),
        ("an endless text", text.replace("glargina", &"x".repeat(3 << 20)), "too_long"),
        ("an endless tag", text.replacen("<cbc:ID>", &format!("<cbc:ID {}>", "x".repeat(3 << 20)), 1), "too_long"),
        ("an endless comment", text.replacen("<cbc:ID>", &format!("<!-- {} --><cbc:ID>", "x".repeat(3 << 20)), 1), "too_long"),
        (
            "an endless attribute",
            text.replacen("unitCode=\"94\"", &format!("unitCode=\"{}\"", "9".repeat(9 << 10)), 1),
            "too_long",
        ),
        (
            "attributes",
            text.replacen("<cbc:ID>", &format!("<cbc:ID{}>", (0..99).map(|n| format!(" a{n}=\"\"")).collect::<String>()), 1),
            "too_many_attributes",
        ),
    ] {
        let outcome = read_one("fv.xml", &hostile);
        assert_eq!((outcome.codes(), outcome.lines.len()), (vec![code], 0), "{name}");
        assert!(outcome.faults[0].line.is_some() && outcome.shown.len() < 20_000, "{name}");
        let inside = read_one("ad.xml", attached(&hostile, "2020-06-15"));
        // The two that are longer than what a document inside another may have by itself are still found.
        assert_eq!(inside.codes(), [code], "{name}, inside");
    }
}

#[test]
fn long_descriptions_are_cut_and_marked() {
    let outcome = read_one("fv.xml", good().replace("glargina", &"palabra ".repeat(2_000)));
    let line = &outcome.lines[0];
    assert_eq!((line.texts[0].chars().count() <= 4_000, line.marks[0].code()), (true, "text_cut"));
}

#[test]
fn an_invoice_may_not_fill_the_memory_with_codes_or_adjustments() {
    let mut many = line("10", "33052.00", None, "330520.00");
    many.codes = vec![("StandardItemIdentification", "999", "1-1".to_owned()); 1_000];
    many.adjustments = vec![(false, "0.00"); 100];
    let outcome = read_one("fv.xml", Ubl::invoice("FE1", vec![many]).xml());
    assert_eq!((outcome.lines[0].codes.len(), outcome.lines[0].adjustments.len()), (32, 32));
    assert_eq!(outcome.prices(), ["value_not_read"], "what is left out might change the price");
}

#[test]
fn archives_have_limits() {
    let text = good();
    let many: Vec<_> = (0..501).map(|number| entry(&format!("{number}.xml"), b"<a/>")).collect();
    assert_eq!(read_one("a.zip", packed(&many)).codes(), ["too_many_entries"]);
    let bomb = packed(&[
        entry("b.xml", format!("<Invoice>{}</Invoice>", "<a/>".repeat(10 << 20)).as_bytes()),
        entry("fv.xml", text.as_bytes()),
    ]);
    let outcome = read_one("a.zip", bomb);
    assert_eq!((outcome.codes(), outcome.lines.len()), (vec!["decompression_bomb"], 1), "the others are read");
    let whole = packed(&[entry("a.xml", text.as_bytes()), entry("b.xml", text.as_bytes())]);
    for cut in [whole.len() - 1, whole.len() / 2, 30, 4] {
        assert_eq!(read_one("a.zip", &whole[..cut]).codes(), ["damaged_zip"], "{cut}");
    }
    // A part whose bytes were changed.
    let mut changed = whole.clone();
    changed[80] ^= 0xFF;
    let outcome = read_one("a.zip", changed);
    assert!(outcome.faults.len() == 1 && !outcome.lines.is_empty(), "{:?}", outcome.codes());
    let limits = ReadLimits { unpacked_bytes_max: 3_000, ..ReadLimits::default() };
    let outcome = read_with(&MappingFile::default(), limits, &[("a.zip", &whole), ("b.zip", &whole)]);
    assert!(outcome.codes().iter().all(|code| *code == "decompression_bomb") && !outcome.faults.is_empty());
    // Names that lead elsewhere or are not seen are only shown.
    let outcome = read_one("a.zip", packed(&[entry("../../etc/\u{202E}fv.xml", b"<a/>")]));
    assert_eq!(outcome.faults[0].file, "a.zip/../../etc/[U+202E]fv.xml");
}

#[test]
fn entries_with_a_password_are_named() {
    // Only the flag says so: the content is not looked at.
    let mut bytes = packed(&[entry("a.xml", good().as_bytes())]);
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    assert_eq!(read_one("a.zip", bytes).codes(), ["damaged_zip"]);
}

#[test]
fn workbooks_have_limits_and_protected_ones_are_named() {
    assert_eq!(read_one("a.xlsx", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").codes(), ["protected_workbook"]);
    let rows = vec![(1, vec![t("CUM"), t("Producto"), t("Precio")]), (2, vec![t("1-1"), t("x"), Cell::Number("5".to_owned())])];
    let book = vec![("Hoja1", rows)];
    assert_eq!(read_one("a.xlsx", xlsx(&book)).prices(), ["gross 5/1"]);
    let mut huge = parts(&book);
    huge.push(entry("xl/sharedStrings.xml", " ".repeat(33 << 20).as_bytes()));
    assert_eq!(read_one("a.xlsx", packed(&huge)).codes(), ["decompression_bomb"]);
    let good = xlsx(&book);
    let outcome = read_one("a.xlsx", &good[..good.len() / 2]);
    assert_eq!((outcome.faults.len(), outcome.lines.len()), (1, 0));
    let broken: Vec<_> = parts(&book)
        .into_iter()
        .map(
            |(name, content)| {
                if name.contains("sheet1") { (name, b"<worksheet><sheetData><row><c r=\"".to_vec()) } else { (name, content) }
            },
        )
        .collect();
    assert_eq!(read_one("a.xlsx", packed(&broken)).codes(), ["damaged_workbook"]);
    // A place of a cell that no number holds: the library that reads workbooks panics on it where overflows are looked for.
    let place = |place: &str| {
        let part = |(name, content): (String, Vec<u8>)| {
            let text = String::from_utf8(content).unwrap().replace("r=\"C2\"", &format!("r=\"{place}\""));
            (name, text.into_bytes())
        };
        let outcome = read_one("a.xlsx", packed(&parts(&book).into_iter().map(part).collect::<Vec<_>>()));
        assert!(outcome.codes().iter().all(|code| *code == "damaged_workbook"), "{place}: {:?}", outcome.codes());
    };
    ["Cantidad2", "ZZZZZZZZZZZZZZ2", "C99999999999999999999", "C0", "2", "", "é2"].into_iter().for_each(place);
}

#[test]
fn lines_have_a_limit_over_all_files() {
    let limits = ReadLimits { lines_max: 3, ..ReadLimits::default() };
    let list = b"cum,producto,precio\n1-1,x,5\n1-2,y,6\n";
    let outcome = read_with(&MappingFile::default(), limits, &[("a.csv", list), ("b.csv", list), ("c.csv", list)]);
    assert_eq!((outcome.lines.len(), outcome.codes()), (3, vec!["too_many_lines", "too_many_lines"]));
    assert_eq!(outcome.faults[0].line, Some(3));
}

#[test]
fn json_has_limits_too() {
    let deep = format!("{{\"usuarios\":[{}", "[".repeat(100_000));
    assert_eq!(read_one("r.json", deep).codes(), ["too_deep"]);
    let rips = |name: &str| {
        format!(
            "{{\"usuarios\":[{{\"servicios\":{{\"medicamentos\":[{{\"nomTecnologiaSalud\":\"{name}\",\"vrUnitMedicamento\":5}}]}}}}]}}"
        )
    };
    assert_eq!(read_one("r.json", rips(&"x".repeat(2 << 20))).codes(), ["too_long"]);
    assert_eq!(read_one("r.json", rips("x\\u0000\\u202Ey")).lines[0].texts, ["x \u{202E}y"]);
}

/// Sizes that are declared are not believed.
#[test]
fn an_archive_that_lies_about_its_sizes_is_read_by_its_bytes() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("fv.xml", SimpleFileOptions::default()).unwrap();
    archive.write_all(good().as_bytes()).unwrap();
    let mut bytes = archive.finish().unwrap().into_inner();
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[central + 24..central + 28].copy_from_slice(&1_u32.to_le_bytes());
    let outcome = read_one("a.zip", bytes);
    assert!(outcome.lines.len() <= 1 && outcome.faults.len() <= 1);
}
