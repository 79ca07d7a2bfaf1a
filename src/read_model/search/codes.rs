//! Codes: a CUM in any spelling, an expediente alone, or the beginning of one.

use crate::domain::identifier::cum::Cum;

/// In order.
pub struct CodeIndex(Vec<Cum>);

const LETTERS_MAX: usize = 60;
const BEGINNING_DIGITS_MIN: usize = 5;
const DIGITS_MAX: usize = 9;

impl CodeIndex {
    pub fn new(mut cums: Vec<Cum>) -> Self {
        cums.sort_unstable();
        cums.dedup();
        cums.shrink_to_fit();
        Self(cums)
    }

    pub fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<Cum>()
    }

    /// `None`: this is no code, or may be a strength as well.
    pub fn find(&self, q: &str, limit: usize) -> Option<Vec<Cum>> {
        let code = bare(q)?;
        if let Ok(cum) = code.parse::<Cum>() {
            return Some(self.0.binary_search(&cum).ok().map(|_| cum).into_iter().take(limit).collect());
        }
        if let Some(cum) = code.replacen(' ', "-", 1).parse::<Cum>().ok().filter(|cum| self.0.binary_search(cum).is_ok()) {
            return Some([cum].into_iter().take(limit).collect());
        }
        let expediente: i32 = code.parse().ok()?;
        let found = self.between(expediente, expediente.checked_add(1)?, limit);
        let found = if found.is_empty() { self.beginning(&code, expediente, limit) } else { found };
        (!found.is_empty()).then_some(found)
    }

    fn between(&self, from: i32, before: i32, limit: usize) -> Vec<Cum> {
        let start = self.0.partition_point(|cum| cum.expediente < from);
        self.0.iter().skip(start).take_while(|cum| cum.expediente < before).take(limit).copied().collect()
    }

    /// The shortest expedientes that begin so, when there are digits enough to mean one.
    fn beginning(&self, code: &str, expediente: i32, limit: usize) -> Vec<Cum> {
        let digits = code.trim_start_matches('0').len();
        let mut found = Vec::new();
        if digits < BEGINNING_DIGITS_MIN {
            return found;
        }
        for more in 1..=DIGITS_MAX.saturating_sub(digits) {
            let Some(scale) = u32::try_from(more).ok().and_then(|more| 10_i32.checked_pow(more)) else { break };
            let range = expediente.checked_mul(scale).zip(expediente.checked_add(1).and_then(|next| next.checked_mul(scale)));
            let Some((from, before)) = range else { break };
            found.extend(self.between(from, before, limit - found.len()));
        }
        found
    }
}

/// Without the word CUM, with one kind of hyphen and single spaces; `None` when anything else than digits is left.
fn bare(q: &str) -> Option<String> {
    let q = q.trim();
    if q.len() > LETTERS_MAX {
        return None;
    }
    let q = q.get(..3).filter(|word| word.eq_ignore_ascii_case("cum")).map_or(q, |_| &q[3..]);
    let dashed: String = q.chars().map(|c| if matches!(c, '‐'..='―' | '−' | '_' | '/' | '.') { '-' } else { c }).collect();
    let code = dashed.trim_start_matches([':', ' ', '#']).split_whitespace().collect::<Vec<_>>().join(" ");
    let only_digits = code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b' ');
    (only_digits && !code.is_empty()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spelling_is_the_code() {
        let codes = CodeIndex::new(vec![Cum::new(19_914_312, 20), Cum::new(19_914_312, 3), Cum::new(500, 1)]);
        for q in ["19914312-3", "19914312 - 003", "CUM 19914312-3", "cum: 019914312–3", "19914312 3", "19914312/03"] {
            assert_eq!(codes.find(q, 9), Some(vec![Cum::new(19_914_312, 3)]), "{q}");
        }
        assert_eq!(codes.find("19914312", 9).map(|found| found.len()), Some(2));
        assert_eq!(codes.find("199143", 1), Some(vec![Cum::new(19_914_312, 3)]));
        assert_eq!(codes.find("1-1", 9), Some(vec![]));
        assert_eq!(codes.find("dolex 500", 9), None);
        assert_eq!(codes.find("99999999999999999999", 9), None);
    }
}
