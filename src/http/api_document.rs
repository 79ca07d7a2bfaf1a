//! What the rim adds to the generated document: the parameters that every operation takes, and a name wherever a type has one.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, Ref, RefOr, Required, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::{ArrayItems, ObjectBuilder, Schema},
    },
};

use super::{endpoint::answers_csv, vocabulary::reference};

/// Use as `#[openapi(modifiers(&UniversalParameters))]`, so that what is accepted is also documented.
pub struct UniversalParameters;

impl Modify for UniversalParameters {
    fn modify(&self, document: &mut OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let formats = if answers_csv(operation) { reference("AnswerFormat") } else { choice(&["json"]) };
            let parameters = operation.parameters.get_or_insert_default();
            for parameter in [
                parameter(
                    "lang",
                    "Idioma: language of titles and explanations; outranks Accept-Language.",
                    reference("Language"),
                ),
                parameter("format", "Formato: outranks Accept.", formats),
            ] {
                let known = |other: &RefOr<Parameter>| matches!(other, RefOr::T(other) if other.name == parameter.name);
                if !parameters.iter().any(known) {
                    parameters.push(RefOr::T(parameter));
                }
            }
        }
    }
}

/// Every operation, with the template of its path.
pub fn operations_with_path(document: &mut OpenApi) -> impl Iterator<Item = (String, &mut Operation)> {
    let paths = document.paths.paths.iter_mut();
    paths.flat_map(|(template, path)| operations(path).map(|operation| (template.clone(), operation)))
}

/// Envelopes are generic, and hold what they carry written out. Where that is a type of the document, its name stands instead.
pub struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else { return };
        let named: Vec<(String, RefOr<Schema>)> =
            components.schemas.iter().map(|(name, schema)| (name.clone(), schema.clone())).collect();
        for schema in components.schemas.values_mut() {
            let RefOr::T(Schema::Object(envelope)) = schema else { continue };
            for held in envelope.properties.values_mut() {
                name_it(held, &named);
                if let RefOr::T(Schema::Array(array)) = held
                    && let ArrayItems::RefOrSchema(items) = &mut array.items
                {
                    name_it(items, &named);
                }
            }
        }
    }
}

fn name_it(schema: &mut RefOr<Schema>, named: &[(String, RefOr<Schema>)]) {
    let holds_fields = match schema {
        RefOr::T(Schema::Object(object)) => !object.properties.is_empty(),
        RefOr::T(Schema::AllOf(_)) => true,
        _ => false,
    };
    if holds_fields && let Some((name, _)) = named.iter().find(|(_, known)| known == schema) {
        *schema = RefOr::Ref(Ref::from_schema_name(name));
    }
}

pub fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten()
}

fn choice(values: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied())).into()
}

fn parameter(name: &str, description: &str, schema: RefOr<Schema>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
