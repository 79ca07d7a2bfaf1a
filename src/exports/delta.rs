//! The difference between two versions of a file, as a unified diff that the `patch` program applies.
//!
//! Both files stand in order of their key, so one walk through both finds the difference: time and memory do not grow with how much
//! changed. The walk is made twice, since the head of a hunk says how long it is before its lines come.

use std::{
    cmp::Ordering,
    io::{self, BufRead, Write},
};

use super::records::{Order, Records, TextFormat};

/// Unchanged lines around a change, so that `patch` can see that it is at the right place.
pub const CONTEXT_LINES: u64 = 3;

/// What happens to one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEdit {
    Keep,
    Delete,
    Insert,
}

/// A stretch of lines in both files, counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Hunk {
    from: Lines,
    /// The first line after it.
    until: Lines,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lines {
    base: u64,
    next: u64,
}

/// Opens both files at their beginnings, the earlier one first.
pub type Open<'a> = &'a mut dyn FnMut() -> io::Result<(Box<dyn BufRead>, Box<dyn BufRead>)>;

/// Where the compared stretches stand in their files: both are alike before, for so many lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before(pub u64);

/// Writes the difference; nothing at all when there is none. Of long files it is enough to open what differs with some lines around it.
pub fn write(
    name: &str,
    (text, order): (TextFormat, &Order),
    Before(before): Before,
    open: Open<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let start = Lines { base: before, next: before };
    let header = text == TextFormat::Csv && before == 0;
    let mut plan = Plan { at: start, ..Plan::default() };
    walk((text, order), header, open()?, &mut |step, _| {
        plan.see(step);
        Ok(())
    })?;
    let hunks = plan.finish();
    if hunks.is_empty() {
        return Ok(());
    }
    writeln!(out, "--- {name}\n+++ {name}")?;
    let (mut hunks, mut at) = (hunks.into_iter().peekable(), start);
    walk((text, order), header, open()?, &mut |step, line| {
        let _ended = hunks.next_if(|hunk| hunk.until == at);
        let Some(hunk) = hunks.peek().filter(|hunk| hunk.from.base <= at.base && hunk.from.next <= at.next) else {
            at.pass(step);
            return Ok(());
        };
        if hunk.from == at {
            writeln!(out, "{}", hunk.head())?;
        }
        at.pass(step);
        out.write_all(match step {
            LineEdit::Keep => b" ",
            LineEdit::Delete => b"-",
            LineEdit::Insert => b"+",
        })?;
        out.write_all(line)
    })
}

/// The files side by side. Lines that a record consists of go together. `header`: the names of the columns stand first, whatever their order
/// would be.
fn walk(
    (text, order): (TextFormat, &Order),
    mut header: bool,
    (base, next): (Box<dyn BufRead>, Box<dyn BufRead>),
    take: &mut dyn FnMut(LineEdit, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let (mut base, mut next) = (Records::new(text, base), Records::new(text, next));
    let (mut more_base, mut more_next) = (base.advance()?, next.advance()?);
    let mut lines =
        |step: LineEdit, record: &[u8]| record.split_inclusive(|byte| *byte == b'\n').try_for_each(|line| take(step, line));
    while more_base || more_next {
        let first = match (more_base, more_next) {
            (true, false) => Ordering::Less,
            (false, _) => Ordering::Greater,
            _ if base.record == next.record => {
                lines(LineEdit::Keep, &base.record)?;
                (more_base, more_next, header) = (base.advance()?, next.advance()?, false);
                continue;
            }
            _ if header => Ordering::Equal,
            _ => order.compare(&base.record, &next.record),
        };
        header = false;
        if first.is_le() {
            lines(LineEdit::Delete, &base.record)?;
            more_base = base.advance()?;
        }
        if first.is_ge() {
            lines(LineEdit::Insert, &next.record)?;
            more_next = next.advance()?;
        }
    }
    Ok(())
}

/// Finds the hunks: changes that are nearer to each other than their contexts share one.
#[derive(Default)]
struct Plan {
    hunks: Vec<Hunk>,
    at: Lines,
    /// Unchanged lines since the last change, or since the beginning.
    kept: u64,
    open: Option<Lines>,
    /// After the last change.
    changed: Lines,
}

impl Plan {
    fn see(&mut self, step: LineEdit) {
        if step == LineEdit::Keep {
            self.kept += 1;
            self.at.pass(step);
            return;
        }
        if self.kept > 2 * CONTEXT_LINES {
            self.close();
        }
        if self.open.is_none() {
            self.open = Some(self.at.back(self.kept.min(CONTEXT_LINES)));
        }
        self.kept = 0;
        self.at.pass(step);
        self.changed = self.at;
    }

    fn close(&mut self) {
        let context = self.kept.min(CONTEXT_LINES);
        let until = Lines { base: self.changed.base + context, next: self.changed.next + context };
        self.hunks.extend(self.open.take().map(|from| Hunk { from, until }));
    }

    fn finish(mut self) -> Vec<Hunk> {
        self.close();
        self.hunks
    }
}

impl Lines {
    fn pass(&mut self, step: LineEdit) {
        self.base += u64::from(step != LineEdit::Insert);
        self.next += u64::from(step != LineEdit::Delete);
    }

    fn back(self, lines: u64) -> Self {
        Self { base: self.base - lines, next: self.next - lines }
    }
}

impl Hunk {
    /// Lines are counted from one; a stretch without lines names the line before it.
    fn head(&self) -> String {
        let range = |from: u64, until: u64| format!("{},{}", from + u64::from(until > from), until - from);
        format!("@@ -{} +{} @@", range(self.from.base, self.until.base), range(self.from.next, self.until.next))
    }
}

/// Differences are applied by the real `patch` program, and give the next file byte for byte.
#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        fs,
        io::Cursor,
        path::PathBuf,
        process::Command,
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
    };

    use proptest::prelude::*;

    use super::*;
    use crate::exports::{
        data_set::{ExportValue, Field, FieldType},
        data_sets,
        text_rows::{csv_line, ndjson_line},
    };

    const FIELDS: &[Field] = &[Field::new("cum", FieldType::Text, "", ""), Field::new("brand", FieldType::Text, "", "")];
    type Table = BTreeMap<String, String>;

    fn file(text: TextFormat, table: &Table) -> String {
        let mut file = if text == TextFormat::Csv { "cum,brand\n".to_owned() } else { String::new() };
        let line = if text == TextFormat::Csv { csv_line } else { ndjson_line };
        table.iter().for_each(|(key, value)| line(&mut file, FIELDS, &[ExportValue::text(key), ExportValue::text(value)]));
        file
    }

    fn difference(text: TextFormat, base: &str, next: &str) -> String {
        let (base, next) = (base.to_owned(), next.to_owned());
        let mut open = || -> io::Result<(Box<dyn BufRead>, Box<dyn BufRead>)> {
            Ok((Box::new(Cursor::new(base.clone())), Box::new(Cursor::new(next.clone()))))
        };
        let mut out = Vec::new();
        let order = Order::of(&data_sets::medicines::DATA_SET, text);
        write("file", (text, &order), Before::default(), &mut open, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn folder() -> PathBuf {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let folder =
            std::env::temp_dir().join(format!("termometro-delta-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed)));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// As a reader does it: `patch FILE < DIFFERENCE`, exactly, nothing moved and nothing guessed.
    fn patched(base: &str, difference: &str) -> String {
        let folder = folder();
        fs::write(folder.join("file"), base).unwrap();
        fs::write(folder.join("diff"), difference).unwrap();
        let outcome = Command::new("patch").current_dir(&folder).args(["--fuzz=0", "--input=diff", "file"]).output().unwrap();
        let output = String::from_utf8_lossy(&outcome.stdout).into_owned();
        assert!(outcome.status.success() && !output.contains("offset") && !output.contains("fuzz"), "{output}\n{difference}");
        let text = fs::read_to_string(folder.join("file")).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        text
    }

    fn check(base: &Table, next: &Table) {
        for text in [TextFormat::Csv, TextFormat::Ndjson] {
            let (base, next) = (file(text, base), file(text, next));
            let difference = difference(text, &base, &next);
            assert_eq!(difference.is_empty(), base == next);
            if base != next {
                assert_eq!(patched(&base, &difference), next, "{difference}");
            }
        }
    }

    fn table(rows: impl IntoIterator<Item = u32>) -> Table {
        rows.into_iter().map(|row| (format!("{row:03}-1"), format!("value {row}"))).collect()
    }

    #[test]
    fn changes_at_both_ends_and_files_without_rows() {
        let whole = table(1..=40);
        for other in [table([]), table(2..=40), table(1..=39), table(0..=41), table((1..=40).step_by(2)), table(50..=60)] {
            check(&whole, &other);
            check(&other, &whole);
        }
        for row in [1, 2, 20, 39, 40] {
            let mut other = whole.clone();
            other.insert(format!("{row:03}-1"), "another".to_owned());
            check(&whole, &other);
        }
    }

    #[test]
    fn only_what_changed_is_listed() {
        let (base, mut next) = (table(1..=999), table(1..=999));
        next.remove("500-1");
        next.insert("700-2".to_owned(), "new".to_owned());
        let text = difference(TextFormat::Csv, &file(TextFormat::Csv, &base), &file(TextFormat::Csv, &next));
        let changed: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
        let expected = ["--- file", "+++ file", "@@ -498,7 +498,6 @@", "-500-1,value 500", "@@ -699,6 +698,7 @@", "+700-2,new"];
        assert_eq!(changed, expected);
        assert_eq!(text.lines().count(), 2 + 8 + 8);
    }

    /// Stretches that are alike at their beginnings and ends, for as many lines as a context has.
    #[test]
    fn what_differs_is_enough_of_a_long_file() {
        let (base, mut next) = (table(1..=999), table(1..=999));
        next.retain(|key, _| key != "500-1" && key != "502-1");
        next.insert("503-2".to_owned(), "new".to_owned());
        let (base, next) = (file(TextFormat::Ndjson, &base), file(TextFormat::Ndjson, &next));
        let lines = |text: &str, from: usize, until: usize| text.split_inclusive('\n').collect::<Vec<_>>()[from..until].concat();
        let (old, new) = (lines(&base, 490, 510), lines(&next, 490, 509));
        let mut open = || -> io::Result<(Box<dyn BufRead>, Box<dyn BufRead>)> {
            Ok((Box::new(Cursor::new(old.clone())), Box::new(Cursor::new(new.clone()))))
        };
        let (text, mut out) = (TextFormat::Ndjson, Vec::new());
        write("file", (text, &Order::of(&data_sets::medicines::DATA_SET, text)), Before(490), &mut open, &mut out).unwrap();
        let part = String::from_utf8(out).unwrap();
        assert_eq!(part, difference(text, &base, &next));
        assert_eq!(patched(&base, &part), next);
    }

    #[test]
    fn another_set_of_columns_is_a_change_like_any_other() {
        let (base, next) = ("cum,brand\n1-1,a\n", "cum,brand,atc\n1-1,a,X\n2-1,b,Y\n");
        assert_eq!(patched(base, &difference(TextFormat::Csv, base, next)), next);
    }

    /// Line ends and quotes within a cell, and what looks like a part of a difference.
    fn value() -> impl Strategy<Value = String> {
        const UGLY: &[&str] = &[
            "", "a", "two\nlines", "\r\n", "cr\r", "\"quoted\"\n\n", "-- x", "++ y", "@@ -1 +1 @@", "\\ No newline", "=1", "ñ, ü",
        ];
        prop_oneof![3 => prop::sample::select(UGLY).prop_map(str::to_owned), 1 => "[a-z \"\n\r,'-]{0,12}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn whatever_changes_patch_gives_the_next_file(
            first in prop::collection::btree_map("[0-9]{1,2}-[0-9]", value(), 0..40),
            changes in prop::collection::vec(prop::collection::vec(("[0-9]{1,2}-[0-9]", prop::option::of(value())), 0..12), 1..4),
        ) {
            let mut base = first;
            for change in changes {
                let mut next = base.clone();
                // Some hit a row that is there.
                for (place, (key, value)) in change.into_iter().enumerate() {
                    let key = next.keys().nth(place * 3).filter(|_| place % 2 == 0).cloned().unwrap_or(key);
                    match value {
                        Some(value) => next.insert(key, value),
                        None => next.remove(&key),
                    };
                }
                check(&base, &next);
                base = next;
            }
        }
    }
}
