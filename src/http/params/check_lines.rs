//! The lines of `POST /v1/checks`, in JSON or as a table: each is a question, or the list of its faults.
//!
//! Members are read one by one, because serde stops at the first fault and a list is mended by all its faults.

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};
use utoipa::IntoParams;

use super::price_question::{PriceQuestionParams, QuestionFaults};
use crate::{
    http::{
        Text,
        base::fault_words,
        request::{json_body, json_words},
        values::{calendar::DayOrMonth, choices::Transaction, numbers::PriceUnit},
    },
    ingest::layouts::price_table::{CellFault, PriceLine, PriceTable, Role},
    read_model::verdicts::check::PriceQuestion,
};

/// One line, field by field.
#[derive(Clone, Debug, Default)]
pub struct CheckLine {
    pub cum: Option<String>,
    pub amount: Option<String>,
    pub per: Option<String>,
    pub currency: Option<String>,
    pub date: Option<String>,
    pub transaction: Option<String>,
    pub channel: Option<String>,
    pub stage: Option<String>,
    pub seller: Option<String>,
    faults: QuestionFaults,
}

/// The default of a line.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Defaults {
    /// For lines that do not say it: day (YYYY-MM-DD) or month (YYYY-MM) of the sale.
    #[param(value_type = Option<DayOrMonth>)]
    pub date: Option<String>,
    /// For lines that name no sale: SISMED transaction, 1 to 5.
    #[param(value_type = Option<Transaction>)]
    pub transaction: Option<String>,
    /// For lines that do not say it: pack (the default of tables), primary_pack, dispensing_unit or regulated_unit.
    #[param(value_type = Option<PriceUnit>)]
    pub per: Option<String>,
    /// For lines that do not say it: ips or other.
    #[param(pattern = "^(ips|other)$")]
    pub seller: Option<String>,
}

const MEMBERS: [&str; 7] = ["cum", "price", "date", "transaction", "channel", "stage", "seller"];
const PRICE_MEMBERS: [&str; 3] = ["amount", "currency", "per"];

impl CheckLine {
    /// Everything that is wrong is noted, not the first thing only.
    pub fn from_json(raw: &RawValue, defaults: &Defaults) -> Self {
        let mut line = Self::default();
        match json_body::read::<Value>(raw.get().as_bytes()) {
            Err(fault) => line.faults.add(fault.pointer.trim_start_matches('/'), fault.code, fault.words),
            Ok(Value::Object(check)) => line.take(&check, defaults),
            Ok(_) => line.faults.add("", "invalid_value", json_words::not_an_object()),
        }
        line
    }

    fn take(&mut self, check: &Map<String, Value>, defaults: &Defaults) {
        self.known_only(check, &MEMBERS, "");
        self.cum = self.text(check, "cum", "", true);
        match check.get("price") {
            Some(Value::Object(price)) => {
                self.known_only(price, &PRICE_MEMBERS, "price/");
                self.amount = self.text(price, "amount", "price/", true);
                self.currency = self.text(price, "currency", "price/", true);
                self.per = self.text(price, "per", "price/", defaults.per.is_none());
            }
            Some(_) => self.faults.add("price", "invalid_value", json_words::not_an_object()),
            None => self.faults.add("price", "missing_member", json_words::missing("price")),
        }
        self.date = self.text(check, "date", "", defaults.date.is_none());
        self.transaction = self.text(check, "transaction", "", false);
        self.channel = self.text(check, "channel", "", false);
        self.stage = self.text(check, "stage", "", false);
        self.seller = self.text(check, "seller", "", false);
    }

    fn known_only(&mut self, object: &Map<String, Value>, known: &[&str], folder: &str) {
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let place = format!("{folder}{}", json_body::escaped(name));
            self.faults.add(&place, "unknown_member", json_words::unknown(name, known));
        }
    }

    fn text(&mut self, object: &Map<String, Value>, name: &str, folder: &str, required: bool) -> Option<String> {
        let place = format!("{folder}{name}");
        match object.get(name) {
            Some(Value::String(text)) => return Some(text.clone()),
            None if required => self.faults.add(&place, "missing_member", json_words::missing(name)),
            Some(Value::Null) if !required => {}
            Some(_) => self.faults.add(&place, "invalid_value", json_words::not_text()),
            None => {}
        }
        None
    }

    pub fn from_table(table: &PriceTable, row: &PriceLine) -> Self {
        let mut line = Self::default();
        line.cum = line.cell(table, row, Role::Cum, "cum");
        line.amount = line.cell(table, row, Role::Amount, "amount");
        line.per = line.cell(table, row, Role::Per, "per");
        line.currency = line.cell(table, row, Role::Currency, "currency");
        line.date = line.cell(table, row, Role::Date, "date");
        line.seller = line.cell(table, row, Role::Seller, "seller");
        // A sale can be stated in one of two ways, so some cells of these columns may be empty.
        line.transaction = line.cell(table, row, Role::Transaction, "transaction");
        line.channel = line.cell(table, row, Role::Channel, "channel");
        line.stage = line.cell(table, row, Role::Stage, "stage");
        line
    }

    fn cell(&mut self, table: &PriceTable, row: &PriceLine, role: Role, name: &str) -> Option<String> {
        let fault = match table.value(row, role)? {
            Ok(text) => return Some(text),
            Err(CellFault::Missing) if [Role::Transaction, Role::Channel, Role::Stage].contains(&role) => return None,
            Err(fault) => fault,
        };
        let (code, detail) = cell_words(&fault, name);
        self.faults.add(name, code, detail);
        None
    }

    pub fn read(&self, today: Date, defaults: &Defaults) -> Result<PriceQuestion, QuestionFaults> {
        let (date, mut faults) = (self.date.as_deref().or(defaults.date.as_deref()), self.faults.clone());
        if date.is_none() && !faults.name("date") {
            faults.add("date", "missing", json_words::missing("date"));
        }
        let place = self.channel.is_some() || self.stage.is_some();
        let transaction = self.transaction.as_deref().or(defaults.transaction.as_deref().filter(|_| !place));
        let parameters = PriceQuestionParams {
            cum: self.cum.as_deref(),
            amount: self.amount.as_deref(),
            per: self.per.as_deref().or(defaults.per.as_deref()),
            currency: self.currency.as_deref(),
            date,
            transaction,
            channel: self.channel.as_deref(),
            stage: self.stage.as_deref(),
            seller: self.seller.as_deref().or(defaults.seller.as_deref()),
        };
        parameters.read(today, faults)
    }
}

fn cell_words(fault: &CellFault, name: &str) -> (&'static str, Text) {
    match fault {
        CellFault::Missing => ("missing", json_words::missing(name)),
        CellFault::Amount => ("malformed_amount", fault_words::amount_in_a_table()),
        CellFault::AmbiguousAmount { grouped, decimal } => ("ambiguous_amount", fault_words::two_amounts(*grouped, *decimal)),
        CellFault::Date => ("malformed_date", fault_words::date_in_a_table()),
        CellFault::AmbiguousDate { day_first, month_first } => {
            let es = format!("se puede leer como {day_first} y como {month_first}: escríbala como AAAA-MM-DD");
            let en = format!("it can be read as {day_first} and as {month_first}: write it as YYYY-MM-DD");
            ("ambiguous_date", Text::new(es, en))
        }
    }
}
