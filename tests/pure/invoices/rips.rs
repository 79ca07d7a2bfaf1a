//! RIPS: the medicines of a bill are read, and of the patients nothing is ever shown.

use proptest::prelude::*;
use termometro::ingest::invoices::InvoiceFormat;

use super::read_one;

/// Stands wherever a patient's data may stand.
const SECRET: &str = "SECRETO";

/// A bill of two medicines; every member that is not needed holds the secret, as text, in arrays and in objects.
fn bill() -> String {
    format!(
        r#"{{
"numDocumentoIdObligado":"900123456","numFactura":"FE1","tipoNota":null,"numNota":null,
"usuarios":[{{"tipoDocumentoIdentificacion":"{SECRET}","numDocumentoIdentificacion":"{SECRET}","fechaNacimiento":"{SECRET}","{SECRET}":1,
 "codSexo":["{SECRET}",{{"a":"{SECRET}\"\\"}}],"consecutivo":1,
 "servicios":{{"consultas":[{{"codDiagnosticoPrincipal":"{SECRET}","vrServicio":1}}],"procedimientos":[],
  "medicamentos":[
   {{"codPrestador":"{SECRET}","numAutorizacion":"{SECRET}","idMIPRES":"{SECRET}","fechaDispensAdmon":"2020-06-15 10:00","codDiagnosticoPrincipal":"{SECRET}",
    "codDiagnosticoRelacionado":null,"tipoMedicamento":"01","codTecnologiaSalud":"19914312-20","nomTecnologiaSalud":"INSULINA GLARGINA","concentracionMedicamento":100,
    "unidadMedida":247,"formaFarmaceutica":"COLFF001","unidadMinDispensa":1,"cantidadMedicamento":2,"diasTratamiento":30,"tipoDocumentoIdentificacion":"{SECRET}",
    "numDocumentoIdentificacion":"{SECRET}","vrUnitMedicamento":35365.64,"vrServicio":70731.28,"conceptoRecaudo":"{SECRET}","valorPagoModerador":0,"consecutivo":1}},
   {{"fechaDispensAdmon":"2020-06-15 10:00","codTecnologiaSalud":"1I1000001000100","nomTecnologiaSalud":"INSULINA GLARGINA","cantidadMedicamento":1,
    "vrUnitMedicamento":50000.10,"vrServicio":"50000.1","consecutivo":2}}],
  "otrosServicios":[{{"nomTecnologiaSalud":"{SECRET}","vrUnitOS":5}}]}}}}]}}"#
    )
}

#[test]
fn medicines_are_read_digit_for_digit() {
    let outcome = read_one("rips.json", bill());
    assert_eq!((outcome.summaries[0].format, outcome.codes()), (Some(InvoiceFormat::Rips), vec![]));
    let document = &outcome.documents[0];
    assert_eq!((document.kind.code(), document.number.as_deref()), ("rips_bill", Some("FE1")));
    assert_eq!(document.seller.map(|nit| nit.digits()).as_deref(), Some("900123456"));
    assert_eq!(outcome.prices(), ["gross 35365.64/1", "gross 50000.1/1"]);
    let line = &outcome.lines[0];
    assert_eq!(line.unit_price.unwrap().to_string(), "35365.64");
    assert_eq!(outcome.lines[1].unit_price.unwrap().to_string(), "50000.10");
    assert_eq!((line.codes[0].scheme.code(), line.codes[0].value.as_str()), ("rips_technology", "19914312-20"));
    assert_eq!((line.texts.join("|"), line.unit.as_deref()), ("INSULINA GLARGINA".to_owned(), Some("1")));
    assert_eq!(line.period().map(|period| period.to_string()).as_deref(), Some("2020-06-15"));
    let rips = line.rips.as_ref().unwrap();
    assert_eq!(
        [&rips.concentration, &rips.measure_unit, &rips.form].map(|code| code.as_deref()),
        [Some("100"), Some("247"), Some("COLFF001")]
    );
    assert_eq!((line.place.row, line.place.number.as_deref()), (7, Some("1")));
}

#[test]
fn what_the_validation_service_takes_is_read_too() {
    let long = "QUJD".repeat(1 << 20);
    let outcome = read_one("envio.json", format!("{{\"xmlFevFile\":\"{long}\",\"rips\":{}}}", bill()));
    assert_eq!((outcome.codes(), outcome.lines.len()), (vec![], 2));
}

#[test]
fn values_that_are_no_figures_are_the_lines_faults() {
    for (from, to, reason) in [
        ("35365.64", "3.5e4", "not_a_number"),
        ("35365.64", "\"35.365,64\"", "not_in_the_files_number_format"),
        ("35365.64", "true", "not_a_number"),
        ("35365.64", "[1]", "not_a_number"),
        ("35365.64", "1234567890123456789", "number_too_large"),
        ("2020-06-15 10:00\",\"codDiag", "ayer\",\"codDiag", "not_a_date"),
    ] {
        let text = bill();
        assert!(text.contains(from));
        let outcome = read_one("rips.json", text.replacen(from, to, 1));
        let faults: Vec<_> = outcome.lines[0].faults.iter().map(|fault| fault.reason).collect();
        assert_eq!(faults, [reason], "{to}");
        assert_eq!(outcome.prices()[0], if reason == "not_a_date" { "gross 35365.64/1" } else { "value_not_read" });
    }
    assert_eq!(read_one("rips.json", bill().replacen("35365.64", "null", 1)).prices()[0], "gross 70731.28/2");
}

#[test]
fn notes_of_rips_are_no_sales_and_other_json_is_named() {
    let note = read_one("rips.json", bill().replace("\"tipoNota\":null", "\"tipoNota\":\"NC\""));
    assert_eq!(note.prices(), ["note_line", "note_line"]);
    for (text, code) in
        [("{\"a\":1}", "not_rips"), ("{\"numFactura\":\"1\"}", "not_rips"), ("{\"usuarios\":[", "cut_off"), ("[1]", "not_rips")]
    {
        assert_eq!(read_one("x.json", text).codes(), [code], "{text}");
    }
    let late = r#"{"usuarios":[{"servicios":{"medicamentos":[{"vrUnitMedicamento":5}]}}],"numFactura":"FE1"}"#;
    assert_eq!(read_one("rips.json", late).codes(), ["header_after_lines"]);
}

#[test]
fn nothing_about_a_patient_is_shown() {
    let outcome = read_one("rips.json", bill());
    assert!(!outcome.shown.contains(SECRET), "{}", outcome.shown);
    assert!(outcome.shown.contains("INSULINA"), "what is shown is what was read");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// However the file is cut or spoiled, pieces and faults hold nothing of the patients.
    #[test]
    fn nothing_about_a_patient_is_shown_of_a_spoiled_bill(at in 0_usize..2_000, removed in 0_usize..2, put in "[\\[\\]{}\",:\\\\0a ]{0,6}", cut: bool) {
        let text = bill();
        let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        let end = (at + removed).min(text.len());
        let spoiled = if cut { text[..at].to_owned() } else { format!("{}{put}{}", &text[..at], &text[end..]) };
        let outcome = read_one("rips.json", &spoiled);
        prop_assert!(!outcome.shown.contains(SECRET), "{} {}", spoiled, outcome.shown);
    }
}
