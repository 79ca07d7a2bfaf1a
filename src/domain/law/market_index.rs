//! Whether it can be proven that a product is in no regulated market. Without proof it is "possibly regulated".

use std::collections::HashSet;

use super::lawbook::RegulationStatus;
use crate::domain::identifier::text::fold;

/// ATC classes and ingredient words of every market that any list names.
#[derive(Clone, Debug, Default)]
pub struct MarketIndex {
    atc: HashSet<String>,
    words: HashSet<String>,
}

/// Words that say how an ingredient is bound or dosed, not what it is: sharing one proves nothing.
const CARRIERS: &[&str] = &[
    "clorhidrato", "dihidrato", "monohidrato", "trihidrato", "hidrato", "sodico", "sodica", "disodico", "potasico", "calcico",
    "magnesico", "sulfato", "fosfato", "acetato", "maleato", "fumarato", "tartrato", "succinato", "mesilato", "besilato",
    "citrato", "bromhidrato", "nitrato", "lactato", "gluconato", "micronizado", "equivalente", "base", "acido", "alfa", "beta",
    "anhidro", "anhidra", "humana", "humano", "recombinante", "extracto", "vitamina", "factor",
];
const WORD_LETTERS_MIN: usize = 4;

impl MarketIndex {
    pub fn add(&mut self, atc: Option<&str>, ingredient: &str) {
        self.atc.extend(atc.map(|atc| atc.trim().to_uppercase()).filter(|atc| !atc.is_empty()));
        self.words.extend(significant(ingredient));
    }

    /// `atc` and `ingredients` as the catalogue states them for one product.
    pub fn knowledge(&self, atc: &str, ingredients: &[String]) -> RegulationStatus {
        let atc = atc.trim().to_uppercase();
        let words: Vec<String> = ingredients.iter().flat_map(|ingredient| significant(ingredient)).collect();
        // An ATC class above the fifth level, or an ingredient of carrier words only, cannot prove anything.
        if atc.len() != 7 || words.is_empty() || self.atc.contains(&atc) || words.iter().any(|word| self.words.contains(word)) {
            return RegulationStatus::PossiblyRegulated;
        }
        RegulationStatus::ProvenUnregulated { what: format!("{atc} {}", ingredients.join(" + ")) }
    }
}

fn significant(ingredient: &str) -> Vec<String> {
    let folded = fold(ingredient);
    let words = folded.split(' ').filter(|word| word.len() >= WORD_LETTERS_MIN && !word.bytes().any(|b| b.is_ascii_digit()));
    words.filter(|word| !CARRIERS.contains(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_product_that_shares_nothing_is_proven_free() {
        let mut markets = MarketIndex::default();
        markets.add(Some("A10AE04 "), "Insulina Glargina");
        markets.add(None, "Clormadinona y Etinilestradiol");
        let ask = |atc: &str, ingredient: &str| markets.knowledge(atc, &[ingredient.to_owned()]);
        assert!(matches!(ask("N02BE01", "ACETAMINOFÉN"), RegulationStatus::ProvenUnregulated { .. }));
        assert_eq!(ask("A10AE04", "OTRA COSA"), RegulationStatus::PossiblyRegulated);
        assert_eq!(ask("X01XX01", "ETINILESTRADIOL MICRONIZADO"), RegulationStatus::PossiblyRegulated);
        assert_eq!(ask("N02BE", "ACETAMINOFÉN"), RegulationStatus::PossiblyRegulated);
        assert_eq!(ask("N02BE01", "ácido 500"), RegulationStatus::PossiblyRegulated);
    }
}
