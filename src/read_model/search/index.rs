//! The index: built from entries, it returns the best matches for a query.

use super::{codes::CodeIndex, product::Catalogue, rank::SearchTerms, words};
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
}

/// An immutable search index.
pub struct SearchIndex {
    pub(crate) codes: CodeIndex,
    pub(crate) catalogue: Catalogue,
}

impl SearchIndex {
    /// Best match first, ties in order of CUM. The work is bounded whatever is asked.
    pub fn search(&self, q: &str, limit: usize) -> Vec<Cum> {
        if let Some(found) = self.codes.find(q, limit) {
            return found;
        }
        let typed = words::of_query(q);
        if typed.is_empty() || limit == 0 {
            return Vec::new();
        }
        SearchTerms::new(&self.catalogue, &typed).best(limit)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.codes.bytes() + self.catalogue.bytes()
    }
}
