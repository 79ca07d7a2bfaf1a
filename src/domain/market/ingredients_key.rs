//! Whether two lists name the same ingredients, by their names alone. What agrees in that is a candidate, and decides nothing.

use crate::domain::identifier::text::fold;

/// The names without case, accents and punctuation, each once and in order. A cell that names several (`LOPINAVIR / RITONAVIR`) is taken apart.
pub fn ingredients_key<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let parts = names.into_iter().flat_map(|name| name.split(['/', '+'])).map(fold);
    let mut parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.sort_unstable();
    parts.dedup();
    parts.join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_case_and_accents_do_not_count_and_salts_do() {
        let key = |names: &[&str]| ingredients_key(names.iter().copied());
        assert_eq!(key(&["RITONAVIR", "Lopinavír"]), key(&["LOPINAVIR / RITONAVIR"]));
        assert_eq!(key(&["A + B", "b"]), "a+b");
        assert_ne!(key(&["NOREPINEFRINA"]), key(&["NOREPINEFRINA BITARTRATO"]));
        assert_ne!(key(&["LOPINAVIR"]), key(&["LOPINAVIR", "RITONAVIR"]));
        assert_eq!(key(&[" ", "/"]), "");
    }
}
