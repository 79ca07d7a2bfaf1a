//! A list as CSV: the same rows in the same order as the JSON, nested fields with dotted names, lists and maps as JSON text; and the same
//! for people, where they are words.
//!
//! Invariant: the header is of the type, not of the rows, so that an empty list has it too and no page has another.

use std::{
    any::TypeId,
    borrow::{Borrow, Cow},
    collections::HashMap,
    sync::{Arc, OnceLock, RwLock},
};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        RefOr, Type,
        schema::{Object, Schema, SchemaType},
    },
};

use super::people_file::{SAMPLE, Table, TableCell};
use crate::{
    exports::people_rows::words,
    http::{Problem, base::csv::CsvText},
};

/// `is_sample` adds a last column that says in every row that the data are invented; a list that says so itself has it already.
pub fn write<T: ToSchema + 'static, R: Serialize + Borrow<T>>(
    rows: impl Iterator<Item = Result<R, Problem>>,
    is_sample: bool,
) -> Result<Bytes, Problem> {
    let columns = columns::<T>();
    let mut header: Vec<String> = columns.iter().map(|path| path.join(".")).collect();
    let marked = is_sample && header.iter().all(|name| name != SAMPLE);
    if marked {
        header.push(SAMPLE.to_owned());
    }
    let mut csv = CsvText::new(&header);
    for row in rows {
        let row = value(&row?)?;
        for path in columns.iter() {
            match at(&row, path) {
                None | Some(Value::Null) => csv.empty(),
                Some(Value::String(text)) if !is_number(text) => csv.text(text),
                Some(Value::String(number)) => csv.number(number),
                Some(other) => csv.number(&other.to_string()),
            };
        }
        if marked {
            csv.number("true");
        }
        csv.end_row();
    }
    Ok(csv.into_bytes())
}

/// Steps of a calculation: for programs.
pub const NOT_FOR_PEOPLE: &str = "worksheet";

/// The same rows and columns for people: no cell holds JSON, lists are `a; b`, and what no cell can hold (worksheets) is left out.
pub fn table<T: ToSchema + 'static, R: Serialize + Borrow<T>>(
    rows: impl Iterator<Item = Result<R, Problem>>,
) -> Result<Table, Problem> {
    let columns = columns::<T>();
    let columns: Vec<&Path> = columns.iter().filter(|path| path.iter().all(|name| name != NOT_FOR_PEOPLE)).collect();
    let header = columns.iter().map(|path| path.join(".")).collect();
    let rows = rows.map(|row| {
        let row = value(&row?)?;
        Ok(columns.iter().map(|path| cell(path, at(&row, path))).collect())
    });
    Ok(Table { header, rows: rows.collect::<Result<_, Problem>>()? })
}

/// Members that hold a number as a string. Any other string is text, whatever it looks like: codes, versions, how a file writes its numbers.
const NUMBERS: [&str; 26] = [
    "amount", "dispensing_units", "dispensing_units_per_pack", "excess_percent", "ips_margin", "line_total", "margin", "median",
    "own_median", "own_saving", "p10", "p25", "p75", "p75_by_p25", "p90", "p90_by_p10", "percent_of_ceiling", "price",
    "quantity", "quarantined_percent", "regulated_price", "regulated_units", "regulated_units_per_pack", "saving",
    "saving_percent", "units",
];

/// The value of a fraction is a number too; the value of a cell at fault is that cell's text.
fn holds_number(path: &[String]) -> bool {
    match path {
        [.., of, name] if name == "value" => of.ends_with("_fraction"),
        [.., name] => NUMBERS.contains(&name.as_str()),
        [] => false,
    }
}

/// One value as people read it.
fn cell(path: &[String], value: Option<&Value>) -> TableCell {
    match value {
        None | Some(Value::Null) => TableCell::Empty,
        Some(Value::Bool(flag)) => TableCell::Flag(*flag),
        Some(Value::Number(number)) => TableCell::Number(number.to_string()),
        Some(Value::String(text)) if holds_number(path) && is_number(text) => TableCell::Number(text.clone()),
        Some(Value::String(text)) => TableCell::Text(text.clone()),
        Some(other) => TableCell::Text(words(other)),
    }
}

fn value<T: Serialize>(row: &T) -> Result<Value, Problem> {
    serde_json::to_value(row).map_err(|error| {
        tracing::error!(%error, "internal error: row could not be serialised as a table row");
        Problem::internal()
    })
}

fn at<'a>(row: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(row, |value, name| value.get(name))
}

/// `-3.50` is ours and no formula.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

type Path = Vec<String>;
type Named = [(String, RefOr<Schema>)];

/// Worked out once for each type.
fn columns<T: ToSchema + 'static>() -> Arc<[Path]> {
    static KNOWN: OnceLock<RwLock<HashMap<TypeId, Arc<[Path]>>>> = OnceLock::new();
    let (known, of) = (KNOWN.get_or_init(RwLock::default), TypeId::of::<T>());
    if let Some(columns) = known.read().ok().and_then(|known| known.get(&of).cloned()) {
        return columns;
    }
    let columns: Arc<[Path]> = find_columns::<T>().into();
    if let Ok(mut known) = known.write() {
        known.insert(of, columns.clone());
    }
    columns
}

fn find_columns<T: ToSchema>() -> Vec<Path> {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let mut columns = Columns { named: &named, found: Vec::new() };
    columns.of(&T::schema(), &mut Vec::new());
    columns.found
}

struct Columns<'a> {
    named: &'a Named,
    found: Vec<Path>,
}

impl Columns<'_> {
    /// What stands at `path`: its fields, or itself. A schema that contains itself ends as JSON text.
    fn of(&mut self, schema: &RefOr<Schema>, path: &mut Path) {
        match self.resolved(schema).as_ref() {
            Schema::Object(object) if path.len() < DEEP && !object.properties.is_empty() => {
                for (name, schema) in &object.properties {
                    path.push(name.clone());
                    self.of(schema, path);
                    path.pop();
                }
            }
            Schema::AllOf(all) => all.items.iter().for_each(|part| self.of(part, path)),
            Schema::OneOf(one) => one.items.iter().for_each(|branch| self.of(branch, path)),
            Schema::AnyOf(any) => any.items.iter().for_each(|branch| self.of(branch, path)),
            Schema::Object(object) if is_null(object) => {}
            _ if self.found.contains(path) => {}
            _ => self.found.push(path.clone()),
        }
    }

    fn resolved<'s>(&self, schema: &'s RefOr<Schema>) -> Cow<'s, Schema> {
        match schema {
            RefOr::T(schema) => Cow::Borrowed(schema),
            RefOr::Ref(reference) => {
                let name = reference.ref_location.rsplit('/').next().unwrap_or_default();
                let found = self.named.iter().find(|(known, _)| known == name).map(|(_, schema)| schema);
                let unknown = || Cow::Owned(Schema::Object(Object::new()));
                found.map_or_else(unknown, |schema| Cow::Owned(self.resolved(schema).into_owned()))
            }
        }
    }
}

/// No answer nests deeper.
const DEEP: usize = 8;

/// The half of an optional value that says that it is absent.
fn is_null(object: &Object) -> bool {
    matches!(object.schema_type, SchemaType::Type(Type::Null))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Clone, Serialize, ToSchema)]
    struct Price {
        amount: String,
    }

    #[derive(Serialize, ToSchema)]
    #[serde(tag = "kind", rename_all = "snake_case")]
    enum Choice {
        One { a: i32 },
        Other { b: i32 },
    }

    #[derive(Serialize, ToSchema)]
    struct Row {
        name: String,
        price: Price,
        lower: Option<Price>,
        list: Vec<i32>,
        counts: BTreeMap<String, u64>,
        choice: Choice,
        note: Option<String>,
        #[serde(flatten)]
        extra: Extra,
    }

    #[derive(Serialize, ToSchema)]
    struct Extra {
        last: bool,
    }

    const HEADER: &str = "name,price.amount,lower.amount,list,counts,choice.a,choice.kind,choice.b,note,last\r\n";

    fn text(rows: &[Row]) -> String {
        String::from_utf8(write::<Row, _>(rows.iter().map(Ok), false).unwrap().to_vec()).unwrap()
    }

    fn header(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn an_empty_list_has_the_header_of_every_other() {
        assert_eq!(header(&text(&[])), header(HEADER));
        assert_eq!(text(&[]).lines().count(), 1);
    }

    #[test]
    fn formulas_are_neutralised_and_nested_fields_get_dotted_names() {
        let price = Price { amount: "-3.50".to_owned() };
        let row = |name: &str, lower, choice| Row {
            name: name.to_owned(),
            price: price.clone(),
            lower,
            list: vec![1],
            counts: BTreeMap::from([("x".to_owned(), 2)]),
            choice,
            note: None,
            extra: Extra { last: true },
        };
        let text = text(&[row("=1+1", None, Choice::One { a: 1 }), row("a,b", Some(price.clone()), Choice::Other { b: 2 })]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let rows: Vec<BTreeMap<String, String>> = reader.deserialize().collect::<Result<_, _>>().unwrap();
        let cells = |row: usize, names: &[&str]| names.iter().map(|name| rows[row][*name].clone()).collect::<Vec<_>>();
        let names =
            ["name", "price.amount", "lower.amount", "list", "counts", "choice.kind", "choice.a", "choice.b", "note", "last"];
        assert_eq!(cells(0, &names), ["'=1+1", "-3.50", "", "[1]", "{\"x\":2}", "one", "1", "", "", "true"]);
        assert_eq!(cells(1, &names), ["a,b", "-3.50", "-3.50", "[1]", "{\"x\":2}", "other", "", "2", "", "true"]);
    }

    #[test]
    fn invented_rows_say_so_in_a_last_column() {
        let text = |rows: &[Extra]| String::from_utf8(write::<Extra, _>(rows.iter().map(Ok), true).unwrap().to_vec()).unwrap();
        assert_eq!(text(&[]), "last,sample\r\n", "an empty list too");
        assert_eq!(text(&[Extra { last: false }]), "last,sample\r\nfalse,true\r\n");
    }

    #[derive(Serialize, ToSchema)]
    struct Codes {
        amount: String,
        code: String,
        number_format: String,
        average_fraction: Fraction,
        value: String,
    }

    #[derive(Serialize, ToSchema)]
    struct Fraction {
        value: String,
        units: String,
    }

    #[test]
    fn text_that_looks_like_a_number_stays_text() {
        let fraction = Fraction { value: "7.5".to_owned(), units: "2".to_owned() };
        let text = |text: &str| text.to_owned();
        let row = Codes {
            amount: text("1234.56"),
            code: text("1.10"),
            number_format: text("1234.56"),
            average_fraction: fraction,
            value: text("8.50"),
        };
        let table = table::<Codes, _>([Ok(row)].into_iter()).unwrap();
        let cells: Vec<(&str, &TableCell)> = table.header.iter().map(String::as_str).zip(&table.rows[0]).collect();
        let cell = |name: &str| cells.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let number = |text: &str| TableCell::Number(text.to_owned());
        assert_eq!(
            [cell("amount"), cell("average_fraction.value"), cell("average_fraction.units")],
            ["1234.56", "7.5", "2"].map(number)
        );
        let kept = [cell("code"), cell("number_format"), cell("value")];
        assert_eq!(kept, ["1.10", "1234.56", "8.50"].map(TableCell::text));
        assert!(String::from_utf8(table.csv_for_excel_es().to_vec()).unwrap().contains("1234.56"));
    }

    #[test]
    fn for_people_there_is_no_json() {
        let rows = [Row {
            name: "a".to_owned(),
            price: Price { amount: "-3.50".to_owned() },
            lower: None,
            list: vec![1, 2],
            counts: BTreeMap::from([("x".to_owned(), 2), ("y".to_owned(), 3)]),
            choice: Choice::One { a: 1 },
            note: None,
            extra: Extra { last: true },
        }];
        let text = String::from_utf8(table::<Row, _>(rows.iter().map(Ok)).unwrap().csv_for_excel_es().to_vec()).unwrap();
        let expected = "\u{FEFF}last;name;price.amount;lower.amount;list;counts;choice.a;choice.kind;choice.b;note\r\n\
            true;a;-3,50;;\"1; 2\";x: 2, y: 3;1;one;;\r\n";
        assert_eq!(text, expected);
        assert!(table::<Row, _>(rows.iter().map(Ok)).unwrap().workbook().unwrap().starts_with(b"PK"));
    }
}
