//! The user's own file on the page: which columns hold what, and what was settled of lines. It travels inside the page, is given back, and is
//! never kept here.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use hyper::header::{CACHE_CONTROL, CONTENT_DISPOSITION, HeaderValue};
use serde_json::{Value, json};

use crate::{
    domain::{
        identifier::nit::Nit,
        invoices::settled::SettledReading,
        item_text::{read::TEXT_CHARS_MAX, unit::OPEN_UNITS},
        verdict::comparison::Per,
    },
    http::{
        Answer, App, Problem, Request,
        api::verdicts::{
            check_invoices::{MAPPING, mapping_file},
            read_item_texts::{self, ItemTexts},
        },
        request::sent_files::SentFiles,
        values::{identifiers::Cum, value::Invalid},
        view::call_operation::{OperationInput, ask},
    },
    ingest::invoices::mapping::MappingFile,
};

/// So many lines are offered at once, and so many without a verdict are looked at for them.
pub const SETTLED_AT_ONCE: usize = 20;
pub const LOOKED_AT_MAX: usize = 2_000;
const CODE_CHARS_MAX: usize = 100;
/// The field in which the file travels inside the page.
const INSIDE: &str = "columnas";

/// The file that was chosen, else the one inside the page; with what was settled on it.
pub fn own_file(sent: &SentFiles) -> Result<MappingFile, Problem> {
    let mut file = match (sent.field(MAPPING), sent.field(INSIDE)) {
        (Some(text), _) => mapping_file(text)?,
        (None, Some(content)) => mapping_file(&decoded(content)?)?,
        (None, None) => MappingFile::default(),
    };
    for at in 0..SETTLED_AT_ONCE {
        if let Some(reading) = settled(sent, at)? {
            file.settle(reading);
        }
    }
    Ok(file)
}

fn decoded(content: &str) -> Result<String, Problem> {
    let detail = ("no es base64 de un texto", "is no base64 of a text");
    let malformed = || Problem::bad_body_pointer(format!("/{INSIDE}"), "invalid_value", detail);
    let bytes = STANDARD.decode(content).map_err(|_| malformed())?;
    String::from_utf8(bytes).map_err(|_| malformed())
}

/// What was chosen of one line; `None`: nothing.
fn settled(sent: &SentFiles, at: usize) -> Result<Option<SettledReading>, Problem> {
    let named = |name: &str| format!("{name}.{at}");
    let field = |name: &str| sent.field(&named(name));
    let Some(cum) = field("cum") else { return Ok(None) };
    let Cum(cum) = cum.parse::<Cum>().map_err(|fault: Invalid| Problem::bad_parameter(named("cum"), fault.code, fault.detail))?;
    let malformed = |name: &str| {
        let detail = ("no es lo que trae la página", "is not what the page has");
        Problem::bad_parameter(named(name), "invalid_value", detail)
    };
    let seller = field("nit").map(|nit| nit.parse::<Nit>().map_err(|_| malformed("nit"))).transpose()?;
    let per = |unit: &str| Per::from_code(unit).filter(|per| OPEN_UNITS.contains(per)).ok_or_else(|| malformed("unidad"));
    let per = field("unidad").map(per).transpose()?;
    let (text, code) = (field("texto").unwrap_or_default().to_owned(), field("codigo").map(str::to_owned));
    Ok((!text.is_empty() || code.is_some()).then_some(SettledReading { text, code, seller, cum, per }))
}

/// For the page: the file inside it, and how much is in it. `None`: nothing is.
pub fn inside(file: &MappingFile) -> Option<Value> {
    let settled = file.settled().len();
    (settled > 0 || file.count() > 0)
        .then(|| json!({ "content": STANDARD.encode(file.to_text()), "settled": settled, "mappings": file.count() }))
}

pub fn download(file: &MappingFile) -> Answer {
    let name = HeaderValue::from_static("attachment; filename=\"columnas-y-lecturas.json\"");
    let answer = Answer::bytes("application/json", file.to_text()).with_header(CONTENT_DISPOSITION, name);
    answer.with_header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

/// Whether choosing a presentation or a unit could settle it.
pub fn can_be_settled(line: &Value) -> bool {
    let has = |wanted: &[&str]| {
        line["reasons"].as_array().is_some_and(|all| all.iter().filter_map(Value::as_str).any(|one| wanted.contains(&one)))
    };
    let is_read = line["reasons"][0] == "text_not_read" || has(&["match_not_unique", "unit_not_stated"]);
    is_read && line["verdict"] == "cannot_compare" && line["candidates"].as_array().is_some_and(|all| !all.is_empty())
}

/// Lines of one text are settled together.
pub fn key(line: &Value) -> String {
    ["description", "code", "seller"].map(|name| line[name].as_str().unwrap_or_default()).join("\u{1F}")
}

/// What each candidate of these lines is called, as the operation that reads lines says it.
pub async fn names(app: &App, request: &Request, lines: &[Value]) -> Result<HashMap<String, String>, Problem> {
    let item = |line: &Value| {
        let text = line["description"].as_str().filter(|text| text.chars().count() <= TEXT_CHARS_MAX)?;
        let code = line["code"].as_str();
        let fits = code.is_none_or(|code| code.chars().count() <= CODE_CHARS_MAX);
        fits.then(|| json!({ "text": text, "code": code }))
    };
    let items: Vec<Value> = lines.iter().filter_map(item).collect();
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let Ok(texts) = serde_json::from_value::<ItemTexts>(json!({ "items": items })) else { return Ok(HashMap::new()) };
    let operation = |app, request| read_item_texts::answered(app, request, texts.clone());
    let answer = match ask(app, request, operation, OperationInput { path: &[], query: &[] }).await {
        Ok(answer) => answer,
        // A text that is no text: its candidates are shown by their codes.
        Err(problem) if problem.status().is_client_error() => return Ok(HashMap::new()),
        Err(problem) => return Err(problem),
    };
    let mut names = HashMap::new();
    for candidate in
        answer["data"].as_array().into_iter().flatten().flat_map(|line| line["candidates"].as_array().into_iter().flatten())
    {
        if let (Some(cum), Some(brand), Some(description)) =
            (candidate["cum"].as_str(), candidate["brand"].as_str(), candidate["description"].as_str())
        {
            names.insert(cum.to_owned(), format!("{brand} · {description}"));
        }
    }
    Ok(names)
}
