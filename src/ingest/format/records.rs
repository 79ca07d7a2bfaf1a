//! Splits lines into records of fields. A stray quote costs its own line, never the good lines after it.

use super::fields::Fields;
use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// A record is read whole; a longer line is a fault of the file, not a reason to take the memory.
pub const RECORD_BYTES_MAX: usize = 1 << 20;
/// A quoted field may run over this many lines; past it the opening quote was a stray.
const RECORD_LINES_MAX: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    Closed,
    /// A quoted field goes on in the next line.
    Open,
    /// Text after a closing quote.
    Malformed,
}

/// Adds one line to the fields. `Open` fields are continued by calling again with the next line.
fn split_line(line: &str, delimiter: char, fields: &mut Fields, continued: bool) -> Quoting {
    if !continued && memchr::memchr(b'"', line.as_bytes()).is_none() {
        match u8::try_from(delimiter) {
            Ok(delimiter) if delimiter.is_ascii() => fields.push_line(line, delimiter),
            _ => line.split(delimiter).for_each(|field| fields.push(field)),
        }
        return Quoting::Closed;
    }
    let mut quoted = continued;
    let mut field_start = !continued;
    if continued {
        fields.go_on('\n');
    }
    let mut chars = line.chars().peekable();
    while let Some(letter) = chars.next() {
        if quoted {
            match letter {
                '"' if chars.peek() == Some(&'"') => {
                    chars.next();
                    fields.go_on('"');
                }
                '"' => match chars.peek() {
                    Some(&next) if next != delimiter => return Quoting::Malformed,
                    _ => quoted = false,
                },
                _ => fields.go_on(letter),
            }
        } else if letter == delimiter {
            fields.end();
            field_start = true;
            continue;
        } else if letter == '"' && field_start {
            quoted = true;
        } else {
            fields.go_on(letter);
        }
        field_start = false;
    }
    if quoted {
        return Quoting::Open;
    }
    fields.end();
    Quoting::Closed
}

/// The next element of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// `Records::fields` holds it; the number is of its first line.
    Record(u64),
    /// A line that is no record, with the reason and how it begins.
    Broken { line: u64, reason: &'static str, text: String },
}

pub struct Records<R> {
    source: R,
    delimiter: char,
    /// Least and largest number of fields that a record has, once the header is known; decides whether a quote was a stray.
    widths: Option<(usize, usize)>,
    line: u64,
    /// Lines read ahead while looking for the end of a quoted field that never came.
    pending: VecDeque<Result<String, String>>,
    after_carriage_return: bool,
    /// The buffer of the line before, used again.
    spare: Vec<u8>,
    pub fields: Fields,
}

impl<R: BufRead> Records<R> {
    pub fn new(source: R, delimiter: char) -> Self {
        Self {
            source,
            delimiter,
            widths: None,
            line: 0,
            pending: VecDeque::new(),
            after_carriage_return: false,
            spare: Vec::new(),
            fields: Fields::default(),
        }
    }

    pub fn set_widths(&mut self, least: usize, most: usize) {
        self.widths = Some((least, most));
    }

    /// Blank lines are passed over; everything else is handed out.
    pub fn next_frame(&mut self) -> io::Result<Option<Frame>> {
        loop {
            let Some(line) = self.take_line()? else { return Ok(None) };
            self.line += 1;
            match line {
                Err(start) => return Ok(Some(Frame::Broken { line: self.line, reason: "record_too_long", text: start })),
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return self.frame(text).map(Some),
            }
        }
    }

    fn frame(&mut self, first: String) -> io::Result<Frame> {
        let line = self.line;
        self.fields.clear();
        let mut quoting = split_line(&first, self.delimiter, &mut self.fields, false);
        let mut taken: VecDeque<Result<String, String>> = VecDeque::new();
        let mut bytes = first.len();
        while quoting == Quoting::Open && taken.len() < RECORD_LINES_MAX && bytes <= RECORD_BYTES_MAX {
            match self.take_line()? {
                Some(Ok(next)) => {
                    bytes += next.len();
                    quoting = split_line(&next, self.delimiter, &mut self.fields, true);
                    taken.push_back(Ok(next));
                }
                Some(Err(too_long)) => {
                    taken.push_back(Err(too_long));
                    break;
                }
                None => break,
            }
        }
        let swallowed = !taken.is_empty()
            && self.widths.is_some_and(|(least, most)| self.fields.count() < least || self.fields.count() > most);
        if quoting == Quoting::Closed && !swallowed {
            self.line += taken.len() as u64;
            self.spare = first.into_bytes();
            return Ok(Frame::Record(line));
        }
        // The lines read ahead are handed out on their own: each may be a good row.
        taken.append(&mut self.pending);
        self.pending = taken;
        let reason = if quoting == Quoting::Malformed && self.pending.is_empty() { "malformed_quotes" } else { "unclosed_quote" };
        Ok(Frame::Broken { line, reason, text: first })
    }

    fn take_line(&mut self) -> io::Result<Option<Result<String, String>>> {
        match self.pending.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.read_line(),
        }
    }

    /// Up to LF, CR LF or CR. `Err` holds the beginning of a line that is too long, read to its end.
    fn read_line(&mut self) -> io::Result<Option<Result<String, String>>> {
        let mut line = std::mem::take(&mut self.spare);
        line.clear();
        let (mut any, mut too_long) = (false, false);
        loop {
            let chunk = self.source.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            if self.after_carriage_return {
                self.after_carriage_return = false;
                if chunk[0] == b'\n' {
                    self.source.consume(1);
                    continue;
                }
            }
            any = true;
            let end = memchr::memchr2(b'\n', b'\r', chunk);
            let part = &chunk[..end.unwrap_or(chunk.len())];
            too_long |= line.len() + part.len() > RECORD_BYTES_MAX;
            if !too_long {
                line.extend_from_slice(part);
            } else if line.len() < 800 {
                line.extend_from_slice(&part[..part.len().min(800)]);
            }
            self.after_carriage_return = end.is_some_and(|index| chunk[index] == b'\r');
            let used = end.map_or(chunk.len(), |index| index + 1);
            self.source.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        let text = String::from_utf8(line).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Ok(Some(if too_long { Err(text.chars().take(200).collect()) } else { Ok(text) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames(text: &str, width: Option<usize>) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut records = Records::new(text.as_bytes(), ',');
        if let Some(width) = width {
            records.set_widths(width, width);
        }
        let mut all = Vec::new();
        while let Some(frame) = records.next_frame().unwrap() {
            all.push(match frame {
                Frame::Record(line) => (line, Ok(records.fields.iter().map(str::to_owned).collect())),
                Frame::Broken { line, reason, .. } => (line, Err(reason)),
            });
        }
        all
    }

    fn row(fields: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(fields.iter().map(|&field| field.to_owned()).collect())
    }

    #[test]
    fn every_line_ending_counts_lines_the_same() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "\"1\nx\",2", "3,"].join(end);
            assert_eq!(
                frames(&text, Some(2)),
                [(1, row(&["a", "b"])), (3, row(&["1\nx", "2"])), (5, row(&["3", ""]))],
                "{end:?}"
            );
        }
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let text = "a,b\n\"1,2\n3,4\n5,\"6\"\n7,\"8\"\"\"\n\"9\"x,1\n2,5\" tube\n";
        let expected = [
            (1, row(&["a", "b"])),
            (2, Err("unclosed_quote")),
            (3, row(&["3", "4"])),
            (4, row(&["5", "6"])),
            (5, row(&["7", "8\""])),
            (6, Err("malformed_quotes")),
            (7, row(&["2", "5\" tube"])),
        ];
        assert_eq!(frames(text, Some(2)), expected);
    }

    #[test]
    fn a_line_without_end_takes_no_memory() {
        let text = format!("a,b\n{}\n1,2", "x".repeat(3 * RECORD_BYTES_MAX));
        let mut records = Records::new(io::BufReader::with_capacity(4096, text.as_bytes()), ',');
        records.set_widths(2, 2);
        let mut reasons = Vec::new();
        while let Some(frame) = records.next_frame().unwrap() {
            if let Frame::Broken { reason, text, .. } = frame {
                reasons.push((reason, text.len()));
            }
        }
        assert_eq!(reasons, [("record_too_long", 200)]);
    }

    proptest! {
        /// Whatever a conforming writer writes is read back: same records, same fields.
        #[test]
        fn agrees_with_a_conforming_writer(rows in prop::collection::vec(prop::collection::vec("[a-z\",;\n é]{0,6}", 3), 1..12)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<_> = frames(&text, Some(3)).into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(read, rows.into_iter().map(Ok).collect::<Vec<_>>());
        }
    }
}
