//! The index: entries in, and the best matches of what was typed out.

use super::{
    codes::{self, CodeIndex, CodeKind},
    product::Catalogue,
    rank::SearchTerms,
    words,
};
use crate::domain::identifier::cum::Cum;

#[derive(Clone, Debug)]
pub struct SearchEntry {
    pub cum: Cum,
    pub brand: String,
    pub ingredients: Vec<String>,
    pub holder: String,
    pub atc: Option<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub description: String,
    pub registration: Option<String>,
    pub iums: Vec<String>,
}

/// Immutable.
pub struct SearchIndex {
    pub(crate) codes: CodeIndex,
    pub(crate) catalogue: Catalogue,
}

/// By what a medicine was found; of several words, by the least sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    Code,
    /// A word as it was typed, or one that begins so.
    Exact,
    /// Another name of the ingredient.
    Synonym,
    /// A guess: it sounds alike, or is a letter or two away.
    Spelling,
}

impl FoundBy {
    pub const ALL: [Self; 4] = [Self::Code, Self::Exact, Self::Synonym, Self::Spelling];

    pub fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Exact => "exact",
            Self::Synonym => "synonym",
            Self::Spelling => "spelling",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchHit {
    pub cum: Cum,
    pub found_by: FoundBy,
    /// It lacks a word that was typed and that identifies a product.
    pub partial: bool,
}

impl SearchHit {
    pub fn of_code(cum: Cum) -> Self {
        Self { cum, found_by: FoundBy::Code, partial: false }
    }
}

/// Best match first, ties in order of CUM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchHits {
    pub hits: Vec<SearchHit>,
    /// Words that identify a product and that nothing here has, as they were read.
    pub unmatched: Vec<String>,
    /// What was typed looks like this code, and was looked up as nothing else.
    pub code: Option<CodeKind>,
}

impl SearchIndex {
    /// The work is bounded whatever is asked.
    pub fn search(&self, q: &str, limit: usize) -> SearchHits {
        if let Some((kind, cums)) = self.codes.find(q, limit) {
            return SearchHits {
                hits: cums.into_iter().map(SearchHit::of_code).collect(),
                unmatched: Vec::new(),
                code: Some(kind),
            };
        }
        let typed = words::of_query(q);
        if typed.is_empty() || limit == 0 {
            return SearchHits::default();
        }
        SearchTerms::new(&self.catalogue, &typed).best(limit)
    }

    /// A CUM, whether there is one or not.
    pub fn cum_typed(&self, q: &str) -> Option<Cum> {
        codes::cum_typed(q)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.codes.bytes() + self.catalogue.bytes()
    }
}
