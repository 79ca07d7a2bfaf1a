//! Which article of an act says something, as far as it is known: lists of prices state the act only.

use std::{collections::HashMap, sync::Arc};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleSubject {
    /// That the prices of its list bind.
    Ceiling,
    /// That an IPS may add its margin.
    Margin,
}

impl ArticleSubject {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "ceiling" => Some(Self::Ceiling),
            "margin" => Some(Self::Margin),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActArticle {
    pub spanish: String,
    pub english: String,
    /// Whether the act itself was read.
    pub confirmed: bool,
}

/// By act; most have none.
#[derive(Clone, Debug, Default)]
pub struct ActArticles(HashMap<ArticleSubject, HashMap<String, Arc<ActArticle>>>);

impl ActArticles {
    pub fn insert(&mut self, act: String, subject: ArticleSubject, article: ActArticle) {
        self.0.entry(subject).or_default().insert(act, Arc::new(article));
    }

    pub fn find(&self, act: &str, subject: ArticleSubject) -> Option<Arc<ActArticle>> {
        self.0.get(&subject)?.get(act).cloned()
    }
}
