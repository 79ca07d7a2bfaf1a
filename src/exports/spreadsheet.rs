//! An Excel workbook (XLSX) of one sheet, written row by row in flat memory; a second one, where it is wanted, is handed in whole.
//!
//! Invariant: a cell shows the very text that the API gives. A number is a number cell only when a spreadsheet's 15 digits hold it, written
//! as its decimal text and shown with as many decimals as that has; every other text is a text cell. No float is made on the way:
//! libraries for workbooks take floats, so the parts are written here.

use std::{
    fmt::Write as _,
    io::{self, Read, Seek, Write},
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::cell_text::is_formula;
use crate::domain::identifier::characters::shown;

pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Of a sheet, the header's included.
pub const SHEET_ROWS_MAX: u64 = 1_048_576;
/// Of a sheet's XML: beyond four gibibytes an archive is written in a way that not every spreadsheet reads.
const SHEET_BYTES_MAX: u64 = 3 << 30;
/// Of a cell's text, in units of UTF-16; what is longer is cut, and ends with `…`.
const CELL_UNITS_MAX: usize = 32_767;
/// The significant digits that a spreadsheet keeps.
const DIGITS_MAX: usize = 15;
/// A number with more is text.
const DECIMALS_MAX: usize = 12;

/// The content of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetCell<'a> {
    Empty,
    /// From outside, or a code.
    Text(&'a str),
    /// Ours; a text cell where it would not be shown digit by digit.
    Number(&'a str),
    Flag(bool),
    /// Text that is surely no formula, given as it is.
    Plain(&'a str),
}

/// How many decimals a number's text has, where a spreadsheet shows that very text: canonical digits, at most 15 that count.
pub fn decimals_shown(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').map_or((digits, None), |(whole, decimals)| (whole, Some(decimals)));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = plain(whole) && (whole == "0" || !whole.starts_with('0')) && decimals.is_none_or(plain);
    let places = decimals.map_or(0, str::len);
    let counting = format!("{whole}{}", decimals.unwrap_or_default()).trim_start_matches('0').len();
    // `-0` and `-0.00` are shown without their sign.
    let negative_zero = text.starts_with('-') && counting == 0;
    (canonical && !negative_zero && counting <= DIGITS_MAX && places <= DECIMALS_MAX).then_some(places)
}

pub struct Workbook<W: Write + Seek> {
    zip: ZipWriter<W>,
    rows: u64,
    bytes: u64,
    line: String,
}

/// A workbook with a second sheet, which is still to be handed in.
pub struct WorkbookOfTwo<W: Write + Seek>(Workbook<W>);

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const SECOND_SHEET: &str = "xl/worksheets/sheet2.xml";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// Wide enough for fifteen digits with their point and sign: a number that does not fit is shown as `####`, never rounded.
const COLUMN_WIDTH: u32 = 20;

impl<W: Write + Seek> Workbook<W> {
    pub fn new<H: AsRef<str>>(writer: W, header: &[H]) -> io::Result<Self> {
        Self::with_sheets(writer, header, None)
    }

    /// `second`: the name of the other sheet, which holds no `&`, `<` or `"`.
    fn with_sheets<H: AsRef<str>>(writer: W, header: &[H], second: Option<&str>) -> io::Result<Self> {
        let mut book = Self { zip: ZipWriter::new(writer), rows: 0, bytes: 0, line: String::new() };
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        let of_second = |xml: &dyn Fn(&str) -> String| second.map(xml).unwrap_or_default();
        let second_type =
            of_second(&|_| format!("<Override PartName=\"/{SECOND_SHEET}\" ContentType=\"{kind}.worksheet+xml\"/>"));
        book.part(
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{kind}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{kind}.worksheet+xml\"/>{second_type}\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{kind}.styles+xml\"/></Types>"
            ),
        )?;
        let relation = |id: u32, kind: &str, target: &str| {
            format!("<Relationship Id=\"rId{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        let root = relation(1, "officeDocument", "xl/workbook.xml");
        book.part("_rels/.rels", &format!("<Relationships xmlns=\"{RELATIONS}\">{root}</Relationships>"))?;
        let second_named = of_second(&|name| format!("<sheet name=\"{name}\" sheetId=\"2\" r:id=\"rId3\"/>"));
        book.part(
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Datos\" sheetId=\"1\" r:id=\"rId1\"/>{second_named}</sheets></workbook>"
            ),
        )?;
        let (sheet, styles) = (relation(1, "worksheet", "worksheets/sheet1.xml"), relation(2, "styles", "styles.xml"));
        let second_related = of_second(&|_| relation(3, "worksheet", "worksheets/sheet2.xml"));
        let relations = format!("<Relationships xmlns=\"{RELATIONS}\">{sheet}{styles}{second_related}</Relationships>");
        book.part("xl/_rels/workbook.xml.rels", &relations)?;
        book.part("xl/styles.xml", &styles_of_numbers())?;
        book.start("xl/worksheets/sheet1.xml")?;
        let columns = header.len().max(1);
        let head = format!(
            "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
             <cols><col min=\"1\" max=\"{columns}\" width=\"{COLUMN_WIDTH}\" customWidth=\"1\"/></cols><sheetData>"
        );
        book.zip.write_all(head.as_bytes())?;
        let header: Vec<SheetCell<'_>> = header.iter().map(|name| SheetCell::Text(name.as_ref())).collect();
        book.push(&header)?;
        Ok(book)
    }

    /// One row; an error once the sheet is full, which `is_full` tells before.
    pub fn push(&mut self, cells: &[SheetCell<'_>]) -> io::Result<()> {
        if self.is_full() {
            return Err(io::Error::other("a sheet holds no more rows"));
        }
        self.rows += 1;
        self.line.clear();
        self.line.push_str("<row>");
        for cell in cells {
            push_cell(&mut self.line, *cell);
        }
        self.line.push_str("</row>");
        self.bytes += self.line.len() as u64;
        self.zip.write_all(self.line.as_bytes())
    }

    pub fn is_full(&self) -> bool {
        self.rows >= SHEET_ROWS_MAX || self.bytes >= SHEET_BYTES_MAX
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.end_sheet()?;
        Ok(self.zip.finish()?)
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        self.zip.write_all(b"</sheetData></worksheet>")
    }

    fn part(&mut self, name: &str, xml: &str) -> io::Result<()> {
        self.start(name)?;
        self.zip.write_all(DECLARATION.as_bytes())?;
        self.zip.write_all(xml.as_bytes())
    }

    /// Always of the same day, so that the same data are the same bytes.
    fn start(&mut self, name: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(3))
            .last_modified_time(zip::DateTime::default());
        Ok(self.zip.start_file(name, options)?)
    }
}

impl<W: Write + Seek> WorkbookOfTwo<W> {
    /// `second`: what the other sheet is called; it holds no `&`, `<` or `"`.
    pub fn new<H: AsRef<str>>(writer: W, header: &[H], second: &str) -> io::Result<Self> {
        Ok(Self(Workbook::with_sheets(writer, header, Some(second))?))
    }

    /// A row of the first sheet.
    pub fn push(&mut self, cells: &[SheetCell<'_>]) -> io::Result<()> {
        self.0.push(cells)
    }

    /// `second`: the whole part of the other sheet.
    pub fn finish(self, second: &mut impl Read) -> io::Result<W> {
        let Self(mut book) = self;
        book.end_sheet()?;
        book.start(SECOND_SHEET)?;
        io::copy(second, &mut book.zip)?;
        Ok(book.zip.finish()?)
    }
}

/// One style for each number of decimals, from none to the most; style 0 is that of text.
fn styles_of_numbers() -> String {
    let (mut formats, mut styles) = (String::new(), String::new());
    for decimals in 0..=DECIMALS_MAX {
        let code = if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals)) };
        let id = 164 + decimals;
        let _ = write!(formats, "<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>");
        let _ =
            write!(styles, "<xf numFmtId=\"{id}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>");
    }
    let (formats_count, styles_count) = (DECIMALS_MAX + 1, DECIMALS_MAX + 2);
    format!(
        "<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"{formats_count}\">{formats}</numFmts>\
         <fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"{styles_count}\"><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>{styles}</cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

/// Cells stand in order, so that they need no name; an empty one keeps its place.
fn push_cell(line: &mut String, cell: SheetCell<'_>) {
    match cell {
        SheetCell::Empty => line.push_str("<c/>"),
        SheetCell::Flag(value) => {
            let _ = write!(line, "<c t=\"b\"><v>{}</v></c>", u8::from(value));
        }
        SheetCell::Number(text) => match decimals_shown(text) {
            Some(decimals) => {
                let _ = write!(line, "<c s=\"{}\"><v>{text}</v></c>", decimals + 1);
            }
            None => push_text(line, text, false),
        },
        SheetCell::Text(text) => push_text(line, text, is_formula(text)),
        SheetCell::Plain(text) => push_text(line, text, false),
    }
}

fn push_text(line: &mut String, text: &str, neutralise: bool) {
    line.push_str("<c t=\"inlineStr\">");
    push_inline(line, text, neutralise);
    line.push_str("</c>");
}

/// The content of a cell whose type is `inlineStr`.
pub fn push_inline_text(line: &mut String, text: &str) {
    push_inline(line, text, is_formula(text));
}

fn push_inline(line: &mut String, text: &str, neutralise: bool) {
    line.push_str("<is><t xml:space=\"preserve\">");
    let text = shown(text);
    let mut room = CELL_UNITS_MAX;
    if neutralise {
        line.push('\'');
        room -= 1;
    }
    let too_long = text.encode_utf16().count() > room;
    if too_long {
        room -= 1;
    }
    let mut rest = text.as_ref();
    while let Some(letter) = rest.chars().next() {
        if letter.len_utf16() > room {
            break;
        }
        room -= letter.len_utf16();
        // `_x0041_` would be shown as `A`.
        if letter == '_' && is_escape(rest) {
            line.push_str("_x005F");
        }
        match letter {
            '&' => line.push_str("&amp;"),
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '\r' => {}
            other => line.push(other),
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    }
    if too_long {
        line.push('…');
    }
    line.push_str("</t></is>");
}

fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(1) == Some(&b'x')
        && bytes.get(2..6).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        && bytes.get(6) == Some(&b'_')
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

    use super::*;

    #[test]
    fn only_what_is_shown_digit_by_digit_is_a_number() {
        for (text, decimals) in [
            ("33052.00", Some(2)),
            ("0", Some(0)),
            ("-3.50", Some(2)),
            ("0.0001", Some(4)),
            ("999999999999999", Some(0)),
            ("9999999999999.99", Some(2)),
            ("1234567890123456", None),
            ("99999999999999.9999", None),
            ("007", None),
            ("-0.00", None),
            ("1.", None),
            (".5", None),
            ("1e5", None),
            ("0.0000000000001", None),
            ("1.2.3", None),
            ("", None),
        ] {
            assert_eq!(decimals_shown(text), decimals, "{text}");
        }
    }

    fn book(rows: &[&[SheetCell<'_>]]) -> Vec<u8> {
        let mut book = Workbook::new(Cursor::new(Vec::new()), &["a", "b"]).unwrap();
        rows.iter().for_each(|row| book.push(row).unwrap());
        book.finish().unwrap().into_inner()
    }

    #[test]
    fn a_reader_of_workbooks_finds_every_cell() {
        use SheetCell::{Empty, Flag, Number, Text};
        let long = "ñ".repeat(40_000);
        let rows: [&[SheetCell<'_>]; 6] = [
            &[Text("19914312-20"), Number("33052.00")],
            &[Text("=1+1"), Number("1234567890123456")],
            &[Empty, Flag(true)],
            &[Text("a & <b>\n\"c\""), Text("_x0041_ gnp\u{202E}exe \u{FFFF}")],
            &[Text("0012"), Number("0012")],
            &[Text(&long), Empty],
        ];
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(book(&rows))).unwrap();
        let sheet = workbook.worksheet_range("Datos").unwrap();
        let text = |text: &str| Data::String(text.to_owned());
        let cell = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!((cell(0, 0), cell(0, 1)), (text("a"), text("b")));
        assert_eq!((cell(1, 0), cell(1, 1).to_string()), (text("19914312-20"), "33052".to_owned()));
        assert_eq!((cell(2, 0), cell(2, 1)), (text("'=1+1"), text("1234567890123456")));
        assert_eq!((cell(3, 0), cell(3, 1)), (Data::Empty, Data::Bool(true)));
        assert_eq!(cell(4, 0), text("a & <b>\n\"c\""));
        assert!(cell(4, 1).to_string().ends_with(" gnp[U+202E]exe \u{FFFD}"), "{}", cell(4, 1));
        assert_eq!((cell(5, 0), cell(5, 1)), (text("0012"), text("0012")));
        let cut = cell(6, 0).to_string();
        assert!(cut.ends_with("ñ…") && cut.chars().count() == CELL_UNITS_MAX);
    }

    #[test]
    fn a_second_sheet_stands_behind_the_first() {
        let second = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row><c><v>7</v></c></row></sheetData></worksheet>";
        let mut book = WorkbookOfTwo::new(Cursor::new(Vec::new()), &["a"], "Hoja de trabajo").unwrap();
        book.push(&[SheetCell::Number("5")]).unwrap();
        let bytes = book.finish(&mut second.as_bytes()).unwrap().into_inner();
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        assert_eq!(workbook.sheet_names(), ["Datos", "Hoja de trabajo"]);
        let value = |sheet: &calamine::Range<Data>, row: u32| sheet.get_value((row, 0)).map(ToString::to_string);
        assert_eq!(value(&workbook.worksheet_range("Datos").unwrap(), 1).as_deref(), Some("5"));
        assert_eq!(value(&workbook.worksheet_range("Hoja de trabajo").unwrap(), 0).as_deref(), Some("7"));
    }

    #[test]
    fn the_number_is_written_as_its_text_and_shown_with_its_decimals() {
        let bytes = book(&[&[SheetCell::Number("419.6781"), SheetCell::Number("-7")]]);
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.clone())).unwrap();
        let mut sheet = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
        assert!(sheet.contains("<c s=\"5\"><v>419.6781</v></c><c s=\"1\"><v>-7</v></c>"), "{sheet}");
        assert_eq!(bytes, book(&[&[SheetCell::Number("419.6781"), SheetCell::Number("-7")]]), "the same data are the same bytes");
    }
}
