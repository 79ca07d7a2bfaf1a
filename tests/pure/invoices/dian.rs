//! Synthetic documents of DIAN, each with what its lines must say.

use termometro::{
    domain::invoices::document::{DocumentKind, HealthOperation},
    ingest::invoices::InvoiceFormat,
};

use super::{Outcome, read, read_one};
use crate::kit::{
    book::packed,
    ubl::{Ubl, UblLine, attached, cufe, line},
};

/// An ordinary line.
fn good() -> UblLine {
    line("10", "33052.00", Some("1"), "330520.00")
}

fn invoice(lines: Vec<UblLine>) -> Ubl {
    Ubl::invoice("FE1", lines)
}

fn prices(content: impl AsRef<[u8]>) -> Vec<String> {
    let outcome = read_one("fv.xml", content);
    assert_eq!(outcome.codes(), Vec::<&str>::new(), "{:?}", outcome.faults);
    outcome.prices()
}

#[test]
fn an_invoice_says_who_when_what_and_how_much() {
    let mut one = good();
    one.item = "<cbc:PackSizeNumeric>5</cbc:PackSizeNumeric><cbc:BrandName>Lantus</cbc:BrandName>".to_owned();
    let outcome = read_one("fv.xml", invoice(vec![one, good()]).xml());
    assert_eq!((outcome.summaries[0].format, outcome.documents.len()), (Some(InvoiceFormat::Dian), 1));
    let document = &outcome.documents[0];
    assert_eq!((document.kind, document.number.as_deref(), &*document.file), (DocumentKind::Invoice, Some("FE1"), "fv.xml"));
    assert_eq!(document.cufe.as_ref().map(ToString::to_string), Some(cufe('a')));
    assert_eq!(document.issued_on.map(|day| day.to_string()).as_deref(), Some("2020-06-15"));
    assert_eq!((document.currency.as_deref(), document.operation_type.as_deref()), (Some("COP"), Some("10")));
    let parties = [document.seller, document.customer].map(|nit| nit.map(|nit| nit.digits()));
    assert_eq!(parties, [Some("899999063".to_owned()), Some("860002964".to_owned())]);
    assert_eq!(document.marks, []);
    let line = &outcome.lines[0];
    assert_eq!((line.place.row, line.place.number.as_deref()), (9, Some("1")));
    assert_eq!((line.texts.join("|"), line.brand.as_deref()), ("Insulina glargina 100 UI/ml".to_owned(), Some("Lantus")));
    assert_eq!((line.codes[0].scheme.code(), line.codes[0].value.as_str()), ("own", "19914312-020"));
    assert_eq!(line.possible_cums().next().map(|(cum, _)| cum.to_string()).as_deref(), Some("19914312-20"));
    let figures = [line.quantity, line.unit_price, line.base_quantity, line.total, line.pack_size];
    assert_eq!(figures.map(|figure| figure.unwrap().to_string()), ["10", "33052.00", "1", "330520.00", "5"]);
    assert_eq!((line.unit.as_deref(), line.currency()), (Some("94"), Some("COP")));
    assert_eq!(line.period().map(|period| period.to_string()).as_deref(), Some("2020-06-15"));
    assert_eq!(outcome.lines[1].place.row, 10);
}

#[test]
fn lines_give_the_price_that_their_figures_explain() {
    let with = |change: &dyn Fn(&mut UblLine)| {
        let mut line = good();
        change(&mut line);
        line
    };
    let cases: Vec<(&str, UblLine, &str)> = vec![
        ("base 1", good(), "gross 33052/1"),
        ("no base", line("10", "33052.00", None, "330520.00"), "gross 33052/1"),
        ("base holds the quantity", line("10", "33052.00", Some("10"), "330520.00"), "gross 33052/1"),
        ("base divides", line("10", "330520.00", Some("10"), "330520.00"), "gross 330520/10"),
        ("price per hundred", line("250", "1500.00", Some("100"), "3750.00"), "gross 1500/100"),
        ("base is the pack", line("10", "33052.00", Some("5"), "330520.00"), "gross 33052/1"),
        ("neither reading", line("10", "33052.00", Some("10"), "66104.00"), "line_total_mismatch"),
        ("a total that is wrong", line("10", "33052.00", Some("1"), "330620.00"), "line_total_mismatch"),
        ("rounded to pesos", line("3", "1196.33", Some("1"), "3589.00"), "gross 1196.33/1"),
        ("fractions of units", line("137.69", "7000.25", Some("1"), "963864.42"), "gross 7000.25/1"),
        (
            "an allowance",
            with(&|line| (line.adjustments, line.total) = (vec![(false, "33052.00")], "297468.00".to_owned())),
            "gross 33052/1, net 297468/10",
        ),
        (
            "a charge",
            with(&|line| (line.adjustments, line.total) = (vec![(true, "1000.00")], "331520.00".to_owned())),
            "gross 33052/1, net 331520/10",
        ),
        (
            "both",
            with(&|line| (line.adjustments, line.total) = (vec![(false, "3000.00"), (true, "1000.00")], "328520.00".to_owned())),
            "gross 33052/1, net 328520/10",
        ),
        (
            "an allowance that the total leaves out",
            with(&|line| line.adjustments = vec![(false, "33052.00")]),
            "line_total_mismatch",
        ),
        (
            "a sample",
            with(&|line| (line.price, line.total, line.reference) = ("0.00".into(), "0.00".into(), Some(("5000.00", "01")))),
            "sample_line",
        ),
        ("a bonus at 0", line("1", "0.00", Some("1"), "0.00"), "bonus_line"),
        ("a bonus at 1", line("3", "1.00", Some("1"), "3.00"), "bonus_line"),
        (
            "all of it taken off",
            with(&|line| (line.adjustments, line.total) = (vec![(false, "330520.00")], "0.00".into())),
            "bonus_line",
        ),
        ("no price", line("10", "", None, ""), "price_missing"),
        ("no price, but a total", line("10", "", None, "330520.00"), "gross 330520/10"),
        ("a price that is no number", line("10", "33.052,00", None, "330520.00"), "value_not_read"),
        ("a price as a power", line("10", "3.3e4", None, "330000"), "value_not_read"),
        ("a return", line("-10", "33052.00", None, "-330520.00"), "quantity_not_positive"),
        ("dollars", with(&|line| line.currency = "USD"), "currency_not_pesos"),
    ];
    for (name, line, expected) in cases {
        assert_eq!(prices(invoice(vec![line]).xml()), [expected], "{name}");
    }
}

#[test]
fn bonus_lines_are_shown_beside_what_is_paid() {
    let lines = vec![
        good(),
        line("2", "0.00", Some("1"), "0.00"),
        line("1", "50.00", None, "50.00").coded("SellersItemIdentification", "", "OTRO"),
    ];
    let expected = ["gross 33052/1 (with_bonus_units 330520/12)", "bonus_line", "gross 50/1"];
    assert_eq!(prices(invoice(lines).xml()), expected);
}

#[test]
fn an_allowance_of_the_whole_document_lowers_every_net_price() {
    let document = Ubl { adjustments: vec![(false, "33052.00")], lines_total: "330520.00".to_owned(), ..invoice(vec![good()]) };
    assert_eq!(prices(document.xml()), ["gross 33052/1, net 98319123360/3305200"]);
}

#[test]
fn the_health_sectors_operation_types_are_known_and_copayments_are_no_sales() {
    for operation in HealthOperation::ALL {
        let document = Ubl { operation: operation.code().to_owned(), ..invoice(vec![good()]) };
        let outcome = read_one("fv.xml", document.xml());
        assert_eq!(outcome.documents[0].health_operation(), Some(operation));
        let expected =
            if matches!(operation.code(), "SS-Recaudo" | "SS-Reporte") { "collection_only_document" } else { "gross 33052/1" };
        assert_eq!(outcome.prices(), [expected], "{}", operation.code());
    }
    let strange = Ubl { operation: "SS-Otra".to_owned(), ..invoice(vec![good()]) };
    assert_eq!(read_one("fv.xml", strange.xml()).documents[0].operation_type.as_deref(), Some("SS-Otra"));
}

#[test]
fn documents_in_other_currencies_are_not_converted() {
    assert_eq!(prices(Ubl { currency: "USD".to_owned(), ..invoice(vec![good()]) }.xml()), ["currency_not_pesos"]);
}

/// Of an invoice and the notes on it.
fn with_notes(notes: &[Ubl]) -> Vec<String> {
    let sold = invoice(vec![good(), line("2", "100.00", None, "200.00").coded("StandardItemIdentification", "999", "OTRO")]);
    let texts: Vec<String> = notes.iter().chain([&sold]).map(Ubl::xml).collect();
    let names: Vec<String> = (0..texts.len()).map(|at| format!("{at}.xml")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let mut prices = read(&files).prices();
    prices.split_off(prices.len() - 2)
}

#[test]
fn notes_are_netted_by_the_cufe_of_their_invoice() {
    let sold = invoice(Vec::new());
    let credit = |concept, line| Ubl::note("CreditNote", "NC1", concept, &sold, vec![line]);
    let other = "gross 100/1";
    assert_eq!(with_notes(&[]), ["gross 33052/1", other]);
    assert_eq!(with_notes(&[credit("1", line("10", "33052.00", None, "330520.00"))]), ["reversed_by_credit_note", other]);
    assert_eq!(with_notes(&[credit("1", line("4", "33052.00", None, "132208.00"))]), ["gross 33052/1", other]);
    assert_eq!(with_notes(&[credit("2", good())]), ["reversed_by_credit_note", "reversed_by_credit_note"]);
    assert_eq!(
        with_notes(&[credit("3", line("1", "30520.00", None, "30520.00"))]),
        ["gross 33052/1, after_notes 300000/10", other]
    );
    let debit = Ubl::note("DebitNote", "ND1", "3", &sold, vec![line("1", "9480.00", None, "9480.00")]);
    assert_eq!(with_notes(&[debit]), ["gross 33052/1, after_notes 340000/10", other]);
    let interest = Ubl::note("DebitNote", "ND1", "1", &sold, vec![line("1", "9480.00", None, "9480.00")]);
    assert_eq!(with_notes(&[interest]), ["gross 33052/1", other]);
    let strange = credit("3", line("1", "500.00", None, "500.00").coded("SellersItemIdentification", "", "DESCUENTO"));
    assert_eq!(with_notes(&[strange]), ["note_not_matched", "note_not_matched"]);
    let elsewhere = Ubl::note("CreditNote", "NC1", "2", &Ubl { cufe: cufe('c'), ..sold.clone() }, vec![good()]);
    assert_eq!(with_notes(&[elsewhere]), ["gross 33052/1", other]);
    // Notes themselves are no sales.
    let note = read_one("n.xml", credit("1", good()).xml());
    assert_eq!((note.prices(), note.documents[0].kind), (vec!["note_line".to_owned()], DocumentKind::CreditNote));
    assert_eq!(note.documents[0].references[0].number.as_deref(), Some("FE1"));
}

#[test]
fn a_document_may_stand_in_one_or_two_others() {
    let inside = invoice(vec![good()]);
    let escaped = inside.xml().replace('&', "&amp;").replace('<', "&lt;");
    let by_escapes = attached("X", "2020-06-20").replace("<![CDATA[X]]>", &escaped);
    for (name, text) in [
        ("once", attached(&inside.xml(), "2020-06-15")),
        ("twice", attached(&attached(&inside.xml(), "2020-06-15"), "2020-06-15")),
        ("another date around it", attached(&inside.xml(), "2020-06-20")),
        ("as escaped text", by_escapes),
        ("with a mark before the inner one", attached(&format!("\u{FEFF}{}", inside.xml()), "2020-06-15")),
    ] {
        let outcome = read_one("ad.xml", &text);
        assert_eq!((outcome.codes(), outcome.prices()), (vec![], vec!["gross 33052/1".to_owned()]), "{name}");
        assert_eq!(outcome.documents[0].issued_on.map(|day| day.to_string()).as_deref(), Some("2020-06-15"), "{name}");
        let marks: Vec<_> = outcome.documents[0].marks.iter().map(|mark| mark.code()).collect();
        let expected = if text.contains("2020-06-20") { vec!["wrapper_date_differs"] } else { vec![] };
        assert_eq!(marks, expected, "{name}");
    }
    for (text, code) in [
        (attached("<ApplicationResponse/>", "2020-06-15"), "no_invoice_inside"),
        (attached("", "2020-06-15"), "no_invoice_inside"),
        (attached("UEsDBA==", "2020-06-15"), "no_invoice_inside"),
        (attached(&attached(&attached(&inside.xml(), "2020-06-15"), "2020-06-15"), "2020-06-15"), "nested_too_deep"),
        (attached("<Invoice><ID>", "2020-06-15"), "cut_off"),
        ("<ApplicationResponse/>".to_owned(), "dian_response"),
        ("<Catalogue/>".to_owned(), "not_an_invoice"),
    ] {
        let outcome = read_one("ad.xml", &text);
        assert_eq!((outcome.codes(), outcome.lines.len()), (vec![code], 0), "{text}");
    }
}

#[test]
fn an_archive_gives_each_of_its_documents() {
    let entry = |name: &str, content: &[u8]| (name.to_owned(), content.to_vec());
    let (one, two) = (invoice(vec![good()]), Ubl { cufe: cufe('d'), ..Ubl::invoice("FE2", vec![good(), good()]) });
    let archive = packed(&[
        entry("ad1.xml", attached(&one.xml(), "2020-06-15").as_bytes()),
        entry("ad1.pdf", b"%PDF-1.7"),
        entry("carpeta/fv2.XML", two.xml().as_bytes()),
        entry("__MACOSX/._fv2.xml", b"\0\x05\x16\x07"),
        entry("carpeta/", b""),
        entry("malo.xml", b"<Invoice><ID>1</ID>"),
        entry("otra.zip", &packed(&[entry("a.xml", one.xml().as_bytes())])),
        entry("lista.csv", b"cum;precio\n1-1;5\n"),
        entry("copia de fv2.xml", two.xml().as_bytes()),
    ]);
    let outcome = read_one("lote.zip", archive);
    assert_eq!(outcome.summaries[0].format, Some(InvoiceFormat::Zip));
    let files: Vec<&str> = outcome.documents.iter().map(|document| &*document.file).collect();
    assert_eq!(files, ["lote.zip/ad1.xml", "lote.zip/carpeta/fv2.XML", "lote.zip/copia de fv2.xml"]);
    let once = "gross 33052/1";
    assert_eq!(outcome.prices(), [once, once, once, "repeated_document", "repeated_document"]);
    let faults: Vec<_> = outcome.faults.iter().map(|fault| (fault.file.as_str(), fault.code)).collect();
    assert_eq!(
        faults,
        [("lote.zip/malo.xml", "cut_off"), ("lote.zip/otra.zip", "zip_in_zip"), ("lote.zip/lista.csv", "not_in_archive")]
    );
}

#[test]
fn one_bad_file_of_200_is_an_entry_of_its_own() {
    let texts: Vec<String> = (0..200)
        .map(|number| match number {
            77 => "<Invoice><ID>".to_owned(),
            _ => Ubl { cufe: format!("{number:096x}"), ..Ubl::invoice(&format!("FE{number}"), vec![good()]) }.xml(),
        })
        .collect();
    let names: Vec<String> = (0..200).map(|number| format!("{number}.xml")).collect();
    let mut files: Vec<(&str, &[u8])> = names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let outcome = read(&files);
    assert_eq!((outcome.lines.len(), outcome.codes()), (199, vec!["cut_off"]));
    assert_eq!(outcome.faults[0].file, "77.xml");
    files.push(("200.xml", texts[0].as_bytes()));
    assert_eq!(read(&files).codes(), ["cut_off", "too_many_files"]);
}

#[test]
fn encodings_are_read_as_they_are_written() {
    let mut one = good();
    one.text = "Solución inyectable ñ µg".to_owned();
    let text = invoice(vec![one]).xml();
    let latin = |text: &str| text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect::<Vec<u8>>();
    let wide = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    for (name, bytes, differs) in [
        ("UTF-8", text.clone().into_bytes(), false),
        ("a byte-order mark", format!("\u{FEFF}{text}").into_bytes(), false),
        ("Latin-1 declared as UTF-8", latin(&text), true),
        ("Latin-1 declared", latin(&text.replace("UTF-8", "ISO-8859-1")), false),
        ("UTF-8 declared as Latin-1", text.replace("UTF-8", "ISO-8859-1").into_bytes(), true),
        ("UTF-16", wide(&text.replace("UTF-8", "UTF-16")), false),
        ("Latin-1 inside", latin(&attached(&text, "2020-06-15")), true),
    ] {
        let outcome = read_one("fv.xml", bytes);
        assert_eq!((outcome.codes(), outcome.prices()), (vec![], vec!["gross 33052/1".to_owned()]), "{name}");
        assert_eq!(outcome.lines[0].texts, ["Solución inyectable ñ µg"], "{name}");
        assert_eq!(outcome.summaries[0].encoding_differs, differs, "{name}");
    }
}

#[test]
fn codes_are_carried_with_what_they_are_said_to_be() {
    let mut one = good().coded("StandardItemIdentification", "010", "19914312-020");
    one.codes.push(("SellersItemIdentification", "", "A-17".to_owned()));
    one.codes.push(("ManufacturersItemIdentification", "", "M1".to_owned()));
    one.codes.push(("StandardItemIdentification", "001", "51181506".to_owned()));
    one.text = "Insulina &amp; otra".to_owned();
    one.item = "<cbc:Description>Lote X1 F.V. 2022/01</cbc:Description><cac:AdditionalItemProperty><cbc:Name>Código CUM</cbc:Name><cbc:Value>19914312-20</cbc:Value></cac:AdditionalItemProperty>\
                <cac:AdditionalItemProperty><cbc:Name>Color</cbc:Name><cbc:Value>azul</cbc:Value></cac:AdditionalItemProperty>"
        .to_owned();
    let outcome = read_one("fv.xml", invoice(vec![one]).xml());
    let codes: Vec<_> = outcome.lines[0].codes.iter().map(|code| (code.scheme.code().to_owned(), code.value.as_str())).collect();
    let expected =
        [("cum", "19914312-20"), ("gtin", "19914312-020"), ("sellers", "A-17"), ("manufacturers", "M1"), ("unspsc", "51181506")];
    assert_eq!(codes, expected.map(|(scheme, value)| (scheme.to_owned(), value)));
    assert_eq!(outcome.lines[0].texts, ["Insulina & otra", "Lote X1 F.V. 2022/01"]);
    assert_eq!(outcome.lines[0].possible_cums().count(), 2);
}

#[test]
fn people_are_not_carried() {
    let document = Ubl { customer: ("13", "79123456".to_owned()), ..invoice(vec![good()]) };
    let outcome = read_one("fv.xml", document.xml());
    assert_eq!(outcome.documents[0].customer, None);
    assert!(!outcome.shown.contains("79123456") && !outcome.shown.contains("NOMBRE DE LA PARTE"), "{}", outcome.shown);
}

#[test]
fn odd_headers_are_marked_and_read() {
    let marks = |text: &str| {
        let outcome: Outcome = read_one("fv.xml", text);
        assert_eq!(outcome.lines.len(), 1);
        let marks: Vec<_> = outcome.documents[0].marks.iter().map(|mark| mark.code()).collect();
        (marks, outcome.codes())
    };
    let text = invoice(vec![good()]).xml();
    assert_eq!(marks(&text.replace(&cufe('a'), "abc")), (vec!["cufe_malformed"], vec![]));
    assert_eq!(marks(&text.replace("2020-06-15", "15/06/2020")), (vec!["malformed_date"], vec![]));
    assert_eq!(marks(&text.replace("2020-06-15<", "2020-06-15-05:00<")), (vec![], vec![]));
    assert_eq!(marks(&text.replace("cbc:", "b:").replace("xmlns:cbc", "xmlns:b")), (vec![], vec![]));
    // What stands behind the lines is not looked for there, and that is said.
    let late = text
        .replace("<cbc:IssueDate>2020-06-15</cbc:IssueDate>", "")
        .replace("</Invoice>", "<cbc:IssueDate>2020-06-15</cbc:IssueDate></Invoice>");
    assert_eq!(marks(&late), (vec![], vec!["header_after_lines"]));
}

#[test]
fn a_document_without_lines_is_a_document() {
    let outcome = read_one("fv.xml", invoice(Vec::new()).xml());
    assert_eq!((outcome.documents.len(), outcome.lines.len(), outcome.codes()), (1, 0, vec![]));
}

#[test]
fn the_field_sample_is_read() {
    let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" xmlns:cac=\"a\" xmlns:cbc=\"b\">\n\
        <cbc:UBLVersionID>UBL 2.1</cbc:UBLVersionID><cbc:CustomizationID>SS-CUFE</cbc:CustomizationID><cbc:ID>FE1</cbc:ID><cbc:IssueDate>2020-06-15</cbc:IssueDate>\n\
        <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode=\"94\">10</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID=\"COP\">330520.00</cbc:LineExtensionAmount>\n\
        <cac:Item><cbc:Description>Insulina glargina 100 UI/ml</cbc:Description><cac:StandardItemIdentification><cbc:ID schemeID=\"999\">19914312-020</cbc:ID></cac:StandardItemIdentification></cac:Item>\n\
        <cac:Price><cbc:PriceAmount currencyID=\"COP\">33052.00</cbc:PriceAmount><cbc:BaseQuantity unitCode=\"94\">1</cbc:BaseQuantity></cac:Price></cac:InvoiceLine></Invoice>";
    assert_eq!(prices(text), ["gross 33052/1"]);
}
