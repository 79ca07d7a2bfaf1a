//! Builds products from entries: every distinct text is folded once, every distinct word is stored once.

use super::{
    codes::{CodeIndex, CodeIndexBuilder},
    dictionary::{Dictionary, Token},
    entry::SearchEntry,
    general::{is_number, salt_name},
    index::SearchIndex,
    lists::Lists,
    product::{
        ATC, BRAND, Catalogue, DESCRIPTION, FORM, Fields, HOLDER, INGREDIENT, Lengths, NAME, Pack, Placed, ProductId, STRENGTH,
        SYNONYM,
    },
    synonyms,
    words::each_word,
};
use crate::domain::identifier::text::fold;
use std::collections::HashMap;

type TextId = u32;

#[derive(Default)]
pub struct SearchIndexBuilder {
    /// Distinct words, numbered as they come.
    words: HashMap<String, Token>,
    texts: HashMap<String, TextId>,
    /// Each text's words.
    text_words: Vec<Vec<Token>>,
    products: HashMap<Shared, ProductId>,
    /// In order of `ProductId`.
    gathered: Vec<(Shared, Vec<Pack>)>,
    codes: CodeIndexBuilder,
}

/// What all packs of a product share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Shared {
    brand: TextId,
    ingredients: TextId,
    other_names: TextId,
    atc: TextId,
    holder: TextId,
    strength: TextId,
    form: TextId,
}

impl SearchIndexBuilder {
    pub fn add(&mut self, entry: &SearchEntry) {
        self.codes.add(entry);
        let shared = Shared {
            brand: self.text(&entry.brand),
            ingredients: self.text(&entry.ingredients.join(" ")),
            other_names: self.text_of_words(&other_names(entry), |text, each| text.split_whitespace().for_each(each)),
            atc: self.text(entry.atc.as_deref().unwrap_or_default()),
            holder: self.text(&entry.holder),
            strength: self.text(entry.strength.as_deref().unwrap_or_default()),
            form: self.text(entry.form.as_deref().unwrap_or_default()),
        };
        let pack = Pack { cum: entry.cum, description: self.text(&entry.description) };
        let next = ProductId::try_from(self.gathered.len()).unwrap_or(ProductId::MAX);
        let product = *self.products.entry(shared).or_insert(next);
        match self.gathered.get_mut(product as usize) {
            Some((_, packs)) => packs.push(pack),
            None => self.gathered.push((shared, vec![pack])),
        }
    }

    fn text(&mut self, text: &str) -> TextId {
        self.text_of_words(text, |text, each| each_word(&fold(text), each))
    }

    fn text_of_words(&mut self, text: &str, each_word: impl FnOnce(&str, &mut dyn FnMut(&str))) -> TextId {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let id = TextId::try_from(self.text_words.len()).unwrap_or(TextId::MAX);
        let mut tokens = Vec::new();
        let words = &mut self.words;
        each_word(text, &mut |word| {
            let next = Token::try_from(words.len()).unwrap_or(Token::MAX);
            let known = words.get(word).copied();
            tokens.push(known.unwrap_or_else(|| *words.entry(word.to_owned()).or_insert(next)));
        });
        self.texts.insert(text.to_owned(), id);
        self.text_words.push(tokens);
        id
    }

    /// # Errors
    /// When the dictionary cannot be written: it is written to memory, of words in order.
    pub fn finish(mut self) -> Result<SearchIndex, fst::Error> {
        let joined: HashMap<TextId, Token> = self.joined_brands();
        drop((std::mem::take(&mut self.products), std::mem::take(&mut self.texts)));
        let mut sorted: Vec<(&str, Token)> = self.words.iter().map(|(word, token)| (word.as_str(), *token)).collect();
        sorted.sort_unstable();
        sorted.truncate(Placed::TOKENS_MAX);
        let mut place = vec![0; sorted.len()];
        for (at, (_, token)) in (0..).zip(&sorted) {
            if let Some(place) = place.get_mut(*token as usize) {
                *place = at;
            }
        }
        let sorted: Vec<&str> = sorted.iter().map(|(word, _)| *word).collect();
        let dictionary = Dictionary::new(&sorted)?;
        for tokens in &mut self.text_words {
            tokens.iter_mut().for_each(|token| *token = place.get(*token as usize).copied().unwrap_or_default());
        }
        let joined =
            joined.into_iter().map(|(text, token)| (text, place.get(token as usize).copied().unwrap_or_default())).collect();
        let codes = self.codes.finish();
        Ok(Finishing { text_words: self.text_words, joined, dictionary }.finish(self.gathered, codes))
    }

    /// A brand of two words is also found as one: `alka seltzer`, `alkaseltzer`.
    fn joined_brands(&mut self) -> HashMap<TextId, Token> {
        let mut brands: Vec<TextId> = self.gathered.iter().map(|(shared, _)| shared.brand).collect();
        brands.sort_unstable();
        brands.dedup();
        let written: Vec<(TextId, String)> = {
            let mut by_token = vec![""; self.words.len()];
            self.words.iter().for_each(|(word, token)| by_token[*token as usize] = word);
            let two = |brand: &TextId| match self.text_words.get(*brand as usize).map(Vec::as_slice) {
                Some([one, other, ..]) => {
                    let (one, other) = (by_token[*one as usize], by_token[*other as usize]);
                    (!is_number(one) && !is_number(other)).then(|| (*brand, format!("{one}{other}")))
                }
                _ => None,
            };
            brands.iter().filter_map(two).collect()
        };
        let mut joined = HashMap::new();
        for (brand, word) in written {
            each_word(&word, |word| {
                let next = Token::try_from(self.words.len()).unwrap_or(Token::MAX);
                joined.insert(brand, *self.words.entry(word.to_owned()).or_insert(next));
            });
        }
        joined
    }
}

struct Finishing {
    text_words: Vec<Vec<Token>>,
    joined: HashMap<TextId, Token>,
    dictionary: Dictionary,
}

impl Finishing {
    fn finish(self, gathered: Vec<(Shared, Vec<Pack>)>, codes: CodeIndex) -> SearchIndex {
        let (mut words, mut packs, mut lengths) = (Lists::new(), Lists::new(), Vec::with_capacity(gathered.len()));
        let mut houses: Vec<Token> = gathered.iter().flat_map(|(shared, _)| self.of(shared.holder)).copied().collect();
        houses.sort_unstable();
        houses.dedup();
        houses.shrink_to_fit();
        let mut described: HashMap<TextId, u32> = HashMap::new();
        let mut descriptions = Lists::new();
        let mut postings: Vec<(Token, u8, ProductId)> = Vec::new();
        for (product, (shared, mut own)) in (0..).zip(gathered) {
            let placed = self.placed(&shared, &own);
            let in_field = |field: Fields| placed.iter().filter(|word| word.fields() & field != 0).count().min(255);
            let length = |field| u8::try_from(in_field(field)).unwrap_or(u8::MAX);
            lengths.push(Lengths { name: length(NAME), ingredients: length(INGREDIENT) });
            postings
                .extend(placed.iter().map(|word| (word.token(), u8::MAX - u8::try_from(word.weight()).unwrap_or(0), product)));
            words.push(placed);
            own.sort_unstable_by_key(|pack| pack.cum);
            for pack in &mut own {
                let next = u32::try_from(described.len()).unwrap_or(u32::MAX);
                let text = pack.description;
                pack.description = *described.entry(text).or_insert_with(|| {
                    descriptions.push(self.of(text).iter().copied());
                    next
                });
            }
            packs.push(own);
        }
        postings.sort_unstable();
        let mut products = Lists::new();
        let mut rest = postings.as_slice();
        for token in 0..u32::try_from(self.dictionary.len()).unwrap_or(u32::MAX) {
            let (own, after) = rest.split_at(rest.partition_point(|(other, ..)| *other <= token));
            products.push(own.iter().map(|(.., product)| *product));
            rest = after;
        }
        words.shrink();
        packs.shrink();
        products.shrink();
        descriptions.shrink();
        let catalogue = Catalogue { dictionary: self.dictionary, words, lengths, packs, descriptions, products, houses };
        SearchIndex { codes, catalogue }
    }

    fn of(&self, text: TextId) -> &[Token] {
        self.text_words.get(text as usize).map_or(&[], Vec::as_slice)
    }

    /// The product's words in order, each once, with all fields it stands in.
    fn placed(&self, shared: &Shared, packs: &[Pack]) -> Vec<Placed> {
        let mut fields: Vec<(Token, Fields)> = Vec::new();
        let mut add = |text: TextId, field: Fields| fields.extend(self.of(text).iter().map(|token| (*token, field)));
        add(shared.brand, BRAND);
        add(shared.ingredients, INGREDIENT);
        add(shared.atc, ATC);
        add(shared.holder, HOLDER);
        add(shared.strength, STRENGTH);
        add(shared.form, FORM);
        packs.iter().for_each(|pack| add(pack.description, DESCRIPTION));
        fields.extend(self.of(shared.other_names).iter().map(|token| (*token, self.field_of_other_name(*token))));
        fields.extend(self.name(shared).map(|token| (token, NAME)));
        fields.extend(self.joined.get(&shared.brand).map(|token| (*token, BRAND)));
        fields.sort_unstable();
        let same = fields.chunk_by(|one, other| one.0 == other.0);
        same.filter_map(|same| Some(Placed::new(same.first()?.0, same.iter().fold(0, |all, (_, field)| all | field)))).collect()
    }

    /// A name of salts alone is how the ingredient itself is written.
    fn field_of_other_name(&self, token: Token) -> Fields {
        if self.dictionary.word(token).starts_with('=') { INGREDIENT } else { SYNONYM }
    }

    /// The brand's words up to a number, without those of the form.
    fn name(&self, shared: &Shared) -> impl Iterator<Item = Token> {
        let word = |token: &Token| self.dictionary.word(*token);
        let form: Vec<&str> = self.of(shared.form).iter().map(word).filter(|word| word.len() >= 4).collect();
        let of_form =
            move |word: &str| form.iter().any(|form| word.starts_with(form) || (word.len() >= 4 && form.starts_with(word)));
        let brand = self.of(shared.brand).iter().copied();
        brand.take_while(move |token| !is_number(word(token))).filter(move |token| !of_form(word(token)))
    }
}

/// Other names of the ingredients, and the names that are made of salts alone, as words.
fn other_names(entry: &SearchEntry) -> String {
    let SearchEntry { brand, ingredients, .. } = entry;
    let mut names: Vec<String> = Vec::new();
    let all = ingredients.join(" ");
    for text in ingredients.iter().chain([&all, brand]) {
        let text = fold(text);
        names.extend(salt_name(text.split(' ')));
        names.extend(text.split(' ').flat_map(synonyms::of).cloned());
    }
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// Of entries that have no codes: their CUM is only how the index names them.
///
/// # Errors
/// As `build`.
pub fn build_of_words(entries: impl IntoIterator<Item = SearchEntry>) -> Result<SearchIndex, fst::Error> {
    Ok(SearchIndex { codes: CodeIndex::default(), ..build(entries)? })
}

/// # Errors
/// When the dictionary cannot be written: it is written to memory, of words in order.
pub fn build(entries: impl IntoIterator<Item = SearchEntry>) -> Result<SearchIndex, fst::Error> {
    let mut builder = SearchIndexBuilder::default();
    entries.into_iter().for_each(|entry| builder.add(&entry));
    builder.finish()
}
