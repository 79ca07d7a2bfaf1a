//! The IUM (Identificador Único de Medicamento): three levels, each code beginning with the one above it.

/// `1A1006781005100`: 8, 12 or 15 signs, a digit, a letter, and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ium(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an IUM is a digit, a letter and 6, 10 or 13 digits")]
pub struct ParseIumError;

impl Ium {
    /// Lengths of the levels: common description, commercial medicine, commercial presentation.
    const LENGTHS: [usize; 3] = [8, 12, 15];

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Ium {
    type Err = ParseIumError;

    fn from_str(text: &str) -> Result<Self, ParseIumError> {
        let code = text.trim().to_ascii_uppercase();
        let shaped = match code.as_bytes() {
            [first, letter, rest @ ..] => {
                first.is_ascii_digit() && letter.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_digit)
            }
            _ => false,
        };
        if shaped && Self::LENGTHS.contains(&code.len()) { Ok(Self(code)) } else { Err(ParseIumError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_levels_and_nothing_else() {
        for text in ["1A100678", "1A1006781005", "1A1006781005100", " 1l1029991000100 "] {
            let ium: Ium = text.parse().unwrap();
            assert_eq!(ium.as_str(), text.trim().to_ascii_uppercase());
        }
        for text in [
            "", "0", "000", "1A10067", "1A1006781", "AA1006781005100", "111006781005100", "1A100678100510X", "1Á100678",
            "1A10067810051000",
        ] {
            assert_eq!(text.parse::<Ium>(), Err(ParseIumError), "{text}");
        }
    }
}
