//! Compares names of columns and sheets without case, accents and punctuation.

use unicode_normalization::UnicodeNormalization;

/// Case, accents, spaces, line breaks and punctuation forgiven: `Valor_Mínimo` is `ValorMinimo`.
pub fn fold(name: &str) -> String {
    name.nfkd().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How alike two names are, out of a thousand, by edit distance.
pub fn likeness(left: &str, right: &str) -> usize {
    let longest = left.chars().count().max(right.chars().count());
    let edits = strsim::damerau_levenshtein(left, right).min(longest);
    (edits * 1000).checked_div(longest).map_or(0, |apart| 1000 - apart)
}
