//! What the rim adds to the generated document: the parameters that every operation takes.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Required, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem},
        schema::ObjectBuilder,
    },
};

use super::{Language, endpoint::answers_csv};

/// Use as `#[openapi(modifiers(&UniversalParameters))]`, so that what is accepted is also documented.
pub struct UniversalParameters;

impl Modify for UniversalParameters {
    fn modify(&self, document: &mut OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let formats: &[&str] = if answers_csv(operation) { &["json", "csv"] } else { &["json"] };
            let parameters = operation.parameters.get_or_insert_default();
            for parameter in [
                choice("lang", "Idioma: language of titles and explanations; outranks Accept-Language.", &Language::CODES),
                choice("format", "Formato: outranks Accept.", formats),
            ] {
                let known = |other: &RefOr<Parameter>| matches!(other, RefOr::T(other) if other.name == parameter.name);
                if !parameters.iter().any(known) {
                    parameters.push(RefOr::T(parameter));
                }
            }
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete].into_iter().flatten()
}

fn choice(name: &str, description: &str, values: &[&str]) -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(values.iter().copied())).build();
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .build()
}
