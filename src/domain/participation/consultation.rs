//! Lines of a draft that people comment on: how a line is named, what became of it, and where a consultation stands.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{
    identifier::cum::Cum,
    law::act_diff::percent,
    number::amount::{self, parse_quantity},
};

/// The term of the law in which a comment is answered.
pub const CONSULTATION_TERM: &str = "consultation_answer";

codes! {
    /// What a comment says of its line.
    CommentKind: ErrorOfFact "error_of_fact", Method "method", EffectOnAccess "effect_on_access", Wording "wording", Support "support",
    Other "other"
}

codes! {
    /// Whether everybody may read a comment.
    CommentState: Published "published", Withheld "withheld", Withdrawn "withdrawn"
}

codes! {
    /// What the authority replies.
    CommentDisposition: Accepted "accepted", PartlyAccepted "partly_accepted", NotAccepted "not_accepted", OutOfScope "out_of_scope",
    AlreadySo "already_so", Duplicate "duplicate"
}

codes! {
    /// A part of a draft.
    LinePart: Ceiling "ceiling", Head "head", Market "market"
}

codes! {
    /// What became of a line from one version of the draft to another.
    LineFate: Unchanged "unchanged", Changed "changed", Removed "removed", Added "added"
}

codes! {
    /// Where a consultation stands.
    ConsultationState: Open "open", Answering "answering", Answered "answered", Cancelled "cancelled"
}

impl CommentDisposition {
    /// Whether something in the draft changes because of the comment.
    pub fn changes_the_draft(self) -> bool {
        matches!(self, Self::Accepted | Self::PartlyAccepted)
    }
}

/// A line of a draft, whatever the version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineKey {
    pub part: &'static str,
    /// The CUM or the ID MR; of the head, nothing.
    pub key: String,
    pub field: String,
}

/// A line in one version of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineId {
    pub draft: String,
    pub version: i32,
    pub line: LineKey,
}

/// Nothing that names a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLineError;

const FIELD_CHARS_MAX: usize = 40;

impl FromStr for LineKey {
    type Err = ParseLineError;

    /// `ceiling/20145979-10/institutional`, `market/418/unit_price`, `head/valid_from`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (part, rest) = text.split_once('/').ok_or(ParseLineError)?;
        let part = LinePart::from_code(part).ok_or(ParseLineError)?;
        let (key, field) = match part {
            LinePart::Head => (String::new(), rest),
            LinePart::Market => rest.split_once('/').map(|(key, field)| (key.to_owned(), field)).ok_or(ParseLineError)?,
            LinePart::Ceiling => {
                let (cum, field) = rest.split_once('/').ok_or(ParseLineError)?;
                (cum.parse::<Cum>().map_err(|_| ParseLineError)?.to_string(), field)
            }
        };
        let is_key = part == LinePart::Head || (1..=20).contains(&key.len());
        let is_key = is_key && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let is_field =
            (1..=FIELD_CHARS_MAX).contains(&field.len()) && field.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_key && is_field { Ok(Self { part: part.code(), key, field: field.to_owned() }) } else { Err(ParseLineError) }
    }
}

impl fmt::Display for LineKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { part, key, field } = self;
        if key.is_empty() { write!(f, "{part}/{field}") } else { write!(f, "{part}/{key}/{field}") }
    }
}

impl FromStr for LineId {
    type Err = ParseLineError;

    /// `d7Hq2LxV0aB.v2/ceiling/20145979-10/institutional`
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (version, line) = text.split_once('/').ok_or(ParseLineError)?;
        let (draft, version) = version.split_once(".v").ok_or(ParseLineError)?;
        let is_number =
            (1..=6).contains(&version.len()) && !version.starts_with('0') && version.bytes().all(|b| b.is_ascii_digit());
        let is_draft = (1..=20).contains(&draft.len()) && draft.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_number || !is_draft {
            return Err(ParseLineError);
        }
        Ok(Self { draft: draft.to_owned(), version: version.parse().map_err(|_| ParseLineError)?, line: line.parse()? })
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}.v{}/{}", self.draft, self.version, self.line)
    }
}

/// From what stood there to what stands there now. The outer `None`: no such line then, or now; the inner one: a line that says nothing.
pub fn fate(before: Option<Option<&str>>, now: Option<Option<&str>>) -> LineFate {
    match (before, now) {
        (_, None) => LineFate::Removed,
        (None, Some(_)) => LineFate::Added,
        (Some(before), Some(now)) if before == now => LineFate::Unchanged,
        (Some(_), Some(_)) => LineFate::Changed,
    }
}

/// By how many per cent the proposed figure differs from the present one; `None` where one of them is no figure.
pub fn change_percent(present: Option<&str>, proposed: Option<&str>) -> Option<String> {
    let read = |text: Option<&str>| -> Option<Decimal> { parse_quantity(text?).ok() };
    percent(read(present)?, read(proposed)?).map(amount::percent)
}

/// `closes_on` is the last day on which comments are taken.
pub fn state(today: Date, closes_on: Date, is_withdrawn: bool, without_reply: i64) -> ConsultationState {
    if is_withdrawn {
        ConsultationState::Cancelled
    } else if today <= closes_on {
        ConsultationState::Open
    } else if without_reply > 0 {
        ConsultationState::Answering
    } else {
        ConsultationState::Answered
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_line_has_one_name() {
        for name in [
            "d7Hq2LxV0aB.v2/ceiling/20145979-10/institutional", "d7Hq2LxV0aB.v12/market/418/unit_price",
            "d7Hq2LxV0aB.v1/head/valid_from",
        ] {
            assert_eq!(name.parse::<LineId>().map(|line| line.to_string()), Ok(name.to_owned()));
        }
        let padded: LineKey = "ceiling/20145979-010/commercial_final".parse().unwrap();
        assert_eq!(padded.to_string(), "ceiling/20145979-10/commercial_final");
        for none in [
            "", "d7Hq2LxV0aB", "d7Hq2LxV0aB.v0/head/title", "d7Hq2LxV0aB.v1/head", "d7Hq2LxV0aB.v1/head/", "d.v1/foot/title",
            "d.v1/ceiling/x/institutional", "d.v1/ceiling/20145979-10", "d.v1/market//unit", "d.v1/head/Title", "d.v1/head/a/b",
            "d v1/head/title",
        ] {
            assert_eq!(none.parse::<LineId>(), Err(ParseLineError), "{none}");
        }
    }

    #[test]
    fn what_became_of_a_line() {
        let (old, new) = (Some(Some("5.00")), Some(Some("6.00")));
        for (before, now, expected) in [
            (old, old, LineFate::Unchanged),
            (old, new, LineFate::Changed),
            (old, Some(None), LineFate::Changed),
            (Some(None), Some(None), LineFate::Unchanged),
            (old, None, LineFate::Removed),
            (None, None, LineFate::Removed),
            (None, new, LineFate::Added),
            (None, Some(None), LineFate::Added),
        ] {
            assert_eq!(fate(before, now), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn a_change_is_exact_or_none() {
        assert_eq!(change_percent(Some("33052.00"), Some("30000.00")).as_deref(), Some("-9.2339"));
        assert_eq!(change_percent(Some("3"), Some("4")).as_deref(), Some("33.3333"));
        assert_eq!(change_percent(Some("3"), Some("3.00")).as_deref(), Some("0.0000"));
        for (present, proposed) in [(None, Some("4")), (Some("4"), None), (Some("tableta"), Some("4")), (Some("0"), Some("4"))] {
            assert_eq!(change_percent(present, proposed), None);
        }
    }

    #[test]
    fn it_is_open_to_the_end_of_its_last_day() {
        let last = date(2026, 12, 15);
        assert_eq!(state(last, last, false, 3), ConsultationState::Open);
        let after = date(2026, 12, 16);
        assert_eq!(state(after, last, false, 3), ConsultationState::Answering);
        assert_eq!(state(after, last, false, 0), ConsultationState::Answered);
        assert_eq!(state(last, last, true, 0), ConsultationState::Cancelled);
    }

    #[test]
    fn only_what_is_accepted_changes_the_draft() {
        let changing = CommentDisposition::ALL.iter().filter(|one| one.changes_the_draft()).map(|one| one.code());
        assert_eq!(changing.collect::<Vec<_>>(), ["accepted", "partly_accepted"]);
    }
}
