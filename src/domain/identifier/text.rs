//! One folding of text for all matching: lower case, no accents, punctuation as single spaces.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// `Acetaminofén` as `Acetaminofen`.
pub(crate) fn without_accents(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

pub fn fold(text: &str) -> String {
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let spaced: String = bare.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
