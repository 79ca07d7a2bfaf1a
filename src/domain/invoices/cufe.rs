//! CUFE: the code that DIAN gives an electronic document. Who lacks the sender's technical key cannot compute it again: its form is all
//! that can be checked.

use std::{fmt, str::FromStr};

const DIGITS: usize = 96;

/// 96 hexadecimal digits (SHA-384), kept in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cufe(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a CUFE is 96 hexadecimal digits")]
pub struct ParseCufeError;

impl Cufe {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Cufe {
    type Err = ParseCufeError;

    fn from_str(text: &str) -> Result<Self, ParseCufeError> {
        let text = text.trim();
        let formed = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if formed { Ok(Self(text.to_ascii_lowercase())) } else { Err(ParseCufeError) }
    }
}

impl fmt::Display for Cufe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_form_is_checked_and_nothing_else() {
        let hex = "AB01".repeat(24);
        assert_eq!(format!(" {hex}\n").parse::<Cufe>().map(|cufe| cufe.to_string()), Ok(hex.to_ascii_lowercase()));
        for wrong in [hex[1..].to_owned(), format!("{hex}0"), hex.replace('A', "g"), String::new(), "ｆ".repeat(32)] {
            assert_eq!(wrong.parse::<Cufe>(), Err(ParseCufeError), "{wrong}");
        }
    }
}
