//! Splits a text into folded words; a number is separated from a unit that is written next to it, and a factor and its numeral are one word.

use super::general::{self, GeneralWord, is_number};
use crate::domain::identifier::text::fold;

/// Longer words are cut: no two names of medicines differ only after this many bytes.
pub const BYTES_MAX: usize = 24;
/// A query's words after these are not read, so that a long query costs no more than a short one.
pub const QUERY_WORDS_MAX: usize = 8;
const QUERY_LETTERS_MAX: usize = 160;
/// Numerals of the factors of coagulation: `factor VIII` and `factor 8` are one word, `factor 8`.
const ROMAN: [&str; 13] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii"];
const FACTOR: &str = "factor";

/// A word of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryWord {
    pub text: String,
    /// It can say which product is meant; the others only put in order what was found.
    pub identifies: bool,
}

/// Calls `each` with every word of a folded text.
pub fn each_word(folded: &str, mut each: impl FnMut(&str)) {
    let mut after_factor = false;
    for word in folded.split(' ') {
        if let Some(number) = factor_number(word).filter(|_| after_factor) {
            each(&format!("{FACTOR} {number}"));
        }
        after_factor = word == FACTOR;
        let (number, unit) = parted(word);
        [number, unit].into_iter().map(cut).filter(|word| !word.is_empty()).for_each(&mut each);
    }
}

/// The words of a query that say something, each once; of all words when none does.
pub fn of_query(q: &str) -> Vec<QueryWord> {
    let mut words: Vec<String> = Vec::new();
    each_word(&fold(beginning(q)), |word| {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    });
    let connects = |word: &String| general::kind(word) == Some(GeneralWord::Connecting);
    if !words.iter().all(connects) {
        words.retain(|word| !connects(word));
    }
    let numbered = words.iter().any(|word| numbered_factor(word));
    words.retain(|word| !numbered || word != FACTOR);
    words.truncate(QUERY_WORDS_MAX);
    let mut words: Vec<QueryWord> =
        words.into_iter().map(|text| QueryWord { identifies: general::identifies(&text), text }).collect();
    if words.len() < QUERY_WORDS_MAX && !words.iter().any(|word| word.identifies) {
        let salts = general::salt_name(words.iter().map(|word| word.text.as_str()));
        words.extend(salts.map(|text| QueryWord { text, identifies: true }));
    }
    words
}

/// `factor 8`: the only word with a space in it.
fn numbered_factor(word: &str) -> bool {
    word.contains(' ')
}

/// `viii`, `8`, and `viia`, an activated one, as their number.
fn factor_number(word: &str) -> Option<usize> {
    let bare = word.strip_suffix('a').unwrap_or(word);
    let roman = ROMAN.iter().position(|roman| *roman == bare).map(|at| at + 1);
    roman.or_else(|| bare.parse().ok().filter(|number| (1..=ROMAN.len()).contains(number)))
}

/// What of a query is read, without half a word at its end.
fn beginning(q: &str) -> &str {
    let Some((end, _)) = q.char_indices().nth(QUERY_LETTERS_MAX) else { return q };
    let read = &q[..end];
    read.rfind(char::is_whitespace).map_or(read, |last| &read[..last])
}

/// `500mg` is `500` and `mg`, `x30` is `30`; an ATC code stays whole.
fn parted(word: &str) -> (&str, &str) {
    let bare = word.strip_prefix('x').filter(|rest| !rest.is_empty() && is_number(rest)).unwrap_or(word);
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    bare.split_at_checked(digits).unwrap_or((bare, ""))
}

fn cut(word: &str) -> &str {
    let mut end = word.len().min(BYTES_MAX);
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(q: &str) -> Vec<String> {
        of_query(q).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn numbers_part_from_units_and_codes_stay_whole() {
        assert_eq!(texts("Dólex 500mg x24 de A10AE04"), ["dolex", "500", "mg", "24", "a10ae04"]);
        assert_eq!(texts("de la"), ["de", "la"]);
        assert_eq!(texts(&"ñandú ".repeat(9_000)), ["nandu"]);
        assert_eq!(texts("\u{0}\u{7}\u{200f}--%%"), Vec::<String>::new());
    }

    #[test]
    fn a_factor_and_its_numeral_are_one_word() {
        for q in ["factor 8", "Factor VIII", "FACTOR viii"] {
            assert_eq!(texts(q), ["factor 8", q.rsplit(' ').next().unwrap().to_lowercase().as_str()], "{q}");
        }
        assert_eq!(texts("factor VIIa")[0], "factor 7");
        assert_eq!(texts("factor"), ["factor"]);
        assert_eq!(texts("factor 500"), ["factor", "500"]);
    }

    #[test]
    fn only_salts_together_stand_for_a_name() {
        assert_eq!(texts("cloruro de sodio 0.9"), ["cloruro", "sodio", "0", "9", "=cloruro+sodio"]);
        assert_eq!(texts("enoxaparina sodica"), ["enoxaparina", "sodica"]);
        let identifying: Vec<bool> = of_query("enoxaparina sodica 60 mg").iter().map(|word| word.identifies).collect();
        assert_eq!(identifying, [true, false, false, false]);
    }
}
