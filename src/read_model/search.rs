//! Finds medicines by any name or code: accents, case, prefixes and one typo forgiven, best match first.

use std::cmp::Reverse;

use crate::domain::{cum::Cum, text::fold};

#[derive(Clone, Debug)]
pub struct SearchEntry {
    pub cum: Cum,
    pub brand: String,
    pub ingredients: Vec<String>,
    pub holder: String,
    pub atc: Option<String>,
    pub description: String,
}

/// Immutable; built once per data version.
pub struct SearchIndex {
    entries: Vec<Indexed>,
}

struct Indexed {
    cum: Cum,
    /// Folded words of each field, most telling field first.
    fields: [Vec<String>; FIELDS],
}

const FIELDS: usize = 5;
/// Brand, ingredient, ATC, holder, description.
const WEIGHTS: [u32; FIELDS] = [50, 40, 40, 20, 10];
const EXACT: u32 = 10;
const PREFIX: u32 = 6;
const TYPO: u32 = 3;
/// Shorter words have too many neighbours.
const TYPO_LETTERS_MIN: usize = 4;
const PREFIX_LETTERS_MIN: usize = 2;

impl SearchIndex {
    pub fn build(entries: impl IntoIterator<Item = SearchEntry>) -> Self {
        let words = |text: &str| fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let indexed = entries.into_iter().map(|entry| Indexed {
            cum: entry.cum,
            fields: [
                words(&entry.brand),
                words(&entry.ingredients.join(" ")),
                words(&entry.atc.unwrap_or_default()),
                words(&entry.holder),
                words(&entry.description),
            ],
        });
        Self { entries: indexed.collect() }
    }

    /// Every word of the query must match; ties in order of CUM.
    pub fn search(&self, q: &str, limit: usize) -> Vec<Cum> {
        if let Some(found) = self.by_code(q) {
            return found.into_iter().take(limit).collect();
        }
        let folded = fold(q);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let mut found: Vec<(Reverse<u32>, Cum)> =
            self.entries.iter().filter_map(|entry| Some((Reverse(score(entry, &words)?), entry.cum))).collect();
        found.sort_unstable();
        found.into_iter().take(limit).map(|(_, cum)| cum).collect()
    }

    /// A CUM in any spelling, or an expediente alone.
    fn by_code(&self, q: &str) -> Option<Vec<Cum>> {
        if let Ok(cum) = q.parse::<Cum>() {
            return Some(self.entries.iter().map(|entry| entry.cum).filter(|known| *known == cum).collect());
        }
        let expediente: i32 = q.trim().parse().ok()?;
        let mut found: Vec<Cum> = self.entries.iter().map(|entry| entry.cum).filter(|cum| cum.expediente == expediente).collect();
        found.sort_unstable();
        (!found.is_empty()).then_some(found)
    }
}

fn score(entry: &Indexed, words: &[&str]) -> Option<u32> {
    let mut total = 0;
    for word in words {
        let best = entry.fields.iter().zip(WEIGHTS).map(|(field, weight)| {
            let matched = field.iter().map(|known| kind(word, known)).max().unwrap_or(0);
            matched * weight
        });
        let best = best.max().filter(|score| *score > 0)?;
        total += best;
    }
    // The query is the whole brand or the whole ingredient.
    let whole = entry.fields[..2].iter().any(|field| !field.is_empty() && field.iter().eq(words.iter()));
    (!words.is_empty()).then_some(total + if whole { 1_000 } else { 0 })
}

fn kind(word: &str, known: &str) -> u32 {
    if word == known {
        return EXACT;
    }
    if word.len() >= PREFIX_LETTERS_MIN && known.starts_with(word) {
        return PREFIX;
    }
    let near = word.len() >= TYPO_LETTERS_MIN
        && known.len().abs_diff(word.len()) <= 1
        && word.bytes().any(|byte| Some(byte) == known.bytes().next())
        && strsim::osa_distance(word, known) <= 1;
    if near { TYPO } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> SearchIndex {
        let entry = |cum: &str, brand: &str, ingredient: &str, holder: &str, atc: &str| SearchEntry {
            cum: cum.parse().unwrap(),
            brand: brand.to_owned(),
            ingredients: vec![ingredient.to_owned()],
            holder: holder.to_owned(),
            atc: Some(atc.to_owned()),
            description: String::new(),
        };
        SearchIndex::build([
            entry("19914312-20", "LANTUS", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("19914312-3", "LANTUS", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("7-1", "TOUJEO", "Insulina Glargina", "SANOFI AVENTIS", "A10AE04"),
            entry("8-1", "Acetaminofén MK", "Acetaminofén", "TECNOQUIMICAS", "N02BE01"),
            entry("9-1", "DOLEX", "Acetaminofén", "GSK", "N02BE01"),
        ])
    }

    fn first(q: &str) -> String {
        index().search(q, 1).first().map(ToString::to_string).unwrap_or_default()
    }

    #[test]
    fn any_spelling_finds_it_best_first() {
        for q in ["lantus", "LANTUS", "lantsu", "lamtus", "lan", "19914312 - 003", "19914312-3", "19914312"] {
            assert_eq!(first(q), "19914312-3", "{q}");
        }
        for q in ["acetaminofen", "Acetaminofén", "acetaminofem"] {
            assert_eq!(first(q), "8-1", "{q}");
        }
        assert_eq!(first("insulina tecnoquimicas"), "");
        assert_eq!(first("insulina toujeo"), "7-1");
        assert_eq!(index().search("A10AE", 9).len(), 3);
        assert_eq!(index().search("", 9).len(), 0);
    }
}
