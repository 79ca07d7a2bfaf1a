//! Builds the index: names are kept once, words are counted over all products, then each product's words are listed by word.

use std::collections::{BTreeSet, HashMap};

use super::{
    candidates::{CandidateIndex, IndexedPresentation, Ingredient, IngredientId, Products},
    form, lexeme,
    presentation::{self, ProductRow},
    vocabulary::{Vocabulary, WordId, salt_word},
    word_lists,
};
use crate::domain::identifier::{ium::Ium, registration::Registration, text::fold};

/// A word in more names of ingredients does not tell one from another.
const NAMES_OF_A_WORD_MAX: usize = 8;
/// A word in brands of more sets of ingredients is a house's or says what kind.
const INGREDIENTS_OF_A_BRAND_MAX: usize = 3;
const BRAND_LETTERS_MIN: usize = 3;

#[derive(Default)]
struct IndexBuilding {
    vocabulary: Vocabulary,
    ingredient_ids: HashMap<Box<str>, IngredientId>,
    ingredients: Vec<Ingredient>,
    brand_ids: HashMap<Box<str>, u32>,
    brands: Vec<Box<[WordId]>>,
    presentations: Vec<IndexedPresentation>,
    registrations: Vec<(Registration, u32)>,
    iums: Vec<(Ium, u32)>,
    /// Of each ingredient word: the names it stands in.
    names_of: HashMap<WordId, BTreeSet<Box<[WordId]>>>,
    /// Of each brand word: the sets of ingredients it stands for.
    sold_as: HashMap<WordId, BTreeSet<Box<[IngredientId]>>>,
}

impl CandidateIndex {
    /// `synonyms`: another word, and the word of the catalogue's names; both folded.
    pub fn build(rows: impl IntoIterator<Item = ProductRow>, synonyms: &[(String, String)]) -> Self {
        let mut rows: Vec<ProductRow> = rows.into_iter().collect();
        rows.sort_by_key(|row| row.cum);
        rows.dedup_by_key(|row| row.cum);
        let mut builder = IndexBuilding::default();
        rows.iter().for_each(|row| builder.add(row));
        builder.finish(synonyms)
    }
}

impl IndexBuilding {
    fn add(&mut self, row: &ProductRow) {
        let place = u32::try_from(self.presentations.len()).unwrap_or(u32::MAX);
        let mut ingredients: Vec<IngredientId> = row.ingredients.iter().filter_map(|name| self.ingredient(name)).collect();
        ingredients.sort_unstable();
        ingredients.dedup();
        let brand = self.brand(&row.brand);
        let own = self.brands.get(brand as usize).map(|words| words.to_vec()).unwrap_or_default();
        for word in own {
            self.sold_as.entry(word).or_default().insert(ingredients.clone().into_boxed_slice());
        }
        for word in lexeme::words(&row.holder).into_iter().filter(|word| !word_lists::is_company_word(word)) {
            let id = self.vocabulary.id(&word);
            if let Some(what) = self.vocabulary.uses.get_mut(id as usize) {
                what.holder = true;
            }
        }
        if let Some(registration) = row.registration.as_deref().and_then(|text| text.parse().ok()) {
            self.registrations.push((registration, place));
        }
        self.iums.extend(row.iums.iter().filter_map(|ium| Some((ium.parse().ok()?, place))));
        let facts = presentation::facts(row);
        self.presentations.push(IndexedPresentation {
            cum: row.cum,
            ingredients: ingredients.into_boxed_slice(),
            brand,
            facts,
            is_sample: row.is_surely_a_sample(),
        });
    }

    /// `None`: it has no word that says anything.
    fn ingredient(&mut self, name: &str) -> Option<IngredientId> {
        let folded = fold(name);
        if let Some(known) = self.ingredient_ids.get(folded.as_str()) {
            return Some(*known);
        }
        let mut words = Vec::new();
        let mut salts = Vec::new();
        for word in lexeme::words(&folded) {
            match word_lists::salt(&word) {
                _ if word_lists::connects(&word) || word_lists::is_noise(&word) => {}
                Some(salt) => salts.push(salt),
                None => words.push(self.vocabulary.id(&word)),
            }
        }
        salts.sort_unstable();
        salts.dedup();
        let of_salts = words.is_empty();
        if of_salts {
            words = salts.iter().map(|salt| self.vocabulary.id(&salt_word(salt))).collect();
        }
        words.sort_unstable();
        words.dedup();
        if words.is_empty() {
            return None;
        }
        let words = words.into_boxed_slice();
        for word in words.iter() {
            self.names_of.entry(*word).or_default().insert(words.clone());
            if let Some(what) = self.vocabulary.uses.get_mut(*word as usize) {
                what.ingredient = true;
            }
        }
        let id = IngredientId::try_from(self.ingredients.len()).unwrap_or(IngredientId::MAX);
        self.ingredients.push(Ingredient { words, salts: salts.into_boxed_slice(), of_salts });
        self.ingredient_ids.insert(folded.into_boxed_str(), id);
        Some(id)
    }

    /// All words that may tell a brand; which of them do is known at the end.
    fn brand(&mut self, brand: &str) -> u32 {
        if let Some(known) = self.brand_ids.get(brand) {
            return *known;
        }
        let mut words: Vec<WordId> =
            lexeme::words(brand).into_iter().filter(|word| tells_a_brand(word)).map(|word| self.vocabulary.id(&word)).collect();
        words.sort_unstable();
        words.dedup();
        let id = u32::try_from(self.brands.len()).unwrap_or(u32::MAX);
        self.brands.push(words.into_boxed_slice());
        self.brand_ids.insert(brand.into(), id);
        id
    }

    fn finish(mut self, synonyms: &[(String, String)]) -> CandidateIndex {
        for (word, names) in &self.names_of {
            if let Some(what) = self.vocabulary.uses.get_mut(*word as usize) {
                what.names_ingredient = names.len() <= NAMES_OF_A_WORD_MAX;
            }
        }
        for (word, sold) in &self.sold_as {
            if let Some(what) = self.vocabulary.uses.get_mut(*word as usize) {
                what.names_brand = !what.ingredient && !what.holder && sold.len() <= INGREDIENTS_OF_A_BRAND_MAX;
            }
        }
        // The words of salts are asked for together, when nothing else is.
        let salts: Vec<WordId> =
            self.vocabulary.ids.iter().filter(|(word, _)| word.starts_with('=')).map(|(_, id)| *id).collect();
        for id in salts {
            if let Some(what) = self.vocabulary.uses.get_mut(id as usize) {
                what.names_ingredient = false;
            }
        }
        self.add_synonyms(synonyms);
        let places = self.places();
        let Self { vocabulary, ingredients, brands, presentations, mut registrations, mut iums, .. } = self;
        let tells = |word: &WordId| vocabulary.uses.get(*word as usize).is_some_and(|what| what.names_brand);
        let brands = brands.iter().map(|words| words.iter().copied().filter(tells).collect()).collect();
        registrations.sort_unstable();
        iums.sort_unstable();
        let products = Products { ingredients, brands, presentations, places, registrations, iums };
        CandidateIndex { vocabulary, products }
    }

    /// Only those of words that some ingredient has.
    fn add_synonyms(&mut self, synonyms: &[(String, String)]) {
        for (other, word) in synonyms {
            let known = self.vocabulary.ids.get(word.as_str()).copied();
            let Some(id) = known.filter(|id| self.vocabulary.uses.get(*id as usize).is_some_and(|what| what.ingredient)) else {
                continue;
            };
            let ids = self.vocabulary.synonyms.entry(other.as_str().into()).or_default();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }

    /// In which presentations each word stands, in order.
    fn places(&self) -> Vec<Box<[u32]>> {
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); self.vocabulary.uses.len()];
        for (place, presentation) in (0_u32..).zip(&self.presentations) {
            let of_ingredients = presentation.ingredients.iter().filter_map(|id| self.ingredients.get(*id as usize));
            let of_brand = self.brands.get(presentation.brand as usize).into_iter().flatten();
            for word in of_ingredients.flat_map(|ingredient| ingredient.words.iter()).chain(of_brand) {
                if let Some(list) = places.get_mut(*word as usize).filter(|list| list.last() != Some(&place)) {
                    list.push(place);
                }
            }
        }
        places.into_iter().map(Vec::into_boxed_slice).collect()
    }
}

fn tells_a_brand(word: &str) -> bool {
    word.chars().count() >= BRAND_LETTERS_MIN
        && !word_lists::connects(word)
        && !word_lists::is_noise(word)
        && !word_lists::is_modifier(word)
        && word_lists::salt(word).is_none()
        && word_lists::container(word).is_none()
        && form::of_word(word).is_none()
        && super::amount::unit(word).is_none()
}
