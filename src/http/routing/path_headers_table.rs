//! The table of headers for every path.

use std::collections::BTreeSet;

use super::{
    path_headers::{DATA, PAGE, PathHeaders},
    routes::Routes,
};
use crate::http::Endpoint;

#[derive(Default)]
pub struct PathHeadersTable(Routes<PathHeaders>);

impl PathHeadersTable {
    /// # Panics
    /// When two methods of one path differ: a fault in the source, seen by the first test that builds a router.
    pub fn new<S>(endpoints: &[Endpoint<S>]) -> Self {
        let (mut table, mut known) = (Routes::default(), BTreeSet::new());
        for endpoint in endpoints {
            let template = endpoint.template.as_str();
            if known.insert(template) {
                table.insert(template, endpoint.headers);
            }
            let same = endpoints.iter().all(|other| other.template != template || other.headers == endpoint.headers);
            assert!(same, "{template}: all methods of a path have the same headers");
        }
        Self(table)
    }

    /// Where nothing is served a person gets a page that says so, and a program of the API gets data.
    pub fn of(&self, path: &str) -> PathHeaders {
        let unknown = if path.starts_with("/v1/") { DATA } else { PAGE };
        self.0.find(path).map_or(unknown, |(headers, _)| *headers)
    }
}
