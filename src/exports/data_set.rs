//! A data set: its name, its fields with their meaning in both languages, and where its rows come from.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use tokio_postgres::{Row, types::ToSql};

use crate::store::postgres::error::StoreError;
pub use crate::store::transaction::import::{SAMPLE_LICENCE, SAMPLE_PUBLISHER};

/// All data sets but the invented ones are published under the licence of the open data that they come from, as `GET /v1/sources` names it.
pub(crate) const LICENCE: &str = "CC BY-SA 4.0";
pub(crate) const LICENCE_URL: &str = "https://creativecommons.org/licenses/by-sa/4.0/";

/// The sample has two licences to choose from; this is one of them.
pub const SAMPLE_LICENCE_URL: &str = "https://spdx.org/licenses/MIT.html";

/// Spanish, English.
pub type Words = (&'static str, &'static str);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Integer,
    Boolean,
    Date,
    /// Pesos: at least two decimals in text.
    Money,
    /// Any other exact number, in its shortest form.
    Number,
    /// A list, as JSON; in CSV and Parquet its text.
    List,
}

/// One value of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportValue {
    Missing,
    Text(String),
    Integer(i64),
    Boolean(bool),
    Date(Date),
    Decimal(Decimal),
    List(Json),
}

pub struct Field {
    pub name: &'static str,
    pub kind: FieldType,
    /// Never missing.
    pub required: bool,
    /// The only values there are; empty where that is not closed.
    pub values: &'static [&'static str],
    pub words: Words,
}

/// What a data set is made from, and so when it is made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Acts, ceilings, products and the thermometer: reports change nothing in it.
    Lists,
    /// Reports and their verdicts too.
    Reports,
    /// Audited actions, which make no version of the data: its versions count by themselves.
    Actions,
}

pub struct DataSet {
    pub name: &'static str,
    pub title: Words,
    pub description: Words,
    /// The kinds of file that its rows come from.
    pub kinds: &'static [&'static str],
    /// So many of the first fields name a row, and give the order of the rows; of a data set in periods, within each period.
    pub key_fields: usize,
    pub fields: &'static [Field],
    /// Of a data set in periods, which has files of each: the place of the field that names the period. Rows come period by period.
    pub period_field: Option<usize>,
    pub rests_on: Inputs,
    pub sql: &'static str,
    /// Of the months to read; `None` for all.
    pub params: fn(Option<&[Date]>) -> Params,
    pub reader: fn() -> Box<dyn RowReader>,
}

/// What a statement takes.
pub type Params = Vec<Box<dyn ToSql + Sync + Send>>;

/// Takes a row's cells, in the order of the fields.
pub type Sink<'a> = &'a mut dyn FnMut(Vec<ExportValue>) -> Result<(), super::error::ExportError>;

/// Turns rows of the database into rows of the data set; some need several rows for one.
pub trait RowReader: Send {
    fn read(&mut self, row: &Row, sink: Sink<'_>) -> Result<(), super::error::ExportError>;

    /// After the last row.
    fn end(&mut self, _sink: Sink<'_>) -> Result<(), super::error::ExportError> {
        Ok(())
    }
}

/// A reader that turns each row into one row.
pub struct RowByRow(pub fn(&Row) -> Result<Vec<ExportValue>, StoreError>);

impl RowReader for RowByRow {
    fn read(&mut self, row: &Row, sink: Sink<'_>) -> Result<(), super::error::ExportError> {
        sink((self.0)(row)?)
    }
}

pub(crate) fn no_params(_: Option<&[Date]>) -> Params {
    Vec::new()
}

impl DataSet {
    pub fn key(&self) -> &'static [Field] {
        self.fields.get(..self.key_fields).unwrap_or_default()
    }

    /// The period of a row, `2020-06` or `2019`; empty in a data set that has none.
    pub fn period_of<'a>(&self, cells: &'a [ExportValue]) -> &'a str {
        match self.period_field.and_then(|place| cells.get(place)) {
            Some(ExportValue::Text(text)) => period_named(text),
            _ => "",
        }
    }

    /// What its files are named after: `prices_by_month-2020-06`.
    pub fn file_stem(&self, period: &str) -> String {
        if period.is_empty() { self.name.to_owned() } else { format!("{}-{period}", self.name) }
    }
}

/// The year or the month of a period; a day belongs to its month.
pub(crate) fn period_named(text: &str) -> &str {
    text.get(..7).unwrap_or(text)
}

/// The address of a file.
pub fn path(data_set: &str, version: &str, file: &str) -> String {
    format!("/v1/exports/{data_set}/{version}/{file}")
}

impl Field {
    pub const fn new(name: &'static str, kind: FieldType, es: &'static str, en: &'static str) -> Self {
        Self { name, kind, required: false, values: &[], words: (es, en) }
    }

    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub const fn one_of(self, values: &'static [&'static str]) -> Self {
        Self { values, ..self }
    }
}

impl ExportValue {
    /// An empty text counts as missing: CSV cannot tell the two apart.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Missing } else { Self::Text(text) }
    }

    pub fn count(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    pub fn list(values: &[String]) -> Self {
        Self::List(values.iter().cloned().map(Json::String).collect())
    }
}

impl From<&str> for ExportValue {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for ExportValue {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<i64> for ExportValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for ExportValue {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<Date> for ExportValue {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}

impl From<Decimal> for ExportValue {
    fn from(number: Decimal) -> Self {
        Self::Decimal(number)
    }
}

impl<T: Into<ExportValue>> From<Option<T>> for ExportValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}
