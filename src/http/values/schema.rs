//! Parts of schemas.

use utoipa::openapi::{
    KnownFormat, Ref, RefOr, Schema, SchemaFormat, Type,
    schema::{AnyOfBuilder, ObjectBuilder},
};

pub type AnySchema = RefOr<Schema>;

pub fn reference(name: &str) -> AnySchema {
    RefOr::Ref(Ref::from_schema_name(name))
}

pub fn string(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

pub fn pattern(description: &str, pattern: &str) -> AnySchema {
    string(description).pattern(Some(pattern)).into()
}

pub fn formatted(description: &str, format: KnownFormat, begins: &str) -> AnySchema {
    string(description).format(Some(SchemaFormat::KnownFormat(format))).pattern(Some(begins)).into()
}

pub fn any_of(description: &str, names: &[&str]) -> AnySchema {
    let any = AnyOfBuilder::new().description(Some(description));
    names.iter().fold(any, |any, name| any.item(reference(name))).into()
}
