//! Who the parties of sales are, by a dated table: whether a seller is an IPS, at which stage it sells, and with whose money a customer buys.
//!
//! A row states what its source states and nothing more: no place of a sale is concluded from what an actor is called.

use std::{collections::HashMap, sync::Arc};

use super::document::InvoiceDocument;
use crate::domain::{
    calendar::{period::Period, valid_days::ValidDays},
    identifier::nit::Nit,
    law::{
        channel::{Channel, Stage},
        rules::Seller,
    },
};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleActor {
    pub nit: Nit,
    pub name: String,
    /// What it is where it sells.
    pub seller: Option<Seller>,
    /// At which stage it sells.
    pub stage: Option<Stage>,
    /// With whose money it buys.
    pub channel: Option<Channel>,
    pub valid: ValidDays,
    /// Where that was read.
    pub citation: String,
}

/// Whence something is known of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactOrigin {
    Request,
    ActorTable(Arc<SaleActor>),
}

impl FactOrigin {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::ActorTable(_) => "actor_table",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFact<T> {
    pub value: T,
    pub origin: FactOrigin,
}

/// What is known of one sale; the rest is judged in every way that is possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SaleFacts {
    pub channel: Option<SaleFact<Channel>>,
    pub stage: Option<SaleFact<Stage>>,
    pub seller: Option<SaleFact<Seller>>,
}

/// What a request says of all its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FactsStated {
    pub channel: Option<Channel>,
    pub stage: Option<Stage>,
    pub seller: Option<Seller>,
}

/// The rows of some actors.
#[derive(Clone, Debug, Default)]
pub struct ActorTable(HashMap<Nit, Vec<Arc<SaleActor>>>);

impl ActorTable {
    pub fn new(rows: impl IntoIterator<Item = SaleActor>) -> Self {
        let mut table = Self::default();
        for row in rows {
            table.0.entry(row.nit).or_default().push(Arc::new(row));
        }
        table
    }

    /// What the request says comes first; then what the table says of seller and customer in all of the period.
    pub fn facts(&self, stated: FactsStated, document: &InvoiceDocument, period: Option<Period>) -> SaleFacts {
        let (seller, customer) = (document.seller.zip(period), document.customer.zip(period));
        SaleFacts {
            channel: self.fact(stated.channel, customer, |actor| actor.channel),
            stage: self.fact(stated.stage, seller, |actor| actor.stage),
            seller: self.fact(stated.seller, seller, |actor| actor.seller),
        }
    }

    fn fact<T: Copy + PartialEq>(
        &self,
        stated: Option<T>,
        party: Option<(Nit, Period)>,
        says: fn(&SaleActor) -> Option<T>,
    ) -> Option<SaleFact<T>> {
        if let Some(value) = stated {
            return Some(SaleFact { value, origin: FactOrigin::Request });
        }
        let (nit, period) = party?;
        let rows = self.0.get(&nit)?.iter().filter(|row| row.valid.hold_throughout(period));
        let mut said = rows.filter_map(|row| Some((says(row)?, row)));
        let (value, row) = said.next()?;
        // Rows that contradict each other say nothing.
        said.all(|(other, _)| other == value).then(|| SaleFact { value, origin: FactOrigin::ActorTable(row.clone()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invoices::document::DocumentKind;
    use jiff::civil::date;

    fn actor(nit: &str, seller: Option<Seller>, stage: Option<Stage>, channel: Option<Channel>, years: (i16, i16)) -> SaleActor {
        SaleActor {
            nit: nit.parse().unwrap(),
            name: "X".to_owned(),
            seller,
            stage,
            channel,
            valid: ValidDays { from: date(years.0, 1, 1), until: Some(date(years.1, 1, 1)) },
            citation: "y".to_owned(),
        }
    }

    const MAKER: &str = "860002964";
    const HOSPITAL: &str = "899999063";

    fn document() -> InvoiceDocument {
        let mut document = InvoiceDocument::new("a.xml".into(), DocumentKind::Invoice);
        (document.seller, document.customer) = (MAKER.parse().ok(), HOSPITAL.parse().ok());
        document
    }

    fn codes(facts: &SaleFacts) -> [Option<(&'static str, &'static str)>; 3] {
        [
            facts.channel.as_ref().map(|fact| (fact.value.code(), fact.origin.code())),
            facts.stage.as_ref().map(|fact| (fact.value.code(), fact.origin.code())),
            facts.seller.as_ref().map(|fact| (fact.value.code(), fact.origin.code())),
        ]
    }

    #[test]
    fn seller_and_customer_say_each_their_part_on_their_days() {
        let table = ActorTable::new([
            actor(MAKER, Some(Seller::Other), Some(Stage::Primary), Some(Channel::Commercial), (2020, 2022)),
            actor(MAKER, Some(Seller::Other), Some(Stage::Secondary), None, (2022, 2024)),
            actor(HOSPITAL, Some(Seller::Ips), Some(Stage::Final), Some(Channel::Institutional), (2020, 2024)),
        ]);
        let on = |day: &str, stated| codes(&table.facts(stated, &document(), Period::parse(day).ok()));
        let none = FactsStated::default();
        let by_table = |code| Some((code, "actor_table"));
        assert_eq!(on("2021-06-15", none), [by_table("institutional"), by_table("primary"), by_table("other")]);
        assert_eq!(on("2023-06", none), [by_table("institutional"), by_table("secondary"), by_table("other")]);
        assert_eq!(on("2024-01-01", none), [None, None, None]);
        let stated = FactsStated { stage: Some(Stage::Final), ..none };
        assert_eq!(on("2021-06-15", stated), [by_table("institutional"), Some(("final", "request")), by_table("other")]);
        assert_eq!(codes(&table.facts(none, &document(), None)), [None, None, None], "without a day nothing is dated");
    }

    #[test]
    fn rows_that_contradict_each_other_say_nothing_and_others_still_do() {
        let table = ActorTable::new([
            actor(MAKER, Some(Seller::Other), Some(Stage::Primary), None, (2020, 2022)),
            actor(MAKER, Some(Seller::Other), Some(Stage::Secondary), None, (2021, 2024)),
        ]);
        let facts = table.facts(FactsStated::default(), &document(), Period::parse("2021-06-15").ok());
        assert_eq!(codes(&facts), [None, None, Some(("other", "actor_table"))]);
    }
}
