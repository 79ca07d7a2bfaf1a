//! What a workbook's index parts say once it has one sheet more: its content types, the relations of its book, and the book's list of sheets.

use std::io;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event, attributes::Attribute},
};

const CONTENT_TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const WORKSHEET: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet";
const SHEET_CONTENT: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
/// How the namespaces of a strict workbook begin, in which our sheet would be a stranger.
const STRICT: &str = "http://purl.oclc.org/ooxml/";
const RELATION: &str = "rIdHojaDeTrabajo";

/// The parts of a workbook that name its sheets.
pub struct BookIndex {
    pub content_types: String,
    pub relations: String,
    pub book: String,
}

/// `name`: the sheet's, or that with a number where the book has one of that name. `part`: from the archive's root; `target`: the same from the
/// folder of the book. `None`: the workbook is of a kind that gets none.
pub fn with_sheet(index: &BookIndex, name: &str, part: &str, target: &str) -> io::Result<Option<BookIndex>> {
    if index.book.contains(STRICT) {
        return Ok(None);
    }
    let relation = unused(RELATION, |id| index.relations.contains(&format!("\"{id}\"")));
    let content = format!("<Override xmlns=\"{CONTENT_TYPES}\" PartName=\"/{part}\" ContentType=\"{SHEET_CONTENT}\"/>");
    let related = format!("<Relationship xmlns=\"{RELATIONS}\" Id=\"{relation}\" Type=\"{WORKSHEET}\" Target=\"{target}\"/>");
    let (Some(content_types), Some(relations), Some(book)) = (
        before_end(&index.content_types, "Types", &content)?,
        before_end(&index.relations, "Relationships", &related)?,
        listed(&index.book, name, &relation)?,
    ) else {
        return Ok(None);
    };
    Ok(Some(BookIndex { content_types, relations, book }))
}

/// The name, or the name with the first number that is free.
pub fn unused(name: &str, is_used: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_used(name)).unwrap_or_default()
}

/// The value of an attribute, without its escapes.
pub fn value(attribute: &Attribute<'_>) -> io::Result<String> {
    Ok(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(io::Error::other)?.into_owned())
}

/// The text with something more at the end of the element. `None`: it has no such end.
fn before_end(xml: &str, element: &str, more: &str) -> io::Result<Option<String>> {
    let mut reader = Reader::from_str(xml);
    loop {
        let start = reader.buffer_position();
        match reader.read_event().map_err(io::Error::other)? {
            Event::End(end) if end.local_name().as_ref() == element => return Ok(inserted(xml, start, more)),
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

fn inserted(xml: &str, at: u64, more: &str) -> Option<String> {
    let (before, after) = xml.split_at_checked(usize::try_from(at).ok()?)?;
    Some(format!("{before}{more}{after}"))
}

/// The book with a sheet more, written as its last one is.
fn listed(xml: &str, name: &str, relation: &str) -> io::Result<Option<String>> {
    let mut reader = Reader::from_str(xml);
    let (mut names, mut ids, mut last) = (Vec::new(), 0_u32, None);
    loop {
        let start = reader.buffer_position();
        match reader.read_event().map_err(io::Error::other)? {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == "sheet" => {
                for attribute in element.attributes() {
                    let attribute = attribute.map_err(io::Error::other)?;
                    match attribute.key.as_ref() {
                        "name" => names.push(value(&attribute)?.to_lowercase()),
                        "sheetId" => ids = ids.max(value(&attribute)?.parse().unwrap_or_default()),
                        _ => {}
                    }
                }
                last = Some(element.into_owned());
            }
            Event::End(end) if end.local_name().as_ref() == "sheets" => {
                let Some(last) = last else { return Ok(None) };
                let name = unused(name, |name| names.contains(&name.to_lowercase()));
                let sheet = like(&last, &name, &(ids + 1).to_string(), relation)?;
                return Ok(inserted(xml, start, &sheet));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// An element like another sheet's, with its prefixes and namespaces.
fn like(sheet: &BytesStart<'_>, name: &str, id: &str, relation: &str) -> io::Result<String> {
    let mut out = format!("<{}", sheet.name().as_ref());
    for attribute in sheet.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        let written = match (attribute.key.as_ref(), attribute.key.local_name().as_ref()) {
            ("name", _) => name.to_owned(),
            ("sheetId", _) => id.to_owned(),
            ("state", _) => continue,
            (_, "id") => relation.to_owned(),
            // As it is written: a value that is quoted by the other sign keeps its escapes.
            _ => attribute.value.replace('"', "&quot;"),
        };
        out.push_str(&format!(" {}=\"{written}\"", attribute.key.as_ref()));
    }
    out.push_str("/>");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(book: &str) -> BookIndex {
        BookIndex {
            content_types: "<Types xmlns=\"t\"><Default Extension=\"xml\"/></Types>".to_owned(),
            relations: "<r:Relationships xmlns:r=\"x\"><r:Relationship Id=\"rIdHojaDeTrabajo\"/></r:Relationships>\n".to_owned(),
            book: book.to_owned(),
        }
    }

    #[test]
    fn a_sheet_is_added_as_the_last_one_is_written() {
        let book = "<x:workbook xmlns:x=\"m\"><x:sheets><x:sheet name=\"A\" sheetId=\"7\" xmlns:q=\"o\" q:id=\"r1\"/>\
            <x:sheet xmlns:q=\"o\" name=\"hoja de trabajo\" state=\"hidden\" sheetId=\"3\" q:id=\"r2\"></x:sheet></x:sheets></x:workbook>";
        let added = with_sheet(&index(book), "Hoja de trabajo", "xl/worksheets/s.xml", "worksheets/s.xml").unwrap().unwrap();
        let sheet = "<x:sheet xmlns:q=\"o\" name=\"Hoja de trabajo2\" sheetId=\"8\" q:id=\"rIdHojaDeTrabajo2\"/></x:sheets>";
        assert!(added.book.contains(sheet), "{}", added.book);
        assert!(added.relations.contains("Id=\"rIdHojaDeTrabajo2\"") && added.relations.ends_with("</r:Relationships>\n"));
        assert!(added.content_types.contains("PartName=\"/xl/worksheets/s.xml\"") && added.content_types.ends_with("</Types>"));
    }

    #[test]
    fn a_strict_workbook_or_one_without_sheets_gets_none() {
        for book in ["<workbook xmlns=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"/>", "<workbook><sheets/></workbook>"] {
            assert!(with_sheet(&index(book), "Hoja", "p", "t").unwrap().is_none(), "{book}");
        }
    }
}
