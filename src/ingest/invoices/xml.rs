//! An XML document element by element, as a path of local names below its root. No DTD, no entities but the five, and limits on depth,
//! attributes and the length of a piece.

use super::{
    fault::FaultKind,
    limits::{ATTRIBUTE_BYTES_MAX, ATTRIBUTES_MAX, DEPTH_MAX, PIECE_BYTES_MAX},
    text_stream::Gauge,
};
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use std::io::Read;

/// The attributes that UBL's readers look at.
const KEPT: [&str; 5] = ["unitCode", "currencyID", "schemeID", "schemeName", "schemeAgencyID"];
/// Children of a root that are passed over: signatures and the sender's own additions.
const SKIPPED: [&str; 2] = ["UBLExtensions", "Signature"];
/// Where a document stands inside a document.
const EMBEDDED: &str = "/ExternalReference/Description";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The element at `path` begins.
    Open,
    /// It ends; `text` and `attribute` are its own, if it has no children.
    Close,
    End,
}

pub struct XmlCursor<R> {
    reader: Reader<Gauge<R>>,
    buffer: Vec<u8>,
    embedded_bytes_max: usize,
    pub root: String,
    /// Below the root: `/InvoiceLine/Item/Description`.
    path: String,
    /// How long the path was before each of its names.
    lengths: Vec<usize>,
    depth: usize,
    /// The depth from which on everything is passed over.
    skipped_from: Option<usize>,
    closing: bool,
    pub text: String,
    attributes: Vec<(&'static str, String)>,
}

impl<R: Read> XmlCursor<R> {
    pub fn new(source: R, embedded_bytes_max: usize) -> Self {
        let mut reader = Reader::from_reader(Gauge::new(source));
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            embedded_bytes_max,
            root: String::new(),
            path: String::new(),
            lengths: Vec::new(),
            depth: 0,
            skipped_from: None,
            closing: false,
            text: String::new(),
            attributes: Vec::new(),
        }
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// Line and column of what is read next.
    pub fn place(&mut self) -> (u64, u64) {
        let gauge = self.reader.get_mut();
        (gauge.line, gauge.column)
    }

    pub fn encoding_differs(&mut self) -> bool {
        self.reader.get_mut().source.encoding_differs
    }

    /// The next element of the document that begins or ends.
    pub fn step(&mut self) -> Result<Step, FaultKind> {
        if self.closing {
            self.closing = false;
            self.path.truncate(self.lengths.pop().unwrap_or_default());
            self.text.clear();
        }
        loop {
            let text_max = if self.path.ends_with(EMBEDDED) { self.embedded_bytes_max } else { PIECE_BYTES_MAX };
            self.reader.get_mut().allow(text_max);
            self.buffer.clear();
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => return Err(kind_of(&error, self.reader.get_mut().exceeded)),
            };
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(FaultKind::TooDeep);
                    }
                    read_attributes(&start, &mut self.attributes)?;
                    if self.skipped_from.is_some() {
                        continue;
                    }
                    let name = start.local_name().into_inner();
                    if self.depth == 1 && self.root.is_empty() {
                        name.clone_into(&mut self.root);
                        return Ok(Step::Open);
                    }
                    // A second root.
                    if self.depth == 1 {
                        return Err(FaultKind::MalformedXml);
                    }
                    if self.depth == 2 && SKIPPED.contains(&name) {
                        self.skipped_from = Some(self.depth);
                        continue;
                    }
                    self.lengths.push(self.path.len());
                    self.path.push('/');
                    self.path.push_str(name);
                    self.text.clear();
                    return Ok(Step::Open);
                }
                Event::End(_) => {
                    let (depth, skipped) = (self.depth, self.skipped_from);
                    self.depth = self.depth.saturating_sub(1);
                    match skipped {
                        Some(from) if from == depth => self.skipped_from = None,
                        Some(_) => {}
                        // The root itself has no path.
                        None if depth <= 1 => {}
                        None => {
                            self.closing = true;
                            return Ok(Step::Close);
                        }
                    }
                }
                Event::Text(text) => add(&mut self.text, &text, (self.depth, self.skipped_from), text_max)?,
                Event::CData(text) => add(&mut self.text, &text, (self.depth, self.skipped_from), text_max)?,
                Event::GeneralRef(reference) => {
                    let character = reference.resolve_char_ref().map_err(|_| FaultKind::UnknownEntity)?;
                    let letter = character.or_else(|| entity(&reference)).ok_or(FaultKind::UnknownEntity)?;
                    add(&mut self.text, letter.encode_utf8(&mut [0; 4]), (self.depth, self.skipped_from), text_max)?;
                }
                Event::DocType(_) => return Err(FaultKind::Dtd),
                Event::Eof if self.depth > 0 => return Err(FaultKind::CutOff),
                Event::Eof if self.root.is_empty() => return Err(FaultKind::MalformedXml),
                Event::Eof => return Ok(Step::End),
                _ => {}
            }
        }
    }
}

fn kind_of(error: &quick_xml::Error, exceeded: bool) -> FaultKind {
    match error {
        _ if exceeded => FaultKind::TooLong,
        quick_xml::Error::Io(_) => FaultKind::Unreadable,
        quick_xml::Error::Syntax(_) => FaultKind::CutOff,
        _ => FaultKind::MalformedXml,
    }
}

fn add(text: &mut String, more: &str, (depth, skipped_from): (usize, Option<usize>), text_max: usize) -> Result<(), FaultKind> {
    if skipped_from.is_some() {
        return Ok(());
    }
    if depth == 0 {
        return if more.trim().is_empty() { Ok(()) } else { Err(FaultKind::MalformedXml) };
    }
    if text.len() + more.len() > text_max {
        return Err(FaultKind::TooLong);
    }
    text.push_str(more);
    Ok(())
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn read_attributes(start: &BytesStart<'_>, kept: &mut Vec<(&'static str, String)>) -> Result<(), FaultKind> {
    kept.clear();
    for (index, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|_| FaultKind::MalformedXml)?;
        if index >= ATTRIBUTES_MAX {
            return Err(FaultKind::TooManyAttributes);
        }
        if attribute.value.len() > ATTRIBUTE_BYTES_MAX {
            return Err(FaultKind::TooLong);
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| FaultKind::UnknownEntity)?;
        if let Some(name) = KEPT.into_iter().find(|name| *name == attribute.key.local_name().into_inner()) {
            kept.push((name, value.into_owned()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every leaf with its path, attributes and text; or the fault.
    fn leaves(xml: &str) -> Result<Vec<String>, FaultKind> {
        let mut cursor = XmlCursor::new(xml.as_bytes(), 1 << 21);
        let (mut found, mut leaf) = (Vec::new(), false);
        loop {
            match cursor.step()? {
                Step::Open => leaf = true,
                Step::Close if leaf => {
                    leaf = false;
                    let unit = cursor.attribute("unitCode").unwrap_or("-").to_owned();
                    found.push(format!("{} {unit} {}", cursor.path(), cursor.text));
                }
                Step::Close => {}
                Step::End => return Ok(found),
            }
        }
    }

    #[test]
    fn elements_are_found_by_their_local_names() {
        let xml = "<?xml version='1.0'?><!-- c --><x:Invoice xmlns:x='u'><UBLExtensions><a><b>s</b></a></UBLExtensions>\
                   <x:ID> F&amp;E&#49;</x:ID><L><Q unitCode='94'>1</Q><E/><D><![CDATA[<b>]]></D></L></x:Invoice>\n";
        assert_eq!(leaves(xml).unwrap(), ["/ID -  F&E1", "/L/Q 94 1", "/L/E - ", "/L/D - <b>"]);
    }

    #[test]
    fn what_no_invoice_has_is_refused() {
        let deep = "<a>".repeat(DEPTH_MAX + 1);
        let attributes: String = (0..=ATTRIBUTES_MAX).map(|n| format!(" a{n}='1'")).collect();
        let long = "x".repeat(PIECE_BYTES_MAX + 1);
        for (xml, kind) in [
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", FaultKind::Dtd),
            ("<!DOCTYPE a SYSTEM 'http://x/y'><a/>", FaultKind::Dtd),
            ("<a>&b;</a>", FaultKind::UnknownEntity),
            ("<a b='&c;'/>", FaultKind::UnknownEntity),
            ("<a>&#0;</a>", FaultKind::UnknownEntity),
            (&deep[..], FaultKind::TooDeep),
            (&format!("<a{attributes}/>")[..], FaultKind::TooManyAttributes),
            (&format!("<a b='{}'/>", "x".repeat(ATTRIBUTE_BYTES_MAX + 1))[..], FaultKind::TooLong),
            (&format!("<a>{long}</a>")[..], FaultKind::TooLong),
            (&format!("<a><![CDATA[{long}]]></a>")[..], FaultKind::TooLong),
            (&format!("<a {long}")[..], FaultKind::TooLong),
            ("<a><b></a>", FaultKind::MalformedXml),
            ("<a/><b/>", FaultKind::MalformedXml),
            ("<a/>text", FaultKind::MalformedXml),
            ("text<a/>", FaultKind::MalformedXml),
            ("", FaultKind::MalformedXml),
            ("<a>", FaultKind::CutOff),
            ("<a><![CDATA[b", FaultKind::CutOff),
            ("<a b='1' b='2'/>", FaultKind::MalformedXml),
        ] {
            assert_eq!(leaves(xml), Err(kind), "{}", xml.chars().take(60).collect::<String>());
        }
    }

    #[test]
    fn a_document_inside_a_document_may_be_longer() {
        let long = "x".repeat(PIECE_BYTES_MAX + 1);
        let inside =
            |name: &str| leaves(&format!("<A><ExternalReference><{name}><![CDATA[{long}]]></{name}></ExternalReference></A>"));
        assert_eq!(inside("Description").map(|leaves| leaves.len()), Ok(1));
        assert_eq!(inside("Other").map(|leaves| leaves.len()), Err(FaultKind::TooLong));
    }
}
