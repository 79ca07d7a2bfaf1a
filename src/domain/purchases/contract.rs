//! Contracts of public bodies and what happened to them, as published. Amounts of events say what they are, and are never summed.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::identifier::{nit::Nit, taxpayer::Taxpayer};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub contract_id: String,
    pub process_id: Option<String>,
    pub buyer: Nit,
    pub buyer_name: String,
    pub seller: Taxpayer,
    /// `None` for natural persons.
    pub seller_name: Option<String>,
    pub signed_on: Option<Date>,
    /// UNSPSC, digits only: 51 is drugs.
    pub category: Option<String>,
    pub object: Option<String>,
    /// As published.
    pub state: String,
    /// A draft binds nobody.
    pub is_draft: bool,
    pub value: Option<Decimal>,
    pub added_days: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractEvent {
    /// The publisher's number; several rows may speak of one event.
    pub event_id: String,
    pub contract_id: String,
    pub kind: ContractEventKind,
    /// As published.
    pub kind_text: String,
    pub recorded_on: Option<Date>,
    pub description: Option<String>,
    pub amount: Option<Decimal>,
    pub amount_means: AmountMeans,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContractEventKind {
    /// Of value.
    Addition,
    /// Of value, too.
    Reduction,
    /// Of time.
    Extension,
    Modification,
    Suspension,
    Other,
}

impl ContractEventKind {
    pub const ALL: [Self; 6] =
        [Self::Addition, Self::Reduction, Self::Extension, Self::Modification, Self::Suspension, Self::Other];

    pub fn code(self) -> &'static str {
        match self {
            Self::Addition => "addition",
            Self::Reduction => "reduction",
            Self::Extension => "extension",
            Self::Modification => "modification",
            Self::Suspension => "suspension",
            Self::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What an amount of an event is: a publisher writes the new total where another writes what was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AmountMeans {
    Total,
    Delta,
    Unknown,
}

impl AmountMeans {
    pub const ALL: [Self; 3] = [Self::Total, Self::Delta, Self::Unknown];

    pub fn code(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Delta => "delta",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|means| means.code() == code)
    }
}
