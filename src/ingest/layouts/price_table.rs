//! A caller's own table of prices, as text: finds columns by many names, and detects formats of numbers and days per column.

use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use rust_decimal::Decimal;

use crate::{
    domain::number::amount,
    ingest::format::{
        dates::{DateFault, DayEvidence, DayOrder, day_or_month},
        fold::fold,
        number::{Evidence, NumberFormat, Numbers},
    },
};

/// The role of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Cum,
    /// The two halves of a CUM, where they stand apart.
    Expediente,
    Consecutive,
    Amount,
    Per,
    Currency,
    Date,
    Transaction,
    Channel,
    Stage,
    Seller,
}

/// Names of columns as people write them; case, accents, spaces and punctuation make no difference. Where several stand in one table, the first
/// of these counts: a price per unit goes before a plain "valor", which may be the value of the line.
pub(crate) const ROLES: [(Role, &[&str]); 11] = [
    (Role::Cum, &["CUM", "Código CUM", "CUM code", "Código del medicamento", "Código medicamento", "Código", "Code"]),
    (Role::Expediente, &["Expediente", "Expediente CUM", "Expediente del CUM", "Número de expediente", "Expediente INVIMA"]),
    (Role::Consecutive, &["Consecutivo", "Consecutivo CUM", "Consecutive", "Consecutivo del CUM"]),
    (
        Role::Amount,
        &[
            "Amount", "Vr. Unitario", "Valor Unitario", "Precio Unitario", "Vlr. Unitario", "V. Unitario", "Vr. Unit.",
            "Vlr. Unit.", "Valor Unit.", "Precio Unit.", "Precio Unidad", "Valor Unidad", "Vr. Unidad", "Vlr. Unidad",
            "Precio por unidad", "Valor por unidad", "Precio de la unidad", "Costo Unitario", "Unit price", "Precio", "Price",
            "Precio de venta", "Precio venta", "Valor",
        ],
    ),
    (Role::Per, &["Per", "Por", "Unidad", "Unit", "Unidad de precio", "Precio por"]),
    (Role::Currency, &["Currency", "Moneda", "Divisa"]),
    (
        Role::Date,
        &[
            "Date", "Fecha", "Fecha factura", "Fecha de factura", "Fecha de la factura", "Fecha fact.", "Fec. factura",
            "Fec. fact.", "Fecha de facturación", "Fecha facturación", "Fecha venta", "Fecha de venta", "Fecha de compra",
            "Fecha compra", "Fecha de emisión", "Fecha emisión", "Invoice date", "Día", "Day", "Mes", "Month", "Periodo",
        ],
    ),
    (Role::Transaction, &["Transaction", "Transacción", "Tipo transacción", "Tipo de transacción", "Transacción SISMED"]),
    (Role::Channel, &["Channel", "Canal"]),
    (Role::Stage, &["Stage", "Etapa", "Eslabón"]),
    (Role::Seller, &["Seller", "Vendedor", "Tipo vendedor", "Tipo de vendedor"]),
];

/// The names that a message about a missing column gives.
const PRINCIPAL: [(Role, &[&str]); 2] = [
    (Role::Cum, &["CUM", "Código CUM", "Código", "Code"]),
    (
        Role::Amount,
        &["Precio", "Valor", "Precio Unitario", "Valor Unitario", "Vr. Unitario", "Precio Unidad", "Amount", "Unit price"],
    ),
];

/// Each role with its names, folded.
static FOLDED: LazyLock<Vec<(Role, Vec<String>)>> =
    LazyLock::new(|| ROLES.iter().map(|(role, names)| (*role, names.iter().map(|name| fold(name)).collect())).collect());

/// What the column of a role is usually called.
pub(crate) fn principal_names(role: Role) -> &'static [&'static str] {
    PRINCIPAL.iter().find(|(known, _)| *known == role).map_or(&[], |(_, names)| names)
}

/// A code, and the words that stand for it.
type Coded = (&'static str, &'static [&'static str]);

/// What a cell may say in columns of codes.
const WORDS: [(Role, &[Coded]); 5] = [
    (
        Role::Per,
        &[
            ("pack", &["pack", "caja", "empaque", "paquete", "presentacion", "a"]),
            ("primary_pack", &["primarypack", "empaqueprimario", "b"]),
            ("dispensing_unit", &["dispensingunit", "unidad", "unit", "unidaddedispensacion", "c"]),
            ("regulated_unit", &["regulatedunit", "unidadderegulacion", "unidaddeconcentracion", "d"]),
        ],
    ),
    (Role::Currency, &[("COP", &["cop", "pesos", "pesoscolombianos"])]),
    (Role::Channel, &[("institutional", &["institutional", "institucional"]), ("commercial", &["commercial", "comercial"])]),
    (
        Role::Stage,
        &[
            ("primary", &["primary", "primaria", "primario"]),
            ("secondary", &["secondary", "secundaria", "secundario"]),
            ("final", &["final"]),
        ],
    ),
    (Role::Seller, &[("ips", &["ips"]), ("other", &["other", "otro", "otra", "otros"])]),
];

/// A fault of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellFault {
    Missing,
    Amount,
    AmbiguousAmount { grouped: Decimal, decimal: Decimal },
    Date,
    AmbiguousDate { day_first: jiff::civil::Date, month_first: jiff::civil::Date },
}

/// Why a table cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// A zip archive or a workbook, or no text at all.
    NotText,
    Empty,
    /// No row among the first ones names a column with codes and one with prices; the first row reads so.
    NoHeader {
        first_row: Vec<String>,
    },
    MissingColumn(Role),
    DuplicateColumn(String),
}

#[derive(Clone, Debug)]
pub struct PriceTable {
    /// As the caller wrote it.
    pub header: Vec<String>,
    /// Where each role's column stands.
    places: Vec<(Role, usize)>,
    pub lines: Vec<PriceLine>,
    amounts: Numbers,
    days: DayOrder,
}

/// One row with data; blank rows are none.
#[derive(Clone, Debug)]
pub struct PriceLine {
    pub cells: Vec<String>,
}

/// A title or two may stand above the header.
const ROWS_BEFORE_HEADER_MAX: usize = 10;
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];
/// Of a price: as the API takes it.
const WHOLE_DIGITS_MAX: usize = 14;
const DECIMALS_MAX: u32 = 4;

impl PriceTable {
    pub fn read(bytes: &[u8]) -> Result<Self, TableFault> {
        let text = decode(bytes)?;
        let (delimiter, text) = separator_line(&text);
        let delimiters = delimiter.map_or_else(|| DELIMITERS.to_vec(), |one| vec![one]);
        let tries = delimiters.into_iter().filter_map(|delimiter| found_header(rows(text, delimiter).collect()));
        let Some((_, header_at, rows)) = tries.max_by_key(|(named, at, rows)| (*named, rows.get(*at).map(|row| row.cells.len())))
        else {
            return Err(TableFault::Empty);
        };
        let header = rows.get(header_at).map(|line| line.cells.clone()).unwrap_or_default();
        let places = places(&header)?;
        let width = header.len();
        let lines = rows.into_iter().skip(header_at + 1).filter(|line| line.cells.iter().any(|cell| !cell.trim().is_empty()));
        let lines = lines.map(|line| PriceLine { cells: fitted(line.cells, width) }).collect();
        let mut table =
            Self { header, places, lines, amounts: crate::ingest::format::number::FROM_CELLS, days: DayOrder::Unknown };
        table.look();
        Ok(table)
    }

    /// Decides how the columns of prices and of days are written.
    fn look(&mut self) {
        let (mut evidence, mut days) = (Evidence::default(), DayEvidence::default());
        for line in &self.lines {
            self.cell(line, Role::Amount).into_iter().for_each(|text| evidence.see(&bare_amount(text)));
            self.cell(line, Role::Date).into_iter().for_each(|text| days.see(text));
        }
        (self.amounts, self.days) = (evidence.decide(NumberFormat::Plain), days.decide());
    }

    pub fn has(&self, role: Role) -> bool {
        self.places.iter().any(|(known, _)| *known == role)
    }

    fn cell<'a>(&self, line: &'a PriceLine, role: Role) -> Option<&'a str> {
        let (_, place) = self.places.iter().find(|(known, _)| *known == role)?;
        line.cells.get(*place).map(String::as_str)
    }

    /// What a line says in that column, as the API takes it; `None` where there is no such column. A word that stands for no code is
    /// returned unchanged: the reader of codes names the valid ones.
    pub fn value(&self, line: &PriceLine, role: Role) -> Option<Result<String, CellFault>> {
        if role == Role::Cum && !self.has(Role::Cum) {
            let halves = (self.cell(line, Role::Expediente)?.trim(), self.cell(line, Role::Consecutive)?.trim());
            return Some(if halves == ("", "") { Err(CellFault::Missing) } else { Ok(format!("{}-{}", halves.0, halves.1)) });
        }
        let text = self.cell(line, role)?.trim();
        if text.is_empty() {
            return Some(Err(CellFault::Missing));
        }
        Some(match role {
            Role::Amount => self.amount(text),
            Role::Date => day_or_month(text, self.days).map_err(|fault| match fault {
                DateFault::Malformed => CellFault::Date,
                DateFault::TwoReadings { day_first, month_first } => CellFault::AmbiguousDate { day_first, month_first },
            }),
            role => Ok(code(role, text).map_or_else(|| text.to_owned(), str::to_owned)),
        })
    }

    fn amount(&self, text: &str) -> Result<String, CellFault> {
        let bare = bare_amount(text);
        let number = self.amounts.parse(&bare).map_err(|reason| match amount::two_readings(&bare) {
            Some((grouped, decimal)) if reason == "ambiguous_number" => CellFault::AmbiguousAmount { grouped, decimal },
            _ => CellFault::Amount,
        })?;
        let number = number.normalize();
        let whole_digits = number.trunc().abs().to_string().len();
        if number.is_sign_negative() || number.scale() > DECIMALS_MAX || whole_digits > WHOLE_DIGITS_MAX {
            return Err(CellFault::Amount);
        }
        // Three decimals are written as four, so that they are not ambiguous again.
        Ok(if number.scale() == 3 { amount::with_four_decimals(number) } else { amount::plain(number) })
    }
}

/// The code for a word, where one is known.
fn code(role: Role, text: &str) -> Option<&'static str> {
    let word = fold(text);
    let (_, codes) = WORDS.iter().find(|(known, _)| *known == role)?;
    codes.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(code, _)| *code)
}

/// `$ 33.052,00` and `COP 33052` without what is no part of the number.
fn bare_amount(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("COP").or_else(|| text.strip_suffix("COP")).unwrap_or(text);
    text.chars().filter(|letter| !letter.is_whitespace() && *letter != '$').collect()
}

/// A byte order mark decides; without one UTF-8, and Windows-1252 where the bytes are none.
fn decode(bytes: &[u8]) -> Result<String, TableFault> {
    let encoding: &'static Encoding = match bytes {
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(TableFault::NotText),
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ if std::str::from_utf8(bytes).is_ok() => UTF_8,
        _ => WINDOWS_1252,
    };
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged || text.contains('\0') { Err(TableFault::NotText) } else { Ok(text.into_owned()) }
}

/// Excel's own first line, `sep=;`, and what follows it.
fn separator_line(text: &str) -> (Option<u8>, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    match first.trim().strip_prefix("sep=").map(str::as_bytes) {
        Some([one]) => (Some(*one), rest),
        _ => (None, text),
    }
}

fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = PriceLine> {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    reader.into_records().filter_map(Result::ok).map(|record| PriceLine { cells: record.iter().map(str::to_owned).collect() })
}

/// The row that names the most roles, with how many those are.
fn found_header(rows: Vec<PriceLine>) -> Option<(usize, usize, Vec<PriceLine>)> {
    let named = |line: &PriceLine| {
        let names: Vec<String> = line.cells.iter().map(|cell| fold(cell)).collect();
        FOLDED.iter().filter(|(_, known)| names.iter().any(|name| known.contains(name))).count()
    };
    let scored = rows.iter().take(ROWS_BEFORE_HEADER_MAX).enumerate().map(|(at, line)| (named(line), at));
    // Of equal ones the first.
    let (named, at) = scored.max_by_key(|(named, at)| (*named, std::cmp::Reverse(*at)))?;
    Some((named, at, rows))
}

fn places(header: &[String]) -> Result<Vec<(Role, usize)>, TableFault> {
    let names: Vec<String> = header.iter().map(|name| fold(name)).collect();
    let mut found = Vec::new();
    for (role, known) in FOLDED.iter() {
        let Some(name) = known.iter().find(|name| names.iter().any(|other| other == *name)) else { continue };
        let mut at = names.iter().enumerate().filter(|(_, other)| *other == name).map(|(at, _)| at);
        match (at.next(), at.next()) {
            (Some(at), None) => found.push((*role, at)),
            (Some(at), Some(_)) => return Err(TableFault::DuplicateColumn(header.get(at).cloned().unwrap_or_default())),
            (None, _) => {}
        }
    }
    let has = |role: Role| found.iter().any(|(known, _)| *known == role);
    let coded = has(Role::Cum) || (has(Role::Expediente) && has(Role::Consecutive));
    match (coded, has(Role::Amount)) {
        (false, false) => Err(TableFault::NoHeader { first_row: header.iter().take(8).cloned().collect() }),
        (false, true) => Err(TableFault::MissingColumn(Role::Cum)),
        (true, false) => Err(TableFault::MissingColumn(Role::Amount)),
        (true, true) => Ok(found),
    }
}

/// As many cells as the header has; those beyond it go into the last one, so that nothing the caller wrote is lost.
fn fitted(mut cells: Vec<String>, width: usize) -> Vec<String> {
    cells.resize(cells.len().max(width), String::new());
    let beyond = cells.split_off(width.min(cells.len()));
    if let Some(last) = cells.last_mut() {
        beyond.into_iter().filter(|cell| !cell.is_empty()).for_each(|cell| {
            last.push(' ');
            last.push_str(&cell);
        });
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PriceTable {
        PriceTable::read(text.as_bytes()).unwrap()
    }

    fn values(table: &PriceTable, role: Role) -> Vec<Option<Result<String, CellFault>>> {
        table.lines.iter().map(|line| table.value(line, role)).collect()
    }

    fn good(text: &str) -> Option<Result<String, CellFault>> {
        Some(Ok(text.to_owned()))
    }

    #[test]
    fn a_hospitals_own_file_is_read() {
        let table = read(
            "Factura;Fecha;Código CUM;Descripción;Vr. Unitario;Vr. Total;Unidad\r\nFE1;15/06/2020;19914312-020;\"INSULINA; 5\";\"33.052,00\";330.520,00;Caja\r\n\
             FE1;05/06/2020;19914312-21;x;1.196,5;1.196,50;unidad\r\n;;;;;;\r\nTOTAL;;;;;331.716,50;\r\n",
        );
        assert_eq!(table.header.len(), 7);
        assert_eq!(table.lines.len(), 3, "a blank row is no line");
        assert_eq!(values(&table, Role::Cum), [good("19914312-020"), good("19914312-21"), Some(Err(CellFault::Missing))]);
        assert_eq!(values(&table, Role::Amount), [good("33052"), good("1196.5"), Some(Err(CellFault::Missing))]);
        assert_eq!(values(&table, Role::Date), [good("2020-06-15"), good("2020-06-05"), Some(Err(CellFault::Missing))]);
        assert_eq!(values(&table, Role::Per), [good("pack"), good("dispensing_unit"), Some(Err(CellFault::Missing))]);
        assert_eq!(values(&table, Role::Seller), [None, None, None]);
        assert_eq!(table.lines[0].cells[3], "INSULINA; 5");
    }

    #[test]
    fn names_of_columns_are_known_however_they_are_written() {
        // The header of invoices that an authority published, with its dates; quantity and total are left alone.
        let table =
            read("FechaFact,CUM,Nombre,Cantidad,PrecioUnidad,PrecioTotal\n2020/01/31,19914312-20,INSULINA,3,33052,99156\n");
        assert_eq!(values(&table, Role::Cum), [good("19914312-20")]);
        assert_eq!(values(&table, Role::Amount), [good("33052")], "the unit's price, and not the line's");
        assert_eq!(values(&table, Role::Date), [good("2020-01-31")]);
        assert_eq!(values(&table, Role::Per), [None], "the price's name is no unit");
        for name in
            ["PRECIO UNIDAD", "precio_unidad", "Vlr. Unitario", "VlrUnitario", "ValorUnitario", "Vr Unit", "Precio Unitario ($)"]
        {
            let table = read(&format!("CUM;{name};Valor\n1-1;5;50\n"));
            assert_eq!(values(&table, Role::Amount), [good("5")], "{name}");
        }
        for name in ["FechaFactura", "FECHA FACTURA", "Fec_Factura", "Fecha de Facturación", "fecha fact."] {
            let table = read(&format!("CUM;Valor;{name}\n1-1;5;15/06/2020\n"));
            assert_eq!(values(&table, Role::Date), [good("2020-06-15")], "{name}");
        }
        for (role, names) in PRINCIPAL {
            let known = ROLES.iter().find(|(known, _)| *known == role).unwrap().1;
            assert!(names.iter().all(|name| known.contains(name)), "{role:?}");
        }
        let all: Vec<&String> = FOLDED.iter().flat_map(|(_, names)| names).collect();
        assert!(all.iter().all(|name| all.iter().filter(|other| *other == name).count() == 1), "no name means two things");
    }

    #[test]
    fn the_column_decides_how_its_prices_are_written() {
        let amounts = |cells: &[&str]| {
            let rows: String = cells.iter().map(|cell| format!("1-1\t{cell}\n")).collect();
            values(&read(&format!("cum\tprecio\n{rows}")), Role::Amount).into_iter().map(Option::unwrap).collect::<Vec<_>>()
        };
        let twice = |grouped: i64| Err(CellFault::AmbiguousAmount { grouped: grouped.into(), decimal: Decimal::new(grouped, 3) });
        let read = |text: &str| Ok(text.to_owned());
        assert_eq!(amounts(&["33.052", "12.500"]), [twice(33_052), twice(12_500)], "nothing tells");
        assert_eq!(amounts(&["33.052", "12.500,50"]), [read("33052"), read("12500.5")]);
        assert_eq!(amounts(&["33,052", "12,500.50"]), [read("33052"), read("12500.5")]);
        assert_eq!(amounts(&["$ 33.052,00", "COP 1"]), [read("33052"), read("1")]);
        assert_eq!(amounts(&["4.651", "4.65"]), [read("4.6510"), read("4.65")], "decided, and not asked again");
        assert_eq!(amounts(&["0"]), [read("0")], "the reader of prices refuses it");
        assert_eq!(amounts(&["-5", "1.23456", "abc", "100000000000000"]), vec![Err(CellFault::Amount); 4]);
    }

    #[test]
    fn separators_titles_encodings_and_halves_of_codes() {
        let table = read("sep=;\nListado de compras;;\nexpediente;consecutivo;valor;total\n19914312;20;33052;1\n");
        assert_eq!(values(&table, Role::Cum), [good("19914312-20")]);
        assert_eq!(values(&table, Role::Amount), [good("33052")]);
        let latin = PriceTable::read(b"c\xF3digo,amount\n19914312-20,1\n").unwrap();
        assert_eq!((latin.header[0].as_str(), values(&latin, Role::Cum)), ("código", vec![good("19914312-20")]));
        let marked = read("\u{FEFF}CUM,Amount\n1-1,5\n");
        assert_eq!(values(&marked, Role::Amount), [good("5")]);
        let wide = read("cum,amount,nota\n1-1,5,a,b\n1-1\n");
        assert_eq!(wide.lines[0].cells, ["1-1", "5", "a b"]);
        assert_eq!(wide.lines[1].cells, ["1-1", "", ""]);
    }

    #[test]
    fn what_is_no_such_table_is_said_so() {
        let fault = |bytes: &[u8]| PriceTable::read(bytes).unwrap_err();
        assert_eq!(fault(b"PK\x03\x04..."), TableFault::NotText);
        assert_eq!(fault(b"a\0b"), TableFault::NotText);
        assert_eq!(fault(b""), TableFault::Empty);
        assert_eq!(fault(b"a,b\n1,2\n"), TableFault::NoHeader { first_row: vec!["a".to_owned(), "b".to_owned()] });
        assert_eq!(fault(b"cum,nota\n1-1,2\n"), TableFault::MissingColumn(Role::Amount));
        assert_eq!(fault(b"amount\n1\n"), TableFault::MissingColumn(Role::Cum));
        assert_eq!(fault(b"cum,CUM,amount\n1-1,1-1,1\n"), TableFault::DuplicateColumn("cum".to_owned()));
    }
}
