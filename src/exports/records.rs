//! The records of a file one by one, and their order.

use std::{
    cmp::Ordering,
    io::{self, BufRead},
};

use serde_json::Value as Json;

use super::data_set::{DataSet, Field, FieldType};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    Csv,
    Ndjson,
}

/// Reads records with their line ends; one of CSV may hold line ends in its quotes.
pub struct Records<R> {
    text: TextFormat,
    reader: R,
    pub record: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    pub fn new(text: TextFormat, reader: R) -> Self {
        Self { text, reader, record: Vec::new() }
    }

    /// False at the end of the file.
    pub fn advance(&mut self) -> io::Result<bool> {
        self.record.clear();
        let mut quotes = 0;
        loop {
            let start = self.record.len();
            if self.reader.read_until(b'\n', &mut self.record)? == 0 {
                return Ok(start > 0);
            }
            if self.text == TextFormat::Ndjson {
                return Ok(true);
            }
            quotes += self.record.get(start..).unwrap_or_default().iter().filter(|byte| **byte == b'"').count();
            if quotes % 2 == 0 {
                return Ok(true);
            }
        }
    }
}

/// The order of two records by the fields of the key. A difference is correct with any order; this one makes it short.
pub struct Order {
    text: TextFormat,
    key: &'static [Field],
}

impl Order {
    pub fn of(data_set: &DataSet, text: TextFormat) -> Self {
        Self { text, key: data_set.key() }
    }

    pub fn compare(&self, one: &[u8], other: &[u8]) -> Ordering {
        let (one, other) = (self.key_of(one), self.key_of(other));
        let places = self.key.iter().zip(one.iter().zip(&other));
        let unequal = places.map(|(field, (one, other))| compare(field.kind, one, other)).find(|order| order.is_ne());
        unequal.unwrap_or_else(|| one.len().cmp(&other.len()))
    }

    fn key_of(&self, record: &[u8]) -> Vec<String> {
        match self.text {
            TextFormat::Csv => {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(record);
                let cells = reader.records().next().and_then(Result::ok).unwrap_or_default();
                cells.iter().take(self.key.len()).map(str::to_owned).collect()
            }
            TextFormat::Ndjson => {
                let row: Json = serde_json::from_slice(record).unwrap_or_default();
                let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.key.iter().filter_map(|field| row.get(field.name)).map(text).collect()
            }
        }
    }
}

fn compare(kind: FieldType, one: &str, other: &str) -> Ordering {
    match (kind, one.parse::<i64>(), other.parse::<i64>()) {
        (FieldType::Integer, Ok(one), Ok(other)) => one.cmp(&other),
        _ => one.as_bytes().cmp(other.as_bytes()),
    }
}
