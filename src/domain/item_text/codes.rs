//! Codes in a text, also glued into it: CUM, IUM, EAN, registration; and what stands beside them, lots and expiry dates.

use super::{
    not_medicine::is_other_registration,
    token::{TextSpan, TextToken, TokenKind},
};
use crate::domain::identifier::{cum::Cum, ium::Ium, registration::Registration};

/// The codes of a line: evidence, not proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineCodes {
    pub cums: Vec<Cum>,
    pub iums: Vec<Ium>,
    pub eans: Vec<String>,
    pub registrations: Vec<Registration>,
    /// A registration of a device, a cosmetic or food.
    pub of_something_else: bool,
}

/// With the tokens that they are, in order and not overlapping.
pub fn find(text: &str) -> (LineCodes, Vec<TextToken>) {
    let mut finder = Finder { text, bytes: text.as_bytes(), codes: LineCodes::default(), tokens: Vec::new() };
    let mut at = 0;
    while at < text.len() {
        at = match finder.at(at) {
            Some(end) if end > at => end,
            _ => at + 1,
        };
    }
    finder.codes.order();
    (finder.codes, finder.tokens)
}

impl LineCodes {
    fn order(&mut self) {
        self.cums.sort_unstable();
        self.cums.dedup();
        self.iums.sort_unstable();
        self.iums.dedup();
        self.registrations.sort_unstable();
        self.registrations.dedup();
    }

    /// What stands in a column of codes: one or several, parted by blanks. The seller's own are left.
    pub fn add_column(&mut self, column: &str) {
        for code in column.split_whitespace() {
            let hyphens: String =
                code.chars().map(|c| if matches!(c, '‐' | '‑' | '‒' | '–' | '—' | '_') { '-' } else { c }).collect();
            let code = hyphens.trim_matches(|c: char| !c.is_alphanumeric());
            if let Ok(cum) = code.parse::<Cum>() {
                self.cums.push(cum);
            } else if let Ok(ium) = code.parse::<Ium>() {
                self.iums.push(ium);
            } else if is_ean(code) {
                self.eans.push(code.to_owned());
            } else if let Ok(registration) = code.parse::<Registration>() {
                self.registrations.push(registration);
            }
        }
        self.order();
    }
}

fn is_ean(code: &str) -> bool {
    matches!(code.len(), 8 | 12..=14) && code.bytes().all(|byte| byte.is_ascii_digit())
}

struct Finder<'a> {
    text: &'a str,
    bytes: &'a [u8],
    codes: LineCodes,
    tokens: Vec<TextToken>,
}

/// What people write before a registration.
const REGISTRATION_LABELS: [&str; 6] = ["R.S:", "R.S.", "RS:", "INVIMA", "REG.SAN", "REG. SAN"];
const LOT_LABELS: [&str; 3] = ["LOTE:", "LOTE ", "LT:"];
const EXPIRY_LABELS: [&str; 5] = ["F.V.:", "F.V:", "FV:", "VENCE:", "VTO:"];

impl Finder<'_> {
    /// The end of what begins here.
    fn at(&mut self, at: usize) -> Option<usize> {
        if let Some(after) = self.label(at, &REGISTRATION_LABELS) {
            return Some(self.labelled_registration(at, after));
        }
        if let Some(after) = self.label(at, &LOT_LABELS).filter(|_| self.begins_word(at) || self.bytes.get(at + 4) == Some(&b':'))
        {
            return Some(self.labelled(at, after, TokenKind::Lot, "label_lot"));
        }
        if let Some(after) = self.label(at, &EXPIRY_LABELS) {
            return Some(self.labelled(at, after, TokenKind::Expiry, "label_expiry"));
        }
        if !self.bytes.get(at)?.is_ascii_digit() || at > 0 && self.joins(at - 1) {
            return None;
        }
        self.registration(at, "registration").or_else(|| self.ium(at)).or_else(|| self.cum(at)).or_else(|| self.ean(at))
    }

    /// The place after a label that stands here, in any case.
    fn label(&self, at: usize, labels: &[&str]) -> Option<usize> {
        let here =
            |label: &&&str| self.bytes.get(at..at + label.len()).is_some_and(|own| own.eq_ignore_ascii_case(label.as_bytes()));
        labels.iter().find(here).map(|label| at + label.len())
    }

    fn begins_word(&self, at: usize) -> bool {
        at == 0 || self.bytes.get(at - 1).is_none_or(|byte| !byte.is_ascii_alphanumeric())
    }

    /// Whether a code that begins after this byte would be part of something longer.
    fn joins(&self, at: usize) -> bool {
        self.bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b',' | b'/' | b'_'))
    }

    fn digits(&self, from: usize) -> usize {
        self.bytes.get(from..).into_iter().flatten().take_while(|byte| byte.is_ascii_digit()).count()
    }

    fn push(&mut self, start: usize, end: usize, kind: TokenKind, value: String, rule: &'static str) -> usize {
        self.tokens.push(TextToken { span: TextSpan { start, end }, kind, value, rule });
        end
    }

    /// Up to a blank or the next label.
    fn labelled(&mut self, start: usize, after: usize, kind: TokenKind, rule: &'static str) -> usize {
        let end = self.word_end(after);
        let value = self.text.get(after..end).unwrap_or_default().to_owned();
        self.push(start, end, kind, value, rule)
    }

    fn word_end(&self, from: usize) -> usize {
        let mut end = from;
        while let Some(byte) = self.bytes.get(end) {
            let next_label = end > from && self.label(end, &["R.S:", "R.S.", "LOTE:", "F.V.:"]).is_some();
            if byte.is_ascii_whitespace() || next_label {
                break;
            }
            end += 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        end
    }

    /// What stands after a label of a registration is one, or nothing that is read.
    fn labelled_registration(&mut self, start: usize, after: usize) -> usize {
        let blanks = self.bytes.get(after..).into_iter().flatten().take_while(|byte| matches!(byte, b' ' | b':' | b'.')).count();
        let begin = after + blanks;
        let tokens = self.tokens.len();
        if let Some(end) = self.registration(begin, "label_registration") {
            if let Some(token) = self.tokens.get_mut(tokens) {
                token.span.start = start;
            }
            return end;
        }
        let end = self.word_end(begin);
        let written = self.text.get(begin..end).unwrap_or_default();
        let letters: String = written.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_uppercase();
        if is_other_registration(&letters) {
            self.codes.of_something_else = true;
        }
        let value = written.to_owned();
        self.push(start, end, TokenKind::Registration, value, "label_registration")
    }

    /// `2012M-0002350-R1`, `2010M-003535R3`, `2008DM-0002383`
    fn registration(&mut self, at: usize, rule: &'static str) -> Option<usize> {
        if self.digits(at) != 4 {
            return None;
        }
        let letters = self.bytes.get(at + 4..)?.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        if !(1..=5).contains(&letters) {
            return None;
        }
        let mut end = at + 4 + letters;
        end += usize::from(self.bytes.get(end) == Some(&b'-'));
        let number = self.digits(end);
        if !(5..=8).contains(&number) {
            return None;
        }
        end += number;
        let mut renewal = end + usize::from(self.bytes.get(end) == Some(&b'-'));
        if self.bytes.get(renewal).is_some_and(|byte| byte.eq_ignore_ascii_case(&b'R')) && self.digits(renewal + 1) == 1 {
            renewal += 2;
            end = renewal;
        }
        let written = self.text.get(at..end)?;
        let read = written.parse::<Registration>().ok()?;
        if is_other_registration(&read.letters) {
            self.codes.of_something_else = true;
        } else {
            self.codes.registrations.push(read);
        }
        let value = written.to_ascii_uppercase();
        Some(self.push(at, end, TokenKind::Registration, value, rule))
    }

    /// Only whole ones: a beginning may be anything.
    fn ium(&mut self, at: usize) -> Option<usize> {
        let written = self.text.get(at..at + 15)?;
        let alone = !self.bytes.get(at + 15).is_some_and(u8::is_ascii_alphanumeric);
        let ium = written.parse::<Ium>().ok().filter(|_| alone)?;
        let value = ium.as_str().to_owned();
        self.codes.iums.push(ium);
        Some(self.push(at, at + 15, TokenKind::Ium, value, "ium"))
    }

    /// `19914312-20`: at least four digits, a hyphen, one to four; no year with a month.
    fn cum(&mut self, at: usize) -> Option<usize> {
        let first = self.digits(at);
        let hyphen = self.bytes.get(at + first) == Some(&b'-');
        let second = self.digits(at + first + 1);
        let end = at + first + 1 + second;
        let goes_on = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'/' | b'.' | b',') && self.digits(end + 1) > 0;
        if !hyphen || !(4..=9).contains(&first) || !(1..=4).contains(&second) || self.bytes.get(end).is_some_and(goes_on) {
            return None;
        }
        let written = self.text.get(at..end)?;
        let is_month = first == 4 && second == 2 && (written.starts_with("19") || written.starts_with("20"));
        let cum = written.parse::<Cum>().ok().filter(|_| !is_month)?;
        self.codes.cums.push(cum);
        Some(self.push(at, end, TokenKind::Cum, cum.to_string(), "cum"))
    }

    fn ean(&mut self, at: usize) -> Option<usize> {
        let digits = self.digits(at);
        let alone = !self.bytes.get(at + digits).is_some_and(u8::is_ascii_alphanumeric);
        if !(12..=14).contains(&digits) || !alone {
            return None;
        }
        let value = self.text.get(at..at + digits)?.to_owned();
        self.codes.eans.push(value.clone());
        Some(self.push(at, at + digits, TokenKind::Ean, value, "ean"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, String)> {
        find(text).1.into_iter().map(|token| (token.kind, token.value)).collect()
    }

    #[test]
    fn codes_glued_into_a_name_are_read() {
        let text =
            "AMOXICILINA SUSP 250 mg/5 mlR.S:2009M-010613-R2 Lote:3226198 F.V.:2021/03 33492-02R.S:2006M-007145-R2 Lote:01520519";
        let kinds = kinds(text);
        let wanted = [
            (TokenKind::Registration, "2009M-010613-R2"),
            (TokenKind::Lot, "3226198"),
            (TokenKind::Expiry, "2021/03"),
            (TokenKind::Cum, "33492-2"),
            (TokenKind::Registration, "2006M-007145-R2"),
            (TokenKind::Lot, "01520519"),
        ];
        assert_eq!(kinds, wanted.map(|(kind, value)| (kind, value.to_owned())));
        let (codes, tokens) = find(text);
        assert_eq!(codes.cums, [Cum::new(33492, 2)]);
        assert!(tokens.windows(2).all(|two| two[0].span.end <= two[1].span.start));
    }

    #[test]
    fn what_is_of_something_else_is_said() {
        for text in [
            "ALGODONR.S:2008DM-0002383 Lote:1", "CREMAR.S:NSOC38602-10CO Lote:0", "ENSURER.S:RSiA10I114515",
            "GASA 2015DM-0003258R1",
        ] {
            assert!(find(text).0.of_something_else, "{text}");
        }
        for text in ["LOSARTANR.S:2012M-0002041-R1", "R.S:2015 Lote:XB30K2S", "ABRILARR.S:PFM2010-000287R1", "INVIMA"] {
            assert!(!find(text).0.of_something_else, "{text}");
        }
    }

    #[test]
    fn amounts_dates_and_ranges_are_no_codes() {
        for text in ["LOSARTAN 50-100 MG", "2021-09", "160/800", "x 1000-5000-2", "12345", "1.234-5", "A1234-5", "770.6569-2"] {
            assert_eq!(kinds(text), [], "{text}");
        }
        assert_eq!(find("é1 1A1006781005100, 7706569020659").0.eans, ["7706569020659"]);
        assert_eq!(find("é1 1A1006781005100").0.iums.len(), 1);
        let mut column = LineCodes::default();
        column.add_column(" 19914312–020 7706569020659 S20200 20059591 ");
        assert_eq!(
            (column.cums, column.eans),
            (vec![Cum::new(19_914_312, 20)], vec!["7706569020659".to_owned(), "20059591".to_owned()])
        );
    }
}
