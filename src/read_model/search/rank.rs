//! Ranks the products for a query: those that have a word of it that identifies a product. Its other words only put them in order.

use super::{
    dictionary::{Meaning, Token},
    general,
    hit::{FoundBy, SearchHit, SearchHits},
    product::{BRAND, Catalogue, Fields, HOLDER, IDENTIFYING, INGREDIENT, NAME, Placed, ProductId, SYNONYM},
    words::{QUERY_WORDS_MAX, QueryWord},
};
use crate::domain::identifier::cum::Cum;
use std::cmp::Reverse;

/// How many products one query weighs at most, those of the surest words first.
const CANDIDATES_MAX: usize = 4_096;
/// What asking for the whole name, and for all ingredients, adds at most, in hundredths.
const WHOLE_NAME: u32 = 3;
const ALL_INGREDIENTS: u32 = 2;

pub struct SearchTerms<'a> {
    catalogue: &'a Catalogue,
    /// How surely each word of the catalogue is what each word of the query means: one byte a query word.
    surely: Vec<u64>,
    /// Those that identify a product, then the others; the rarest first.
    words: Vec<Term<'a>>,
    identifying: usize,
}

struct Term<'a> {
    word: &'a QueryWord,
    /// Its place in the query.
    position: usize,
    meanings: Vec<Meaning>,
}

/// Where a product has a word of the query, the least telling place first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Found {
    Nowhere,
    /// In a description, a strength, a form.
    Elsewhere,
    /// In the name of the holder, also where the brand repeats it.
    House,
    /// In the name, an ingredient or the ATC class.
    Name,
}

/// A product that the query may mean.
struct Weighed {
    weight: u32,
    found_by: FoundBy,
    /// It lacks a word that identifies a product.
    partial: bool,
    /// The words that it has, one bit each.
    has: u8,
}

/// Those that pass, the best of them in order.
#[derive(Default)]
struct Ranking {
    best: Vec<(RankKey, Weighed)>,
    /// The words that any of them has.
    has: u8,
    /// How many packs all of them have.
    packs: usize,
}

/// What was typed comes before guesses, then the heaviest.
type RankKey = (bool, Reverse<u32>, Option<Cum>, ProductId);

impl<'a> SearchTerms<'a> {
    pub fn new(catalogue: &'a Catalogue, typed: &'a [QueryWord]) -> Self {
        let term = |(position, word): (usize, &'a QueryWord)| Term { word, position, meanings: meanings(catalogue, word) };
        let mut words: Vec<Term<'a>> = typed.iter().take(QUERY_WORDS_MAX).enumerate().map(term).collect();
        words.sort_by_cached_key(|term| {
            let products = term.meanings.iter().map(|meaning| catalogue.products.get(meaning.token).len()).sum::<usize>();
            (!term.word.identifies, products)
        });
        let mut surely = vec![0_u64; catalogue.dictionary.len()];
        for (at, term) in words.iter().enumerate() {
            for meaning in &term.meanings {
                if let Some(cell) = surely.get_mut(meaning.token as usize) {
                    *cell |= u64::from(meaning.surely) << (8 * at);
                }
            }
        }
        let identifying = words.iter().filter(|term| term.word.identifies).count();
        Self { catalogue, surely, words, identifying }
    }

    /// All words that identify should match; where no product has them all, as few as can be are left out, and half of them at most.
    pub fn best(&self, limit: usize) -> SearchHits {
        let fewest = (0..=self.identifying / 2).filter(|_| self.identifying > 0);
        let ranking = fewest.map(|lacking_max| self.ranked(lacking_max, limit)).find(|ranking| !ranking.best.is_empty());
        let Ranking { best, has, packs } = ranking.unwrap_or_default();
        SearchHits { hits: self.packs(&best, limit), total: packs, unmatched: self.unmatched(has), code: None }
    }

    /// The words that identify and that no product has, in the order of the query.
    fn unmatched(&self, has: u8) -> Vec<String> {
        let words = self.words.iter().take(self.identifying).enumerate();
        let mut missing: Vec<&Term<'_>> = words.filter(|(at, _)| has & (1 << at) == 0).map(|(_, term)| term).collect();
        missing.sort_unstable_by_key(|term| term.position);
        missing.into_iter().map(|term| term.word.text.clone()).filter(|word| !word.starts_with('=')).collect()
    }

    fn ranked(&self, lacking_max: usize, limit: usize) -> Ranking {
        let packs = |product| self.catalogue.packs.get(product);
        let first = |product| packs(product).first().map(|pack| pack.cum);
        let candidates = self.candidates(lacking_max + 1).into_iter();
        let weighed = candidates.filter_map(|product| {
            let weighed = self.weigh(product, lacking_max)?;
            let guess = weighed.found_by == FoundBy::Spelling;
            Some(((guess, Reverse(weighed.weight), first(product), product), weighed))
        });
        let mut best: Vec<(RankKey, Weighed)> = weighed.collect();
        let has = best.iter().fold(0, |all, (_, weighed)| all | weighed.has);
        let packs = best.iter().map(|((.., product), _)| packs(*product).len()).sum();
        if limit < best.len() {
            best.select_nth_unstable_by_key(limit, |(key, _)| *key);
            best.truncate(limit);
        }
        best.sort_unstable_by_key(|(key, _)| *key);
        Ranking { best, has, packs }
    }

    /// The products of the rarest words that identify: one that lacks no more than `words - 1` of them has one of these.
    fn candidates(&self, words: usize) -> Vec<ProductId> {
        let mut seen = vec![0_u64; self.catalogue.words.len() / 64 + 1];
        let mut found = Vec::new();
        for meaning in self.words.iter().take(words.min(self.identifying)).flat_map(|term| &term.meanings) {
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

    /// `None`: lacks too many words, or has none by which it can be meant.
    fn weigh(&self, product: ProductId, lacking_max: usize) -> Option<Weighed> {
        let mut best = [(0_u32, FoundBy::Exact); QUERY_WORDS_MAX];
        let mut places = [Found::Nowhere; QUERY_WORDS_MAX];
        let (mut name, mut ingredients, mut whole_name) = (0, 0, false);
        for placed in self.catalogue.words.get(product) {
            let surely = self.surely_of(placed.token());
            if surely == 0 {
                continue;
            }
            let (weight, place, mut surest) = (placed.weight(), self.place(*placed), 0);
            let words = best.iter_mut().zip(&mut places).zip(surely.to_le_bytes()).enumerate();
            for (word, ((best, found), surely)) in words.filter(|(_, (_, surely))| *surely > 0) {
                let is_whole = Meaning::is_whole(surely);
                whole_name |= is_whole && place == Found::Name && word < self.identifying;
                // What is only like the name of a house says nothing.
                *found = if place == Found::House && !is_whole { Found::Elsewhere } else { place }.max(*found);
                let weight = u32::from(surely) * weight;
                if weight > best.0 {
                    *best = (weight, found_by(surely, placed.fields()));
                }
                surest = surest.max(u32::from(surely));
            }
            name += if placed.fields() & NAME != 0 { surest } else { 0 };
            ingredients += if placed.fields() & INGREDIENT != 0 { surest } else { 0 };
        }
        let identifying = places.get(..self.identifying)?;
        let lacking = identifying.iter().filter(|place| **place == Found::Nowhere).count();
        // Where a word is lacking, another one must be whole: a guess or a beginning is not enough.
        let is_named = identifying.contains(&Found::Name) && (lacking == 0 || whole_name);
        let is_meant = is_named || identifying.iter().all(|place| *place >= Found::House);
        let lengths = self.catalogue.lengths.get(product as usize).filter(|_| is_meant && lacking <= lacking_max)?;
        let whole = name * WHOLE_NAME / u32::from(lengths.name).max(1);
        let all = ingredients * ALL_INGREDIENTS / u32::from(lengths.ingredients).max(1);
        let least_sure =
            best.iter().take(self.identifying).filter(|(weight, _)| *weight > 0).map(|(_, found_by)| *found_by).max();
        Some(Weighed {
            weight: best.iter().map(|(weight, _)| weight).sum::<u32>() + whole + all,
            found_by: least_sure?,
            partial: lacking > 0,
            has: identifying
                .iter()
                .enumerate()
                .filter(|(_, place)| **place != Found::Nowhere)
                .fold(0, |all, (at, _)| all | (1 << at)),
        })
    }

    fn place(&self, placed: Placed) -> Found {
        let fields = placed.fields();
        let is_house = fields & IDENTIFYING == BRAND && self.catalogue.houses.binary_search(&placed.token()).is_ok();
        if fields & IDENTIFYING != 0 && !is_house {
            Found::Name
        } else if fields & (IDENTIFYING | HOLDER) != 0 {
            Found::House
        } else {
            Found::Elsewhere
        }
    }

    fn surely_of(&self, token: Token) -> u64 {
        self.surely.get(token as usize).copied().unwrap_or(0)
    }

    /// The products' packs: those first whose description has the most of the query.
    fn packs(&self, ranked: &[(RankKey, Weighed)], limit: usize) -> Vec<SearchHit> {
        let mut found = Vec::new();
        for ((.., product), weighed) in ranked {
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
            let hit = |(_, cum)| SearchHit { cum, found_by: weighed.found_by, partial: weighed.partial };
            found.extend(packs.into_iter().map(hit).take(limit - found.len()));
            if found.len() == limit {
                break;
            }
        }
        found
    }
}

/// What a word that identifies means identifies too; where the word itself is a name, it means no other one.
fn meanings(catalogue: &Catalogue, word: &QueryWord) -> Vec<Meaning> {
    let mut meanings = catalogue.dictionary.meanings(&word.text);
    if word.identifies {
        let identifies = |known: &str| known.starts_with('=') || general::identifies(known);
        meanings.retain(|meaning| identifies(catalogue.dictionary.word(meaning.token)));
    }
    let is_name =
        |meaning: &Meaning| catalogue.dictionary.word(meaning.token) == word.text && names_a_product(catalogue, meaning.token);
    if meanings.first().is_some_and(is_name) {
        meanings.retain(|meaning| Meaning::is_as_typed(meaning.surely));
    }
    meanings
}

/// The first product of a word has it in its most telling field.
fn names_a_product(catalogue: &Catalogue, token: Token) -> bool {
    let first = catalogue.products.get(token).first();
    let mut placed = first.into_iter().flat_map(|product| catalogue.words.get(*product));
    placed.any(|placed| placed.token() == token && placed.fields() & IDENTIFYING != 0)
}

fn found_by(surely: u8, fields: Fields) -> FoundBy {
    match Meaning::is_as_typed(surely) {
        false => FoundBy::Spelling,
        true if fields & IDENTIFYING == SYNONYM => FoundBy::Synonym,
        true => FoundBy::Exact,
    }
}
