//! A table as the open-data portal gives it in JSON: keys are columns, and a missing key is an empty cell.

use super::{
    layout::{Input, Seen, TableLayout, TableReader, header_of, no_header, place_columns, printed},
    row::fault,
};
use crate::ingest::{
    error::{Empty, FileError, HeaderPlace},
    file_facts::FileFacts,
    format::{
        decode::{FileFormat, Meter},
        fields::Fields,
        json_rows::{Item, JsonRows, JsonValue, members},
    },
    tally::{Counts, Each, RowCounter},
};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufRead, BufReader, Read},
};

/// More columns than any table has; keys beyond are no columns but data.
const KEYS_MAX: usize = 512;

pub fn read_json<T>(
    input: &Input<'_>,
    shape: FileFormat,
    layouts: &[&TableLayout<T>],
    report: &dyn Fn(u64),
    each: &mut Each<'_, T>,
) -> Result<(FileFacts, Counts), FileError> {
    let silent = Meter::silent();
    let (keys, seen) = detect_layout(input, shape, layouts, &silent)?;
    let mut fields = Fields::default();
    keys.names.iter().for_each(|name| fields.push(name));
    let Some((_, layout)) = header_of(layouts, &fields) else {
        return Err(no_header(&layouts[0].layout, std::slice::from_ref(&fields), input.recognise, || {
            let row = printed(&fields);
            (
                format!("las claves de sus objetos son `{row}`, no los nombres de las columnas"),
                format!("the keys of its objects are `{row}`, not the names of the columns"),
            )
        }));
    };
    let header = place_columns(layout, &fields, HeaderPlace::Header, true, input.recognise)?;
    let reading = TableReader::decide(header, seen, input)?;
    let encoding = if shape == FileFormat::JsonArray { "json" } else { "ndjson" };
    let facts = reading.facts(input, encoding, None);
    let meter = Meter::new(report);
    let mut rows = open(input, shape, &meter)?;
    let (mut tally, mut object) = (RowCounter::new(each), ObjectRow::new(&reading));
    while let Some(item) = rows.next_item().map_err(|error| error.at(input.path))? {
        match item {
            Item::Broken(at, reason, start) => tally.row(at, Err(fault(None, at, None, &start, reason)))?,
            Item::Object(at, text) => object.row(&reading, &keys, at, &text, &mut tally)?,
        }
    }
    Ok((facts, tally.counts))
}

/// The keys of all objects, in the order in which they appear.
#[derive(Default)]
struct Keys {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Keys {
    /// Objects have their keys in the same order: the one after the last found is tried first.
    fn place(&self, key: &str, after: usize) -> Option<usize> {
        let next = self.names.get(after).filter(|name| name.as_str() == key).map(|_| after);
        next.or_else(|| self.places.get(key).copied())
    }

    fn add(&mut self, key: &str) -> usize {
        let place = self.names.len();
        self.names.push(key.to_owned());
        self.places.insert(key.to_owned(), place);
        place
    }
}

fn detect_layout<T>(
    input: &Input<'_>,
    shape: FileFormat,
    layouts: &[&TableLayout<T>],
    meter: &Meter<'_>,
) -> Result<(Keys, Seen), FileError> {
    let (mut keys, mut seen) = (Keys::default(), Seen::default());
    let mut rows = open(input, shape, meter)?;
    while let Some(item) = rows.next_item().map_err(|error| error.at(input.path))? {
        seen.rows += 1;
        let Item::Object(_, text) = item else { continue };
        let Ok(members) = members(&text) else { continue };
        let (mut after, mut first) = (0, Fields::default());
        for (key, value) in members {
            let place = keys.place(&key, after).unwrap_or_else(|| keys.add(&key));
            if place >= KEYS_MAX {
                let (es, en) =
                    ("sus objetos tienen más de 512 claves distintas", "its objects have more than 512 different keys");
                return Err(FileError::not_this(layouts[0].layout.code, es, en));
            }
            after = place + 1;
            let (cell, is_number) = match &value {
                JsonValue::Nothing => ("", false),
                JsonValue::Text(text) => (text.as_str(), false),
                JsonValue::Number(raw) | JsonValue::Nested(raw) => (*raw, true),
            };
            seen.column(place).see(cell, is_number);
            if seen.rows == 1 {
                first.push(cell);
            }
        }
        seen.see_first(&first);
    }
    if seen.rows == 0 && input.rows_needed {
        return Err(FileError::Empty(Empty::NoObjects));
    }
    Ok((keys, seen))
}

/// One object after the other, in the columns of the table.
struct ObjectRow {
    /// Of each key: its number must be written as the file writes numbers.
    numbers: Vec<bool>,
    cells: Vec<Option<String>>,
    fields: Fields,
}

impl ObjectRow {
    fn new<T>(reading: &TableReader<'_, T>) -> Self {
        let width = reading.table.headers.len();
        let mut numbers = vec![false; width];
        let places = reading.layout.numbers.iter().filter_map(|&column| reading.table.place(column));
        places.for_each(|index| numbers[index] = true);
        Self { numbers, cells: vec![None; width], fields: Fields::default() }
    }

    fn row<T>(
        &mut self,
        reading: &TableReader<'_, T>,
        keys: &Keys,
        at: u64,
        text: &str,
        tally: &mut RowCounter<'_, '_, T>,
    ) -> Result<(), FileError> {
        self.cells.iter_mut().for_each(|cell| *cell = None);
        let bad = |key: Option<String>, value: &str, reason| Err(fault(None, at, key, value, reason));
        let members = match members(text) {
            Ok(members) => members,
            Err(reason) => return tally.row(at, bad(None, text, reason)),
        };
        let mut after = 0;
        for (key, value) in members {
            // Every key was seen in the first pass.
            let Some(place) = keys.place(&key, after) else { return tally.row(at, bad(None, text, "not_json")) };
            after = place + 1;
            if self.cells[place].is_some() {
                return tally.row(at, bad(Some(reading.table.headers[place].clone()), text, "duplicate_key_in_object"));
            }
            self.cells[place] = Some(match value {
                JsonValue::Nothing => String::new(),
                JsonValue::Text(text) => text,
                JsonValue::Number(raw) if self.numbers[place] => reading.numbers.written(raw).unwrap_or_else(|| raw.to_owned()),
                JsonValue::Number(raw) => raw.to_owned(),
                JsonValue::Nested(raw) if reading.table.is_placed(place) => {
                    let column = reading.table.headers[place].clone();
                    return tally.row(at, bad(Some(column), raw, "nested_value"));
                }
                JsonValue::Nested(raw) => raw.to_owned(),
            });
        }
        self.fields.clear();
        self.cells.iter().for_each(|cell| self.fields.push(cell.as_deref().unwrap_or_default()));
        reading.row(at, &self.fields, tally)
    }
}

/// Counts what is read, for the progress.
struct Metered<'a> {
    file: File,
    meter: &'a Meter<'a>,
}

impl Read for Metered<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

fn open<'a>(input: &Input<'_>, shape: FileFormat, meter: &'a Meter<'a>) -> Result<JsonRows<BufReader<Metered<'a>>>, FileError> {
    let unreadable = |source: io::Error| FileError::Unreadable { path: input.path.to_owned(), source };
    let file = File::open(input.path).map_err(unreadable)?;
    let mut source = BufReader::with_capacity(64 * 1024, Metered { file, meter });
    if source.fill_buf().map_err(unreadable)?.starts_with("\u{FEFF}".as_bytes()) {
        source.consume(3);
    }
    Ok(if shape == FileFormat::JsonArray { JsonRows::array(source) } else { JsonRows::lines(source) })
}
