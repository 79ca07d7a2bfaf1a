//! What the rim adds to the generated document: the parameters that every operation takes.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Required, Schema, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::ObjectBuilder,
    },
};

use super::vocabulary::reference;

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

pub fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten()
}

fn answers_csv(operation: &Operation) -> bool {
    let csv = |response: &RefOr<utoipa::openapi::Response>| match response {
        RefOr::T(response) => response.content.contains_key("text/csv"),
        RefOr::Ref(_) => false,
    };
    operation.responses.responses.iter().any(|(status, response)| status.starts_with('2') && csv(response))
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
