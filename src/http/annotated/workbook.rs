//! A caller's own workbook with cells added at the right of its rows, and a sheet of the steps at its end. Every part that gets none of it is
//! copied byte for byte, and in a sheet that gets cells every element stays as it was: only cells and the widths of their columns are put in, and
//! what says how wide the sheet is is left out. The part of the styles gets one more, in which text wraps.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    added::{AddedSheet, AddedSheets},
    added_columns::{AddedColumns, ColumnList, prefix_of, with_wrapping},
    book_index::{self, BookIndex, value},
};
use crate::exports::spreadsheet::{decimals_shown, push_inline_text};

const COLUMNS_MAX: u32 = 16_384;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Of the parts that say where the sheets are.
const INDEX_BYTES_MAX: u64 = 16 << 20;
const CONTENT_TYPES: &str = "[Content_Types].xml";

/// A sheet at the end of the book, whole, and what it is called.
pub struct LastSheet<'a> {
    pub name: &'a str,
    pub xml: &'a mut dyn Read,
}

pub fn write(original: &Path, added: &AddedSheets, last: Option<LastSheet<'_>>, out: File) -> io::Result<()> {
    let mut archive = ZipArchive::new(BufReader::new(File::open(original)?))?;
    let book = book_of(&mut archive)?;
    let by_part: BTreeMap<&str, &AddedSheet> =
        book.sheets.iter().filter_map(|(name, part)| Some((part.as_str(), added.get(&Some(name.clone()))?))).collect();
    let more = match &last {
        Some(last) => sheet_more(&mut archive, &book, last.name)?,
        None => None,
    };
    let wrapping = wrapping(&mut archive, &book)?;
    let style = wrapping.as_ref().map(|(_, style)| *style);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(3));
    let mut written = ZipWriter::new(BufWriter::new(out));
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index)?;
        let name = entry.name()?.into_owned();
        let part = name.trim_start_matches('/');
        if let Some(xml) = more.as_ref().and_then(|more| more.index_part(&book, part)) {
            written.start_file(name.as_str(), options)?;
            written.write_all(xml.as_bytes())?;
            continue;
        }
        if let (Some((xml, _)), true) = (&wrapping, Some(part) == book.styles.as_deref()) {
            written.start_file(name.as_str(), options)?;
            written.write_all(xml.as_bytes())?;
            continue;
        }
        let Some(sheet) = by_part.get(part) else {
            written.raw_copy_file(entry)?;
            continue;
        };
        drop(entry);
        let column = first_free_column(archive.by_index(index)?)?;
        if column + u32::try_from(sheet.header.len()).unwrap_or(COLUMNS_MAX) > COLUMNS_MAX {
            return Err(io::Error::other("the sheet has no column left"));
        }
        written.start_file(name, options)?;
        add_cells(archive.by_index(index)?, sheet, (column, style), &mut written)?;
    }
    if let Some((more, last)) = more.as_ref().zip(last) {
        written.start_file(more.part.as_str(), options)?;
        io::copy(last.xml, &mut written)?;
    }
    written.finish()?.flush()
}

/// The part that lists the sheets, the part of its relations, and each sheet's name with the part that holds it.
struct Book {
    path: String,
    relations: String,
    /// With the separator behind it, or empty.
    folder: String,
    /// The part of the styles.
    styles: Option<String>,
    sheets: Vec<(String, String)>,
}

/// What the book is with one sheet more.
struct SheetMore {
    part: String,
    index: BookIndex,
}

impl SheetMore {
    fn index_part(&self, book: &Book, part: &str) -> Option<&str> {
        let BookIndex { content_types, relations, book: sheets } = &self.index;
        let parts = [(CONTENT_TYPES, content_types), (book.relations.as_str(), relations), (book.path.as_str(), sheets)];
        parts.into_iter().find(|(name, _)| *name == part).map(|(_, xml)| xml.as_str())
    }
}

/// The styles with one in which text wraps, and its number; `None`: the workbook has none that it could be added to.
fn wrapping<R: Read + Seek>(archive: &mut ZipArchive<R>, book: &Book) -> io::Result<Option<(String, u32)>> {
    let styles = book.styles.as_deref().filter(|styles| archive.index_for_name(styles).is_some());
    styles.map_or(Ok(None), |styles| with_wrapping(&part(archive, styles)?))
}

/// `None`: the workbook is of a kind that gets none.
fn sheet_more<R: Read + Seek>(archive: &mut ZipArchive<R>, book: &Book, name: &str) -> io::Result<Option<SheetMore>> {
    // No program writes a workbook without it; some read one.
    if archive.index_for_name(CONTENT_TYPES).is_none() {
        return Ok(None);
    }
    let index = BookIndex {
        content_types: part(archive, CONTENT_TYPES)?,
        relations: part(archive, &book.relations)?,
        book: part(archive, &book.path)?,
    };
    let file = book_index::unused("hoja-de-trabajo", |file| {
        archive.index_for_name(&format!("{}worksheets/{file}.xml", book.folder)).is_some()
    });
    let target = format!("worksheets/{file}.xml");
    let part = format!("{}{target}", book.folder);
    let index = book_index::with_sheet(&index, name, &part, &target)?;
    Ok(index.map(|index| SheetMore { part, index }))
}

fn book_of<R: Read + Seek>(archive: &mut ZipArchive<R>) -> io::Result<Book> {
    let root = relations(archive, "_rels/.rels", "")?;
    let book = root.iter().find(|relation| relation.kind.ends_with("/officeDocument"));
    let path = book.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target.clone());
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", &path));
    let separator = if folder.is_empty() { "" } else { "/" };
    let relations_part = format!("{folder}{separator}_rels/{file}.rels");
    let targets = relations(archive, &relations_part, folder)?;
    let sheets = sheets_of(&part(archive, &path)?, &targets)?;
    let folder = format!("{folder}{separator}");
    let styles = targets.into_iter().find(|relation| relation.kind.ends_with("/styles")).map(|relation| relation.target);
    Ok(Book { relations: relations_part, folder, styles, sheets, path })
}

fn sheets_of(text: &str, targets: &[Relation]) -> io::Result<Vec<(String, String)>> {
    let mut reader = Reader::from_str(text);
    let mut sheets = Vec::new();
    loop {
        match reader.read_event().map_err(io::Error::other)? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "sheet" => {
                let (mut name, mut id) = (None, None);
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(io::Error::other)?;
                    let value = value(&attribute)?;
                    match attribute.key.local_name().as_ref() {
                        "name" => name = Some(value),
                        "id" => id = Some(value),
                        _ => {}
                    }
                }
                let target = id.and_then(|id| targets.iter().find(|relation| relation.id == id));
                sheets.extend(name.zip(target).map(|(name, relation)| (name, relation.target.clone())));
            }
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Targets from the root of the archive.
fn relations<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str, folder: &str) -> io::Result<Vec<Relation>> {
    let text = part(archive, name)?;
    let mut reader = Reader::from_str(&text);
    let mut found = Vec::new();
    loop {
        match reader.read_event().map_err(io::Error::other)? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "Relationship" => {
                let mut relation = Relation { id: String::new(), kind: String::new(), target: String::new() };
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(io::Error::other)?;
                    let value = value(&attribute)?;
                    match attribute.key.as_ref() {
                        "Id" => relation.id = value,
                        "Type" => relation.kind = value,
                        "Target" => relation.target = from_root(folder, &value),
                        _ => {}
                    }
                }
                found.push(relation);
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn from_root(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn part<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> io::Result<String> {
    let mut text = String::new();
    archive.by_name(name)?.take(INDEX_BYTES_MAX).read_to_string(&mut text)?;
    Ok(text)
}

/// The column behind the last cell of the sheet, from 0; styled cells without content count too, because cells stand in order.
fn first_free_column(sheet: impl Read) -> io::Result<u32> {
    let mut reader = Reader::from_reader(BufReader::new(sheet));
    let (mut buffer, mut free, mut next) = (Vec::new(), 0, 0);
    loop {
        match reader.read_event_into(&mut buffer).map_err(io::Error::other)? {
            Event::Start(element) if element.local_name().as_ref() == "row" => next = 0,
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "c" => {
                let stated = attribute(&element, "r")?.and_then(|place| column_of(&place));
                next = stated.unwrap_or(next) + 1;
                free = free.max(next);
            }
            Event::Eof => return Ok(free),
            _ => {}
        }
        buffer.clear();
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> io::Result<Option<String>> {
    let found = element.try_get_attribute(name).map_err(io::Error::other)?;
    found.as_ref().map(value).transpose()
}

/// `AB12` is 27.
fn column_of(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_u32, |column, letter| {
        column.saturating_mul(26).saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1)
}

fn letters_of(column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or_default());
        rest /= 26;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

/// `column`: the first that is free, from 0; `style`: that of texts.
fn add_cells(sheet: impl Read, added: &AddedSheet, (column, style): (u32, Option<u32>), out: &mut impl Write) -> io::Result<()> {
    let mut reader = Reader::from_reader(BufReader::new(sheet));
    let mut writer = quick_xml::Writer::new(BufWriter::new(out));
    let (mut buffer, mut row, mut cells) = (Vec::new(), 0_u64, String::new());
    let columns = AddedColumns::new(column, added.widths.iter().copied().take(added.header.len()).collect());
    let (mut list, mut has_list) = (None::<ColumnList<'_>>, false);
    loop {
        let event = reader.read_event_into(&mut buffer).map_err(io::Error::other)?;
        if let Some(open) = &mut list {
            match event {
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "col" => {
                    open.column(&element, &mut writer)?;
                }
                // Each column is written as an element without content.
                Event::End(element) if element.local_name().as_ref() == "col" => {}
                Event::End(element) if element.local_name().as_ref() == "cols" => {
                    open.ours(&mut writer)?;
                    list = None;
                    writer.write_event(Event::End(element))?;
                }
                Event::Eof => break,
                other => writer.write_event(other)?,
            }
            buffer.clear();
            continue;
        }
        match event {
            Event::Eof => break,
            Event::Start(element) if element.local_name().as_ref() == "cols" => {
                list = Some(ColumnList::new(&columns, &element));
                has_list = true;
                writer.write_event(Event::Start(element))?;
            }
            Event::Start(element) if !has_list && element.local_name().as_ref() == "sheetData" => {
                has_list = true;
                writer.get_mut().write_all(columns.whole(&prefix_of(&element)).as_bytes())?;
                writer.write_event(Event::Start(element))?;
            }
            // What it says is no longer so, and it may be left out.
            Event::Empty(element) if element.local_name().as_ref() == "dimension" => {}
            Event::Start(element) if element.local_name().as_ref() == "row" => {
                row = attribute(&element, "r")?.and_then(|number| number.parse().ok()).unwrap_or(row + 1);
                let prefixed = element.name().as_ref().contains(':');
                cells = of_row(added, row, (column, style), prefixed);
                let element = if cells.is_empty() { element } else { without_spans(&element)? };
                writer.write_event(Event::Start(element))?;
            }
            Event::Empty(element) if element.local_name().as_ref() == "row" => {
                row = attribute(&element, "r")?.and_then(|number| number.parse().ok()).unwrap_or(row + 1);
                writer.write_event(Event::Empty(element))?;
            }
            Event::End(element) if element.local_name().as_ref() == "row" => {
                writer.get_mut().write_all(cells.as_bytes())?;
                cells.clear();
                writer.write_event(Event::End(element))?;
            }
            other => writer.write_event(other)?,
        }
        buffer.clear();
    }
    writer.get_mut().flush()
}

/// Which columns the row uses: a hint, and no longer right.
fn without_spans(element: &BytesStart<'_>) -> io::Result<BytesStart<'static>> {
    let mut kept = String::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        if attribute.key.as_ref() != "spans" {
            // As it is written: a value that is quoted by the other sign keeps its escapes.
            let value = attribute.value.replace('"', "&quot;");
            kept.push_str(&format!(" {}=\"{value}\"", attribute.key.as_ref()));
        }
    }
    let name = element.name().as_ref().to_owned();
    let length = name.len();
    Ok(BytesStart::from_content(name + &kept, length))
}

fn of_row(added: &AddedSheet, row: u64, (column, style): (u32, Option<u32>), prefixed: bool) -> String {
    let mut out = String::new();
    // Where the sheet's elements have a prefix, ours name their namespace themselves.
    let namespace = if prefixed { format!(" xmlns=\"{MAIN}\"") } else { String::new() };
    let style = style.map(|style| format!(" s=\"{style}\"")).unwrap_or_default();
    let mut push = |place: usize, text: &str, number: bool| {
        if text.is_empty() {
            return;
        }
        let name = letters_of(column + u32::try_from(place).unwrap_or(COLUMNS_MAX));
        if number && decimals_shown(text).is_some() {
            out.push_str(&format!("<c{namespace} r=\"{name}{row}\"><v>{text}</v></c>"));
        } else {
            out.push_str(&format!("<c{namespace} r=\"{name}{row}\"{style} t=\"inlineStr\">"));
            push_inline_text(&mut out, text);
            out.push_str("</c>");
        }
    };
    if row == added.header_row {
        added.header.iter().enumerate().for_each(|(place, name)| push(place, name, false));
    } else if let Some(cells) = added.rows.of(row) {
        cells.enumerate().for_each(|(place, text)| push(place, text, added.numbers.contains(&place)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_letters() {
        for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")] {
            assert_eq!(letters_of(column), letters);
            assert_eq!(column_of(&format!("{letters}12")), Some(column));
        }
        assert_eq!(column_of("12"), None);
    }

    #[test]
    fn targets_are_found_from_where_they_are_named() {
        assert_eq!(from_root("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(from_root("xl", "/xl/worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(from_root("xl/a", "../worksheets/s.xml"), "xl/worksheets/s.xml");
    }

    fn added(row: u64) -> AddedSheet {
        let mut sheet = AddedSheet {
            header_row: 1,
            header: vec!["Veredicto".to_owned(), "Techo".to_owned()],
            numbers: &[1],
            widths: &[18, 14],
            ..AddedSheet::default()
        };
        sheet.rows.push(row, &["a & <b>".to_owned(), "33052.00".to_owned()]);
        sheet
    }

    fn with_cells(xml: &str) -> String {
        let mut out = Vec::new();
        let column = first_free_column(xml.as_bytes()).unwrap();
        add_cells(xml.as_bytes(), &added(2), (column, Some(7)), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_cells_are_put_in() {
        let xml = "<?xml version=\"1.0\"?>\n<worksheet xmlns=\"m\"><dimension ref=\"A1:B3\"/><sheetData>\
            <row r=\"1\" spans=\"1:2\" s='5'><c r=\"A1\" t=\"s\"><v>0</v></c></row>\
            <row r=\"2\"><c r=\"A2\"><f>1&amp;&lt;2</f><v>1.10</v></c><c r=\"B2\" s=\"3\"/></row><row r=\"3\"/></sheetData><!-- x --></worksheet>";
        let expected = "<?xml version=\"1.0\"?>\n<worksheet xmlns=\"m\">\
            <cols><col min=\"3\" max=\"3\" width=\"18\" customWidth=\"1\"/><col min=\"4\" max=\"4\" width=\"14\" customWidth=\"1\"/></cols><sheetData>\
            <row r=\"1\" s=\"5\"><c r=\"A1\" t=\"s\"><v>0</v></c>\
            <c r=\"C1\" s=\"7\" t=\"inlineStr\"><is><t xml:space=\"preserve\">Veredicto</t></is></c>\
            <c r=\"D1\" s=\"7\" t=\"inlineStr\"><is><t xml:space=\"preserve\">Techo</t></is></c></row>\
            <row r=\"2\"><c r=\"A2\"><f>1&amp;&lt;2</f><v>1.10</v></c><c r=\"B2\" s=\"3\"/>\
            <c r=\"C2\" s=\"7\" t=\"inlineStr\"><is><t xml:space=\"preserve\">a &amp; &lt;b&gt;</t></is></c><c r=\"D2\"><v>33052.00</v></c></row>\
            <row r=\"3\"/></sheetData><!-- x --></worksheet>";
        assert_eq!(with_cells(xml), expected);
    }

    #[test]
    fn widths_of_the_columns_that_were_there_stay() {
        let own = "<cols><col min=\"1\" max=\"1\" width=\"40\"></col>\n<col min=\"2\" max=\"16384\" hidden=\"1\"/></cols>";
        let xml = format!("<worksheet xmlns=\"m\">{own}<sheetData><row><c><v>1</v></c></row></sheetData></worksheet>");
        let expected = "<cols><col min=\"1\" max=\"1\" width=\"40\"/>\n<col min=\"2\" max=\"2\" width=\"18\" customWidth=\"1\"/>\
            <col min=\"3\" max=\"3\" width=\"14\" customWidth=\"1\"/><col min=\"4\" max=\"16384\" hidden=\"1\"/></cols><sheetData>";
        let written = with_cells(&xml);
        assert!(written.contains(expected) && !written.contains("pane"), "{written}");
    }

    #[test]
    fn prefixed_sheets_get_cells_of_the_right_namespace() {
        let xml = "<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c></x:row><x:row><x:c/></x:row></x:sheetData></x:worksheet>";
        let written = with_cells(xml);
        assert!(written.contains("<x:cols><x:col min=\"2\" max=\"2\" width=\"18\" customWidth=\"1\"/>"), "{written}");
        assert!(written.contains(&format!("<c xmlns=\"{MAIN}\" r=\"B2\" s=\"7\" t=\"inlineStr\">")), "{written}");
    }
}
