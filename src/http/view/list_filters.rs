//! Filters of a list that stand in its page's address, under the page's own names.

use std::collections::BTreeMap;

use crate::http::request::query::{QueryPairs, encode};

/// A name in the address, and that of the operation.
pub type FilterName = (&'static str, &'static str);

/// What the address says for each filter; empty where it says nothing.
pub struct ListFilters<'a>(Vec<(FilterName, &'a str)>);

impl<'a> ListFilters<'a> {
    pub fn of(names: &[FilterName], address: &'a QueryPairs) -> Self {
        Self(names.iter().map(|name| (*name, address.get(name.0).unwrap_or_default().trim())).collect())
    }

    /// For the operation.
    pub fn query(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        self.0.iter().map(|((_, name), value)| (*name, *value))
    }

    /// For the form that shows them again.
    pub fn typed(&self) -> BTreeMap<&'static str, &'a str> {
        self.0.iter().map(|((shown, _), value)| (*shown, *value)).collect()
    }

    /// To be appended to the address of another page of the list.
    pub fn appended(&self) -> String {
        let given = self.0.iter().filter(|(_, value)| !value.is_empty());
        given.map(|((shown, _), value)| format!("&{shown}={}", encode(value))).collect()
    }
}
