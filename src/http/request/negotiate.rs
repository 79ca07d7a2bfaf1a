//! JSON, CSV or a workbook: `?format=` first, then `Accept`, among the formats the operation documents; `?for=` chooses a dialect of CSV.

use hyper::header::{ACCEPT, HeaderMap};

use super::query::QueryPairs;
use crate::{
    exports::spreadsheet,
    http::{
        Problem,
        base::{fault_words::one_of, quality_values::weighted},
    },
};

/// Parameters that every documented operation takes.
pub(crate) const UNIVERSAL_PARAMETERS: [&str; 2] = ["lang", "format"];
/// The parameter of every list that is offered as CSV.
pub(crate) const DIALECT_PARAMETER: &str = "for";
/// Parameters that choose how an answer is written, not what it says.
pub(crate) const FORM_PARAMETERS: [&str; 3] = ["lang", "format", DIALECT_PARAMETER];

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    #[default]
    Json,
    Csv,
    /// That a Spanish Excel opens: byte order mark, `;`, decimal comma.
    CsvExcelEs,
    Xlsx,
    /// One object a line.
    Ndjson,
    /// Of checked invoices: the columns of the Superintendence's evidence.
    Evidence,
    /// Of checked invoices: a sentence a line.
    Sentences,
}

/// The value of `?for=` for a Spanish Excel.
pub(crate) const EXCEL_ES: &str = "excel-es";

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::CsvExcelEs => "csv for excel-es",
            Format::Xlsx => "xlsx",
            Format::Ndjson => "ndjson",
            Format::Evidence => "sic",
            Format::Sentences => "glosa",
        }
    }

    /// The other formats of lists that are offered as CSV.
    pub(crate) const OF_LISTS: [Format; 4] = [Format::Json, Format::Csv, Format::CsvExcelEs, Format::Xlsx];

    /// Those of checked invoices and lists.
    pub(crate) const OF_INVOICES: [Format; 7] =
        [Format::Json, Format::Csv, Format::CsvExcelEs, Format::Xlsx, Format::Ndjson, Format::Evidence, Format::Sentences];

    pub(crate) fn from_content_type(content_type: &str) -> Option<Format> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => Some(Format::Json),
            "text/csv" => Some(Format::Csv),
            "application/x-ndjson" => Some(Format::Ndjson),
            spreadsheet::MEDIA_TYPE => Some(Format::Xlsx),
            _ => None,
        }
    }

    fn accepted_by(self, range: &str) -> bool {
        let (whole, kind) = match self {
            Format::Json => ("application/json", "application/*"),
            Format::Csv => ("text/csv", "text/*"),
            // Only by an explicit `?format=`.
            Format::CsvExcelEs | Format::Evidence => return false,
            Format::Ndjson => ("application/x-ndjson", "application/x-ndjson"),
            Format::Sentences => ("text/plain", "text/plain"),
            Format::Xlsx => (spreadsheet::MEDIA_TYPE, spreadsheet::MEDIA_TYPE),
        };
        range == "*/*" || range.eq_ignore_ascii_case(whole) || range.eq_ignore_ascii_case(kind)
    }
}

pub fn format(query: &QueryPairs, headers: &HeaderMap, offered: &[Format], documented: bool) -> Result<Format, Problem> {
    // Drawings, feeds and the like have one format: a documented `?format=` changes nothing, and any other is a fault.
    let Some(first) = offered.first() else {
        let unknown = documented && query.get("format").is_some_and(|name| name != Format::Json.name());
        let detail = ("solo json, que aquí nada cambia", "only json, which changes nothing here");
        return if unknown { Err(Problem::bad_parameter("format", "invalid_value", detail)) } else { Ok(Format::Json) };
    };
    let known: Vec<Format> = NAMED.into_iter().chain(OF_FEW.into_iter().filter(|format| offered.contains(format))).collect();
    let named = || known.iter().filter(|format| offered.contains(format)).map(|format| format.name());
    let unavailable = || Problem::not_acceptable(&named().collect::<Vec<_>>().join(", "));
    let chosen = if let Some(name) = query.get("format") {
        let wanted = known.iter().copied().find(|format| format.name() == name);
        let names = || one_of(known.iter().map(|format| format.name()));
        let wanted = wanted.ok_or_else(|| Problem::bad_parameter("format", "invalid_value", names()))?;
        if offered.contains(&wanted) { wanted } else { return Err(unavailable()) }
    } else if headers.contains_key(ACCEPT) {
        accepted(headers, offered).ok_or_else(unavailable)?
    } else {
        *first
    };
    dialect(chosen, query)
}

/// The values of `?format=`.
const NAMED: [Format; 3] = [Format::Json, Format::Csv, Format::Xlsx];
/// The same, only where they are offered.
const OF_FEW: [Format; 3] = [Format::Ndjson, Format::Evidence, Format::Sentences];

fn dialect(format: Format, query: &QueryPairs) -> Result<Format, Problem> {
    match query.get("for") {
        None => Ok(format),
        Some(EXCEL_ES) if format == Format::Csv => Ok(Format::CsvExcelEs),
        Some(EXCEL_ES) => {
            let detail = ("solo con format=csv", "only with format=csv");
            Err(Problem::bad_parameter("for", "invalid_value", detail))
        }
        Some(_) => Err(Problem::bad_parameter("for", "invalid_value", one_of([EXCEL_ES]))),
    }
}

/// The strongest range wins; within a range, the order of the document. A zero weight on the exact type refuses it.
fn accepted(headers: &HeaderMap, offered: &[Format]) -> Option<Format> {
    let values: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let accept = values.join(",");
    let ranges = weighted(&accept);
    let refused = |format: Format| {
        let exact = ranges.iter().find(|(range, _)| Format::from_content_type(range) == Some(format));
        exact.is_some_and(|(_, weight)| *weight == 0)
    };
    let wanted = ranges.iter().filter(|(_, weight)| *weight > 0);
    wanted
        .flat_map(|(range, _)| offered.iter().filter(move |format| format.accepted_by(range)))
        .copied()
        .find(|format| !refused(*format))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [Format; 2] = [Format::Json, Format::Csv];

    fn chosen(raw_query: &str, accept: &'static str, offered: &[Format]) -> Result<Format, u16> {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(ACCEPT, accept.parse().unwrap());
        }
        let query = QueryPairs::parse(raw_query, None).unwrap();
        format(&query, &headers, offered, true).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn the_query_outranks_the_header() {
        assert_eq!(chosen("format=csv", "application/json", &BOTH), Ok(Format::Csv));
        assert_eq!(chosen("format=xml", "", &BOTH), Err(400));
        assert_eq!(chosen("format=csv", "", &BOTH[..1]), Err(406));
        assert_eq!(chosen("format=xlsx", "", &Format::OF_LISTS), Ok(Format::Xlsx));
        assert_eq!(chosen("format=xlsx", "", &BOTH), Err(406));
        assert_eq!(chosen("format=csv&for=excel-es", "", &Format::OF_LISTS), Ok(Format::CsvExcelEs));
        assert_eq!(chosen("for=excel-es", "text/csv", &Format::OF_LISTS), Ok(Format::CsvExcelEs));
        for wrong in ["for=excel-es", "format=xlsx&for=excel-es", "format=csv&for=excel-en"] {
            assert_eq!(chosen(wrong, "", &Format::OF_LISTS), Err(400), "{wrong}");
        }
        assert_eq!(chosen("format=glosa", "", &Format::OF_INVOICES), Ok(Format::Sentences));
        assert_eq!(chosen("format=glosa", "", &Format::OF_LISTS), Err(400));
        assert_eq!((chosen("format=AAA", "", &[]), chosen("format=json", "", &[])), (Err(400), Ok(Format::Json)));
    }

    #[test]
    fn the_header_chooses_by_weight() {
        assert_eq!(chosen("", "", &BOTH), Ok(Format::Json));
        assert_eq!(chosen("", "text/html, */*;q=0.1", &BOTH), Ok(Format::Json));
        assert_eq!(chosen("", "application/json;q=0.5, text/csv", &BOTH), Ok(Format::Csv));
        assert_eq!(chosen("", "application/json;q=0, */*", &BOTH), Ok(Format::Csv));
        assert_eq!(chosen("", spreadsheet::MEDIA_TYPE, &Format::OF_LISTS), Ok(Format::Xlsx));
        assert_eq!(chosen("", "application/*", &Format::OF_LISTS), Ok(Format::Json));
        assert_eq!(chosen("", "application/x-ndjson", &Format::OF_INVOICES), Ok(Format::Ndjson));
        assert_eq!(chosen("", "text/csv", &BOTH[..1]), Err(406));
        assert_eq!(chosen("", "image/png", &BOTH), Err(406));
    }
}
