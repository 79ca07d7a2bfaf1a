//! What a search finds, and what it says beside it.

use super::codes::CodeKind;
use crate::domain::identifier::cum::Cum;

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
    pub(crate) fn of_code(cum: Cum) -> Self {
        Self { cum, found_by: FoundBy::Code, partial: false }
    }
}

/// Best match first, ties in order of CUM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchHits {
    pub hits: Vec<SearchHit>,
    /// How many there are, of which `hits` are the first.
    pub total: usize,
    /// Words that identify a product and that nothing here has, as they were read.
    pub unmatched: Vec<String>,
    /// What was typed looks like this code, and was looked up as nothing else.
    pub code: Option<CodeKind>,
}
