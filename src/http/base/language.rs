//! The two languages in which titles and explanations are written; codes are never translated.

use std::borrow::Cow;

use hyper::header::{ACCEPT_LANGUAGE, HeaderMap};

use super::quality_values::weighted;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Spanish,
    English,
}

impl Language {
    pub const CODES: [&str; 2] = ["es", "en"];

    pub fn code(self) -> &'static str {
        match self {
            Language::Spanish => "es",
            Language::English => "en",
        }
    }

    pub fn parse(code: &str) -> Option<Language> {
        match code {
            "es" => Some(Language::Spanish),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// `Accept-Language`, by its primary subtag: `es-CO` is Spanish. Anything else is the default.
    pub fn from_headers(headers: &HeaderMap) -> Language {
        let Some(accepted) = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
            return Language::default();
        };
        let wanted = weighted(accepted).into_iter().filter(|(_, weight)| *weight > 0);
        wanted
            .filter_map(|(tag, _)| Language::parse(&tag.split('-').next().unwrap_or(tag).to_ascii_lowercase()))
            .next()
            .unwrap_or_default()
    }

    /// For answers given before the query has been read properly: a plain `lang=en` counts, anything odd does not.
    pub fn guess(raw_query: &str, headers: &HeaderMap) -> Language {
        let parameters = raw_query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        parameters.and_then(Language::parse).unwrap_or_else(|| Language::from_headers(headers))
    }
}

/// A sentence in both languages. There is no way to make one from a single string, so that none can be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    es: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Text {
    pub fn new(es: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Text {
        Text { es: es.into(), en: en.into() }
    }

    pub fn within(&self, language: Language) -> &str {
        match language {
            Language::Spanish => &self.es,
            Language::English => &self.en,
        }
    }
}

impl<A: Into<Cow<'static, str>>, B: Into<Cow<'static, str>>> From<(A, B)> for Text {
    fn from((es, en): (A, B)) -> Text {
        Text::new(es, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_LANGUAGE, hyper::header::HeaderValue::from_static(value))])
    }

    #[test]
    fn the_strongest_language_we_speak_wins() {
        assert_eq!(Language::from_headers(&accepting("fr, en-GB;q=0.8, es;q=0.5")), Language::English);
        assert_eq!(Language::from_headers(&accepting("es-CO,en;q=0.9")), Language::Spanish);
        assert_eq!(Language::from_headers(&accepting("en;q=0")), Language::Spanish);
        assert_eq!(Language::guess("a=1&lang=en", &accepting("es")), Language::English);
    }
}
