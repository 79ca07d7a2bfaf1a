//! A table of all lines, where what was sent is no one table of the same kind: invoices, archives, several files. A workbook has the sheet of steps too.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use super::{
    added,
    form::Form,
    work_sheet::{self, LinesOf, WorkSheet},
    writer::LineWriter,
};
use crate::{
    domain::invoices::line::InvoiceLine,
    exports::{
        cell_text::{is_formula, push_cell},
        people_rows::{BYTE_ORDER_MARK, push_line},
        spreadsheet::{SheetCell, WorkbookOfTwo},
    },
    http::{
        base::language::Language,
        wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta},
    },
};

/// What is said of a line before the columns that are added to every file.
const OWN: [(&str, &str); 11] = [
    ("Archivo", "File"),
    ("Documento", "Document"),
    ("Renglón", "Line"),
    ("Fecha", "Date"),
    ("Código", "Code"),
    ("Descripción", "Description"),
    ("Cantidad", "Quantity"),
    ("Precio", "Price"),
    ("Precio por", "Price per"),
    ("CUM", "CUM"),
    ("Pesos por encima", "Pesos above"),
];
const NUMBERS: [usize; 3] = [6, 7, 10];

pub struct TableWriter {
    rows: TableRows,
    /// Of a workbook.
    steps: Option<WorkSheet>,
    language: Language,
    is_sample: bool,
}

enum TableRows {
    Csv(BufWriter<File>),
    /// For a Spanish Excel.
    Parted(BufWriter<File>),
    Sheet(Box<WorkbookOfTwo<File>>),
}

impl TableWriter {
    pub fn new(out: File, form: Form, language: Language, is_sample: bool) -> io::Result<Self> {
        let own = OWN.iter().map(|(es, en)| if language == Language::Spanish { *es } else { *en }.to_owned());
        let header: Vec<String> = own.chain(added::header(language, is_sample)).collect();
        let mut rows = match form {
            Form::Xlsx => TableRows::Sheet(Box::new(WorkbookOfTwo::new(out, &header, work_sheet::name(language))?)),
            Form::CsvExcelEs => {
                let mut out = BufWriter::new(out);
                out.write_all(BYTE_ORDER_MARK.as_bytes())?;
                TableRows::Parted(out)
            }
            _ => TableRows::Csv(BufWriter::new(out)),
        };
        let is_workbook = matches!(rows, TableRows::Sheet(_));
        if !is_workbook {
            rows.push(&header.iter().map(|name| SheetCell::Text(name)).collect::<Vec<_>>())?;
        }
        let steps = is_workbook.then(|| WorkSheet::new(language, is_sample, LinesOf::Several)).transpose()?;
        Ok(Self { rows, steps, language, is_sample })
    }
}

impl TableRows {
    fn push(&mut self, cells: &[SheetCell<'_>]) -> io::Result<()> {
        let mut line = String::new();
        match self {
            Self::Sheet(book) => book.push(cells),
            Self::Parted(out) => {
                push_line(&mut line, cells);
                out.write_all(line.as_bytes())
            }
            Self::Csv(out) => {
                for (place, cell) in cells.iter().enumerate() {
                    if place > 0 {
                        line.push(',');
                    }
                    match *cell {
                        SheetCell::Text(text) if is_formula(text) => push_cell(&mut line, &format!("'{text}")),
                        SheetCell::Text(text) | SheetCell::Number(text) | SheetCell::Plain(text) => push_cell(&mut line, text),
                        SheetCell::Flag(_) | SheetCell::Empty => {}
                    }
                }
                line.push_str("\r\n");
                out.write_all(line.as_bytes())
            }
        }
    }
}

impl LineWriter for TableWriter {
    fn line(&mut self, _: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        let price = body.unit_price.as_ref();
        let sheet = body.sheet.as_deref().map(|sheet| format!(" [{sheet}]")).unwrap_or_default();
        let own = [
            format!("{}{sheet}", body.file),
            body.document.clone().unwrap_or_default(),
            body.line.clone(),
            body.date.clone().unwrap_or_default(),
            body.code.clone().unwrap_or_default(),
            body.description.clone().unwrap_or_default(),
            body.quantity.clone().unwrap_or_default(),
            price.map(|price| price.amount.clone()).unwrap_or_default(),
            price.and_then(|price| price.per).unwrap_or_default().to_owned(),
            body.cum.clone().unwrap_or_default(),
            body.above_amount.as_ref().map(|pesos| pesos.amount.clone()).unwrap_or_default(),
        ];
        let added = added::cells(body, self.language, self.is_sample);
        let mut cells: Vec<SheetCell<'_>> = Vec::with_capacity(own.len() + added.len());
        for (place, text) in own.iter().enumerate() {
            cells.push(cell(text, NUMBERS.contains(&place)));
        }
        for (place, text) in added.iter().enumerate() {
            cells.push(cell(text, added::NUMBERS.contains(&place)));
        }
        self.rows.push(&cells)?;
        self.steps.as_mut().map_or(Ok(()), |steps| steps.push(body))
    }

    fn finish(self: Box<Self>, _: &InvoiceMeta) -> io::Result<()> {
        match (self.rows, self.steps) {
            (TableRows::Csv(mut out) | TableRows::Parted(mut out), _) => out.flush(),
            (TableRows::Sheet(book), Some(steps)) => book.finish(&mut steps.finish()?.reader()).map(drop),
            (TableRows::Sheet(_), None) => Err(io::Error::other("a workbook has a sheet of steps")),
        }
    }
}

fn cell(text: &str, number: bool) -> SheetCell<'_> {
    match (text.is_empty(), number) {
        (true, _) => SheetCell::Empty,
        (false, true) => SheetCell::Number(text),
        (false, false) => SheetCell::Text(text),
    }
}
