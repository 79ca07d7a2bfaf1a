//! A draft as a regulator sends it, read strictly: every fault is collected and named by JSON Pointer.

use std::str::FromStr;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    domain::{
        identifier::{characters, cum},
        law::{
            act::act_id,
            act_draft::{Draft, DraftCeiling, DraftHead, DraftMarket},
            channel::CeilingColumn,
            draft_revision::DraftRevision,
            rules::IpsMargin,
        },
        number::amount::CURRENCY,
    },
    http::{
        Text,
        base::{
            fault_words::{self, one_of},
            problem::{Fault, Problem},
        },
        request::json_body::is_prose,
        values::{
            calendar::Day,
            identifiers::{ActId, Cum},
            numbers::{PriceAmount, Quantity},
            value::Invalid,
        },
        wire::{
            acts::act_draft::{NewCeiling, NewDraft, NewDraftRevision, NewMarket},
            service::money::Money,
        },
    },
};

const TEXT_CHARS_MAX: usize = 2000;
const SOURCE_CHARS_MAX: usize = 500;
const PUBLISHED_IN_CHARS_MAX: usize = 200;
const DESCRIPTION_CHARS_MAX: usize = 1000;
const COLUMNS: [&str; 3] = ["institutional", "commercial_wholesale", "commercial_final"];

#[derive(Default)]
struct DraftFaults(Vec<Fault>);

impl DraftFaults {
    fn add(&mut self, pointer: &str, code: &'static str, detail: impl Into<Text>) {
        self.0.push(Fault::pointer(pointer, code, detail));
    }

    fn text(&mut self, pointer: &str, text: &str) -> String {
        self.text_up_to(TEXT_CHARS_MAX, pointer, text)
    }

    fn text_up_to(&mut self, chars_max: usize, pointer: &str, text: &str) -> String {
        let prose = is_prose(pointer.rsplit('/').next().unwrap_or_default());
        let text = if prose { characters::prose(text) } else { text.trim().to_owned() };
        if text.is_empty() || text.chars().count() > chars_max {
            self.add(pointer, "text", fault_words::characters(1, chars_max));
        }
        text
    }

    fn optional(&mut self, pointer: &str, text: Option<&String>) -> Option<String> {
        text.map(|text| self.text(pointer, text))
    }

    /// The parsed text, or the fault of its reader.
    fn value<T: FromStr<Err = Invalid>>(&mut self, pointer: &str, text: &str) -> Option<T> {
        text.parse::<T>().map_err(|Invalid { code, detail }| self.0.push(Fault::pointer(pointer, code, detail))).ok()
    }

    fn day(&mut self, pointer: &str, text: &str) -> Date {
        self.value(pointer, text).map_or(Date::ZERO, |Day(day)| day)
    }

    fn amount(&mut self, pointer: &str, money: &Money, per: &str) -> Decimal {
        for (member, said, expected) in [("currency", &money.currency, CURRENCY), ("per", &money.per, per)] {
            if said != expected {
                self.add(&format!("{pointer}/{member}"), member, one_of([expected]));
            }
        }
        self.number(&format!("{pointer}/amount"), &money.amount)
    }

    fn number(&mut self, pointer: &str, text: &str) -> Decimal {
        self.value(pointer, text).map_or(Decimal::ONE, |PriceAmount(amount)| amount)
    }
}

impl NewDraft {
    pub fn read(&self) -> Result<Draft, Problem> {
        let mut faults = DraftFaults::default();
        let title = faults.text("/title", &self.title);
        let act_id = act_id(&title);
        if act_id.parse::<ActId>().is_err() || act_id.len() < 3 || title.chars().count() > 200 {
            faults.add(
                "/title",
                "title",
                ("el nombre de un acto, como Circular 30 de 2026", "the name of an act, such as Circular 30 de 2026"),
            );
        }
        for (index, act) in self.supersedes.iter().enumerate() {
            faults.value::<ActId>(&format!("/supersedes/{index}"), act);
        }
        let head = DraftHead {
            title,
            act_id,
            issued_on: self.issued_on.as_ref().map(|day| faults.day("/issued_on", day)),
            published_in: self.published_in.as_ref().map(|text| faults.text_up_to(PUBLISHED_IN_CHARS_MAX, "/published_in", text)),
            valid_from: faults.day("/valid_from", &self.valid_from),
            subject_es: faults.text("/subject_es", &self.subject_es),
            subject_en: faults.text("/subject_en", &self.subject_en),
            source: faults.text_up_to(SOURCE_CHARS_MAX, "/source", &self.source),
            supersedes: self.supersedes.clone(),
            reason: faults.text("/reason", &self.reason),
        };
        let ceilings = self.ceilings.iter().enumerate().map(|(index, row)| ceiling(index, row, &mut faults)).collect();
        let markets = self.markets.iter().enumerate().map(|(index, row)| market(index, row, &mut faults)).collect();
        if faults.0.is_empty() { Ok(Draft { head, ceilings, markets }) } else { Err(Problem::bad_body(faults.0)) }
    }
}

impl NewDraftRevision {
    /// The correction, and why.
    pub fn read(&self) -> Result<(DraftRevision, String), Problem> {
        let mut faults = DraftFaults::default();
        let reason = faults.text("/reason", &self.reason);
        let valid_from = self.valid_from.as_ref().map(|day| faults.day("/valid_from", day));
        let ceilings = self.ceilings.iter().enumerate().map(|(index, row)| ceiling(index, row, &mut faults)).collect();
        let markets = self.markets.iter().enumerate().map(|(index, row)| market(index, row, &mut faults)).collect();
        let mut removed_ceilings = Vec::with_capacity(self.remove_ceilings.len());
        for (index, row) in self.remove_ceilings.iter().enumerate() {
            let at = |field: &str| format!("/remove_ceilings/{index}/{field}");
            let cum = faults.value(&at("cum"), &row.cum).map(|Cum(cum)| cum);
            let column = row.column.parse::<CeilingColumn>().ok();
            if column.is_none() {
                faults.add(&at("column"), "column", one_of(COLUMNS));
            }
            removed_ceilings.extend(cum.zip(column));
        }
        let removed_markets = self.remove_markets.clone();
        let revision = DraftRevision { valid_from, ceilings, markets, removed_ceilings, removed_markets };
        if faults.0.is_empty() { Ok((revision, reason)) } else { Err(Problem::bad_body(faults.0)) }
    }
}

fn ceiling(index: usize, row: &NewCeiling, faults: &mut DraftFaults) -> DraftCeiling {
    let at = |field: &str| format!("/ceilings/{index}/{field}");
    let cum = faults.value(&at("cum"), &row.cum).map_or(cum::Cum::new(1, 0), |Cum(cum)| cum);
    let column = row.column.parse().unwrap_or_else(|()| {
        faults.add(&at("column"), "column", one_of(COLUMNS));
        CeilingColumn::Institutional
    });
    let margin = match row.ips_margin.as_deref() {
        None | Some("rule") => IpsMargin::ByRule,
        Some("none") => IpsMargin::None,
        Some(pesos) => IpsMargin::Pesos(faults.number(&at("ips_margin"), pesos)),
    };
    let units = row
        .regulated_units
        .as_ref()
        .map(|units| faults.value(&at("regulated_units"), units).map_or(Decimal::ONE, |Quantity(units)| units));
    if units.is_some() != row.regulated_unit.is_some() {
        faults.add(
            &at("regulated_unit"),
            "regulated_unit",
            ("regulated_units y regulated_unit van juntos", "regulated_units and regulated_unit come together"),
        );
    }
    DraftCeiling {
        line: i64::try_from(index).unwrap_or_default() + 1,
        cum,
        column,
        amount: row.amount.as_ref().map(|amount| faults.amount(&at("amount"), amount, "pack")),
        margin,
        market: faults.optional(&at("market"), row.market.as_ref()),
        description: row
            .description
            .as_ref()
            .map(|text| faults.text_up_to(DESCRIPTION_CHARS_MAX, &at("description"), text))
            .unwrap_or_default(),
        content: units.zip(faults.optional(&at("regulated_unit"), row.regulated_unit.as_ref())),
    }
}

fn market(index: usize, row: &NewMarket, faults: &mut DraftFaults) -> DraftMarket {
    let at = |field: &str| format!("/markets/{index}/{field}");
    if row.market.is_empty() || row.market.len() > 20 || !row.market.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        faults.add(&at("market"), "market", ("un ID MR: letras y cifras", "an ID MR: letters and digits"));
    }
    DraftMarket {
        line: i64::try_from(index).unwrap_or_default() + 1,
        market: row.market.clone(),
        atc: faults.optional(&at("atc"), row.atc.as_ref()),
        ingredient: faults.text(&at("ingredient"), &row.ingredient),
        form_group: faults.text(&at("form_group"), &row.form_group),
        unit_price: faults.amount(&at("unit_price"), &row.unit_price, "regulated_unit"),
        unit: faults.text(&at("unit"), &row.unit),
    }
}
