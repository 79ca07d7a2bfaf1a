//! JSON or CSV: `?format=` first, then `Accept`, among the formats the operation documents.

use hyper::header::{ACCEPT, HeaderMap};

use super::{Problem, quality::weighted, query::QueryPairs};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    #[default]
    Json,
    Csv,
}

impl Format {
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
        }
    }

    pub fn from_content_type(content_type: &str) -> Option<Format> {
        match content_type.split(';').next().unwrap_or_default().trim() {
            "application/json" => Some(Format::Json),
            "text/csv" => Some(Format::Csv),
            _ => None,
        }
    }

    fn accepted_by(self, range: &str) -> bool {
        let (whole, kind) = match self {
            Format::Json => ("application/json", "application/*"),
            Format::Csv => ("text/csv", "text/*"),
        };
        range == "*/*" || range.eq_ignore_ascii_case(whole) || range.eq_ignore_ascii_case(kind)
    }
}

pub fn format(query: &QueryPairs, headers: &HeaderMap, offered: &[Format], documented: bool) -> Result<Format, Problem> {
    // Drawings, feeds and the like: what the document lets one ask for changes nothing, and nothing else may be asked for.
    let Some(first) = offered.first() else {
        let unknown = documented && query.get("format").is_some_and(|name| name != Format::Json.name());
        let detail = ("solo json, que aquí nada cambia", "only json, which changes nothing here");
        return if unknown { Err(Problem::bad_parameter("format", "invalid_value", detail)) } else { Ok(Format::Json) };
    };
    let unavailable = || Problem::not_acceptable(&offered.iter().map(|format| format.name()).collect::<Vec<_>>().join(", "));
    if let Some(name) = query.get("format") {
        let wanted = [Format::Json, Format::Csv].into_iter().find(|format| format.name() == name);
        let Some(wanted) = wanted else {
            let detail = ("debe ser json o csv", "must be json or csv");
            return Err(Problem::bad_parameter("format", "invalid_value", detail));
        };
        return if offered.contains(&wanted) { Ok(wanted) } else { Err(unavailable()) };
    }
    if !headers.contains_key(ACCEPT) {
        return Ok(*first);
    }
    accepted(headers, offered).ok_or_else(unavailable)
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

    fn asked(raw_query: &str, accept: &'static str, offered: &[Format]) -> Result<Format, u16> {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(ACCEPT, accept.parse().unwrap());
        }
        let query = QueryPairs::parse(raw_query, None).unwrap();
        format(&query, &headers, offered, true).map_err(|problem| problem.status().as_u16())
    }

    #[test]
    fn the_query_outranks_the_header() {
        assert_eq!(asked("format=csv", "application/json", &BOTH), Ok(Format::Csv));
        assert_eq!(asked("format=xml", "", &BOTH), Err(400));
        assert_eq!(asked("format=csv", "", &BOTH[..1]), Err(406));
        assert_eq!((asked("format=AAA", "", &[]), asked("format=json", "", &[])), (Err(400), Ok(Format::Json)));
    }

    #[test]
    fn the_header_chooses_by_weight() {
        assert_eq!(asked("", "", &BOTH), Ok(Format::Json));
        assert_eq!(asked("", "text/html, */*;q=0.1", &BOTH), Ok(Format::Json));
        assert_eq!(asked("", "application/json;q=0.5, text/csv", &BOTH), Ok(Format::Csv));
        assert_eq!(asked("", "application/json;q=0, */*", &BOTH), Ok(Format::Csv));
        assert_eq!(asked("", "text/csv", &BOTH[..1]), Err(406));
        assert_eq!(asked("", "image/png", &BOTH), Err(406));
    }
}
