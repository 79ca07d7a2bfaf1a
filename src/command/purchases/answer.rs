//! What a labeller types of a line.

use crate::domain::{identifier::cum::Cum, purchases::label_sample::SampleTruth};

/// What can be typed, said before each question.
pub const CHOICES: &str = "numbers or CUM: those products; a: all of them; n: not a medicine; c: cannot tell; s: later; q: end";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelAnswer {
    Truth(SampleTruth),
    Later,
    End,
}

/// `None`: it is none of the choices. `candidates`: numbered from 1, as they are shown.
pub fn read(typed: &str, candidates: &[Cum]) -> Option<LabelAnswer> {
    let typed = typed.trim().to_lowercase();
    let products = |cums: Vec<Cum>| SampleTruth::of_products(cums).map(LabelAnswer::Truth);
    match typed.as_str() {
        "q" => Some(LabelAnswer::End),
        "s" => Some(LabelAnswer::Later),
        "n" => Some(LabelAnswer::Truth(SampleTruth::NotAMedicine)),
        "c" => Some(LabelAnswer::Truth(SampleTruth::CannotTell)),
        "a" => products(candidates.to_vec()),
        typed => {
            let words = typed.split([' ', ',', ';']).filter(|word| !word.is_empty());
            products(words.map(|word| product(word, candidates)).collect::<Option<Vec<Cum>>>()?)
        }
    }
}

fn product(word: &str, candidates: &[Cum]) -> Option<Cum> {
    if word.contains('-') {
        return word.parse().ok();
    }
    let number: usize = word.parse().ok()?;
    candidates.get(number.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_are_products_and_a_slip_is_nothing() {
        let candidates = [Cum::new(1, 1), Cum::new(1, 2), Cum::new(20_145_979, 10)];
        let said = |typed: &str| match read(typed, &candidates) {
            Some(LabelAnswer::Truth(truth)) => truth.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(said("2"), "1-2");
        assert_eq!(said(" 3, 1 "), "1-1 20145979-10");
        assert_eq!(said("2 19914312-020"), "1-2 19914312-20");
        assert_eq!(said("A"), "1-1 1-2 20145979-10");
        assert_eq!((said("n"), said("c")), ("not_a_medicine".to_owned(), "cannot_tell".to_owned()));
        assert_eq!((said("s"), said("q")), ("Some(Later)".to_owned(), "Some(End)".to_owned()));
        for slip in ["", "0", "4", "x", "1 x", "12345"] {
            assert_eq!(said(slip), "None", "{slip}");
        }
        assert_eq!(read("a", &[]), None);
    }
}
