//! Splits a text into folded words; a number is separated from a unit that is written next to it.

use crate::domain::identifier::text::fold;

/// Longer words are cut: no two names of medicines differ only after this many bytes.
pub const BYTES_MAX: usize = 24;
/// A query's words after these are not read, so that a long query costs no more than a short one.
pub const QUERY_WORDS_MAX: usize = 8;
const QUERY_LETTERS_MAX: usize = 160;
const MEANINGLESS: &[&str] =
    &["de", "del", "la", "las", "el", "los", "en", "con", "por", "para", "x", "y", "cada", "of", "the", "and"];

/// Calls `each` with every word of a folded text.
pub fn each_word(folded: &str, mut each: impl FnMut(&str)) {
    for word in folded.split(' ') {
        let (number, unit) = parted(word);
        [number, unit].into_iter().map(cut).filter(|word| !word.is_empty()).for_each(&mut each);
    }
}

/// The words of a query that say something, each once; of all words when none does.
pub fn of_query(q: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    each_word(&fold(beginning(q)), |word| {
        if !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    });
    if words.iter().any(|word| !MEANINGLESS.contains(&word.as_str())) {
        words.retain(|word| !MEANINGLESS.contains(&word.as_str()));
    }
    words.truncate(QUERY_WORDS_MAX);
    words
}

/// What of a query is read, without half a word at its end.
fn beginning(q: &str) -> &str {
    let Some((end, _)) = q.char_indices().nth(QUERY_LETTERS_MAX) else { return q };
    let read = &q[..end];
    read.rfind(char::is_whitespace).map_or(read, |last| &read[..last])
}

pub fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
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

    #[test]
    fn numbers_part_from_units_and_codes_stay_whole() {
        assert_eq!(of_query("Dólex 500mg x24 de A10AE04"), ["dolex", "500", "mg", "24", "a10ae04"]);
        assert_eq!(of_query("de la"), ["de", "la"]);
        assert_eq!(of_query(&"ñandú ".repeat(9_000)), ["nandu"]);
        assert_eq!(of_query("\u{0}\u{7}\u{200f}--%%"), Vec::<String>::new());
    }
}
