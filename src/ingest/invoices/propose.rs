//! A mapping of a list's columns as their names and the first rows suggest it, for a person to confirm.

use super::{
    fault::{FaultKind, FileFault},
    grid::Grid,
    header::{FoundHeader, find, looks_like_number, of_name, without_currency},
    kinds::{InvoiceFormat, detect},
    mapping::{ColumnMapping, LineField, header_digest},
    piece::End,
};
use crate::{
    domain::{
        identifier::{cum::Cum, ium::Ium, nit::Nit},
        invoices::cufe::Cufe,
        number::exact,
    },
    ingest::format::{
        dates::{self, DayOrder},
        decode::Meter,
        number::{Evidence, NumberFormat, Numbers},
    },
};
use rust_decimal::Decimal;
use std::{ops::ControlFlow, path::Path};

/// So many rows are looked at, and the figures of so many are tried against each other.
const ROWS: usize = 2_000;
const FIGURE_ROWS: usize = 200;
const SAMPLES: usize = 3;
const SAMPLE_CHARS: usize = 60;
/// Columns of figures that are tried against each other.
const FIGURES_MAX: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub header_digest: String,
    pub sheet: Option<String>,
    pub header_row: u64,
    pub columns: Vec<ProposedColumn>,
    /// What a check needs and no column offers.
    pub missing: Vec<LineField>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedColumn {
    pub header: String,
    pub field: Option<LineField>,
    pub because: ProposedBy,
    /// The first values, for the person who confirms.
    pub samples: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposedBy {
    Header,
    Content,
    Nothing,
}

impl ProposedBy {
    pub fn code(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Content => "content",
            Self::Nothing => "nothing",
        }
    }
}

impl Proposal {
    pub fn mapping(&self) -> ColumnMapping {
        let columns = self.columns.iter().filter_map(|column| Some((column.header.clone(), column.field?)));
        ColumnMapping {
            header_digest: self.header_digest.clone(),
            columns: columns.collect(),
            day_first: None,
            decimal_comma: None,
        }
    }

    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Of a list in a file.
pub fn propose(path: &Path, name: &str) -> Result<Proposal, FileFault> {
    let format = detect(path, name)?;
    let meter = Meter::silent();
    let proposal = || {
        let mut grid = open(path, name, format, &meter)?;
        let (sheet, header) = choose(&mut grid, name)?;
        of_grid(&mut grid, name, sheet, &header)
    };
    proposal().map_err(|end| match end {
        End::Fault(fault) => fault,
        End::Stop(_) => FileFault::new(name, FaultKind::Unreadable),
    })
}

pub(super) fn open<'m>(path: &Path, name: &str, format: InvoiceFormat, meter: &'m Meter<'m>) -> Result<Grid<'m>, End> {
    match format {
        InvoiceFormat::Csv => Grid::of_text(path, name),
        InvoiceFormat::Xlsx => Grid::of_workbook(path, name, meter),
        _ => Err(End::of(name, FaultKind::NotSupported)),
    }
}

/// The sheet whose header offers all that a check needs, else the first one with a header.
pub(super) fn choose(grid: &mut Grid<'_>, name: &str) -> Result<(Option<String>, FoundHeader), End> {
    let mut first = None;
    for sheet in grid.sheets() {
        grid.choose(sheet.as_deref());
        let Some(header) = find(grid, name)? else { continue };
        let columns = header.names.iter().filter_map(|name| Some((name.clone(), of_name(name)?.0))).collect();
        let offered = ColumnMapping { header_digest: String::new(), columns, day_first: None, decimal_comma: None };
        if offered.is_complete() {
            return Ok((sheet, header));
        }
        first = first.or(Some((sheet, header)));
    }
    let (sheet, header) = first.ok_or_else(|| End::of(name, FaultKind::NoHeader))?;
    grid.choose(sheet.as_deref());
    Ok((sheet, header))
}

pub(super) fn of_grid(grid: &mut Grid<'_>, name: &str, sheet: Option<String>, header: &FoundHeader) -> Result<Proposal, End> {
    let mut columns: Vec<SeenColumn> = header.names.iter().map(|_| SeenColumn::default()).collect();
    let mut rows = 0;
    grid.rows(name, None, &mut |row| {
        if row.number > header.row && row.broken.is_none() {
            rows += 1;
            for (index, column) in columns.iter_mut().enumerate() {
                column.see(row.get(index), row.is_number(index));
            }
        }
        Ok(if rows >= ROWS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let fields = fields_of(&header.names, &columns);
    let proposed = header.names.iter().zip(&columns).zip(fields).map(|((header, column), (field, because))| ProposedColumn {
        header: header.clone(),
        field,
        because,
        samples: column.samples.clone(),
    });
    let mut proposal = Proposal {
        header_digest: header_digest(header.names.iter().map(String::as_str)),
        sheet,
        header_row: header.row,
        columns: proposed.collect(),
        missing: Vec::new(),
    };
    proposal.missing = proposal.mapping().missing();
    Ok(proposal)
}

/// What the first cells of a column are.
#[derive(Default)]
struct SeenColumn {
    filled: usize,
    numbers: usize,
    texts: usize,
    letters: usize,
    cums: usize,
    iums: usize,
    gtins: usize,
    nits: usize,
    dates: usize,
    cufes: usize,
    samples: Vec<String>,
    /// Of the first rows, for the figures' arithmetic: the text, and whether it is a number by itself.
    cells: Vec<(String, bool)>,
}

impl SeenColumn {
    fn see(&mut self, text: &str, is_number: bool) {
        if self.cells.len() < FIGURE_ROWS {
            self.cells.push((without_currency(text).chars().take(40).collect(), is_number));
        }
        if text.is_empty() {
            return;
        }
        self.filled += 1;
        if self.samples.len() < SAMPLES && !self.samples.iter().any(|known| known == text) {
            self.samples.push(text.chars().take(SAMPLE_CHARS).collect());
        }
        let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
        let count = |is: bool| usize::from(is);
        self.letters += letters;
        self.texts += count(letters >= 3);
        self.numbers += count(is_number || looks_like_number(text));
        self.cums += count(text.parse::<Cum>().is_ok());
        self.iums += count(letters > 0 && text.parse::<Ium>().is_ok());
        self.gtins += count(is_gtin(text));
        self.nits += count(text.parse::<Nit>().is_ok());
        self.cufes += count(text.parse::<Cufe>().is_ok());
        self.dates += count(letters < 12 && text.len() >= 6 && dates::day(text, DayOrder::DayFirst).is_ok());
    }

    fn most(&self, count: usize) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 8
    }

    fn half(&self, count: usize) -> bool {
        count * 2 >= self.filled
    }

    /// Whether the cells can be what the name says.
    fn can_be(&self, field: LineField) -> bool {
        match field {
            LineField::Quantity | LineField::UnitPrice | LineField::Total | LineField::Discount => self.half(self.numbers),
            LineField::Text | LineField::Brand => !self.most(self.numbers),
            LineField::Date => self.half(self.dates),
            LineField::Seller | LineField::Customer => self.half(self.nits),
            LineField::Cufe => self.half(self.cufes),
            _ => true,
        }
    }

    /// What a column that is named as one thing is by its cells.
    fn corrected(&self, field: LineField) -> LineField {
        let is_code = matches!(field, LineField::Cum | LineField::Ium | LineField::Gtin | LineField::Code);
        match field {
            LineField::Quantity if self.texts > self.numbers => LineField::Unit,
            LineField::Discount if self.texts > self.numbers => LineField::Text,
            // Codes of other kinds under the name of the CUM.
            LineField::Cum if self.cums == 0 && self.filled > 0 => {
                if self.half(self.gtins) {
                    LineField::Gtin
                } else {
                    LineField::Code
                }
            }
            _ if is_code && self.most(self.cums) => LineField::Cum,
            LineField::Code if self.most(self.gtins) => LineField::Gtin,
            LineField::Code if self.most(self.iums) => LineField::Ium,
            _ => field,
        }
    }
}

/// 8, 12, 13 or 14 digits with their check digit.
fn is_gtin(text: &str) -> bool {
    if !matches!(text.len(), 8 | 12..=14) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let weighted = text.bytes().rev().enumerate().map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 1 { 3 } else { 1 });
    weighted.sum::<u32>() % 10 == 0
}

type Proposed = (Option<LineField>, ProposedBy);

fn fields_of(names: &[String], columns: &[SeenColumn]) -> Vec<Proposed> {
    let mut proposed: Vec<Proposed> = vec![(None, ProposedBy::Nothing); names.len()];
    // The surest names first; of equal ones the first column.
    let mut named: Vec<(usize, LineField, u8)> =
        names.iter().enumerate().filter_map(|(at, name)| of_name(name).map(|(field, sure)| (at, field, sure))).collect();
    named.sort_by_key(|(at, _, sure)| (std::cmp::Reverse(*sure), *at));
    for (at, field, _) in named {
        let corrected = columns[at].corrected(field);
        let taken = !corrected.repeats() && proposed.iter().any(|(known, _)| *known == Some(corrected));
        if columns[at].can_be(corrected) && !taken {
            let because = if corrected == field { ProposedBy::Header } else { ProposedBy::Content };
            proposed[at] = (Some(corrected), because);
        }
    }
    propose_codes(&mut proposed, columns);
    propose_figures(&mut proposed, columns);
    propose_text(&mut proposed, columns);
    proposed
}

fn has(proposed: &[Proposed], field: LineField) -> bool {
    proposed.iter().any(|(known, _)| *known == Some(field))
}

/// A column of CUM that has another name, or none.
fn propose_codes(proposed: &mut [Proposed], columns: &[SeenColumn]) {
    if !has(proposed, LineField::Cum)
        && let Some(at) = (0..columns.len()).find(|&at| proposed[at].0.is_none() && columns[at].most(columns[at].cums))
    {
        proposed[at] = (Some(LineField::Cum), ProposedBy::Content);
    }
}

/// The column with the most letters, where none is named as a description and nothing else names the product.
fn propose_text(proposed: &mut [Proposed], columns: &[SeenColumn]) {
    if has(proposed, LineField::Text) {
        return;
    }
    let free = (0..columns.len()).filter(|&at| proposed[at].0.is_none() && columns[at].most(columns[at].texts));
    let longest = free.max_by_key(|&at| columns[at].letters).filter(|&at| columns[at].letters >= columns[at].filled * 8);
    if let Some(at) = longest {
        proposed[at] = (Some(LineField::Text), ProposedBy::Content);
    }
}

/// Three columns of which two multiplied give the third, in nearly every row: quantity, price and total, whatever their names.
fn propose_figures(proposed: &mut [Proposed], columns: &[SeenColumn]) {
    let wanted = [LineField::Quantity, LineField::UnitPrice, LineField::Total];
    if wanted.iter().all(|field| has(proposed, *field)) {
        return;
    }
    let figures: Vec<(usize, Vec<Option<Decimal>>)> = (0..columns.len())
        .filter(|&at| proposed[at].0.is_none_or(|field| wanted.contains(&field)) && columns[at].most(columns[at].numbers))
        .take(FIGURES_MAX)
        .map(|at| (at, columns[at].figures()))
        .collect();
    let mut best: Option<(usize, [usize; 3])> = None;
    for (first, (a, of_a)) in figures.iter().enumerate() {
        for (b, of_b) in &figures[first + 1..] {
            for (c, of_c) in figures.iter().filter(|(c, _)| c != a && c != b) {
                let (hits, rows) = product_hits(of_a, of_b, of_c);
                if rows >= 3 && hits * 10 >= rows * 9 && best.is_none_or(|(most, _)| hits > most) {
                    best = Some((hits, [*a, *b, *c]));
                }
            }
        }
    }
    let Some((_, [a, b, c])) = best else { return };
    // Whole and small: units; the other one is pesos. A name that says otherwise is believed.
    let sum = |at: usize| columns[at].figures().into_iter().flatten().try_fold(Decimal::ZERO, exact::sum).unwrap_or(Decimal::MAX);
    let whole = |at: usize| columns[at].figures().into_iter().flatten().all(|figure| figure.is_integer());
    let a_is_named = proposed[a].0 == Some(LineField::Quantity) || proposed[b].0 == Some(LineField::UnitPrice);
    let b_is_named = proposed[b].0 == Some(LineField::Quantity) || proposed[a].0 == Some(LineField::UnitPrice);
    let a_is_quantity = a_is_named || (!b_is_named && (!whole(a), sum(a)) < (!whole(b), sum(b)));
    let (quantity, price) = if a_is_quantity { (a, b) } else { (b, a) };
    for (at, field) in [(quantity, LineField::Quantity), (price, LineField::UnitPrice), (c, LineField::Total)] {
        if proposed[at].0.is_none() && !has(proposed, field) {
            proposed[at] = (Some(field), ProposedBy::Content);
        }
    }
}

/// In how many rows the product is the third, and how many show it: those in which neither factor is one.
fn product_hits(a: &[Option<Decimal>], b: &[Option<Decimal>], c: &[Option<Decimal>]) -> (usize, usize) {
    let rows = a.iter().zip(b).zip(c).filter_map(|((a, b), c)| Some(((*a)?, (*b)?, (*c)?)));
    let showing = rows.filter(|(a, b, c)| ![*a, *b].contains(&Decimal::ONE) && !c.is_zero());
    let close = |(a, b, c): &(Decimal, Decimal, Decimal)| {
        let apart = exact::product(*a, *b).and_then(|product| exact::difference(product, *c));
        apart.is_some_and(|apart| apart.abs() <= Decimal::ONE)
    };
    showing.fold((0, 0), |(hits, rows), row| (hits + usize::from(close(&row)), rows + 1))
}

impl SeenColumn {
    fn figures(&self) -> Vec<Option<Decimal>> {
        let mut evidence = Evidence::default();
        self.cells.iter().filter(|(_, is_number)| !is_number).for_each(|(text, _)| evidence.see(text));
        let numbers = Numbers { doubt: false, ..evidence.decide(NumberFormat::Plain) };
        let plain = Numbers { format: NumberFormat::Plain, doubt: false };
        let read = |(text, is_number): &(String, bool)| if *is_number { plain } else { numbers }.parse(text).ok();
        self.cells.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(names: &[&str], rows: &[&[&str]]) -> Vec<Option<&'static str>> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut columns: Vec<SeenColumn> = names.iter().map(|_| SeenColumn::default()).collect();
        for row in rows {
            columns.iter_mut().zip(*row).for_each(|(column, cell)| column.see(cell, false));
        }
        fields_of(&names, &columns).into_iter().map(|(field, _)| field.map(LineField::code)).collect()
    }

    #[test]
    fn content_corrects_names() {
        let found = proposed(
            &["CUM", "Nombre", "Cantidad", "PrecioUnidad", "PrecioTotal"],
            &[
                &["4104480705151", "ABRILAR JARABE", "2", "26092", "52184"],
                &["7703038065630", "ACETAMINOFEN", "10", "1233", "12330"],
            ],
        );
        assert_eq!(found, [Some("gtin"), Some("text"), Some("quantity"), Some("unit_price"), Some("total")]);
        let found =
            proposed(&["Código", "Desc", "Unidades"], &[&["19914312-020", "Lantus", "caja"], &["207411-02", "Dolex", "frasco"]]);
        assert_eq!(found, [Some("cum"), Some("text"), Some("unit")]);
    }

    #[test]
    fn columns_without_names_are_found_by_what_they_hold() {
        let rows: &[&[&str]] = &[
            &["19914312-20", "INSULINA GLARGINA 100UI/ML", "10", "33052", "330520", "7"],
            &["207411-2", "ACETAMINOFEN JARABE 150MG", "3", "1233", "3699", "7"],
            &["19935303-4", "ACETAMINOFEN TABLETA 500", "4", "9612", "38448", "7"],
        ];
        let found = proposed(&["A1", "B1", "C1", "D1", "E1", "F1"], rows);
        assert_eq!(found, [Some("cum"), Some("text"), Some("quantity"), Some("unit_price"), Some("total"), None]);
        // A name is believed.
        let found = proposed(&["A1", "B1", "Precio", "D1", "E1", "F1"], rows);
        assert_eq!(found[2..5], [Some("unit_price"), Some("quantity"), Some("total")]);
    }

    #[test]
    fn of_two_columns_with_a_name_one_is_taken_and_people_are_left_out() {
        let found = proposed(
            &["Paciente", "Cédula", "Producto", "Precio", "Vr. Unitario", "Proveedor"],
            &[&["JUAN PEREZ", "79123456", "Lantus", "33052", "33052", "DROGUERIA X"]],
        );
        assert_eq!(found, [None, None, Some("text"), Some("unit_price"), None, None]);
    }

    #[test]
    fn check_digits_of_barcodes() {
        for (text, is) in
            [("4104480705151", true), ("7703038065630", true), ("7703038065631", false), ("19914313", false), ("", false)]
        {
            assert_eq!(is_gtin(text), is, "{text}");
        }
    }
}
