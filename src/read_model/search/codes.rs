//! Codes: a CUM in any spelling, an expediente or its beginning, an IUM, a registration. What looks like a code is that or nothing.

use super::entry::SearchEntry;
use crate::domain::identifier::{cum::Cum, ium::Ium, registration::Registration};

/// Each list in order.
#[derive(Default)]
pub struct CodeIndex {
    cums: Vec<Cum>,
    iums: Vec<(Ium, Cum)>,
    registrations: Vec<(Registration, Cum)>,
}

/// What a text was looked up as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    Cum,
    Expediente,
    Ium,
    Registration,
    /// EAN or GTIN: no source holds them.
    Barcode,
}

impl CodeKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Cum => "cum",
            Self::Expediente => "expediente",
            Self::Ium => "ium",
            Self::Registration => "registration",
            Self::Barcode => "barcode",
        }
    }
}

#[derive(Default)]
pub struct CodeIndexBuilder(CodeIndex);

impl CodeIndexBuilder {
    pub fn add(&mut self, entry: &SearchEntry) {
        let CodeIndex { cums, iums, registrations } = &mut self.0;
        cums.push(entry.cum);
        iums.extend(entry.iums.iter().filter_map(|ium| Some((ium.parse::<Ium>().ok()?, entry.cum))));
        let registration = entry.registration.as_deref().and_then(|text| text.parse::<Registration>().ok());
        registrations.extend(registration.map(|registration| (registration, entry.cum)));
    }

    pub fn finish(self) -> CodeIndex {
        let CodeIndex { cums, iums, registrations } = self.0;
        CodeIndex { cums: in_order(cums), iums: in_order(iums), registrations: in_order(registrations) }
    }
}

fn in_order<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list.shrink_to_fit();
    list
}

const LETTERS_MAX: usize = 60;
/// Fewer digits may be a strength as well.
const DIGITS_MIN: usize = 5;
const EXPEDIENTE_DIGITS_MAX: usize = 9;
const BARCODE_DIGITS: std::ops::RangeInclusive<usize> = 12..=14;
/// What people write before a code.
const LABELS: [&str; 8] = ["expediente", "codigo", "cum", "col", "ium", "ean", "gtin", "no"];

impl CodeIndex {
    pub fn bytes(&self) -> usize {
        let texts = self.iums.iter().map(|(ium, _)| ium.as_str().len()).sum::<usize>()
            + self.registrations.iter().map(|(registration, _)| registration.letters.capacity()).sum::<usize>();
        self.cums.capacity() * size_of::<Cum>()
            + self.iums.capacity() * size_of::<(Ium, Cum)>()
            + self.registrations.capacity() * size_of::<(Registration, Cum)>()
            + texts
    }

    /// `None`: this is no code, or may be a strength as well.
    pub fn find(&self, q: &str, limit: usize) -> Option<(CodeKind, Vec<Cum>)> {
        let text = bare(q)?;
        if let Ok(ium) = text.parse::<Ium>() {
            return Some((CodeKind::Ium, self.of_ium(&ium, limit)));
        }
        if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b' ') {
            return self.of_digits(&text, limit);
        }
        let registration: Registration = text.parse().ok()?;
        Some((CodeKind::Registration, self.of_registration(&registration, limit)))
    }

    /// The presentations of an IUM, and of all below it.
    fn of_ium(&self, ium: &Ium, limit: usize) -> Vec<Cum> {
        let start = self.iums.partition_point(|(known, _)| known < ium);
        let same = self.iums.iter().skip(start).take_while(|(known, _)| known.as_str().starts_with(ium.as_str()));
        limited(same.map(|(_, cum)| *cum), limit)
    }

    fn of_registration(&self, registration: &Registration, limit: usize) -> Vec<Cum> {
        let same = self.of_registration_number(registration.number);
        limited(same.filter(|(known, _)| registration.agrees_with(known)).map(|(_, cum)| *cum), limit)
    }

    fn of_registration_number(&self, number: u32) -> impl Iterator<Item = &(Registration, Cum)> {
        let start = self.registrations.partition_point(|(known, _)| known.number < number);
        self.registrations.iter().skip(start).take_while(move |(known, _)| known.number == number)
    }

    fn of_digits(&self, code: &str, limit: usize) -> Option<(CodeKind, Vec<Cum>)> {
        let known = |cum: &Cum| self.cums.binary_search(cum).is_ok();
        if code.contains('-') {
            let cum = code.parse::<Cum>().ok().filter(known);
            return Some((CodeKind::Cum, limited(cum.into_iter(), limit)));
        }
        if let Some(cum) = code.replacen(' ', "-", 1).parse::<Cum>().ok().filter(known) {
            return Some((CodeKind::Cum, limited([cum].into_iter(), limit)));
        }
        if code.contains(' ') {
            return None;
        }
        if BARCODE_DIGITS.contains(&code.len()) {
            return Some((CodeKind::Barcode, Vec::new()));
        }
        let many = code.trim_start_matches('0').len() >= DIGITS_MIN;
        let unknown = many.then(|| (CodeKind::Expediente, Vec::new()));
        let Ok(expediente) = code.parse::<i32>() else { return unknown };
        let found = self.between(expediente, expediente.checked_add(1)?, limit);
        if !found.is_empty() {
            return Some((CodeKind::Expediente, found));
        }
        if !many {
            return None;
        }
        let number = u32::try_from(expediente).ok()?;
        let found = limited(self.of_registration_number(number).map(|(_, cum)| *cum), limit);
        if !found.is_empty() {
            return Some((CodeKind::Registration, found));
        }
        Some((CodeKind::Expediente, self.beginning(code, expediente, limit)))
    }

    fn between(&self, from: i32, before: i32, limit: usize) -> Vec<Cum> {
        let start = self.cums.partition_point(|cum| cum.expediente < from);
        self.cums.iter().skip(start).take_while(|cum| cum.expediente < before).take(limit).copied().collect()
    }

    /// The shortest expedientes that begin so.
    fn beginning(&self, code: &str, expediente: i32, limit: usize) -> Vec<Cum> {
        let digits = code.trim_start_matches('0').len();
        let mut found = Vec::new();
        for more in 1..=EXPEDIENTE_DIGITS_MAX.saturating_sub(digits) {
            let Some(scale) = u32::try_from(more).ok().and_then(|more| 10_i32.checked_pow(more)) else { break };
            let range = expediente.checked_mul(scale).zip(expediente.checked_add(1).and_then(|next| next.checked_mul(scale)));
            let Some((from, before)) = range else { break };
            found.extend(self.between(from, before, limit - found.len()));
        }
        found
    }
}

/// A CUM in any spelling, whether there is one or not.
pub fn cum_typed(q: &str) -> Option<Cum> {
    bare(q)?.parse().ok()
}

/// In order of CUM, each once.
fn limited(cums: impl Iterator<Item = Cum>, limit: usize) -> Vec<Cum> {
    let mut found = in_order(cums.collect());
    found.truncate(limit);
    found
}

/// Without what clings to a code: invisible characters, punctuation round it, the word CUM; with one kind of hyphen and single spaces.
fn bare(q: &str) -> Option<String> {
    if q.len() > LETTERS_MAX {
        return None;
    }
    let seen = q.chars().filter(|c| !is_invisible(*c)).map(|c| if is_dash(c) { '-' } else { c }).collect::<String>();
    let mut text = seen.trim_matches(|c: char| !c.is_alphanumeric());
    for label in LABELS {
        let parted = text.split_at_checked(label.len()).filter(|(start, _)| start.eq_ignore_ascii_case(label));
        if let Some((_, rest)) = parted.filter(|(_, rest)| !rest.starts_with(char::is_alphabetic)) {
            text = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty() && text.is_ascii()).then_some(text)
}

fn is_dash(c: char) -> bool {
    matches!(c, '‐'..='―' | '−' | '_' | '/' | '.')
}

/// Zero width, soft hyphen, marks of direction, byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> CodeIndex {
        let entry = |cum: Cum, registration: &str, ium: &str| SearchEntry {
            cum,
            brand: String::new(),
            ingredients: Vec::new(),
            holder: String::new(),
            atc: None,
            strength: None,
            form: None,
            description: String::new(),
            registration: Some(registration.to_owned()),
            iums: vec![ium.to_owned()],
        };
        let mut codes = CodeIndexBuilder::default();
        codes.add(&entry(Cum::new(19_914_312, 20), "INVIMA 2012M-9914262", "1L1029991000100"));
        codes.add(&entry(Cum::new(19_914_312, 3), "INVIMA 2012M-9914262", "1L1029991000101"));
        codes.add(&entry(Cum::new(500, 1), "INVIMA 2021M-002103-R3", ""));
        codes.finish()
    }

    fn found(q: &str) -> Option<(CodeKind, Vec<String>)> {
        codes().find(q, 9).map(|(kind, cums)| (kind, cums.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn any_spelling_is_the_code_and_what_clings_to_it_is_not() {
        for q in [
            "19914312-3", "19914312 - 003", "CUM 19914312-3", "cum: 019914312–3", "19914312 3", "19914312/03", "19914312-3.",
            "19914312-3;", "\u{200b}19914312-3", "COL19914312-3", "(19914312-3)", "\"19914312-3\"", "19914312_3",
        ] {
            assert_eq!(found(q), Some((CodeKind::Cum, vec!["19914312-3".to_owned()])), "{q}");
        }
        assert_eq!(found("19914312").unwrap().1, ["19914312-3", "19914312-20"]);
        assert_eq!(found("199143").unwrap().1, ["19914312-3", "19914312-20"]);
    }

    #[test]
    fn what_looks_like_a_code_is_that_or_nothing() {
        for q in ["1-1", "19914312-20-1", "19914312-99"] {
            assert_eq!(found(q), Some((CodeKind::Cum, vec![])), "{q}");
        }
        assert_eq!(found("7702605101234"), Some((CodeKind::Barcode, vec![])));
        assert_eq!(found("1K1027361200102"), Some((CodeKind::Ium, vec![])));
        assert_eq!(found("88888888"), Some((CodeKind::Expediente, vec![])));
        assert_eq!(found("99999999999999999999"), Some((CodeKind::Expediente, vec![])));
        for q in ["dolex 500", "60", "a10ae04", "vitamina b12", "no", ""] {
            assert_eq!(found(q), None, "{q}");
        }
    }

    #[test]
    fn an_ium_of_any_level_and_a_registration_give_their_presentations() {
        assert_eq!(found("1L1029991000100"), Some((CodeKind::Ium, vec!["19914312-20".to_owned()])));
        assert_eq!(found("1l102999").unwrap().1, ["19914312-3", "19914312-20"]);
        for q in ["INVIMA 2012M-9914262", "2012M-9914262", "9914262"] {
            assert_eq!(found(q), Some((CodeKind::Registration, vec!["19914312-3".to_owned(), "19914312-20".to_owned()])), "{q}");
        }
        assert_eq!(found("INVIMA 2012M-9914312"), Some((CodeKind::Registration, vec![])));
        assert_eq!(found("2021M-2103"), None);
        assert_eq!(found("2021M-002103").unwrap().1, ["500-1"]);
    }
}
