//! `list_ceilings`: which ceiling binds each place on a day, with the row it was read from.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        identifier::cum::Cum,
        law::{
            basis::{Chosen, LawQuestion, LegalBasis},
            channel::Place,
            financing::ListedFinancing,
            lawbook::{ApplicableLaw, ProductLaw},
            rules::{Candidate, CeilingOrigin, Facts, Seller},
        },
        reason::Reason,
    },
    read_model::{
        ReadModel,
        data_version::DataVersion,
        source_rows::{CeilingSource, FoundRow, SourceRows, WantedSource},
        statements,
    },
    store::{catalogue::law_library::LawRepository, postgres::error::StoreError},
};

/// The law at one place (channel and stage).
#[derive(Clone, Debug)]
pub struct PlaceState {
    pub place: Place,
    pub state: CeilingStatus,
    /// The rows of a list that states two prices here, in its order; otherwise none.
    pub stated: Vec<StatedPrice>,
}

#[derive(Clone, Debug)]
pub enum CeilingStatus {
    Bound(Arc<CeilingInForce>),
    NoCeilingForThisStage,
    NotRegulated,
    Unknown { reason: Reason, reference: Option<Arc<CeilingInForce>> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingInForce {
    pub amount: Decimal,
    /// What an IPS may add in a final institutional transaction; zero where none applies.
    pub ips_margin: Decimal,
    pub basis: CeilingOrigin,
    pub act: Arc<str>,
    pub valid_from: Date,
    /// The day before which it ends, where a later statement is known.
    pub valid_until: Option<Date>,
    pub list_cut_date: Date,
    /// The market's price per unit of regulation, and the unit, where the same list states it under the same act.
    pub unit_price: Option<(Decimal, String)>,
    /// Of one derived from a unit price, where a list of the benefit plan is held.
    pub financing: Option<Arc<ListedFinancing>>,
    pub source: Option<CeilingSource>,
}

/// One of several statements of one list about one presentation and place.
#[derive(Clone, Debug)]
pub struct StatedPrice {
    /// Per pack; `None`: the row says that nothing binds here.
    pub amount: Option<Decimal>,
    /// In pesos, where the row states it.
    pub ips_margin: Option<Decimal>,
    pub source: CeilingSource,
}

#[derive(Clone, Debug)]
pub struct CeilingsView {
    pub cum: Cum,
    pub facts: Facts,
    pub market: Option<String>,
    pub places: Vec<PlaceState>,
}

impl ReadModel {
    /// `None` when no source knows the CUM. `version`: of the data, as the answer names it.
    pub async fn ceilings(
        &self,
        cum: Cum,
        day: Date,
        known_at: Option<Timestamp>,
        version: &DataVersion,
    ) -> Result<Option<CeilingsView>, StoreError> {
        let Some(period) = Period::day(day) else { return Ok(None) };
        let held = self.law_of(cum.expediente, known_at, version).await?;
        if !held.law.knows(cum) && !self.is_medicine(cum).await? {
            return Ok(None);
        }
        Ok(Some(view(&held.law, &held.sources, cum, day, period)))
    }

    /// Whether any source names this presentation.
    async fn is_medicine(&self, cum: Cum) -> Result<bool, StoreError> {
        let mut connection = self.database.read_connection().await?;
        Ok(connection.query_opt(statements::medicine_exists, &[&cum.expediente, &cum.consecutive]).await?.is_some())
    }
}

impl CeilingStatus {
    /// The ceiling that is shown, whether it binds or stands for reference.
    pub fn ceiling(&mut self) -> Option<&mut Arc<CeilingInForce>> {
        match self {
            Self::Bound(ceiling) | Self::Unknown { reference: Some(ceiling), .. } => Some(ceiling),
            _ => None,
        }
    }
}

impl PlaceState {
    /// The row that states what is shown here; where the list states two prices, all of its rows.
    fn read_from(&mut self, wanted: &WantedSource, rows: Vec<FoundRow>) {
        let states = |row: &&FoundRow| wanted.pack(row) == wanted.amount && row.margin == wanted.margin;
        if let Some(ceiling) = self.state.ceiling() {
            Arc::make_mut(ceiling).source = rows.iter().find(states).or(rows.first()).map(|row| row.source.clone());
        }
        if wanted.two_prices {
            let stated = |row: FoundRow| StatedPrice { amount: wanted.pack(&row), ips_margin: row.margin, source: row.source };
            self.stated = rows.into_iter().map(stated).collect();
        }
    }
}

impl CeilingsView {
    /// Places at which the very same ceiling stands hold it once.
    pub fn share_ceilings(&mut self) {
        let mut held: Vec<Arc<CeilingInForce>> = Vec::new();
        for ceiling in self.places.iter_mut().filter_map(|place| place.state.ceiling()) {
            match held.iter().find(|one| *one == ceiling) {
                Some(same) => *ceiling = same.clone(),
                None => held.push(ceiling.clone()),
            }
        }
    }
}

/// What the law says of each place, with the rows it was read from.
pub fn view(law: &LawRepository, sources: &SourceRows, cum: Cum, day: Date, period: Period) -> CeilingsView {
    let book = law.book(cum);
    let place = |place| {
        let question = LawQuestion { cum, period, place, seller: Seller::usual(place) };
        let applicable = law.view(&question);
        let mut shown = PlaceState { place, state: state(&question, &applicable, law), stated: Vec::new() };
        if let Some(wanted) = WantedSource::of(place, &applicable, day) {
            shown.read_from(&wanted, sources.find(cum, book, &wanted));
        }
        shown
    };
    let places = Place::ALL.into_iter().map(place).collect();
    let own = book
        .statements
        .iter()
        .filter(|statement| statement.cum == cum)
        .max_by_key(|statement| (statement.list_cut_date, statement.list_order));
    let market = own.and_then(|statement| statement.market.clone());
    let facts = book.facts(cum, &law.catalogue_facts(cum));
    CeilingsView { cum, facts, market, places }
}

fn state(question: &LawQuestion, view: &ApplicableLaw, law: &LawRepository) -> CeilingStatus {
    let in_force = |chosen: &Chosen| Arc::new(in_force(question, chosen, &view.candidates, law));
    match &view.ground {
        LegalBasis::Ceiling { chosen, .. } => CeilingStatus::Bound(in_force(chosen)),
        LegalBasis::NoCeilingForThisStage { .. } => CeilingStatus::NoCeilingForThisStage,
        LegalBasis::NotRegulated => CeilingStatus::NotRegulated,
        LegalBasis::Unknown { reason, reference } => {
            CeilingStatus::Unknown { reason: *reason, reference: reference.as_ref().map(in_force) }
        }
    }
}

fn in_force(question: &LawQuestion, chosen: &Chosen, candidates: &[Candidate], law: &LawRepository) -> CeilingInForce {
    let later = candidates.iter().map(|candidate| candidate.valid_from).filter(|day| *day > chosen.valid_from).min();
    let list_cut_date = candidates.get(chosen.index).map_or(chosen.valid_from, |candidate| candidate.list_cut_date);
    let margin = candidates.get(chosen.index).and_then(|candidate| candidate.margin(question.place, Seller::Ips, &law.rules));
    CeilingInForce {
        amount: chosen.amount,
        ips_margin: margin.unwrap_or_default(),
        basis: chosen.basis,
        act: chosen.act.as_str().into(),
        valid_from: chosen.valid_from,
        valid_until: later,
        list_cut_date,
        unit_price: candidates.get(chosen.index).and_then(|candidate| unit_price(law.book(question.cum), candidate)),
        financing: chosen.financing.clone(),
        source: None,
    }
}

/// What the candidate's own list states under its own act of the market that this list puts the product in. What another act or list
/// states is another price.
fn unit_price(book: &ProductLaw, candidate: &Candidate) -> Option<(Decimal, String)> {
    let own = |list: i64| {
        let mut own = book.statements.iter().filter(|statement| statement.cum == candidate.cum);
        own.find_map(|statement| statement.market.as_deref().filter(|_| statement.list_order == list))
    };
    // A list of unit prices alone names no products: then the market is that of the newest list which does.
    let newest = || {
        let own = book.statements.iter().filter(|statement| statement.cum == candidate.cum && statement.market.is_some());
        own.max_by_key(|statement| (statement.list_cut_date, statement.list_order))?.market.as_deref()
    };
    let market = own(candidate.list_order).or_else(newest)?;
    let same = book.markets.iter().filter(|statement| {
        statement.market == market && statement.list_order == candidate.list_order && statement.act == candidate.act
    });
    let until = same.filter(|statement| statement.valid_from <= candidate.valid_from);
    let stated = until.max_by_key(|statement| (statement.valid_from, statement.unit_price))?;
    Some((stated.unit_price?, stated.unit.clone()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::law::{
        channel::CeilingColumn,
        lawbook::{CeilingStatement, MarketStatement},
        rules::IpsMargin,
    };

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn published(list: i64, act: &str, from: Date, market: Option<&str>) -> CeilingStatement {
        CeilingStatement {
            cum: Cum::new(20151854, 1),
            column: CeilingColumn::Institutional,
            binds: true,
            amount: Some(d("2300000")),
            by_column: false,
            ips_margin: IpsMargin::ByRule,
            act: act.to_owned(),
            valid_from: from,
            list_cut_date: from,
            list_order: list,
            market: market.map(str::to_owned),
            facts: Facts::default(),
        }
    }

    fn candidate(of: &CeilingStatement) -> Candidate {
        Candidate {
            cum: of.cum,
            basis: CeilingOrigin::PublishedForCum,
            amount: of.amount,
            act: of.act.clone(),
            valid_from: of.valid_from,
            list_cut_date: of.list_cut_date,
            list_order: of.list_order,
            ips_margin: of.ips_margin,
            financing: None,
            omitted_from: None,
        }
    }

    #[test]
    fn the_unit_price_beside_a_ceiling_is_of_the_same_act_and_list() {
        let price = |list, act: &str, from, market: &str, price: &str| MarketStatement {
            market: market.to_owned(),
            unit_price: Some(d(price)),
            unit: "mg".to_owned(),
            act: act.to_owned(),
            valid_from: from,
            list_cut_date: from,
            list_order: list,
            financing: None,
        };
        let (early, late) = (date(2020, 3, 28), date(2024, 7, 31));
        let (first, second) = (published(1, "circular-10-2020", early, Some("12")), published(2, "circular-19-2024", late, None));
        let mut book = ProductLaw {
            statements: vec![first.clone(), second.clone()],
            markets: vec![
                price(1, "circular-10-2020", early, "12", "37031.80"),
                price(1, "circular-10-2020", early, "13", "1"),
                price(1, "circular-11-2020", early, "12", "2"),
            ],
            complete_lists: Vec::new(),
            ..ProductLaw::default()
        };
        let shown = |book: &ProductLaw, of: &CeilingStatement| {
            unit_price(book, &candidate(of)).map(|(price, unit)| (price.to_string(), unit))
        };
        assert_eq!(shown(&book, &first), Some(("37031.80".to_owned(), "mg".to_owned())));
        assert_eq!(shown(&book, &second), None, "the later act states no unit price, and the earlier one's is not its own");
        // Its list states one, under its act: of the market which that list puts the product in.
        book.markets.push(price(2, "circular-19-2024", late, "12", "46000.00"));
        assert_eq!(shown(&book, &second), Some(("46000.00".to_owned(), "mg".to_owned())));
        book.statements[1].market = Some("77".to_owned());
        assert_eq!(shown(&book, &book.statements[1].clone()), None);
    }
}
