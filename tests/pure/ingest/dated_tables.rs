//! Our own dated tables, of actors and of unit conventions: what each row says, and why one is set aside.

use crate::kit::{
    reading::read,
    tables::{ACTORS, CONVENTIONS, good, header},
};
use jiff::civil::date;
use termometro::{
    domain::{
        calendar::valid_days::ValidDays,
        invoices::document::DocumentKind,
        law::{
            channel::{Channel, Stage},
            rules::Seller,
        },
        reports::import_faults::explain,
        verdict::comparison::Per,
    },
    ingest::{read_actors, read_unit_conventions},
};

#[test]
fn actors_and_conventions_are_read_with_their_days_and_sources() {
    let actors = good(read_actors, "actores_20261101.csv", ACTORS.as_bytes());
    assert_eq!((actors.facts.layout, actors.facts.cut_date), ("termometro-actors", Some(date(2026, 11, 1))));
    let [hospital, distributor] = &actors.accepted[..] else { panic!("{:?}", actors.accepted) };
    assert_eq!((hospital.nit.to_string().as_str(), hospital.name.as_str()), ("899999063-3", "HOSPITAL DE EJEMPLO"));
    assert_eq!(
        (hospital.seller, hospital.stage, hospital.channel),
        (Some(Seller::Ips), Some(Stage::Final), Some(Channel::Institutional))
    );
    assert_eq!(hospital.valid, ValidDays { from: date(2019, 1, 1), until: None });
    assert_eq!((distributor.seller, distributor.stage, distributor.channel), (Some(Seller::Other), Some(Stage::Secondary), None));
    assert_eq!(distributor.valid.until, Some(date(2024, 1, 1)), "the last day is one of them");
    assert_eq!(distributor.citation, "Contrato 12 de 2019");
    let conventions = good(read_unit_conventions, "convenciones.csv", CONVENTIONS.as_bytes());
    let [of_seller, of_kind] = &conventions.accepted[..] else { panic!("{:?}", conventions.accepted) };
    assert_eq!((of_seller.per, of_seller.kind), (Per::Pack, Some(DocumentKind::Invoice)));
    assert_eq!(of_seller.seller.map(|nit| nit.digits()).as_deref(), Some("860002964"));
    assert_eq!((of_kind.per, of_kind.seller, of_kind.kind), (Per::DispensingUnit, None, Some(DocumentKind::RipsBill)));
}

#[test]
fn a_row_that_says_nothing_or_ends_before_it_begins_is_set_aside() {
    let rows = "899999063-4,A,ips,,,2020-01-01,,x\n899999063,A,,,,2020-01-01,,x\n899999063,A,clinica,,,2020-01-01,,x\n\
        899999063,A,ips,,,2020-01-02,2020-01-01,x\n899999063,A,ips,,,ayer,,x\n899999063,A,ips,,,2020-01-01,,\n899999063,A,IPS,,,2020-01-01,2020-01-01,x\n";
    let outcome = read(read_actors, "actores.csv", format!("{}{rows}", header(ACTORS)).as_bytes()).unwrap();
    let faults = [
        "2 nit not_a_nit", "3 - says_nothing", "4 vende_como unknown_code", "5 ultimo_dia ends_before_it_begins",
        "6 primer_dia not_a_date", "7 fuente missing_value",
    ];
    assert_eq!(outcome.faults(), faults);
    assert_eq!(outcome.accepted.len(), 1, "one day is a time too");
    assert!(outcome.quarantined.iter().all(|fault| explain(fault.reason).is_some()));
    let rows = "caja,860002964,,2020-01-01,,x\npack,,,2020-01-01,,x\npack,,nota,2020-01-01,,x\npack,1,,2020-01-01,,x\n";
    let outcome = read(read_unit_conventions, "c.csv", format!("{}{rows}", header(CONVENTIONS)).as_bytes()).unwrap();
    let faults =
        ["2 precio_por unknown_code", "3 - says_nothing", "4 clase_de_documento unknown_code", "5 nit_vendedor not_a_nit"];
    assert_eq!(outcome.faults(), faults);
}
