//! Words that identify no product: connecting words, units, forms, additions to a name, and salts. The list is `general_words.csv`.

use std::{collections::HashMap, sync::LazyLock};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GeneralWord {
    /// `de`, `con`, `x`.
    Connecting,
    /// `mg`, `ml`.
    Unit,
    /// `tableta`, `oral`, `frasco`.
    Form,
    /// `forte`, `plus`, `medicamento`.
    Addition,
    /// `clorhidrato`, `sodio`, `ácido`.
    Salt,
}

static LIST: LazyLock<HashMap<&'static str, GeneralWord>> = LazyLock::new(|| {
    let rows = include_str!("general_words.csv").lines().skip(1);
    rows.filter_map(|row| row.split_once(',')).filter_map(|(word, kind)| Some((word, parse(kind)?))).collect()
});

/// Shorter words are in too many names.
const LETTERS_MIN: usize = 3;

fn parse(kind: &str) -> Option<GeneralWord> {
    match kind {
        "connecting" => Some(GeneralWord::Connecting),
        "unit" => Some(GeneralWord::Unit),
        "form" => Some(GeneralWord::Form),
        "addition" => Some(GeneralWord::Addition),
        "salt" => Some(GeneralWord::Salt),
        _ => None,
    }
}

pub fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Of a folded word.
pub fn kind(word: &str) -> Option<GeneralWord> {
    LIST.get(word).copied()
}

/// Whether a folded word can say which product is meant.
pub fn identifies(word: &str) -> bool {
    word.chars().count() >= LETTERS_MIN && !is_number(word) && kind(word).is_none()
}

/// `=cloruro+sodio`: a name whose words are all salts identifies by the whole of it, in any order. No word of a text has an `=`.
pub(crate) fn salt_name<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut salts: Vec<&str> = Vec::new();
    for word in words {
        match kind(word) {
            Some(GeneralWord::Salt) => salts.push(word),
            Some(_) => {}
            None if is_number(word) => {}
            None => return None,
        }
    }
    salts.sort_unstable();
    salts.dedup();
    (!salts.is_empty()).then(|| format!("={}", salts.join("+")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifier::text::fold;

    #[test]
    fn numbers_units_forms_salts_and_short_words_identify_nothing() {
        for word in ["50", "mg", "tableta", "clorhidrato", "acido", "x", "de", "forte", "mk", "sodica"] {
            assert!(!identifies(word), "{word}");
        }
        for word in ["losartan", "dolex", "lan", "agua", "a10ae04"] {
            assert!(identifies(word), "{word}");
        }
    }

    #[test]
    fn a_name_of_salts_alone_is_one_word_in_any_order() {
        let name = |text: &str| salt_name(fold(text).split(' '));
        assert_eq!(name("Cloruro de sodio 0.9 %").as_deref(), Some("=cloruro+sodio"));
        assert_eq!(name("SODIO CLORURO").as_deref(), Some("=cloruro+sodio"));
        assert_eq!(name("Diclofenaco sódico"), None);
        assert_eq!(name("tableta 50 mg"), None);
    }

    #[test]
    fn every_row_of_the_list_is_read_and_folded_and_stands_once() {
        let rows: Vec<&str> = include_str!("general_words.csv").lines().skip(1).collect();
        assert_eq!(LIST.len(), rows.len());
        for row in rows {
            let (word, kind) = row.split_once(',').unwrap();
            assert!(parse(kind).is_some() && fold(word) == word, "{row}");
        }
    }
}
