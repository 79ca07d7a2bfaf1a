//! What the members of a request's body may hold: the same terms as for parameters, and texts that say something.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, RefOr, Schema, Type,
        schema::{ArrayItems, Object, SchemaType},
    },
};

use super::{
    json_body::is_prose,
    vocabulary::{AMOUNT, CUM, DAY_BEGINS, reference},
};
use crate::domain::case_state::CaseState;

/// Use as `#[openapi(modifiers(&BodyVocabulary))]`: members annotated as a mere string get the shape that the service asks for.
pub struct BodyVocabulary;

const BODIES: [&str; 11] = [
    "NewDraft",
    "NewFreeKey",
    "NewCeiling",
    "NewMarket",
    "NewWatchBody",
    "WatchStateBody",
    "Reason",
    "Approval",
    "CaseStep",
    "CaseReply",
    "Check",
];
/// Something beside spaces, and no control characters.
const SAYS_SOMETHING: &str = r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$";
/// The same where a person writes prose: line breaks and tabs are theirs.
const PROSE_SAYS_SOMETHING: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";
const PROSE: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$";
const PROSE_NOTE: &str =
    " Prose: line breaks and tabs are kept; other control characters, and codes that are no character, are refused.";
const ACT: &str = "^[a-z0-9-]{1,64}$";

impl Modify for BodyVocabulary {
    fn modify(&self, document: &mut OpenApi) {
        let Some(components) = &mut document.components else { return };
        for body in BODIES {
            let Some(RefOr::T(Schema::Object(schema))) = components.schemas.get_mut(body) else { continue };
            for (name, member) in &mut schema.properties {
                if (body, name.as_str()) == ("Check", "date") {
                    *member = reference("DayOrMonth");
                } else if let Some(string) = string_of(member)
                    && string.pattern.is_none()
                {
                    string.pattern = Some(pattern(body, name));
                    if is_prose(name) {
                        let said = string.description.take().unwrap_or_default();
                        string.description = Some(format!("{said}{PROSE_NOTE}").trim_start().to_owned());
                    }
                }
            }
        }
    }
}

/// The member itself, or what its list holds, where that is text.
fn string_of(member: &mut RefOr<Schema>) -> Option<&mut Object> {
    match member {
        RefOr::T(Schema::Object(member)) if holds_text(&member.schema_type) => Some(member),
        RefOr::T(Schema::Array(list)) => match &mut list.items {
            ArrayItems::RefOrSchema(item) => string_of(item),
            ArrayItems::False => None,
        },
        _ => None,
    }
}

fn holds_text(kind: &SchemaType) -> bool {
    match kind {
        SchemaType::Type(kind) => *kind == Type::String,
        SchemaType::Array(kinds) => kinds.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

fn pattern(body: &str, name: &str) -> String {
    let inner = |pattern: &str| pattern.trim_matches(['^', '$']).to_owned();
    match (body, name) {
        (_, "cum" | "cums") => CUM.to_owned(),
        (_, "kinds") => one_of(["ceiling", "product"]),
        (_, "url") => r"^https://[^\s\u0000-\u001F\u007F-\u009F]+$".to_owned(),
        (_, "supersedes") => ACT.to_owned(),
        (_, "issued_on" | "valid_from") => DAY_BEGINS.to_owned(),
        ("Check", "transaction") => "^[1-5]$".to_owned(),
        ("Check", "channel") => one_of(["institutional", "commercial"]),
        ("Check", "stage") => one_of(["primary", "secondary", "final"]),
        ("Check", "seller") => one_of(["ips", "other"]),
        ("CaseStep", "to") => one_of(CaseState::ALL.iter().map(|state| state.code())),
        ("NewMarket", "market") => "^[0-9A-Za-z]{1,20}$".to_owned(),
        (_, "regulated_units") => AMOUNT.to_owned(),
        (_, "ips_margin") => format!("^(rule|none|{})$", inner(AMOUNT)),
        ("NewWatchBody", "description") => PROSE.to_owned(),
        (_, name) if is_prose(name) => PROSE_SAYS_SOMETHING.to_owned(),
        _ => SAYS_SOMETHING.to_owned(),
    }
}

fn one_of(codes: impl IntoIterator<Item = &'static str>) -> String {
    format!("^({})$", codes.into_iter().collect::<Vec<_>>().join("|"))
}
