//! Which candidates a product's statements give, and when nothing proves or binds.
use super::*;
use crate::domain::law::Seller;
use jiff::civil::date;

fn statement(cum: &str, column: Column, amount: &str) -> CeilingStatement {
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
        },
    }
}

fn market(valid_from: Date, order: i64) -> MarketStatement {
    let (market, unit, act) = ("96".to_owned(), "UI".to_owned(), "circular-10-2020".to_owned());
    let unit_price = Some(Decimal::new(11017, 2));
    MarketStatement { market, unit_price, unit, act, valid_from, list_cut_date: date(2021, 9, 3), list_order: order }
}

fn view(book: &LawBook, cum: &str, place: Place, knowledge: &Knowledge) -> LegalView {
    let period = Period::parse("2020-06-15").unwrap();
    let question = Question { cum: cum.parse().unwrap(), period, place, seller: Seller::usual(place) };
    let rules = Rules { max_age_days: 120, margin_rules: Vec::new() };
    book.view(&question, &rules, knowledge, &Facts::default())
}

fn place(transaction: u8) -> Place {
    Place::from_transaction(transaction).unwrap()
}

const COUNTER: Place = Place::new(Channel::Commercial, crate::domain::channel::Stage::Final);

#[test]
fn a_listed_product_has_no_ceiling_at_the_counter_unless_its_act_says_so() {
    let book = LawBook { statements: vec![statement("1-1", Column::Institutional, "33052")], ..LawBook::default() };
    assert_eq!(
        view(&book, "1-1", COUNTER, &Knowledge::PossiblyRegulated).ground,
        Ground::NoCeilingForThisStage { changed: false }
    );
    let mut kaletra = book.clone();
    kaletra.statements.push(statement("1-1", Column::CommercialFinal, "108048"));
    assert!(matches!(view(&kaletra, "1-1", COUNTER, &Knowledge::PossiblyRegulated).ground, Ground::Ceiling { .. }));
}

#[test]
fn the_published_ceiling_wins_over_the_derived_one() {
    let mut book = LawBook { statements: vec![statement("1-1", Column::Institutional, "33052")], ..LawBook::default() };
    book.markets.push(market(date(2020, 3, 28), 1));
    let Ground::Ceiling { chosen, .. } = view(&book, "1-1", place(1), &Knowledge::PossiblyRegulated).ground else { panic!() };
    assert_eq!((chosen.basis, chosen.amount), (Basis::PublishedForCum, Decimal::from(33_052)));
    book.statements[0].binds = false;
    let Ground::Ceiling { chosen, .. } = view(&book, "1-1", place(1), &Knowledge::PossiblyRegulated).ground else { panic!() };
    assert_eq!((chosen.basis, chosen.amount), (Basis::DerivedFromUnitPrice, Decimal::from(33_051)));
    let commercial = view(&book, "1-1", place(2), &Knowledge::PossiblyRegulated).ground;
    assert_eq!(commercial, Ground::NoCeilingForThisStage { changed: false });
}

#[test]
fn not_regulated_needs_proof() {
    let complete = CompleteList { from: date(2020, 4, 1), cut_date: date(2021, 9, 3), name: "list".to_owned() };
    let book = LawBook { complete_lists: vec![complete], ..LawBook::default() };
    let free = Knowledge::InNoMarket { what: "N02BE01 ACETAMINOFEN".to_owned() };
    assert_eq!(view(&book, "9-1", place(1), &free).ground, Ground::NotRegulated);
    let unknown = |knowledge, reason| {
        assert_eq!(view(&book, "9-1", place(1), knowledge).ground, Ground::Unknown { reason, reference: None });
    };
    unknown(&Knowledge::PossiblyRegulated, Reason::MarketUnknown);
    unknown(&Knowledge::Nothing, Reason::UnknownMedicine);
    let nothing = LawBook::default();
    let reason = Reason::PeriodBeforeFirstList;
    assert_eq!(view(&nothing, "9-1", place(1), &free).ground, Ground::Unknown { reason, reference: None });
}

#[test]
fn other_packs_of_the_same_registration_are_siblings() {
    let mut book = LawBook { statements: vec![statement("1-1", Column::Institutional, "33052")], ..LawBook::default() };
    let mut five = statement("1-2", Column::Institutional, "165259.98");
    five.facts.dispensing_units = Some(Decimal::from(5));
    book.statements.push(five);
    let siblings = view(&book, "1-1", place(1), &Knowledge::PossiblyRegulated).siblings;
    assert_eq!(siblings.len(), 1);
    assert_eq!(siblings[0].dispensing_units, Decimal::from(5));
}
