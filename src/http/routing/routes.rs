//! The table of routes: finds the one template that fits a path, by the number of its segments.
//!
//! Invariant: no literal stands beside a parameter, so at most one template fits and order never matters.

use crate::http::{
    Problem,
    base::problem::Fault,
    request::{incoming::PathValues, query::percent_decode},
};

pub struct Routes<T> {
    by_length: Vec<Vec<Route<T>>>,
}

struct Route<T> {
    segments: Vec<Segment>,
    target: T,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Parameter(String),
}

impl<T> Default for Routes<T> {
    fn default() -> Self {
        Routes { by_length: Vec::new() }
    }
}

impl<T> Routes<T> {
    /// # Panics
    /// When the template could be mistaken for one already there: a fault in the source, not in a request.
    pub fn insert(&mut self, template: &str, target: T) {
        let segments: Vec<Segment> = split(template).map(parse_segment).collect();
        if self.by_length.len() <= segments.len() {
            self.by_length.resize_with(segments.len() + 1, Vec::new);
        }
        let row = &mut self.by_length[segments.len()];
        for other in row.iter() {
            assert!(are_distinct(&segments, &other.segments), "{template} could be mistaken for another route");
        }
        row.push(Route { segments, target });
    }

    /// The target, and the raw values of its parameters in the template's order.
    pub fn find<'a>(&self, path: &'a str) -> Option<(&T, RawValues<'_, 'a, T>)> {
        let length = split(path).count();
        let route = self.by_length.get(length)?.iter().find(|route| route.fits(path))?;
        Some((&route.target, RawValues { route, path }))
    }
}

impl<T> Route<T> {
    fn fits(&self, path: &str) -> bool {
        self.segments.iter().zip(split(path)).all(|(segment, text)| match segment {
            Segment::Literal(literal) => literal == text,
            Segment::Parameter(_) => !text.is_empty(),
        })
    }
}

/// The values of one match, decoded on demand.
pub struct RawValues<'r, 'p, T> {
    route: &'r Route<T>,
    path: &'p str,
}

impl<T> RawValues<'_, '_, T> {
    pub fn decode(&self) -> Result<PathValues, Problem> {
        let mut values = Vec::new();
        let mut faults: Vec<Fault> = Vec::new();
        for (segment, raw) in self.route.segments.iter().zip(split(self.path)) {
            let Segment::Parameter(name) = segment else { continue };
            match percent_decode(raw) {
                Ok(value) => values.push((name.clone(), value)),
                Err(refusal) => faults.push(refusal.fault(name)),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(Problem::bad_parameters(faults)) }
    }
}

/// `/a/b` is `a`, `b`; `/a/` is `a` and an empty segment, which no parameter takes.
fn split(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn parse_segment(text: &str) -> Segment {
    match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        Some(name) => Segment::Parameter(name.to_owned()),
        None => Segment::Literal(text.to_owned()),
    }
}

/// Distinct when the first place where they differ has two literals (an empty one never meets a parameter).
fn are_distinct(one: &[Segment], other: &[Segment]) -> bool {
    let first = one.iter().zip(other).find(|(a, b)| match (a, b) {
        (Segment::Parameter(_), Segment::Parameter(_)) => false,
        _ => a != b,
    });
    match first {
        Some((Segment::Literal(_), Segment::Literal(_))) => true,
        Some((Segment::Literal(literal), _) | (_, Segment::Literal(literal))) => literal.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(templates: &[&'static str]) -> Routes<&'static str> {
        let mut routes = Routes::default();
        for template in templates {
            routes.insert(template, *template);
        }
        routes
    }

    #[test]
    fn one_template_fits() {
        let routes =
            table(&["/v1/medicines", "/v1/medicines/{cum}", "/v1/acts/{id}/diff/{other}", "/docs", "/docs/", "/docs/{file}"]);
        let find = |path| routes.find(path).map(|(template, _)| *template);
        assert_eq!(find("/v1/medicines"), Some("/v1/medicines"));
        assert_eq!(find("/v1/medicines/1-1"), Some("/v1/medicines/{cum}"));
        assert_eq!(find("/docs/"), Some("/docs/"));
        assert_eq!(find("/docs/x.js"), Some("/docs/{file}"));
        for absent in ["/", "", "*", "/v1/medicines/", "/v1//medicines", "//v1/medicines", "/v1/Medicines", "/v1/acts//diff/x"] {
            assert_eq!(find(absent), None, "{absent}");
        }
        let (_, values) = routes.find("/v1/acts/a%20b/diff/%C3%B1").unwrap();
        assert_eq!(values.decode().unwrap(), [("id".into(), "a b".into()), ("other".into(), "ñ".into())]);
    }

    #[test]
    #[should_panic(expected = "could be mistaken")]
    fn a_literal_beside_a_parameter_is_refused() {
        table(&["/v1/medicines/{cum}", "/v1/medicines/search"]);
    }
}
