//! What a parameter may hold, by its name: said once in the document and referred to, so that clients get one type for it.

use utoipa::{
    Modify,
    openapi::{
        ComponentsBuilder, KnownFormat, OpenApi, Ref, RefOr, Schema, SchemaFormat, Type,
        path::Parameter,
        schema::{AnyOfBuilder, Object, ObjectBuilder, SchemaType},
    },
};

use super::{Language, document_walk::operations, negotiate::EXCEL_ES};
use crate::domain::{case_state::CaseState, comparison::Per, listed::Operation, verdict::Finding};

/// Use as `#[openapi(modifiers(&Vocabulary))]`: parameters annotated as a mere string get the shape that the service asks for.
pub struct Vocabulary;

pub const CUM: &str = "^ *0{0,11}[1-9][0-9]{0,8} *- *0{0,16}[0-9]{1,4} *$";
pub const IUM: &str = "^ *[0-9][A-Za-z]([0-9]{6}|[0-9]{10}|[0-9]{13}) *$";
/// Above zero.
pub const AMOUNT: &str = r"^([1-9][0-9]{0,13}(\.[0-9]{1,4})?|0\.([1-9][0-9]{0,3}|0[1-9][0-9]{0,2}|00[1-9][0-9]?|000[1-9]))$";
pub const DAY_BEGINS: &str = "^(199[0-9]|20[0-9]{2}|2100)-";
pub const EXPORT_VERSION: &str = r"^(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]{1,18}){1,2})$";
const YEAR: &str = "(199[0-9]|20[0-9]{2}|2100)";
const MONTH: &str = "(0[1-9]|1[0-2])";
/// No parameter is empty or holds control characters.
const TEXT: &str = r"^[^\u0000-\u001F\u007F-\u009F]+$";

impl Modify for Vocabulary {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_with(|| ComponentsBuilder::new().build());
        components.schemas.extend(terms().map(|(name, schema)| (name.to_owned(), schema)));
        for (path, item) in &mut document.paths.paths {
            for parameter in operations(item).flat_map(|operation| operation.parameters.iter_mut().flatten()) {
                if let RefOr::T(parameter) = parameter {
                    shape(path, parameter);
                }
            }
        }
    }
}

fn shape(path: &str, parameter: &mut Parameter) {
    let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema else { return };
    let bare = schema.pattern.is_none() && schema.enum_values.is_none() && schema.format.is_none();
    if schema.schema_type != SchemaType::Type(Type::String) || !bare {
        return;
    }
    match term(path, &parameter.name) {
        Some(term) => parameter.schema = Some(reference(term)),
        None => text(schema),
    }
}

fn text(schema: &mut Object) {
    schema.pattern = Some(TEXT.to_owned());
}

/// The one name of a thing that several operations ask for, whatever they call it.
fn term(path: &str, name: &str) -> Option<&'static str> {
    Some(match (path, name) {
        (_, "cum") => "Cum",
        (_, "channel") => "Channel",
        (_, "stage") => "Stage",
        (_, "transaction") => "Transaction",
        (_, "operation") => "Operation",
        (_, "verdict") => "Finding",
        (_, "per") => "PriceUnit",
        (_, "currency") => "Currency",
        (_, "amount") => "PriceAmount",
        (_, "as_of") => "Day",
        (_, "date" | "from" | "to") => "DayOrMonth",
        (_, "known_at") => "Instant",
        (_, "since") => "Since",
        (_, "period") => "ReportingPeriod",
        (_, "expediente") => "Expediente",
        (_, "sha256") => "Sha256",
        (_, "Idempotency-Key") => "IdempotencyKey",
        (_, "lang") => "Language",
        (_, "kind") => "ChangedThing",
        (_, "act") => "ActId",
        (path, "version") if path.starts_with("/v1/exports/") => "ExportVersion",
        ("/v1/codes/{code}", "code") => "MedicineCode",
        ("/v1/check", "seller") => "SellerKind",
        (_, "seller") => "Nit",
        ("/v1/cases", "state") => "CaseState",
        (path, "id" | "other") if path.starts_with("/v1/acts/") => "ActId",
        (path, "id") if path.starts_with("/v1/cases/") => "CaseId",
        _ => return None,
    })
}

fn terms() -> impl Iterator<Item = (&'static str, RefOr<Schema>)> {
    patterns().into_iter().chain(choices()).chain([
        ("MedicineCode", any_of("A CUM or an IUM.", &["Cum", "Ium"])),
        ("Since", any_of("A position, a day (from its beginning in Bogotá), or an instant.", &["Position", "Day", "Instant"])),
        ("DayOrMonth", any_of("A day or a month, from 1990 to 2100.", &["Day", "Month"])),
        ("Day", formatted("A legal day (YYYY-MM-DD), from 1990 to 2100.", KnownFormat::Date, DAY_BEGINS)),
        ("Instant", formatted("An RFC 3339 instant.", KnownFormat::DateTime, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T")),
    ])
}

fn patterns() -> [(&'static str, RefOr<Schema>); 13] {
    let month = format!("^{YEAR}-{MONTH}$");
    let period = format!("^{YEAR}(-Q[1-4]|-{MONTH}(/{YEAR}-{MONTH})?)?$");
    [
        ("Cum", pattern("CUM: expediente and consecutive, in any spelling.", CUM)),
        ("Ium", pattern("IUM: a digit, a letter, and 6, 10 or 13 digits.", IUM)),
        ("PriceAmount", pattern("Pesos above zero: plain digits, at most four decimals.", AMOUNT)),
        ("Month", pattern("YYYY-MM", &month)),
        ("Position", pattern("A position in the order of changes.", "^[0-9]{1,18}$")),
        ("ReportingPeriod", pattern("A year, a quarter, a month, or the first and the last month of a span.", &period)),
        ("Expediente", pattern("Registration number (expediente).", "^(?:[1-9][0-9]{0,8}|0{1,8}[1-9])$")),
        ("Sha256", pattern("SHA-256 in hexadecimal.", "^[0-9a-f]{64}$")),
        ("IdempotencyKey", pattern("1 to 200 visible ASCII characters.", "^[!-~]{1,200}$")),
        ("Nit", pattern("NIT, with or without its check digit.", r"^[1-9][0-9]{5,9}(-[0-9])?$")),
        ("ActId", pattern("Lower-case words joined by hyphens.", "^[a-z0-9-]{1,64}$")),
        ("ExportVersion", pattern("A day and one number or two; latest is the newest.", EXPORT_VERSION)),
        ("CaseId", pattern("A c and digits.", "^c[0-9]{6,18}$")),
    ]
}

fn choices() -> [(&'static str, RefOr<Schema>); 13] {
    [
        ("Channel", choice("Canal.", ["institutional", "commercial"])),
        ("Stage", choice("Eslabón: primary, secondary or final.", ["primary", "secondary", "final"])),
        ("Transaction", choice("Transacción SISMED.", ["1", "2", "3", "4", "5"])),
        ("Operation", choice("CM purchase, VN sale or RC reimbursement claim.", Operation::ALL.map(Operation::code))),
        ("Finding", choice("Veredicto.", Finding::ALL.map(Finding::code))),
        ("PriceUnit", choice("What a price is for.", Per::ALL.map(Per::code))),
        ("Currency", choice("ISO 4217; always the peso.", ["COP"])),
        ("Language", choice("Idioma: Spanish or English.", Language::CODES)),
        ("ChangedThing", choice("Tipo de lo que cambió.", ["ceiling", "product"])),
        ("SellerKind", choice("Vendedor: an IPS, or another.", ["ips", "other"])),
        ("CaseState", choice("Estado del caso.", CaseState::ALL.iter().map(|state| state.code()))),
        ("AnswerFormat", choice("Formato.", ["json", "csv", "xlsx"])),
        ("CsvDialect", choice("Para quién es el CSV.", [EXCEL_ES])),
    ]
}

pub fn reference(term: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(term))
}

fn string(description: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).description(Some(description))
}

fn pattern(description: &str, pattern: &str) -> RefOr<Schema> {
    string(description).pattern(Some(pattern)).into()
}

fn formatted(description: &str, format: KnownFormat, begins: &str) -> RefOr<Schema> {
    string(description).format(Some(SchemaFormat::KnownFormat(format))).pattern(Some(begins)).into()
}

fn choice(description: &str, codes: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    string(description).enum_values(Some(codes)).into()
}

fn any_of(description: &str, terms: &[&str]) -> RefOr<Schema> {
    let any = AnyOfBuilder::new().description(Some(description));
    terms.iter().fold(any, |any, term| any.item(reference(term))).into()
}
