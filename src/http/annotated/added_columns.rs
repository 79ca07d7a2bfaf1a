//! How wide the added columns of a caller's own sheet are, and the style by which their texts wrap: nothing is said of any other column or cell.

use std::io::{self, Write};

use quick_xml::{
    Reader, Writer,
    events::{BytesStart, Event},
};

use super::book_index::value;

/// The columns that are added, from 1, each with its width in characters.
pub struct AddedColumns {
    first: u32,
    widths: Vec<u32>,
}

impl AddedColumns {
    /// `before`: how many columns the sheet had.
    pub fn new(before: u32, widths: Vec<u32>) -> Self {
        Self { first: before + 1, widths }
    }

    fn last(&self) -> u32 {
        self.first + u32::try_from(self.widths.len()).unwrap_or_default() - 1
    }

    /// As the sheet names its elements: `x:` or nothing.
    fn elements(&self, prefix: &str) -> String {
        let column =
            |(at, width): (u32, &u32)| format!("<{prefix}col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>");
        (self.first..).zip(&self.widths).map(column).collect()
    }

    /// Of a sheet that says nothing of its columns; stands before its rows.
    pub fn whole(&self, prefix: &str) -> String {
        let columns = self.elements(prefix);
        format!("<{prefix}cols>{columns}</{prefix}cols>")
    }
}

/// The columns of a sheet on their way through: each stays as it is where it is none of ours.
pub struct ColumnList<'a> {
    added: &'a AddedColumns,
    prefix: String,
    written: bool,
}

impl<'a> ColumnList<'a> {
    pub fn new(added: &'a AddedColumns, list: &BytesStart<'_>) -> Self {
        Self { added, prefix: prefix_of(list), written: false }
    }

    /// One element of the list. Columns stand in order and may not overlap, so that one that reaches into ours is parted.
    pub fn column(&mut self, element: &BytesStart<'_>, out: &mut Writer<impl Write>) -> io::Result<()> {
        let (first, last) = (self.added.first, self.added.last());
        let number = |name: &str| -> io::Result<Option<u32>> {
            let found = element.try_get_attribute(name).map_err(io::Error::other)?;
            Ok(found.as_ref().map(value).transpose()?.and_then(|number| number.parse().ok()))
        };
        let (Some(min), Some(max)) = (number("min")?, number("max")?) else {
            return out.write_event(Event::Empty(element.borrow()));
        };
        if max < first {
            return out.write_event(Event::Empty(element.borrow()));
        }
        if min < first {
            out.write_event(Event::Empty(between(element, min, first - 1)?))?;
        }
        self.ours(out)?;
        if min > last {
            return out.write_event(Event::Empty(element.borrow()));
        }
        if max > last {
            out.write_event(Event::Empty(between(element, last + 1, max)?))?;
        }
        Ok(())
    }

    /// Once, where no column of the list stands behind ours.
    pub fn ours(&mut self, out: &mut Writer<impl Write>) -> io::Result<()> {
        if std::mem::replace(&mut self.written, true) {
            return Ok(());
        }
        out.get_mut().write_all(self.added.elements(&self.prefix).as_bytes())
    }
}

/// `x:` of `x:cols`.
pub fn prefix_of(element: &BytesStart<'_>) -> String {
    let name = element.name().as_ref().to_owned();
    name.split_once(':').map(|(prefix, _)| format!("{prefix}:")).unwrap_or_default()
}

/// The element for other columns.
fn between(element: &BytesStart<'_>, min: u32, max: u32) -> io::Result<BytesStart<'static>> {
    let mut kept = element.name().as_ref().to_owned();
    let length = kept.len();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        let written = match attribute.key.as_ref() {
            "min" => min.to_string(),
            "max" => max.to_string(),
            // A value that is quoted by the other sign keeps its escapes.
            _ => attribute.value.replace('"', "&quot;"),
        };
        kept.push_str(&format!(" {}=\"{written}\"", attribute.key.as_ref()));
    }
    Ok(BytesStart::from_content(kept, length))
}

/// The part of the styles with one more at the end of those of cells, and its number: as cells without a style have, but that text wraps. `None`:
/// the part has no such list.
pub fn with_wrapping(styles: &str) -> io::Result<Option<(String, u32)>> {
    let mut reader = Reader::from_str(styles);
    let (mut list, mut plain, mut count) = (None, None, 0);
    loop {
        let start = reader.buffer_position();
        match reader.read_event().map_err(io::Error::other)? {
            Event::Start(element) if element.local_name().as_ref() == "cellXfs" => {
                list = Some((start, reader.buffer_position(), element.into_owned()));
            }
            Event::Start(element) | Event::Empty(element) if list.is_some() && element.local_name().as_ref() == "xf" => {
                count += 1;
                plain = plain.or(Some(element.into_owned()));
            }
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                let (Some((from, until, list)), Some(plain)) = (list, plain) else { return Ok(None) };
                let tag = attributes_of(&list, "count", &(count + 1).to_string())?;
                let style = attributes_of(&plain, "applyAlignment", "1")?;
                return Ok(inserted(styles, [from, until, start], &prefix_of(&list), (&tag, &style)).map(|xml| (xml, count)));
            }
            Event::Eof => return Ok(None),
            _ => {}
        }
    }
}

/// `places`: where the list's own tag begins and ends, and where its end tag begins.
fn inserted(styles: &str, places: [u64; 3], prefix: &str, (tag, style): (&str, &str)) -> Option<String> {
    let place = |at: u64| usize::try_from(at).ok();
    let [from, until, end] = [place(places[0])?, place(places[1])?, place(places[2])?];
    let (before, listed, after) = (styles.get(..from)?, styles.get(until..end)?, styles.get(end..)?);
    Some(format!(
        "{before}<{prefix}cellXfs{tag}>{listed}<{prefix}xf{style}><{prefix}alignment wrapText=\"1\"/></{prefix}xf>{after}"
    ))
}

/// The attributes of an element as they are written, and last the one that has another value.
fn attributes_of(element: &BytesStart<'_>, changed: &str, to: &str) -> io::Result<String> {
    let mut kept = String::new();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(io::Error::other)?;
        if attribute.key.as_ref() != changed {
            // A value that is quoted by the other sign keeps its escapes.
            kept.push_str(&format!(" {}=\"{}\"", attribute.key.as_ref(), attribute.value.replace('"', "&quot;")));
        }
    }
    kept.push_str(&format!(" {changed}=\"{to}\""));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(columns: &str) -> String {
        let added = AddedColumns::new(4, vec![16, 50]);
        let xml = format!("<x:cols>{columns}</x:cols>");
        let (mut reader, mut out) = (Reader::from_str(&xml), Writer::new(Vec::new()));
        let Event::Start(start) = reader.read_event().unwrap() else { panic!("{xml}") };
        let mut list = ColumnList::new(&added, &start);
        loop {
            match reader.read_event().unwrap() {
                Event::Empty(element) => list.column(&element, &mut out).unwrap(),
                Event::End(_) => list.ours(&mut out).unwrap(),
                Event::Eof => break,
                _ => {}
            }
        }
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn columns_that_are_none_of_ours_stay_as_they_are() {
        let ours = "<x:col min=\"5\" max=\"5\" width=\"16\" customWidth=\"1\"/><x:col min=\"6\" max=\"6\" width=\"50\" customWidth=\"1\"/>";
        let one = |min: u32, max: u32| format!("<x:col min=\"{min}\" max=\"{max}\" style='3' hidden=\"1\"/>");
        let parted = |min: u32, max: u32| one(min, max).replace('\'', "\"");
        for (given, got) in [
            (String::new(), ours.to_owned()),
            (one(1, 4), one(1, 4) + ours),
            (one(5, 5), ours.to_owned()),
            (one(7, 9), ours.to_owned() + &one(7, 9)),
            (one(2, 16_384), parted(2, 4) + ours + &parted(7, 16_384)),
            (one(1, 1) + &one(5, 8) + &one(9, 9), one(1, 1) + ours + &parted(7, 8) + &one(9, 9)),
            (one(3, 5) + &one(6, 6), parted(3, 4) + ours),
        ] {
            assert_eq!(listed(&given), got, "{given}");
        }
    }

    #[test]
    fn a_sheet_that_says_nothing_of_its_columns_gets_a_list() {
        let whole = AddedColumns::new(0, vec![16]).whole("");
        assert_eq!(whole, "<cols><col min=\"1\" max=\"1\" width=\"16\" customWidth=\"1\"/></cols>");
    }

    #[test]
    fn one_style_is_added_behind_those_of_cells() {
        let styles = "<s:styleSheet xmlns:s=\"m\"><s:cellStyleXfs count=\"1\"><s:xf/></s:cellStyleXfs>\
            <s:cellXfs x='1' count=\"2\"><s:xf numFmtId=\"0\" fontId=\"1\"/><s:xf numFmtId=\"14\"><s:alignment/></s:xf></s:cellXfs><s:dxfs count=\"0\"/></s:styleSheet>";
        let (got, number) = with_wrapping(styles).unwrap().unwrap();
        let expected = "<s:styleSheet xmlns:s=\"m\"><s:cellStyleXfs count=\"1\"><s:xf/></s:cellStyleXfs>\
            <s:cellXfs x=\"1\" count=\"3\"><s:xf numFmtId=\"0\" fontId=\"1\"/><s:xf numFmtId=\"14\"><s:alignment/></s:xf>\
            <s:xf numFmtId=\"0\" fontId=\"1\" applyAlignment=\"1\"><s:alignment wrapText=\"1\"/></s:xf>\
            </s:cellXfs><s:dxfs count=\"0\"/></s:styleSheet>";
        assert_eq!((got.as_str(), number), (expected, 2));
        for none in ["<styleSheet/>", "<styleSheet><cellXfs/></styleSheet>"] {
            assert!(with_wrapping(none).unwrap().is_none(), "{none}");
        }
    }
}
