//! A case of four reports of Lantus of 2020, judged by the service's own functions: the real row first.
use jiff::civil::{Date, date};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use termometro::{
    domain::{
        calendar::period::Period,
        cases::excess_total::{RowExcess, WhichPrice, row_excess, total},
        identifier::cum::Cum,
        law::{
            channel::{CeilingColumn, Place},
            lawbook::{CeilingStatement, ProductLaw, RegulationStatus},
            listed::InvoiceUnit,
            rules::{Facts, IpsMargin, MarginRule, RULE_VERSION, Rules, Seller},
        },
        number::amount::{display, plain},
        verdict::report_verdict::ReportPrices,
    },
    read_model::verdicts::stored_basis::StoredBasis,
    store::judging::basis_rows::canonical,
};

pub const LANTUS: &str = "19914312-20";
pub const ACT: &str = "circular-10-2020";

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn statement(cum: &str, packed: i64, amount: &str, act: &str, valid_from: Date, cut: Date, order: i64) -> CeilingStatement {
    CeilingStatement {
        cum: cum.parse().unwrap(),
        column: CeilingColumn::Institutional,
        binds: true,
        by_column: false,
        amount: Some(d(amount)),
        ips_margin: IpsMargin::ByRule,
        act: act.to_owned(),
        valid_from,
        list_cut_date: cut,
        list_order: order,
        market: Some("96".to_owned()),
        facts: Facts {
            dispensing_units: Some(Decimal::from(packed)),
            regulated_units: Some(Decimal::from(300 * packed)),
            regulated_unit: Some("UI".to_owned()),
            medical_sample: false,
            code: None,
        },
    }
}

fn book() -> ProductLaw {
    let (start, cut) = (date(2020, 3, 28), date(2021, 9, 3));
    let older = |cum, packed, amount| statement(cum, packed, amount, "circular-07-2018", date(2019, 1, 1), date(2020, 2, 1), 1);
    let newer = |cum, packed, amount| statement(cum, packed, amount, ACT, start, cut, 2);
    let statements = vec![
        older(LANTUS, 1, "31500.5"),
        newer(LANTUS, 1, "33052"),
        older("19914312-21", 5, "157502.5"),
        newer("19914312-21", 5, "165260"),
    ];
    ProductLaw { statements, ..ProductLaw::default() }
}

fn rules() -> Rules {
    let rule = |above: &str, up_to: Option<&str>, percent: &str| MarginRule {
        from: date(2020, 1, 1),
        until: None,
        above: d(above),
        up_to: up_to.map(d),
        percent: d(percent),
    };
    Rules { max_age_days: 120, margin_rules: vec![rule("0", Some("1000000"), "7"), rule("1000000", None, "3.5")] }
}

/// What one report says: period, transaction, unit, minimum, maximum, units, value.
pub struct Report(pub &'static str, pub u8, pub (&'static str, InvoiceUnit), pub [Option<&'static str>; 4]);

pub const REPORTS: [Report; 4] = [
    Report("2020-06", 1, ("A", InvoiceUnit::Pack), [Some("171764"), Some("171764"), Some("1"), Some("171764")]),
    // The average is within, the maximum is not; no minimum was reported.
    Report("2020-05", 3, ("A", InvoiceUnit::Pack), [None, Some("40000.5"), Some("40"), Some("1200000")]),
    // The final sale of an IPS: its margin is added.
    Report("2020-05", 5, ("C", InvoiceUnit::DispensingUnit), [Some("36000"), Some("38000"), Some("40"), Some("1500000")]),
    // By the unit of regulation: the division is cut to centavos.
    Report("2020-04", 1, ("D", InvoiceUnit::RegulatedUnit), [Some("110"), Some("120.5"), Some("100"), Some("12050")]),
];

fn excess_json(excess: &RowExcess) -> Value {
    json!({
        "kind": excess.kind.code(), "price": excess.price.code(), "left": plain(excess.left), "right": plain(excess.right),
        "factor": plain(excess.factor), "amount": display(excess.amount),
    })
}

/// One row of the evidence, by the way that a stored report goes: basis, digest, three prices.
fn row(number: usize, Report(period, transaction, (code, unit), figures): &Report) -> (Value, Decimal) {
    let place = Place::from_transaction(*transaction).unwrap();
    let cum: Cum = LANTUS.parse().unwrap();
    let question = termometro::domain::law::basis::LawQuestion {
        cum,
        period: Period::parse(period).unwrap(),
        place,
        seller: Seller::usual(place),
    };
    let view = book().view(&question, &rules(), &RegulationStatus::PossiblyRegulated, &Facts::default());
    let kept = canonical(&question, &view, &rules());
    let [minimum, maximum, units, value] = figures.map(|figure| figure.map(d));
    let prices = ReportPrices { unit: *unit, minimum, maximum, units, value };
    let basis = StoredBasis {
        rule_version: RULE_VERSION.to_owned(),
        ground: view.ground.clone(),
        facts: view.facts.clone(),
        siblings: view.siblings.clone(),
        law_steps: kept.law_steps.as_array().unwrap().clone(),
    };
    let judged: Vec<Value> = WhichPrice::ALL
        .into_iter()
        .zip(prices.observed())
        .map(|(which, observed)| {
            let judged = basis.judge(observed);
            json!({"which": which.code(), "verdict": judged.judgement.verdict.code(), "worksheet": judged.worksheet})
        })
        .collect();
    let verdicts = prices.judge(&view);
    let excess = row_excess(&verdicts.minimum, &verdicts.average, &verdicts.maximum).unwrap();
    let facts = &view.facts;
    let value = json!({
        "number": number,
        "source": {"file": "sismed-2020.csv", "sha256": "7f".repeat(32), "line": 16 + number, "publisher": "MinSalud – SISMED",
            "submission": null, "position": null, "receipt": null},
        "reported": {"cum": LANTUS, "period": period, "actor_role": "2", "operation": "VN", "transaction": transaction.to_string(),
            "unit": code, "minimum": figures[0], "maximum": figures[1], "units": figures[2], "value": figures[3],
            "reporter_nit": "900123456-7", "seller_nit": "900123456-7"},
        "flags": if number == 1 { vec!["another_unit_fits"] } else { Vec::new() },
        "basis": {"rule_version": RULE_VERSION, "digest": kept.digest, "law_steps": kept.law_steps, "siblings": kept.siblings,
            "facts": [facts.dispensing_units.map(plain), facts.regulated_units.map(plain), facts.regulated_unit]},
        "prices": judged,
        "excess": excess_json(&excess),
    });
    (value, excess.amount)
}

pub fn content() -> Value {
    let (rows, amounts): (Vec<Value>, Vec<Decimal>) =
        REPORTS.iter().enumerate().map(|(index, report)| row(index + 1, report)).unzip();
    let step = |ordinal: u64, at: &str, kind: &str, states: [Option<&str>; 2], who: [&str; 2], said: [Option<&str>; 2]| {
        json!({"ordinal": ordinal, "at": at, "by": {"kind": who[0], "name": who[1]}, "kind": kind, "from": states[0], "to": states[1],
            "reason": said[0], "text": said[1]})
    };
    let (ana, luis) = (["regulator", "Ana Rojas"], ["regulator", "Luis Peña"]);
    json!({
        "format": "termometro-dossier/1",
        "generated_at": "2026-11-23T15:04:05Z",
        "data_version": "42",
        "case": {
            "id": "c_01", "state": "confirmed",
            "seller": {"nit": "900123456-7", "name": "Distribuidora <Ejemplo> & Cía. S.A.S."},
            "medicine": {"cum": LANTUS, "description": "LANTUS - Insulina Glargina 300UI/3ml - Inyectable x 1", "holder": "SANOFI"},
            "act": {"id": ACT, "title": "Circular 10 de 2020", "published_in": "Diario Oficial 51209", "source": "https://example.org/10-2020"},
            "period": {"from": "2020-04-01", "until": "2020-07-01"},
            "reports": rows.len(),
            "total_excess": {"amount": display(total(amounts).unwrap()), "currency": "COP"},
            "another_unit_fits": true,
            "clock": {"notified_on": "2026-11-02", "reply_due": "2026-11-24", "limitation_first": "2023-04-30", "limitation_last": "2023-06-30",
                "rules": [{"code": "reply", "amount": 15, "unit": "working_days", "citation": "Ley 1437 de 2011, art. 47", "confirmed": false}]},
        },
        "history": [
            step(1, "2026-11-01T10:00:00Z", "opened", [None, Some("suspected")], ["system", "termometro"], [Some("4 reportes"), None]),
            step(2, "2026-11-02T10:00:00Z", "transition", [Some("suspected"), Some("notified")], ana, [Some("Traslado"), None]),
            step(3, "2026-11-10T10:00:00.5Z", "reply", [Some("notified"), Some("answered")], ["reporter", "Distribuidora"],
                [None, Some("El precio era de cinco cartuchos.\n<b>Ver factura</b>")]),
            step(4, "2026-11-20T10:00:00Z", "proposal", [Some("answered"), Some("confirmed")], ana, [Some("La factura dice uno"), None]),
            step(5, "2026-11-23T15:04:05.25Z", "transition", [Some("answered"), Some("confirmed")], luis, [Some("De acuerdo"), None]),
        ],
        "evidence": rows,
    })
}
