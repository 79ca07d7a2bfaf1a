//! Iterates over all operations of the document.

use utoipa::openapi::{
    OpenApi,
    path::{Operation, PathItem},
};

/// Every operation, with the template of its path.
pub fn operations_with_path(document: &mut OpenApi) -> impl Iterator<Item = (String, &mut Operation)> {
    let paths = document.paths.paths.iter_mut();
    paths.flat_map(|(template, path)| operations(path).map(|operation| (template.clone(), operation)))
}

pub fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten()
}
