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
const CONTEXT_LINES: u64 = 3;

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

/// Writes the difference; nothing at all when there is none.
pub fn write(name: &str, text: TextFormat, order: &Order, open: Open<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut plan = Plan::default();
    walk(text, order, open()?, &mut |step, _| {
        plan.see(step);
        Ok(())
    })?;
    let hunks = plan.finish();
    if hunks.is_empty() {
        return Ok(());
    }
    writeln!(out, "--- {name}\n+++ {name}")?;
    let (mut hunks, mut at) = (hunks.into_iter().peekable(), Lines::default());
    walk(text, order, open()?, &mut |step, line| {
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

/// The files side by side. Lines that a record consists of go together.
fn walk(
    text: TextFormat,
    order: &Order,
    (base, next): (Box<dyn BufRead>, Box<dyn BufRead>),
    take: &mut dyn FnMut(LineEdit, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let (mut base, mut next) = (Records::new(text, base), Records::new(text, next));
    let (mut more_base, mut more_next) = (base.advance()?, next.advance()?);
    // The names of the columns stand first, whatever their order would be.
    let mut header = text == TextFormat::Csv;
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

#[cfg(test)]
#[path = "delta_tests.rs"]
mod tests;
