//! Deliberately broken rows, each of which a reader must set aside with a reason.

/// The broken values by column.
pub type Broken = &'static [(usize, &'static str)];

const KINDS: &[Broken] = &[
    &[(0, "")],
    &[(0, "sin expediente")],
    &[(1, "12345")],
    &[(2, "20")],
    &[(3, "13")],
    &[(4, "9")],
    &[(5, "XX")],
    &[(6, "6")],
    &[(7, "X")],
    &[(8, "no hay")],
    &[(9, "-1")],
    // A minimum above the maximum.
    &[(8, "900"), (9, "1")],
    &[(10, "1e5")],
    // A cell too many.
    &[(11, "1,1")],
    // A sign that no text has.
    &[(5, "V\u{1}N")],
    &[(11, "1234567890123456")],
];

/// What is wrong with the row of that number, from 1: every `every`th is broken, each time in the next way. Zero breaks none.
pub fn of_row(number: u64, every: u64) -> Option<Broken> {
    if every == 0 || !number.is_multiple_of(every) {
        return None;
    }
    Some(KINDS[(number / every) as usize % KINDS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nth_row_is_broken() {
        assert!((1..100).all(|number| of_row(number, 0).is_none()));
        assert_eq!((1..=100).filter(|&number| of_row(number, 7).is_some()).count(), 14);
        assert_ne!(of_row(7, 7), of_row(14, 7));
    }
}
