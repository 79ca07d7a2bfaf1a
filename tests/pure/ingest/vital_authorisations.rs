//! INVIMA's list of what was let in as vital and not available, as the portal's interface and its download have it.

use jiff::civil::date;
use termometro::{
    domain::law::listed::{ImportRequest, ListedAuthorisation},
    ingest::read_vital_authorisations,
};

use crate::kit::{
    reading::read,
    tables::{VITALS, good, header},
};

/// As the download names its columns.
const DOWNLOADED: &str = "FECHA_DE_AUTORIZACIÓN,TIPO_DE_SOLICITUD,SOLICITANTE/IMPORTADOR,IUM,PRINCIPIO_ACTIVO1,CONCENTRACIÓN_DELMEDICAMENTO1,UNIDAD_MEDIDA1,PRINCIPIO_ACTIVO2,CONCENTRACIÓN_DEL_MEDICAMENTO2,UNIDAD_MEDIDA2,FORMA_FARMACÉUTICA,NOMBRE_COMERCIAL_,CANTIDAD_SOLICITADA,PRESENTACIÓN_COMERCIAL,DIAGNOSTICO_CIE-1NO REPORTA,CÓDIGO_DIAGNOSTICO_CIE-10\n";

fn downloaded() -> String {
    let rows =
        VITALS.lines().skip(1).map(|row| row.replacen("-03-", " Mar ", 1).replacen("T05:00:00.000", " 05:00:00 AM", 1) + "\n");
    DOWNLOADED.to_owned() + &rows.collect::<String>()
}

#[test]
fn both_headers_say_the_same() {
    let outcome = good(read_vital_authorisations, "v_20260420.csv", VITALS.as_bytes());
    assert_eq!((outcome.facts.layout, outcome.facts.cut_date), ("vitales-sdmr-tfmf", Some(date(2026, 4, 20))));
    // Who asked, how much and for which diagnosis is not handed out at all.
    assert!(outcome.extras.is_empty() && outcome.facts.extra_columns.is_empty());
    let [one, two, three] = &outcome.accepted[..] else { panic!("{:?}", outcome.accepted) };
    assert_eq!((one.authorised_on, one.request), (date(2026, 3, 19), ImportRequest::SeveralPatients));
    assert_eq!((one.ium.as_ref().map(|ium| ium.as_str()), one.brand.as_deref()), (Some("1N1025871011100"), None));
    assert_eq!((one.ingredient.name.as_str(), one.ingredient.strength.as_deref()), ("NOREPINEFRINA", Some("1")));
    assert_eq!(one.second, None);
    let second = two.second.as_ref().unwrap();
    assert_eq!((second.name.as_str(), second.unit.as_deref()), ("EPINEFRINA", Some("µg/ml")));
    assert_eq!((three.request, three.form.as_deref()), (ImportRequest::ClinicalUrgency, Some("TABLETA")));
    let same: Vec<ListedAuthorisation> = good(read_vital_authorisations, "v.csv", downloaded().as_bytes()).accepted;
    assert_eq!(same, outcome.accepted);
}

#[test]
fn what_is_no_ium_costs_no_row_and_what_is_no_day_does() {
    let row = VITALS.lines().nth(1).unwrap();
    let with = |from: &str, to: &str| header(VITALS) + &row.replacen(from, to, 1) + "\n";
    for none in ["VARIOS IUM", "SIN IUM POR SER FITOTERAPEUTICO", "NO REPORTADO", ""] {
        let outcome = read(read_vital_authorisations, "v.csv", with("1N1025871011100", none).as_bytes()).unwrap();
        assert_eq!((outcome.accepted.len(), &outcome.accepted[0].ium), (1, &None), "{none}");
        let kept = outcome.extras.iter().flat_map(|(_, values)| values).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        assert_eq!(kept, if none.contains(" IUM") { vec![none] } else { vec![] }, "{none}");
    }
    for (from, to, fault) in [
        ("2026-03-19T05:00:00.000", "2026-03-19T15:00:00.000", "2 fecha_de_autorizaci_n not_a_date"),
        ("2026-03-19T05:00:00.000", "", "2 fecha_de_autorizaci_n missing_value"),
        ("MÁS DE UN PACIENTE", "TODOS", "2 tipo_de_solicitud unknown_code"),
        ("NOREPINEFRINA", "NO APLICA", "2 principio_activo1 missing_value"),
        ("NOREPINEFRINA", "EPINEFRINÃ‘A", "2 principio_activo1 mojibake"),
    ] {
        let outcome = read(read_vital_authorisations, "v.csv", (with(from, to) + row + "\n").as_bytes()).unwrap();
        assert_eq!((outcome.faults(), outcome.accepted.len()), (vec![fault.to_owned()], 1), "{to}");
    }
    // A cell may hold line breaks, as the list's presentations do.
    let text = with("CAJAS X 5 AMPOLLAS X 4 mL", "\"CAJAS X 28 DOSIS\n\nCADA CAJA, CON KIT\"");
    let outcome = good(read_vital_authorisations, "v.csv", text.as_bytes());
    assert_eq!(outcome.accepted[0].presentation.as_deref(), Some("CAJAS X 28 DOSIS\n\nCADA CAJA, CON KIT"));
}

#[test]
fn another_header_stops_the_file() {
    for (from, to, code) in [
        ("tipo_de_solicitud", "tipo_solicitud", "renamed_column"),
        ("principio_activo1", "molecula", "missing_column"),
        (header(VITALS).trim_end(), "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p", "not_this_layout"),
    ] {
        let error = read(read_vital_authorisations, "v.csv", VITALS.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
    }
}
