//! The index: built from entries, it returns the best matches for a query.

use super::{
    codes::CodeIndex,
    hit::{SearchHit, SearchHits},
    product::Catalogue,
    rank::SearchTerms,
    words,
};

/// An immutable search index.
pub struct SearchIndex {
    pub(crate) codes: CodeIndex,
    pub(crate) catalogue: Catalogue,
}

impl SearchIndex {
    /// The work is bounded whatever the query is.
    pub fn search(&self, q: &str, limit: usize) -> SearchHits {
        if let Some((kind, cums)) = self.codes.find(q, usize::MAX) {
            let total = cums.len();
            let hits = cums.into_iter().take(limit).map(SearchHit::of_code).collect();
            return SearchHits { hits, total, unmatched: Vec::new(), code: Some(kind) };
        }
        let typed = words::of_query(q);
        if typed.is_empty() || limit == 0 {
            return SearchHits::default();
        }
        SearchTerms::new(&self.catalogue, &typed).best(limit)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.codes.bytes() + self.catalogue.bytes()
    }
}
