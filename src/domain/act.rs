//! The name of an act: `Circular 10 de 2020` as printed, `circular-10-2020` as its key.

use super::text::fold;

/// Folded words without `de`, numbers without leading zeros, joined by hyphens: `Circular 019 de 2024` is `circular-19-2024`.
pub fn act_id(printed: &str) -> String {
    let folded = fold(printed);
    let words = folded.split(' ').filter(|word| !matches!(*word, "de" | "del" | "no" | "cnpmdm"));
    let words: Vec<String> = words.map(key_word).collect();
    words.join("-")
}

/// The key of an act that the sample invents, told apart from the real one whose name it borrows: `muestra-circular-10-2020`.
pub fn sample_act_id(printed: &str) -> String {
    format!("muestra-{}", act_id(printed))
}

fn key_word(word: &str) -> String {
    let ascii: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    if !ascii.bytes().all(|byte| byte.is_ascii_digit()) {
        return ascii;
    }
    match ascii.trim_start_matches('0') {
        "" => "0".to_owned(),
        // Two digits at least, as the circulars are cited: 04 of 2016.
        short if short.len() == 1 => format!("0{short}"),
        number => number.to_owned(),
    }
}

/// The key of an act, as clients write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActId(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an act's id is lower-case words joined by hyphens, such as circular-10-2020")]
pub struct ParseActIdError;

const ID_CHARS_MAX: usize = 64;

impl ActId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ActId {
    type Err = ParseActIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if text.is_empty() || text.len() > ID_CHARS_MAX || !plain {
            return Err(ParseActIdError);
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_key() {
        for (printed, id) in [
            ("Circular 10 de 2020", "circular-10-2020"),
            ("Circular 04 de 2016", "circular-04-2016"),
            (" CIRCULAR  019 DE 2024 ", "circular-19-2024"),
            ("Circular 4 de 2016", "circular-04-2016"),
            ("Circular No. 22 de 2026", "circular-22-2026"),
        ] {
            assert_eq!(act_id(printed), id);
        }
    }
}
