//! Adds to the generated document: the parameters of every operation, and references to named types.

use utoipa::{
    Modify,
    openapi::{
        Content, OpenApi, Ref, RefOr, Required, Type,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ArrayBuilder, ArrayItems, ObjectBuilder, Schema},
    },
};

use crate::{
    exports::spreadsheet,
    http::{
        base::document_walk::operations, request::negotiate::DIALECT_PARAMETER, routing::formats::answers_csv,
        values::schema::reference,
    },
};

/// Use as `#[openapi(modifiers(&UniversalParameters))]`, so that what is accepted is also documented.
pub struct UniversalParameters;

impl Modify for UniversalParameters {
    fn modify(&self, document: &mut OpenApi) {
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let list = answers_csv(operation);
            let formats = if list { reference("AnswerFormat") } else { choice(&["json"]) };
            if list {
                offer_workbook(operation);
            }
            let parameters = operation.parameters.get_or_insert_default();
            let words = "Para quién: with format=csv, excel-es is the form that a Spanish Excel opens (byte order mark, semicolons, decimal comma).";
            let dialect = list.then(|| parameter(DIALECT_PARAMETER, words, reference("CsvDialect")));
            let universal = [
                parameter(
                    "lang",
                    "Idioma: language of titles and explanations; outranks Accept-Language.",
                    reference("Language"),
                ),
                parameter("format", "Formato: outranks Accept.", formats),
            ];
            for parameter in universal.into_iter().chain(dialect) {
                let known = |other: &RefOr<Parameter>| matches!(other, RefOr::T(other) if other.name == parameter.name);
                if !parameters.iter().any(known) {
                    parameters.push(RefOr::T(parameter));
                }
            }
        }
    }
}

/// Beside its CSV.
fn offer_workbook(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && response.content.contains_key("text/csv")
        {
            let bytes =
                ArrayBuilder::new().items(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0)).maximum(Some(255)));
            let content = Content::builder().schema(Some(bytes)).build();
            response.content.insert(spreadsheet::MEDIA_TYPE.to_owned(), RefOr::T(content));
        }
    }
}

/// Generic envelopes contain the schema of their content inline. This replaces it by a reference where the content is a named type.
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
        RefOr::T(Schema::AllOf(_) | Schema::AnyOf(_)) => true,
        _ => false,
    };
    if holds_fields && let Some((name, _)) = named.iter().find(|(_, known)| known == schema) {
        *schema = RefOr::Ref(Ref::from_schema_name(name));
    }
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
