//! A draft of an act: its head, its ceilings and unit prices, its faults, and the text whose digest is approved.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::{channel::CeilingColumn, rules::IpsMargin};
use crate::domain::{identifier::cum::Cum, number::amount::plain};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftHead {
    /// `Circular 30 de 2026`; the act's id is made from it.
    pub title: String,
    pub act_id: String,
    pub issued_on: Option<Date>,
    pub published_in: Option<String>,
    pub valid_from: Date,
    pub subject_es: String,
    pub subject_en: String,
    pub source: String,
    /// Acts published here that end where this one begins; its own id makes it a correction.
    pub supersedes: Vec<String>,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftCeiling {
    pub line: i64,
    pub cum: Cum,
    pub column: CeilingColumn,
    /// `None`: from this act on nothing binds here.
    pub amount: Option<Decimal>,
    pub margin: IpsMargin,
    pub market: Option<String>,
    /// As lists write it; empty where the draft leaves it to what is known.
    pub description: String,
    /// Units of regulation in the pack, with their unit.
    pub content: Option<(Decimal, String)>,
}

/// A market's price per unit of regulation; it binds institutional sales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftMarket {
    pub line: i64,
    pub market: String,
    pub atc: Option<String>,
    pub ingredient: String,
    pub form_group: String,
    pub unit_price: Decimal,
    pub unit: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub head: DraftHead,
    pub ceilings: Vec<DraftCeiling>,
    pub markets: Vec<DraftMarket>,
}

/// Something that happened to a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    Created,
    /// Rows were added.
    Uploaded,
    /// Rows were put in place of others, or taken out.
    Revised,
    Approved,
    ApprovalVoided,
    /// By the first of two persons.
    WithdrawalProposed,
    Withdrawn,
    Published,
}

impl StepKind {
    pub const ALL: &'static [Self] = &[
        Self::Created,
        Self::Uploaded,
        Self::Revised,
        Self::Approved,
        Self::ApprovalVoided,
        Self::WithdrawalProposed,
        Self::Withdrawn,
        Self::Published,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Uploaded => "uploaded",
            Self::Revised => "revised",
            Self::Approved => "approved",
            Self::ApprovalVoided => "approval_voided",
            Self::WithdrawalProposed => "withdrawal_proposed",
            Self::Withdrawn => "withdrawn",
            Self::Published => "published",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.code() == code)
    }

    /// Whether it made part of the content.
    pub fn contributes(self) -> bool {
        matches!(self, Self::Created | Self::Uploaded | Self::Revised)
    }
}

/// The author of a step: the principal identifies the person, the name is for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub principal: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftStep {
    pub kind: StepKind,
    /// `None`: the service itself.
    pub by: Option<Person>,
    pub at: Timestamp,
    /// SHA-256 of the content as it was then.
    pub digest: String,
    pub reason: Option<String>,
}

/// Principals who made any part of the content.
pub fn contributors(steps: &[DraftStep]) -> impl Iterator<Item = &str> {
    steps.iter().filter(|step| step.kind.contributes()).filter_map(|step| Some(step.by.as_ref()?.principal.as_str()))
}

/// A number for each person in order of first appearance: authors can be distinguished without names. `None`: the service itself.
pub fn persons(steps: &[DraftStep]) -> Vec<Option<usize>> {
    let mut known: Vec<&str> = Vec::new();
    let mut numbers = Vec::new();
    for step in steps {
        numbers.push(step.by.as_ref().map(|person| number(&mut known, &person.principal)));
    }
    numbers
}

fn number<'a>(known: &mut Vec<&'a str>, principal: &'a str) -> usize {
    let index = known.iter().position(|other| *other == principal).unwrap_or_else(|| {
        known.push(principal);
        known.len() - 1
    });
    index + 1
}

/// A draft with its state, without its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftSummary {
    pub id: String,
    pub head: DraftHead,
    /// draft, approved, published or withdrawn.
    pub state: String,
    /// SHA-256 of the content: what the approver names.
    pub digest: String,
    pub drafted_by: String,
    pub drafted_at: Timestamp,
    pub approved_by: Option<String>,
    pub approved_at: Option<Timestamp>,
    /// Whether approver and contributor had keys that one operator made within the week before they used them; `None`: not approved.
    pub recent_keys: Option<bool>,
    /// A withdrawal that waits for a second person.
    pub withdrawal_proposed_by: Option<String>,
    pub withdrawal_proposed_at: Option<Timestamp>,
    pub withdrawn_by: Option<String>,
    pub withdrawn_at: Option<Timestamp>,
    /// Everything that happened to it, oldest first.
    pub steps: Vec<DraftStep>,
    pub ceilings: i64,
    pub markets: i64,
}

impl Draft {
    /// Positions of ceilings that repeat an earlier one of the same CUM and column.
    pub fn repeated_ceilings(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let repeated = self.ceilings.iter().enumerate().filter(|(_, row)| !seen.insert((row.cum, row.column)));
        repeated.map(|(index, _)| index).collect()
    }

    pub fn repeated_markets(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        let repeated = self.markets.iter().enumerate().filter(|(_, row)| !seen.insert(&row.market));
        repeated.map(|(index, _)| index).collect()
    }

    /// How many rows are of each market, ceilings and unit prices together.
    pub fn rows_by_market(&self) -> BTreeMap<&str, usize> {
        let mut rows = BTreeMap::new();
        let of_ceilings = self.ceilings.iter().filter_map(|row| row.market.as_deref());
        for market in of_ceilings.chain(self.markets.iter().map(|row| row.market.as_str())) {
            *rows.entry(market).or_default() += 1;
        }
        rows
    }

    /// One line a fact, rows in order: the same content gives the same text, however it was sent.
    pub fn canonical(&self) -> String {
        let DraftHead { title, act_id, issued_on, published_in, valid_from, subject_es, subject_en, source, supersedes, .. } =
            &self.head;
        let issued_on = issued_on.map(|day| day.to_string()).unwrap_or_default();
        let mut named = supersedes.clone();
        named.sort();
        let published_in = published_in.clone().unwrap_or_default();
        let mut lines = vec![
            ["act", act_id, title, &issued_on, &published_in, &valid_from.to_string(), subject_es, subject_en, source].join("\t"),
            format!("supersedes\t{}", named.join(" ")),
        ];
        let mut rows: Vec<String> = self.ceilings.iter().map(ceiling_line).collect();
        rows.extend(self.markets.iter().map(market_line));
        rows.sort();
        lines.append(&mut rows);
        lines.join("\n")
    }
}

fn ceiling_line(row: &DraftCeiling) -> String {
    let margin = match row.margin {
        IpsMargin::Pesos(pesos) => plain(pesos),
        IpsMargin::None => "none".to_owned(),
        IpsMargin::ByRule => "rule".to_owned(),
    };
    let amount = row.amount.map_or_else(|| "not_bound".to_owned(), plain);
    let content = row.content.as_ref().map(|(units, unit)| format!("{} {unit}", plain(*units))).unwrap_or_default();
    let market = row.market.clone().unwrap_or_default();
    ["ceiling", &row.cum.to_string(), row.column.code(), &amount, &margin, &market, &row.description, &content].join("\t")
}

fn market_line(row: &DraftMarket) -> String {
    let price = plain(row.unit_price);
    let atc = row.atc.clone().unwrap_or_default();
    ["market", &row.market, &atc, &row.ingredient, &row.form_group, &price, &row.unit].join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn row(consecutive: i32, amount: &str) -> DraftCeiling {
        DraftCeiling {
            line: 1,
            cum: Cum::new(19_914_312, consecutive),
            column: CeilingColumn::Institutional,
            amount: amount.parse().ok(),
            margin: IpsMargin::ByRule,
            market: None,
            description: String::new(),
            content: None,
        }
    }

    fn draft(ceilings: Vec<DraftCeiling>) -> Draft {
        let head = DraftHead {
            title: "Circular 30 de 2026".to_owned(),
            act_id: "circular-30-2026".to_owned(),
            issued_on: None,
            published_in: None,
            valid_from: date(2027, 1, 1),
            subject_es: "Precios.".to_owned(),
            subject_en: "Prices.".to_owned(),
            source: "Diario Oficial".to_owned(),
            supersedes: Vec::new(),
            reason: "new".to_owned(),
        };
        Draft { head, ceilings, markets: Vec::new() }
    }

    #[test]
    fn the_digest_is_of_the_content_not_of_its_order() {
        let one = draft(vec![row(1, "5"), row(2, "6")]).canonical();
        assert_eq!(one, draft(vec![row(2, "6.00"), row(1, "5.0")]).canonical());
        assert_ne!(one, draft(vec![row(1, "5"), row(2, "7")]).canonical());
        assert_ne!(one, draft(vec![row(1, "5"), row(2, "-")]).canonical());
    }

    fn step(kind: StepKind, principal: Option<&str>) -> DraftStep {
        let by = principal.map(|principal| Person { principal: principal.to_owned(), name: "Igual".to_owned() });
        DraftStep { kind, by, at: Timestamp::UNIX_EPOCH, digest: String::new(), reason: None }
    }

    #[test]
    fn contributors_are_principals_and_persons_are_numbered_as_they_come() {
        let steps = [
            step(StepKind::Created, Some("ana")),
            step(StepKind::Uploaded, Some("berta")),
            step(StepKind::Approved, Some("carla")),
            step(StepKind::ApprovalVoided, None),
            step(StepKind::Uploaded, Some("ana")),
        ];
        assert_eq!(contributors(&steps).collect::<Vec<_>>(), ["ana", "berta", "ana"]);
        assert_eq!(persons(&steps), [Some(1), Some(2), Some(3), None, Some(1)]);
    }

    #[test]
    fn codes_of_steps_come_back() {
        for kind in StepKind::ALL {
            assert_eq!(StepKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(StepKind::from_code("drafted"), None);
    }

    #[test]
    fn a_repeated_row_is_named() {
        assert_eq!(draft(vec![row(1, "5"), row(2, "6"), row(1, "5")]).repeated_ceilings(), [2]);
    }
}
