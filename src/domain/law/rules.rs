//! Law as dated data: what the lists state about one presentation, and the rules that are not in the lists.

use std::sync::Arc;

use jiff::{ToSpan, civil::Date};
use rust_decimal::Decimal;

use super::{channel::Place, financing::ListedFinancing};
use crate::domain::{
    identifier::{code_list::CodeFinding, cum::Cum},
    number::exact,
    reason::Reason,
};

/// Changes when the method of judging changes; every stored verdict names it.
pub const RULE_VERSION: &str = "2";

/// How a ceiling is stated. One published per CUM takes precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CeilingOrigin {
    PublishedForCum,
    DerivedFromUnitPrice,
}

impl CeilingOrigin {
    pub fn code(self) -> &'static str {
        match self {
            Self::PublishedForCum => "published_for_cum",
            Self::DerivedFromUnitPrice => "derived_from_unit_price",
        }
    }
}

/// One statement of one list about one presentation at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub cum: Cum,
    pub basis: CeilingOrigin,
    /// The pack ceiling, or `None`: the list says this column is not regulated.
    pub amount: Option<Decimal>,
    pub act: String,
    pub valid_from: Date,
    pub list_cut_date: Date,
    /// Later lists have greater numbers.
    pub list_order: i64,
    pub ips_margin: IpsMargin,
    /// Of a ceiling derived from a unit price: whether the benefit plan pays for its market. `None`: no list of the plan is held.
    pub financing: Option<Arc<ListedFinancing>>,
    /// The day from which a later edition of the list is there that no longer states it.
    pub omitted_from: Option<Date>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpsMargin {
    /// Published in pesos beside the ceiling.
    Pesos(Decimal),
    /// The list says that no margin may be added.
    None,
    /// The list does not say: the dated rules decide.
    ByRule,
}

/// `percent` of the whole ceiling, for ceilings in `(above, up_to]`, for acts in force from `from` until `until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginRule {
    pub from: Date,
    pub until: Option<Date>,
    pub above: Decimal,
    pub up_to: Option<Decimal>,
    pub percent: Decimal,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A list speaks at most this many days past its cut date.
    pub max_age_days: i32,
    pub margin_rules: Vec<MarginRule>,
}

/// Who sells. Only an IPS may add the margin, and only in a final institutional transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seller {
    Ips,
    Other,
}

impl Seller {
    pub fn code(self) -> &'static str {
        match self {
            Self::Ips => "ips",
            Self::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Ips, Self::Other].into_iter().find(|seller| seller.code() == code)
    }

    /// The default seller.
    pub fn usual(place: Place) -> Self {
        if place.is_final_institutional() { Self::Ips } else { Self::Other }
    }
}

/// The content of the pack (`None` where no source states it), whether it may be sold, and whether its code exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub dispensing_units: Option<Decimal>,
    pub regulated_units: Option<Decimal>,
    pub regulated_unit: Option<String>,
    /// The catalogue calls it a medical sample.
    pub medical_sample: bool,
    /// Where neither a list nor the catalogue knows the registration, and a table of codes is held.
    pub code: Option<CodeFinding>,
}

impl Facts {
    /// What a table of codes proves.
    pub(crate) fn code_reason(&self) -> Option<Reason> {
        self.code.as_ref().and_then(|found| found.reason)
    }
}

impl Candidate {
    /// A unit price of a market that the capitation unit (UPC) pays for is a reference, and does not bind.
    pub(crate) fn is_reference_only(&self) -> bool {
        self.amount.is_some() && self.financing.as_ref().is_some_and(|financing| financing.standing.is_financed())
    }

    /// Whether one list states both from the same day, so that neither replaces the other. From different days they are its history.
    pub(crate) fn is_stated_beside(&self, other: &Self) -> bool {
        (self.list_order, self.basis, self.valid_from) == (other.list_order, other.basis, other.valid_from)
    }

    pub(crate) fn is_omitted_on(&self, day: Date) -> bool {
        self.omitted_from.is_some_and(|omitted| day >= omitted)
    }

    /// The first day on which the list is too old to speak.
    pub(crate) fn silent_from(&self, rules: &Rules) -> Option<Date> {
        self.list_cut_date.checked_add((i64::from(rules.max_age_days) + 1).days()).ok()
    }

    /// The margin an IPS may add here; `None` when it cannot be computed exactly or no rule covers the amount.
    pub fn margin(&self, place: Place, seller: Seller, rules: &Rules) -> Option<Decimal> {
        if seller != Seller::Ips || !place.is_final_institutional() {
            return Some(Decimal::ZERO);
        }
        match (self.ips_margin, self.amount) {
            (IpsMargin::Pesos(margin), _) => Some(margin),
            (IpsMargin::None, _) | (IpsMargin::ByRule, None) => Some(Decimal::ZERO),
            (IpsMargin::ByRule, Some(amount)) => {
                let rule = rules.margin_rules.iter().find(|rule| rule.covers(self.valid_from, amount))?;
                exact::product(exact::product(amount, rule.percent)?, Decimal::new(1, 2))
            }
        }
    }
}

impl MarginRule {
    fn covers(&self, day: Date, amount: Decimal) -> bool {
        self.from <= day
            && self.until.is_none_or(|until| day < until)
            && self.above < amount
            && self.up_to.is_none_or(|most| amount <= most)
    }
}
