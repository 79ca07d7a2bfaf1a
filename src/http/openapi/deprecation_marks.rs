//! Marks deprecated operations in the document.

use utoipa::{Modify, openapi::OpenApi};

use crate::http::{
    base::document_walk::operations_with_path,
    routing::deprecation::{Deprecated, TABLE},
};

/// Use as `#[openapi(modifiers(…, &Deprecations))]`.
pub struct Deprecations;

impl Modify for Deprecations {
    fn modify(&self, document: &mut OpenApi) {
        mark(document, TABLE);
    }
}

/// Says it in the document.
pub fn mark(document: &mut OpenApi, table: &[Deprecated]) {
    for (_, operation) in operations_with_path(document) {
        let Some(row) = table.iter().find(|row| operation.operation_id.as_deref() == Some(row.operation)) else { continue };
        operation.deprecated = Some(utoipa::openapi::Deprecated::True);
        let Deprecated { since, sunset, successor, guide, .. } = row;
        let words = format!("Deprecated since {since}; may be gone from {sunset}. Use {successor} instead: see {guide}.");
        operation.description = Some(match operation.description.take() {
            Some(description) => format!("{description}\n\n{words}"),
            None => words,
        });
    }
}
