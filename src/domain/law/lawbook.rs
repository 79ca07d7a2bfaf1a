//! Turns what the lists state about one product into the candidate ceilings for one sale: first those published per CUM, then derived ones.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    basis::{self, Absence, LawQuestion, LegalBasis},
    channel::{CeilingColumn, Channel, Place},
    financing::ListedFinancing,
    rules::{Candidate, CeilingOrigin, Facts, IpsMargin, Rules},
};
use crate::domain::{calendar::period::Period, identifier::cum::Cum, number::exact, reason::Reason};

/// One list's statement about one CUM and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CeilingStatement {
    pub cum: Cum,
    pub column: CeilingColumn,
    /// False for reference prices: they give market and content, never a ceiling.
    pub binds: bool,
    pub amount: Option<Decimal>,
    /// An act published here speaks of the columns it names; a list that leaves a column out says that nothing binds there.
    pub by_column: bool,
    pub ips_margin: IpsMargin,
    pub act: String,
    pub valid_from: Date,
    pub list_cut_date: Date,
    pub list_order: i64,
    pub market: Option<String>,
    pub facts: Facts,
}

/// One list's price of a unit of regulation of a market. Such prices bind institutional transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketStatement {
    pub market: String,
    /// `None`: the act ends the market's price.
    pub unit_price: Option<Decimal>,
    pub unit: String,
    pub act: String,
    pub valid_from: Date,
    pub list_cut_date: Date,
    pub list_order: i64,
    /// Whether the benefit plan pays for the market. `None`: no list of the plan is held.
    pub financing: Option<Arc<ListedFinancing>>,
}

/// A list that claims to name everything that is regulated, and the days on which that claim holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteList {
    /// The day its newest act took effect.
    pub from: Date,
    pub cut_date: Date,
    pub name: String,
}

/// One edition of a list of ceilings. A later edition of the same series takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListEdition {
    pub list_order: i64,
    pub series: String,
    pub cut_date: Date,
}

/// Facts about a product beside the ceilings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegulationStatus {
    UnknownProduct,
    /// Known, but its ingredient or ATC class is in some market, or is not known.
    PossiblyRegulated,
    /// Known from the catalogue, and no market of any list shares its ATC class or an ingredient.
    ProvenUnregulated {
        what: String,
    },
}

/// Everything known about one expediente (all its presentations) at one instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductLaw {
    pub statements: Vec<CeilingStatement>,
    pub markets: Vec<MarketStatement>,
    pub complete_lists: Vec<CompleteList>,
    pub editions: Arc<Vec<ListEdition>>,
}

/// A basis with everything a verdict and its worksheet need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicableLaw {
    pub candidates: Vec<Candidate>,
    pub absence: Absence,
    pub ground: LegalBasis,
    pub facts: Facts,
    pub siblings: Vec<Sibling>,
}

impl ProductLaw {
    /// `catalogue_facts` serve only where no list states what the pack holds.
    pub fn view(
        &self,
        question: &LawQuestion,
        rules: &Rules,
        knowledge: &RegulationStatus,
        catalogue_facts: &Facts,
    ) -> ApplicableLaw {
        let facts = self.facts(question.cum, catalogue_facts);
        let candidates = self.candidates(question.cum, question.place, &facts);
        let absence = self.absence(question, rules, knowledge);
        let ground = basis::ground(question, &candidates, rules, &absence);
        let siblings = if matches!(ground, LegalBasis::Ceiling { .. }) { self.siblings(question, rules) } else { Vec::new() };
        ApplicableLaw { candidates, absence, ground, facts, siblings }
    }

    /// What the newest list, by the day it speaks for, says the pack holds; each fact from the newest list that states it. What a list states in two ways is not known.
    pub fn facts(&self, cum: Cum, catalogue: &Facts) -> Facts {
        let mut own: Vec<_> = self.statements.iter().filter(|statement| statement.cum == cum).collect();
        own.sort_by_key(|statement| std::cmp::Reverse((statement.list_cut_date, statement.list_order)));
        let units = agreed(&own, |facts| facts.dispensing_units);
        let content = agreed(&own, |facts| facts.regulated_units.map(|units| (units, facts.regulated_unit.as_deref())));
        let content = content.unwrap_or(catalogue.regulated_units.map(|units| (units, catalogue.regulated_unit.as_deref())));
        let (regulated_units, regulated_unit) = content.unzip();
        Facts {
            dispensing_units: units.unwrap_or(catalogue.dispensing_units),
            regulated_units,
            regulated_unit: regulated_unit.flatten().map(str::to_owned),
            medical_sample: catalogue.medical_sample,
            code: catalogue.code.clone(),
        }
    }

    /// In the order that breaks ties: by validity, cut date, list.
    pub fn candidates(&self, cum: Cum, place: Place, facts: &Facts) -> Vec<Candidate> {
        let mut list = self.published(cum, place.column());
        let newest_published = list.iter().map(|candidate| candidate.valid_from).max();
        let derived = self.derived(cum, place, facts);
        list.extend(derived.into_iter().filter(|d| newest_published.is_none_or(|newest| d.valid_from > newest)));
        list.sort_by_key(|candidate| (candidate.valid_from, candidate.list_cut_date, candidate.list_order));
        list
    }

    /// A list that has this CUM, but nothing in this column, says that the place is not bound. One that has it twice states two prices.
    fn published(&self, cum: Cum, column: CeilingColumn) -> Vec<Candidate> {
        let own = || self.statements.iter().filter(move |statement| statement.cum == cum && statement.binds);
        let stated_in = |list: i64| own().any(|statement| statement.list_order == list);
        let mut list: Vec<Candidate> = Vec::new();
        for statement in own() {
            let here = statement.column == column;
            let elsewhere = || own().any(|other| other.list_order == statement.list_order && other.column == column);
            if !here && (statement.by_column || elsewhere()) {
                continue;
            }
            let candidate = Candidate {
                cum,
                basis: CeilingOrigin::PublishedForCum,
                amount: statement.amount.filter(|_| here),
                act: statement.act.clone(),
                valid_from: statement.valid_from,
                list_cut_date: statement.list_cut_date,
                list_order: statement.list_order,
                ips_margin: if here { statement.ips_margin } else { IpsMargin::None },
                financing: None,
                omitted_from: self.omitted_from(statement.list_order, stated_in),
            };
            let silent_already = !here && list.iter().any(|known| known.list_order == statement.list_order);
            if !silent_already && !list.contains(&candidate) {
                list.push(candidate);
            }
        }
        list
    }

    fn derived(&self, cum: Cum, place: Place, facts: &Facts) -> Vec<Candidate> {
        let own = || self.statements.iter().filter(|statement| statement.cum == cum);
        let newest =
            own().max_by_key(|statement| (statement.list_cut_date, statement.list_order)).map(|statement| statement.list_order);
        let institutional = place.channel == Channel::Institutional;
        let in_market = |market: &str| own().any(|own| Some(own.list_order) == newest && own.market.as_deref() == Some(market));
        let same_market = self.markets.iter().filter(|statement| in_market(&statement.market));
        let priced_in = |list: i64| self.markets.iter().any(|price| price.list_order == list && in_market(&price.market));
        let priced = same_market.filter_map(|statement| {
            let content = facts.regulated_units.filter(|_| facts.regulated_unit.as_deref() == Some(&statement.unit));
            let amount = match statement.unit_price {
                Some(price) => Some(exact::product(price, content?)?),
                None => None,
            };
            Some(Candidate {
                cum,
                basis: CeilingOrigin::DerivedFromUnitPrice,
                amount: amount.filter(|_| institutional),
                act: statement.act.clone(),
                valid_from: statement.valid_from,
                list_cut_date: statement.list_cut_date,
                list_order: statement.list_order,
                ips_margin: IpsMargin::ByRule,
                financing: statement.financing.clone().filter(|_| institutional),
                omitted_from: self.omitted_from(statement.list_order, priced_in),
            })
        });
        let mut list: Vec<Candidate> = Vec::new();
        for candidate in priced {
            // A market that stands in several rows of one list (634) mostly states one price.
            let same = |known: &Candidate| {
                (known.list_order, known.valid_from, known.amount)
                    == (candidate.list_order, candidate.valid_from, candidate.amount)
            };
            if !list.iter().any(same) {
                list.push(candidate);
            }
        }
        list
    }

    /// The day of the first later edition of a list that no longer states the same. `stated_in`: the lists that do.
    fn omitted_from(&self, list: i64, stated_in: impl Fn(i64) -> bool) -> Option<Date> {
        let own = self.editions.iter().find(|edition| edition.list_order == list)?;
        let later = self.editions.iter().filter(|edition| edition.series == own.series && edition.cut_date > own.cut_date);
        later.filter(|edition| !stated_in(edition.list_order)).map(|edition| edition.cut_date).min()
    }

    fn siblings(&self, question: &LawQuestion, rules: &Rules) -> Vec<Sibling> {
        let mut cums: Vec<Cum> = self.statements.iter().filter(|s| s.binds).map(|statement| statement.cum).collect();
        cums.sort_unstable();
        cums.dedup();
        let others = cums.into_iter().filter(|cum| *cum != question.cum);
        others.filter_map(|cum| self.sibling(&LawQuestion { cum, ..*question }, rules)).collect()
    }

    fn sibling(&self, question: &LawQuestion, rules: &Rules) -> Option<Sibling> {
        let facts = self.facts(question.cum, &Facts::default());
        let candidates = self.published(question.cum, question.place.column());
        let absence = Absence::Unknown(Reason::MarketUnknown);
        match basis::ground(question, &candidates, rules, &absence) {
            LegalBasis::Ceiling { chosen, .. } => {
                Some(Sibling { cum: question.cum, dispensing_units: facts.dispensing_units?, binding: chosen.binding })
            }
            _ => None,
        }
    }

    fn absence(&self, question: &LawQuestion, rules: &Rules, knowledge: &RegulationStatus) -> Absence {
        match knowledge {
            RegulationStatus::UnknownProduct if self.statements.is_empty() => Absence::Unknown(Reason::UnknownMedicine),
            RegulationStatus::UnknownProduct | RegulationStatus::PossiblyRegulated => Absence::Unknown(Reason::MarketUnknown),
            RegulationStatus::ProvenUnregulated { what } => self.proof(&question.period, rules, what),
        }
    }

    /// `not_regulated` needs a complete list that speaks for the whole period.
    fn proof(&self, period: &Period, rules: &Rules, what: &str) -> Absence {
        let speaks =
            |list: &&CompleteList| list.from <= period.from && speaks_until(list, rules).is_some_and(|d| period.until <= d);
        if let Some(list) = self.complete_lists.iter().rfind(speaks) {
            return Absence::NotRegulated(format!("{what}; {} names no such market, cut date {}", list.name, list.cut_date));
        }
        if self.complete_lists.is_empty() {
            return Absence::Unknown(Reason::MarketUnknown);
        }
        let too_old = self.complete_lists.iter().any(|list| list.from <= period.from);
        Absence::Unknown(if too_old { Reason::CeilingListOutOfDate } else { Reason::PeriodBeforeFirstList })
    }
}

/// Another presentation of the same medicine, with the ceiling that binds it in the same place and period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    pub cum: Cum,
    pub dispensing_units: Decimal,
    pub binding: Decimal,
}

/// What the newest list that states a fact says, `Some(None)` when its rows disagree. The statements are in order, newest first.
fn agreed<'a, T: PartialEq>(own: &[&'a CeilingStatement], of: impl Fn(&'a Facts) -> Option<T>) -> Option<Option<T>> {
    let mut stated = own.iter().filter_map(|statement| Some((statement.list_order, of(&statement.facts)?)));
    let (list, first) = stated.next()?;
    let same = stated.take_while(|(order, _)| *order == list).all(|(_, other)| other == first);
    Some(same.then_some(first))
}

/// The first day on which the list is too old to speak.
pub(crate) fn speaks_until(list: &CompleteList, rules: &Rules) -> Option<Date> {
    list.cut_date.checked_add(jiff::ToSpan::days(i64::from(rules.max_age_days) + 1)).ok()
}

#[cfg(test)]
mod tests;
