//! The candidates that a product's statements give, and when nothing proves or binds.
use super::*;
use crate::domain::law::{basis::Remarks, rules::Seller};
use jiff::civil::date;

fn statement(cum: &str, column: CeilingColumn, amount: &str) -> CeilingStatement {
    CeilingStatement {
        cum: cum.parse().unwrap(),
        column,
        binds: true,
        by_column: false,
        amount: (amount != "-").then(|| amount.parse().unwrap()),
        ips_margin: IpsMargin::None,
        act: "circular-10-2020".to_owned(),
        valid_from: date(2020, 3, 28),
        list_cut_date: date(2021, 9, 3),
        list_order: 1,
        market: Some("96".to_owned()),
        facts: Facts {
            dispensing_units: Some(Decimal::ONE),
            regulated_units: Some(Decimal::from(300)),
            regulated_unit: Some("UI".to_owned()),
            medical_sample: false,
            code: None,
        },
    }
}

fn market(valid_from: Date, order: i64) -> MarketStatement {
    let (market, unit, act) = ("96".to_owned(), "UI".to_owned(), "circular-10-2020".to_owned());
    let unit_price = Some(Decimal::new(11017, 2));
    MarketStatement {
        market,
        unit_price,
        unit,
        act,
        valid_from,
        list_cut_date: date(2021, 9, 3),
        list_order: order,
        financing: None,
    }
}

fn view(book: &ProductLaw, cum: &str, place: Place, knowledge: &RegulationStatus) -> ApplicableLaw {
    let period = Period::parse("2020-06-15").unwrap();
    let question = LawQuestion { cum: cum.parse().unwrap(), period, place, seller: Seller::usual(place) };
    let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
    book.view(&question, &rules, knowledge, &Facts::default())
}

fn place(transaction: u8) -> Place {
    Place::from_transaction(transaction).unwrap()
}

const COUNTER: Place = Place::new(Channel::Commercial, crate::domain::law::channel::Stage::Final);

#[test]
fn a_listed_product_has_no_ceiling_at_the_counter_unless_its_act_says_so() {
    let book = ProductLaw { statements: vec![statement("1-1", CeilingColumn::Institutional, "33052")], ..ProductLaw::default() };
    assert_eq!(
        view(&book, "1-1", COUNTER, &RegulationStatus::PossiblyRegulated).ground,
        LegalBasis::NoCeilingForThisStage { remarks: Remarks::default() }
    );
    let mut kaletra = book.clone();
    kaletra.statements.push(statement("1-1", CeilingColumn::CommercialFinal, "108048"));
    assert!(matches!(view(&kaletra, "1-1", COUNTER, &RegulationStatus::PossiblyRegulated).ground, LegalBasis::Ceiling { .. }));
}

#[test]
fn the_published_ceiling_wins_over_the_derived_one() {
    let mut book =
        ProductLaw { statements: vec![statement("1-1", CeilingColumn::Institutional, "33052")], ..ProductLaw::default() };
    book.markets.push(market(date(2020, 3, 28), 1));
    let LegalBasis::Ceiling { chosen, .. } = view(&book, "1-1", place(1), &RegulationStatus::PossiblyRegulated).ground else {
        panic!()
    };
    assert_eq!((chosen.basis, chosen.amount), (CeilingOrigin::PublishedForCum, Decimal::from(33_052)));
    book.statements[0].binds = false;
    let LegalBasis::Ceiling { chosen, .. } = view(&book, "1-1", place(1), &RegulationStatus::PossiblyRegulated).ground else {
        panic!()
    };
    assert_eq!((chosen.basis, chosen.amount), (CeilingOrigin::DerivedFromUnitPrice, Decimal::from(33_051)));
    let commercial = view(&book, "1-1", place(2), &RegulationStatus::PossiblyRegulated).ground;
    assert_eq!(commercial, LegalBasis::NoCeilingForThisStage { remarks: Remarks::default() });
}

#[test]
fn not_regulated_needs_proof() {
    let complete = CompleteList { from: date(2020, 4, 1), cut_date: date(2021, 9, 3), name: "list".to_owned() };
    let book = ProductLaw { complete_lists: vec![complete], ..ProductLaw::default() };
    let free = RegulationStatus::ProvenUnregulated { what: "N02BE01 ACETAMINOFEN".to_owned() };
    assert_eq!(view(&book, "9-1", place(1), &free).ground, LegalBasis::NotRegulated);
    let unknown = |knowledge, reason| {
        assert_eq!(view(&book, "9-1", place(1), knowledge).ground, LegalBasis::Unknown { reason, reference: None });
    };
    unknown(&RegulationStatus::PossiblyRegulated, Reason::MarketUnknown);
    unknown(&RegulationStatus::UnknownProduct, Reason::UnknownMedicine);
    // No list is held that names all that is regulated.
    let nothing = ProductLaw::default();
    let reason = Reason::MarketUnknown;
    assert_eq!(view(&nothing, "9-1", place(1), &free).ground, LegalBasis::Unknown { reason, reference: None });
}

#[test]
fn other_packs_of_the_same_registration_are_siblings() {
    let mut book =
        ProductLaw { statements: vec![statement("1-1", CeilingColumn::Institutional, "33052")], ..ProductLaw::default() };
    let mut five = statement("1-2", CeilingColumn::Institutional, "165259.98");
    five.facts.dispensing_units = Some(Decimal::from(5));
    book.statements.push(five);
    let siblings = view(&book, "1-1", place(1), &RegulationStatus::PossiblyRegulated).siblings;
    assert_eq!(siblings.len(), 1);
    assert_eq!(siblings[0].dispensing_units, Decimal::from(5));
}

/// Amount and whether the list states two prices, at a place.
fn bound(book: &ProductLaw, place: Place) -> (Decimal, bool) {
    match view(book, "1-1", place, &RegulationStatus::PossiblyRegulated).ground {
        LegalBasis::Ceiling { chosen, remarks } => (chosen.binding, remarks.two_prices),
        other => panic!("{other:?}"),
    }
}

#[test]
fn two_rows_of_one_list_are_two_prices_in_either_order_and_a_repeated_row_is_one() {
    let rows = ["2100000", "2300000"].map(|amount| statement("1-1", CeilingColumn::Institutional, amount));
    for order in [[0, 1], [1, 0]] {
        let book = ProductLaw { statements: order.map(|at| rows[at].clone()).to_vec(), ..ProductLaw::default() };
        assert_eq!(bound(&book, place(1)), (Decimal::from(2_300_000), true));
        assert_eq!(view(&book, "1-1", place(1), &RegulationStatus::PossiblyRegulated).candidates.len(), 2, "both are shown");
        let counter = view(&book, "1-1", COUNTER, &RegulationStatus::PossiblyRegulated);
        assert_eq!(counter.ground, LegalBasis::NoCeilingForThisStage { remarks: Remarks::default() }, "neither row names it");
        assert_eq!(counter.candidates.len(), 1);
    }
    let book = ProductLaw { statements: vec![rows[0].clone(), rows[0].clone()], ..ProductLaw::default() };
    assert_eq!(bound(&book, place(1)), (Decimal::from(2_100_000), false));
}

#[test]
fn two_unit_prices_of_one_market_in_one_list_are_two_prices() {
    let mut reference = statement("1-1", CeilingColumn::Institutional, "1");
    reference.binds = false;
    let twice = |second: i64| {
        let other = MarketStatement { unit_price: Some(Decimal::new(second, 2)), ..market(date(2020, 3, 28), 1) };
        ProductLaw {
            statements: vec![reference.clone()],
            markets: vec![market(date(2020, 3, 28), 1), other],
            ..ProductLaw::default()
        }
    };
    assert_eq!(bound(&twice(12_000), place(1)), (Decimal::from(36_000), true));
    assert_eq!(bound(&twice(10_000), place(1)), (Decimal::from(33_051), true));
    assert_eq!(bound(&twice(11_017), place(1)), (Decimal::from(33_051), false), "a row that repeats it");
}

#[test]
fn a_list_that_places_a_product_in_two_markets_states_two_prices() {
    let mut rows = [statement("1-1", CeilingColumn::Institutional, "1"), statement("1-1", CeilingColumn::Institutional, "1")];
    rows.iter_mut().for_each(|row| row.binds = false);
    rows[1].market = Some("97".to_owned());
    let other = MarketStatement { market: "97".to_owned(), unit_price: Some(Decimal::from(90)), ..market(date(2020, 3, 28), 1) };
    let book =
        ProductLaw { statements: rows.to_vec(), markets: vec![market(date(2020, 3, 28), 1), other], ..ProductLaw::default() };
    assert_eq!(bound(&book, place(1)), (Decimal::from(33_051), true));
}

#[test]
fn what_a_list_says_of_the_pack_in_two_ways_is_not_known() {
    let mut rows = ["100", "100"].map(|amount| statement("1-1", CeilingColumn::Institutional, amount));
    rows[1].facts.dispensing_units = Some(Decimal::from(10));
    let catalogue = Facts { dispensing_units: Some(Decimal::from(5)), medical_sample: true, ..Facts::default() };
    let facts = |rows: &[CeilingStatement]| {
        ProductLaw { statements: rows.to_vec(), ..ProductLaw::default() }.facts("1-1".parse().unwrap(), &catalogue)
    };
    assert_eq!((facts(&rows).dispensing_units, facts(&rows).regulated_units), (None, Some(Decimal::from(300))));
    assert!(facts(&rows).medical_sample, "the catalogue's word");
    assert_eq!(facts(&rows[..1]).dispensing_units, Some(Decimal::ONE));
    rows[1].list_order = 2;
    assert_eq!(facts(&rows).dispensing_units, Some(Decimal::from(10)), "a newer list's word");
    rows[1].facts.dispensing_units = None;
    assert_eq!(facts(&rows).dispensing_units, Some(Decimal::ONE));
    assert_eq!(facts(&[]).dispensing_units, Some(Decimal::from(5)));
}

/// Of one list three editions: the second no longer states the ceiling, the third does again.
#[test]
fn what_a_later_edition_leaves_out_is_not_known_to_bind() {
    let cuts = [date(2020, 5, 1), date(2020, 7, 1), date(2020, 8, 1)];
    let edition = |order: i64, series: &str| {
        let at = usize::try_from(order - 1).unwrap();
        ListEdition { list_order: order, series: series.to_owned(), cut_date: cuts[at] }
    };
    let stated = |order: i64| CeilingStatement {
        list_order: order,
        list_cut_date: cuts[usize::try_from(order - 1).unwrap()],
        ..statement("1-1", CeilingColumn::Institutional, "100")
    };
    let ground = |orders: &[i64], second: &str, day: &str, transaction| {
        let editions = vec![edition(1, "a"), edition(2, second), edition(3, "a")];
        let statements = orders.iter().map(|order| stated(*order)).collect();
        let book = ProductLaw { statements, editions: std::sync::Arc::new(editions), ..ProductLaw::default() };
        let question = LawQuestion {
            cum: "1-1".parse().unwrap(),
            period: Period::parse(day).unwrap(),
            place: place(transaction),
            seller: Seller::Other,
        };
        let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
        match book.view(&question, &rules, &RegulationStatus::PossiblyRegulated, &Facts::default()).ground {
            LegalBasis::Ceiling { chosen, .. } => format!("{}", chosen.binding),
            LegalBasis::Unknown { reason, reference } => format!("{reason} {:?}", reference.map(|chosen| chosen.index)),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(ground(&[1], "a", "2020-06-30", 1), "100");
    assert_eq!(ground(&[1], "a", "2020-07-01", 1), "not_in_newest_list Some(0)");
    assert_eq!(ground(&[1], "a", "2020-07", 1), "not_in_newest_list Some(0)");
    assert_eq!(ground(&[1], "b", "2020-07-15", 1), "100", "a list of another series is no edition of this one");
    assert_eq!(ground(&[1], "b", "2020-08-01", 1), "not_in_newest_list Some(0)");
    // Stated again, it binds, also for the days between: the newest list says since when.
    assert_eq!(ground(&[1, 3], "a", "2020-07-15", 1), "100");
    // A place that the list left free is not known to be free either.
    assert_eq!(ground(&[1], "a", "2020-07-15", 2), "not_in_newest_list None");
    assert_eq!(ground(&[1], "a", "2020-10-15", 1), "ceiling_list_out_of_date Some(0)", "the older edition is too old by itself");
}
