//! Public purchases and contracts: what each row says, whom it does not name, why one is set aside, and what stops a file.

use crate::kit::{
    reading::read,
    tables::{ADDITIONS, CONTRACTS, PURCHASE_ORDERS, PURCHASES, good, header},
};
use jiff::civil::date;
use rust_decimal::Decimal;
use termometro::{
    domain::{
        identifier::taxpayer::Taxpayer,
        purchases::{
            contract::{AmountMeans, ContractEventKind},
            purchase::Implausible,
        },
        reports::import_faults::explain,
    },
    ingest::{read_secop_additions, read_secop_contracts, read_tvec_items, read_tvec_orders},
};

#[test]
fn lines_are_read_and_persons_are_not_named() {
    let outcome = good(read_tvec_items, "tvec_20260605.csv", PURCHASES.as_bytes());
    assert_eq!((outcome.facts.layout, outcome.facts.cut_date), ("tvec-items", Some(date(2026, 6, 5))));
    let [tablet, of_person, returned, mismatch] = &outcome.accepted[..] else { panic!("{:?}", outcome.accepted) };
    assert_eq!((tablet.order_id.as_str(), tablet.ordered_on), ("88001", date(2024, 9, 3)));
    assert_eq!((tablet.buyer.digits().as_str(), tablet.buyer_name.as_str()), ("899999063", "HOSPITAL DE EJEMPLO"));
    assert_eq!(tablet.seller.nit().map(|nit| nit.digits()).as_deref(), Some("860002964"));
    assert_eq!(tablet.seller_name.as_deref(), Some("DISTRIBUIDORA DE EJEMPLO"));
    assert_eq!((tablet.item_text.as_str(), tablet.unit_text.as_deref()), ("LOSARTAN 50 MG TABLETA", Some("TABLETA")));
    assert_eq!((tablet.price, tablet.quantity), ("120.5".parse().ok(), Some(Decimal::from(1_000))));
    assert_eq!((tablet.currency.as_str(), tablet.implausible()), ("COP", vec![]));
    assert_eq!((of_person.seller, of_person.seller_name.as_deref()), (Taxpayer::NaturalPerson, None));
    assert_eq!((of_person.unit_text.as_deref(), of_person.framework.as_deref()), (None, None), "`No Definido` is a blank");
    assert!(returned.is_return() && returned.implausible().is_empty());
    assert_eq!(mismatch.implausible(), [Implausible::TotalMismatch]);
    // The other data set calls the same columns otherwise.
    let renamed = PURCHASES
        .replacen("orden_de_compra", "orden", 1)
        .replacen("provedor", "proveedor", 1)
        .replacen(",price,qty,", ",precio,cantidad,", 1)
        .replacen("line_total", "total", 1);
    assert_eq!(good(read_tvec_items, "t.csv", renamed.as_bytes()).accepted, outcome.accepted);
}

#[test]
fn a_header_that_drifted_stops_the_file_by_name() {
    for (missing, table) in [("item", PURCHASES), ("nit_entidad", PURCHASES), ("qty", PURCHASES), ("line_total", PURCHASES)] {
        let error = read(read_tvec_items, "t.csv", table.replacen(missing, "otra_cosa_distinta", 1).as_bytes()).unwrap_err();
        assert!(["missing_column", "renamed_column"].contains(&error.code()), "{missing}: {error}");
        assert!(error.to_string().contains(missing), "{error}");
    }
    let error =
        read(read_tvec_orders, "t.csv", PURCHASE_ORDERS.replacen("estado", "otra_cosa_distinta", 1).as_bytes()).unwrap_err();
    assert!(error.to_string().contains("estado"), "{error}");
    // Given to the wrong command, a file is named.
    let error = read(read_tvec_items, "t.csv", CONTRACTS.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("termometro import secop_contracts"), "{error}");
}

#[test]
fn rows_at_fault_are_set_aside_and_nothing_is_lost() {
    let rows = "1,2024-09-03,H,899999063,P,860002964,LOSARTAN,10,1,CAJA,10,1\n\
        2,31/02/2024,H,899999063,P,860002964,LOSARTAN,10,1,CAJA,10,1\n\
        3,2024-09-03,H,79456123,P,860002964,LOSARTAN,10,1,CAJA,10,1\n\
        4,2024-09-03,H,899999063,P,860002964,,10,1,CAJA,10,1\n\
        5,2024-09-03,H,899999063,P,860002964,LOSARTAN,no hay,1,CAJA,10,1\n\
        6,2024-09-03,H,899999063,P,860002964,LOSARTAN,-10,1,CAJA,-10,1\n\
        7,2024-09-03,H,899999063,P,860002964,LOSARTAN,,,,,\n\
        ,,,,,,,,,,,\n";
    let outcome = read(read_tvec_items, "t.csv", format!("{}{rows}", header(PURCHASES)).as_bytes()).unwrap();
    let faults = [
        "3 fecha not_a_date", "4 nit_entidad not_an_organisation", "5 item missing_value", "6 price not_a_number",
        "7 price negative",
    ];
    assert_eq!(outcome.faults(), faults);
    assert_eq!((outcome.counts.read, outcome.counts.accepted, outcome.counts.refused), (8, 2, 1));
    assert!(outcome.quarantined.iter().all(|fault| explain(fault.reason).is_some()));
    assert_eq!(outcome.quarantined[1].value, "", "the number of a person is not repeated");
    assert_eq!(outcome.accepted[1].implausible(), [Implausible::PriceMissing, Implausible::QuantityMissing]);
    let dollars = header(PURCHASES).replacen("cdp", "moneda", 1);
    let row = |code: &str| format!("1,2024-09-03,H,899999063,P,860002964,LOSARTAN,10,1,CAJA,10,{code}\n");
    let outcome = read(read_tvec_items, "t.csv", format!("{dollars}{}{}", row("usd"), row("dólar")).as_bytes()).unwrap();
    assert_eq!(outcome.accepted.iter().map(|line| line.currency.as_str()).collect::<Vec<_>>(), ["USD"]);
    assert_eq!(outcome.faults(), ["3 moneda not_a_currency"]);
}

#[test]
fn a_cancelled_order_is_known_and_whoever_asked_for_it_is_not() {
    let outcome = good(read_tvec_orders, "ordenes.csv", PURCHASE_ORDERS.as_bytes());
    let states: Vec<_> = outcome.accepted.iter().map(|order| (order.state.as_str(), order.cancelled)).collect();
    assert_eq!(states, [("Emitida", false), ("Cancelada", true), ("Cerrada", false)]);
    assert_eq!(outcome.accepted[0].framework.as_deref(), Some("Medicamentos II"));
    assert!(outcome.extras.is_empty() && outcome.facts.extra_columns.is_empty());
    let wide = PURCHASE_ORDERS.replacen("ciudad", "correo_del_solicitante", 1);
    let outcome = good(read_tvec_orders, "ordenes.csv", wide.as_bytes());
    assert!(outcome.extras.is_empty() && outcome.facts.extra_columns == ["correo_del_solicitante"], "its name alone");
}

#[test]
fn contracts_and_what_happened_to_them_are_read_without_making_amounts() {
    let outcome = good(read_secop_contracts, "contratos.csv", CONTRACTS.as_bytes());
    let [signed, draft] = &outcome.accepted[..] else { panic!("{:?}", outcome.accepted) };
    assert_eq!((signed.contract_id.as_str(), signed.category.as_deref()), ("CO1.PCCNTR.1", Some("51101500")));
    assert_eq!(
        (signed.signed_on, signed.value, signed.added_days),
        (Some(date(2024, 5, 15)), Some(Decimal::from(120_000_000)), Some(30))
    );
    assert!(!signed.is_draft && draft.is_draft);
    assert_eq!((draft.seller, draft.seller_name.as_deref(), draft.signed_on), (Taxpayer::NaturalPerson, None, None));
    let outcome = good(read_secop_additions, "adiciones.csv", ADDITIONS.as_bytes());
    let kinds: Vec<ContractEventKind> = outcome.accepted.iter().map(|event| event.kind).collect();
    let expected = [
        ContractEventKind::Modification,
        ContractEventKind::Modification,
        ContractEventKind::Addition,
        ContractEventKind::Suspension,
        ContractEventKind::Other,
    ];
    assert_eq!(kinds, expected);
    assert!(outcome.accepted.iter().all(|event| event.amount.is_none() && event.amount_means == AmountMeans::Unknown));
    assert_eq!(outcome.accepted[0].event_id, outcome.accepted[1].event_id, "several rows of one event");
}
