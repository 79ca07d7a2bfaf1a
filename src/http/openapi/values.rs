//! The schemas of values that are written as text: each kind once, under its name.

use std::collections::BTreeSet;

use utoipa::{
    Modify,
    openapi::{
        ComponentsBuilder, OpenApi, RefOr, Schema, SchemaFormat, Type,
        schema::{ArrayItems, Object, SchemaType},
    },
};

use crate::http::{
    Language,
    base::document_walk::operations_with_path,
    request::{json_body::is_prose, negotiate::EXCEL_ES},
    values::{
        calendar,
        choices::{self, choice},
        consultations, identifiers, numbers, price_reports,
        schema::{AnySchema, pattern},
    },
};

/// Use as `#[openapi(modifiers(&Values))]`. Besides the kinds of values, it documents what every text may hold: parameters by the rule of
/// the query reader, members of bodies by that of the reader of JSON, or by the kind that `#[schema(format = "Cum")]` names.
pub struct Values;

/// No parameter is empty or holds control characters.
const PARAMETER: &str = r"^[^\u0000-\u001F\u007F-\u009F]+$";
/// Something beside spaces, and no control characters.
const LINE: &str = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$";
/// The same with line breaks and tabs.
const PROSE: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";
const PROSE_NOTE: &str =
    " Prose: line breaks and tabs are kept; other control characters, and codes that are no character, are refused.";

impl Modify for Values {
    fn modify(&self, document: &mut OpenApi) {
        let kinds = kinds();
        let mut bodies = BTreeSet::new();
        for (_, operation) in operations_with_path(document) {
            for parameter in operation.parameters.iter_mut().flatten() {
                if let RefOr::T(parameter) = parameter
                    && let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
                    && is_bare(schema)
                {
                    schema.pattern = Some(PARAMETER.to_owned());
                }
            }
            if let Some(RefOr::T(body)) = &operation.request_body {
                let contents = body
                    .content
                    .values()
                    .filter_map(|content| if let RefOr::T(content) = content { content.schema.as_ref() } else { None });
                bodies.extend(contents.filter_map(name_of));
            }
        }
        let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
        components.schemas.extend(kinds.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())));
        let mut seen = BTreeSet::new();
        while let Some(body) = bodies.pop_first() {
            if !seen.insert(body.clone()) {
                continue;
            }
            let Some(RefOr::T(Schema::Object(schema))) = components.schemas.get_mut(&body) else { continue };
            for (name, member) in &mut schema.properties {
                bodies.extend(shape(name, member, &kinds));
            }
        }
    }
}

fn kinds() -> Vec<(&'static str, AnySchema)> {
    let only_documented = [
        ("Month", pattern("YYYY-MM", &calendar::month())),
        ("Position", pattern("A position in the order of changes.", "^[0-9]{1,18}$")),
        ("Language", choice("Idioma: Spanish or English.", Language::CODES)),
        ("AnswerFormat", choice("Formato.", ["json", "csv", "xlsx"])),
        ("CsvDialect", choice("Para quién es el CSV.", [EXCEL_ES])),
    ];
    [
        identifiers::schemas(),
        calendar::schemas(),
        numbers::schemas(),
        choices::schemas(),
        consultations::schemas(),
        price_reports::schemas(),
        only_documented.into(),
    ]
    .concat()
}

fn is_bare(schema: &Object) -> bool {
    let any = schema.pattern.is_none() && schema.enum_values.is_none() && schema.format.is_none();
    any && schema.schema_type == SchemaType::Type(Type::String)
}

/// Documents what a member of a body may hold. The name of the type that it is made of, where it is an object.
fn shape(name: &str, member: &mut AnySchema, kinds: &[(&str, AnySchema)]) -> Option<String> {
    match member {
        RefOr::T(Schema::Array(list)) => match &mut list.items {
            ArrayItems::RefOrSchema(item) => return shape(name, item, kinds),
            ArrayItems::False => {}
        },
        RefOr::T(Schema::Object(text)) if text.pattern.is_none() && holds_text(&text.schema_type) => limit(name, text, kinds),
        _ => return name_of(member),
    }
    None
}

fn limit(name: &str, text: &mut Object, kinds: &[(&str, AnySchema)]) {
    let named = if let Some(SchemaFormat::Custom(kind)) = &text.format { Some(kind.as_str()) } else { None };
    let known = named.and_then(|named| kinds.iter().find(|(name, _)| *name == named));
    if named == Some("IpsMargin") {
        text.format = None;
        text.pattern = Some(format!("^(rule|none|{})$", numbers::AMOUNT.trim_matches(['^', '$'])));
    } else if named == Some("WatchedThing") {
        (text.format, text.pattern) = (None, Some(format!("^({})$", choices::WATCHED.join("|"))));
    } else if let Some((_, RefOr::T(Schema::Object(kind)))) = known {
        let codes = kind.enum_values.iter().flatten().filter_map(|code| code.as_str()).collect::<Vec<_>>().join("|");
        text.pattern = kind.pattern.clone().or_else(|| Some(format!("^({codes})$")));
        text.format = kind.format.clone();
    } else if is_prose(name) {
        text.pattern = Some(PROSE.to_owned());
        let said = text.description.take().unwrap_or_default();
        text.description = Some(format!("{said}{PROSE_NOTE}").trim_start().to_owned());
    } else {
        text.pattern = Some(LINE.to_owned());
    }
}

fn holds_text(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

fn name_of(schema: &AnySchema) -> Option<String> {
    if let RefOr::Ref(reference) = schema { reference.ref_location.rsplit('/').next().map(str::to_owned) } else { None }
}
