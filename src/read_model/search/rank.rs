//! Ranks the products for a query. All words should match; otherwise as few as possible are ignored.

use super::{
    dictionary::{Meaning, Token},
    product::{Catalogue, INGREDIENT, NAME, ProductId},
    words::QUERY_WORDS_MAX,
};
use crate::domain::identifier::cum::Cum;
use std::cmp::Reverse;

/// How many products one query weighs at most, those of the surest words first.
const CANDIDATES_MAX: usize = 4_096;
/// What asking for the whole name, and for all ingredients, adds at most, in hundredths.
const WHOLE_NAME: u32 = 3;
const ALL_INGREDIENTS: u32 = 2;

/// How surely each word of the catalogue is what each word of the query means: one byte a query word.
pub struct SearchTerms<'a> {
    catalogue: &'a Catalogue,
    surely: Vec<u64>,
    /// The rarest word first; those that mean nothing are not here.
    words: Vec<Vec<Meaning>>,
    unknown: usize,
}

type Ranked = (Reverse<u32>, Option<Cum>, ProductId);

impl<'a> SearchTerms<'a> {
    pub fn new(catalogue: &'a Catalogue, typed: &[String]) -> Self {
        let meanings = typed.iter().take(QUERY_WORDS_MAX).map(|word| catalogue.dictionary.meanings(word));
        let mut words: Vec<Vec<Meaning>> = meanings.filter(|meanings| !meanings.is_empty()).collect();
        words.sort_by_cached_key(|meanings| {
            meanings.iter().map(|meaning| catalogue.products.get(meaning.token).len()).sum::<usize>()
        });
        let mut surely = vec![0_u64; catalogue.dictionary.len()];
        for (at, meanings) in words.iter().enumerate() {
            for meaning in meanings {
                if let Some(cell) = surely.get_mut(meaning.token as usize) {
                    *cell |= u64::from(meaning.surely) << (8 * at);
                }
            }
        }
        Self { catalogue, surely, unknown: typed.len() - words.len(), words }
    }

    pub fn best(&self, limit: usize) -> Vec<Cum> {
        let all = self.words.len() + self.unknown;
        for missing in self.unknown..=(all / 2) {
            // A product that lacks no more words than this has one of the rarest.
            let ranked = self.ranked(missing - self.unknown, limit);
            if !ranked.is_empty() {
                return self.packs(&ranked, limit);
            }
        }
        Vec::new()
    }

    fn ranked(&self, lacking_max: usize, limit: usize) -> Vec<Ranked> {
        let first = |product| self.catalogue.packs.get(product).first().map(|pack| pack.cum);
        let candidates = self.candidates(lacking_max + 1).into_iter();
        let weighed =
            candidates.filter_map(|product| Some((Reverse(self.weigh(product, lacking_max)?), first(product), product)));
        let mut ranked: Vec<Ranked> = weighed.collect();
        if limit < ranked.len() {
            ranked.select_nth_unstable(limit);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        ranked
    }

    /// The products of the rarest words.
    fn candidates(&self, words: usize) -> Vec<ProductId> {
        let mut seen = vec![0_u64; self.catalogue.words.len() / 64 + 1];
        let mut found = Vec::new();
        for meaning in self.words.iter().take(words).flatten() {
            for product in self.catalogue.products.get(meaning.token) {
                let Some(cell) = seen.get_mut(*product as usize / 64) else { continue };
                let bit = 1 << (product % 64);
                if *cell & bit == 0 {
                    *cell |= bit;
                    found.push(*product);
                }
                if found.len() == CANDIDATES_MAX {
                    return found;
                }
            }
        }
        found
    }

    /// `None`: lacks too many words.
    fn weigh(&self, product: ProductId, lacking_max: usize) -> Option<u32> {
        let mut best = [0_u32; QUERY_WORDS_MAX];
        let (mut name, mut ingredients) = (0, 0);
        for placed in self.catalogue.words.get(product) {
            let surely = self.surely_of(placed.token());
            if surely == 0 {
                continue;
            }
            let (weight, mut surest) = (placed.weight(), 0);
            for (best, surely) in best.iter_mut().zip(surely.to_le_bytes()) {
                *best = (*best).max(u32::from(surely) * weight);
                surest = surest.max(u32::from(surely));
            }
            name += if placed.fields() & NAME != 0 { surest } else { 0 };
            ingredients += if placed.fields() & INGREDIENT != 0 { surest } else { 0 };
        }
        let lacking = best.iter().take(self.words.len()).filter(|best| **best == 0).count();
        let lengths = self.catalogue.lengths.get(product as usize).filter(|_| lacking <= lacking_max)?;
        let whole = name * WHOLE_NAME / u32::from(lengths.name).max(1);
        let all = ingredients * ALL_INGREDIENTS / u32::from(lengths.ingredients).max(1);
        Some(best.iter().sum::<u32>() + whole + all)
    }

    fn surely_of(&self, token: Token) -> u64 {
        self.surely.get(token as usize).copied().unwrap_or(0)
    }

    /// The products' packs: those first whose description has the most of the query.
    fn packs(&self, ranked: &[Ranked], limit: usize) -> Vec<Cum> {
        let mut found = Vec::new();
        for (.., product) in ranked {
            let has = |description| {
                let words = self.catalogue.descriptions.get(description).iter();
                words
                    .fold(0_u64, |all, token| all | self.surely_of(*token))
                    .to_le_bytes()
                    .iter()
                    .filter(|byte| **byte > 0)
                    .count()
            };
            let packs = self.catalogue.packs.get(*product).iter();
            let mut packs: Vec<(Reverse<usize>, Cum)> = packs.map(|pack| (Reverse(has(pack.description)), pack.cum)).collect();
            packs.sort_unstable();
            found.extend(packs.into_iter().map(|(_, cum)| cum).take(limit - found.len()));
            if found.len() == limit {
                break;
            }
        }
        found
    }
}
