//! The words that name something in the catalogue and the lists, and what each can be.

use std::collections::HashMap;

/// Place in the vocabulary.
pub(super) type WordId = u32;

/// What a word is in the names of the products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordUse {
    pub ingredient: bool,
    /// An ingredient that few names share: a presentation without it is another one.
    pub names_ingredient: bool,
    /// A brand of few ingredients, and neither an ingredient nor a company.
    pub names_brand: bool,
    pub holder: bool,
}

/// Built with the index of candidates.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    pub(super) ids: HashMap<Box<str>, WordId>,
    pub(super) uses: Vec<WordUse>,
    /// Other names of ingredients.
    pub(super) synonyms: HashMap<Box<str>, Vec<WordId>>,
}

/// What a word of a text may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Itself and its synonyms.
    pub words: Vec<WordId>,
    pub what: WordUse,
    pub by_synonym: bool,
}

impl Vocabulary {
    pub(super) fn id(&mut self, word: &str) -> WordId {
        if let Some(known) = self.ids.get(word) {
            return *known;
        }
        let id = WordId::try_from(self.uses.len()).unwrap_or(WordId::MAX);
        self.ids.insert(word.into(), id);
        self.uses.push(WordUse::default());
        id
    }

    /// `None`: no product has it.
    pub(super) fn meaning(&self, word: &str) -> Option<Meaning> {
        let own = self.ids.get(word).copied();
        let others = self.synonyms.get(word).map(Vec::as_slice).unwrap_or_default();
        let mut words: Vec<WordId> = own.into_iter().chain(others.iter().copied()).collect();
        words.sort_unstable();
        words.dedup();
        let what = |id: &WordId| self.uses.get(*id as usize).copied().unwrap_or_default();
        let own_use = own.as_ref().map(what);
        let by_synonym = own_use.is_none_or(|own| !own.ingredient) && !others.is_empty();
        let what = if by_synonym { others.first().map(what) } else { own_use }?;
        Some(Meaning { words, what, by_synonym })
    }

    /// The word under which a name made of salts alone has one of them.
    pub(super) fn salt_id(&self, salt: &str) -> Option<WordId> {
        self.ids.get(salt_word(salt).as_str()).copied()
    }

    /// In memory, about.
    pub(super) fn bytes(&self) -> usize {
        let words: usize = self.ids.keys().map(|word| word.len()).sum();
        let entry = size_of::<(Box<str>, WordId)>() + 1;
        let synonyms: usize = self.synonyms.iter().map(|(word, ids)| word.len() + ids.len() * size_of::<WordId>()).sum();
        words
            + self.ids.capacity() * entry
            + self.uses.capacity() * size_of::<WordUse>()
            + synonyms
            + self.synonyms.capacity() * size_of::<(Box<str>, Vec<WordId>)>()
    }
}

/// No word of a text has the sign.
pub(super) fn salt_word(canonical: &str) -> String {
    format!("={canonical}")
}
