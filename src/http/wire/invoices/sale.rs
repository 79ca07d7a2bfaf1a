//! What is known of the sale that a line is of and of the unit of its price, and whence: from the request, or from dated rows that cite their source.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    calendar::valid_days::ValidDays,
    invoices::{
        conventions::{AppliedConvention, ConventionOrigin, UnitConvention},
        document::DocumentKind,
        sale_actors::{FactOrigin, SaleActor, SaleFact, SaleFacts},
    },
    law::{
        channel::{Channel, Stage},
        rules::Seller,
    },
};

/// What is known of the sale (venta). What is absent was judged in every way that is possible.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineSale {
    /// With whose money it is paid (canal).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<LineSaleFact>,
    /// `primary`, `secondary` or `final` (etapa).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<LineSaleFact>,
    /// Who sells: `ips` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<LineSaleFact>,
}

/// One thing that is known of the sale.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineSaleFact {
    #[schema(example = "secondary")]
    pub value: &'static str,
    /// `request`, or `actor_table`: the dated table of actors says it of seller or customer on the day of the line.
    #[schema(example = "request")]
    pub by: &'static str,
    /// The row of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<LineActor>,
}

/// A row of the table of actors.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineActor {
    #[schema(example = "899999063-3")]
    pub nit: String,
    pub name: String,
    #[schema(value_type = String, format = Date, example = "2019-01-01")]
    pub valid_from: Date,
    /// The first day on which it no longer speaks; null: it still does.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<Date>,
    /// Where that was read (fuente).
    pub citation: String,
}

/// How the source of the line writes its prices.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineConvention {
    /// `request` (its `per`), `convention_table`: the dated table of unit conventions says it of the seller or of the kind of document; or
    /// `settled_reading`: the request settles it for this very text.
    #[schema(example = "request")]
    pub by: &'static str,
    /// The row of the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<ConventionRow>,
}

/// A row of the table of unit conventions.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConventionRow {
    /// NIT; null: whoever sells.
    #[schema(example = "860002964-4")]
    pub seller: Option<String>,
    /// `invoice`, `purchase_list` or `rips_bill`; null: of any kind.
    #[schema(example = "invoice")]
    pub document_kind: Option<&'static str>,
    #[schema(value_type = String, format = Date, example = "2019-01-01")]
    pub valid_from: Date,
    /// The first day on which it no longer speaks; null: it still does.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_until: Option<Date>,
    /// Where that was read (fuente).
    pub citation: String,
}

impl LineSale {
    /// `None`: nothing is known of it.
    pub fn new(facts: &SaleFacts) -> Option<Self> {
        let channel = facts.channel.as_ref().map(|fact| LineSaleFact::new(fact, Channel::code));
        let stage = facts.stage.as_ref().map(|fact| LineSaleFact::new(fact, Stage::code));
        let seller = facts.seller.as_ref().map(|fact| LineSaleFact::new(fact, Seller::code));
        let any = channel.is_some() || stage.is_some() || seller.is_some();
        any.then_some(Self { channel, stage, seller })
    }
}

impl LineSaleFact {
    fn new<T: Copy>(fact: &SaleFact<T>, code: fn(T) -> &'static str) -> Self {
        let actor = match &fact.origin {
            FactOrigin::Request => None,
            FactOrigin::ActorTable(actor) => Some(LineActor::new(actor)),
        };
        Self { value: code(fact.value), by: fact.origin.code(), actor }
    }
}

impl LineActor {
    fn new(actor: &SaleActor) -> Self {
        let ValidDays { from: valid_from, until: valid_until } = actor.valid;
        let (nit, name, citation) = (actor.nit.to_string(), actor.name.clone(), actor.citation.clone());
        Self { nit, name, valid_from, valid_until, citation }
    }
}

impl LineConvention {
    pub fn new(applied: &AppliedConvention) -> Self {
        let row = match &applied.origin {
            ConventionOrigin::Request | ConventionOrigin::Settled => None,
            ConventionOrigin::Table(row) => Some(ConventionRow::new(row)),
        };
        Self { by: applied.origin.code(), row }
    }
}

impl ConventionRow {
    fn new(row: &UnitConvention) -> Self {
        Self {
            seller: row.seller.as_ref().map(ToString::to_string),
            document_kind: row.kind.map(DocumentKind::code),
            valid_from: row.valid.from,
            valid_until: row.valid.until,
            citation: row.citation.clone(),
        }
    }
}
