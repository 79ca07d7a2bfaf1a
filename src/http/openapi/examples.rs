//! The committed examples of `openapi/examples/`, written into the document: a request of each operation, and the real answer to it.
//!
//! `tests/service/examples.rs` sends every request again and compares; here nothing is made up.

use serde::Deserialize;
use serde_json::Value;
use utoipa::{
    Modify,
    openapi::{
        Content, OpenApi, RefOr, Response,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBody,
        schema::{Schema, SchemaType, Type},
    },
};

use crate::http::{base::document_walk::operations_with_path, request::query::QueryPairs};

/// Use as `#[openapi(modifiers(…, &Examples))]`.
///
/// It holds the name of each operation and the text of its example.
pub struct Examples(pub &'static [(&'static str, &'static str)]);

#[derive(Debug, Deserialize)]
pub struct Example {
    pub request: ExampleRequest,
    pub response: ExampleResponse,
}

#[derive(Debug, Deserialize)]
pub struct ExampleRequest {
    /// With its query.
    pub path: String,
    #[serde(default)]
    pub headers: serde_json::Map<String, Value>,
    pub content_type: Option<String>,
    pub body: Option<Value>,
}

#[derive(Debug, Deserialize)]
pub struct ExampleResponse {
    pub status: u16,
    pub content_type: String,
    /// JSON, or text; of a zip, the names of its entries.
    pub body: Value,
    /// The answer to the same request with `format=csv`, where there is one.
    pub csv: Option<String>,
}

impl Modify for Examples {
    fn modify(&self, document: &mut OpenApi) {
        for (template, operation) in operations_with_path(document) {
            let id = operation.operation_id.as_deref().unwrap_or_default();
            let text = self.0.iter().find(|(name, _)| *name == id).map(|(_, text)| *text);
            // A file that cannot be read is found by the test that compares it, which also writes it anew.
            if let Some(example) = text.and_then(|text| serde_json::from_str::<Example>(text).ok()) {
                write(&template, operation, example);
            }
        }
    }
}

fn write(template: &str, operation: &mut Operation, example: Example) {
    let Example { request, response } = example;
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(parameter) = parameter
            && let Some(value) = sent(template, &request, parameter)
        {
            let value = typed(value, parameter);
            *parameter = ParameterBuilder::from(parameter.clone()).example(Some(value)).build();
        }
    }
    if let (Some(RefOr::T(body)), Some(kind)) = (&mut operation.request_body, &request.content_type) {
        let RequestBody { content, .. } = body;
        if let Some(RefOr::T(content)) = content.get_mut(kind) {
            content.example = request.body;
        }
    }
    let Some(RefOr::T(documented)) = operation.responses.responses.get_mut(&response.status.to_string()) else { return };
    if let Some(csv) = response.csv
        && let Some(content) = content(documented, "text/csv")
    {
        content.example = Some(Value::String(csv));
    }
    if response.content_type == "application/zip" {
        // The document cannot show an archive, so it lists the content.
        let names: Vec<&str> = response.body.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        documented.description.push_str(&format!(". For example a zip archive of {}", names.join(", ")));
    } else if let Some(content) = content(documented, &response.content_type) {
        content.example = Some(response.body);
    }
}

fn content<'a>(response: &'a mut Response, kind: &str) -> Option<&'a mut Content> {
    match response.content.get_mut(kind) {
        Some(RefOr::T(content)) => Some(content),
        _ => None,
    }
}

/// The value of this parameter in the request.
fn sent(template: &str, request: &ExampleRequest, parameter: &Parameter) -> Option<String> {
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    match parameter.parameter_in {
        ParameterIn::Path => {
            let wanted = format!("{{{}}}", parameter.name);
            template.split('/').zip(path.split('/')).find(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned())
        }
        ParameterIn::Query => QueryPairs::parse(query, None).ok()?.get(&parameter.name).map(str::to_owned),
        ParameterIn::Header => request.headers.get(&parameter.name.to_ascii_lowercase())?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn typed(value: String, parameter: &Parameter) -> Value {
    let number = matches!(&parameter.schema, Some(RefOr::T(Schema::Object(object)))
        if matches!(&object.schema_type, SchemaType::Type(Type::Integer))
            || matches!(&object.schema_type, SchemaType::Array(types) if types.contains(&Type::Integer)));
    match value.parse::<i64>() {
        Ok(whole) if number => whole.into(),
        _ => Value::String(value),
    }
}
