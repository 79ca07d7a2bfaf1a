//! The language of titles and explanations: `?lang=`, then `Accept-Language`, then Spanish. Codes are never translated.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Es,
    En,
}

impl Language {
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    pub fn pick<T>(self, es: T, en: T) -> T {
        match self {
            Self::Es => es,
            Self::En => en,
        }
    }

    /// The first language of an `Accept-Language` header that we speak, by weight.
    pub fn accepted(header: &str) -> Self {
        let mut wanted: Vec<(u32, usize, Self)> = header.split(',').enumerate().filter_map(|(i, item)| weigh(i, item)).collect();
        wanted.sort_by_key(|(weight, index, _)| (std::cmp::Reverse(*weight), *index));
        wanted.first().map_or(Self::Es, |(_, _, language)| *language)
    }
}

/// (weight in thousandths, position, language)
fn weigh(index: usize, item: &str) -> Option<(u32, usize, Language)> {
    let (tag, rest) = item.split_once(';').unwrap_or((item, ""));
    let language = match tag.trim().split('-').next()?.to_ascii_lowercase().as_str() {
        "es" => Language::Es,
        "en" => Language::En,
        _ => return None,
    };
    let quality = rest.trim().strip_prefix("q=").unwrap_or("1");
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let weight = whole.parse::<u32>().ok()? * 1000 + format!("{decimals:0<3}").get(..3)?.parse::<u32>().ok()?;
    (weight > 0).then_some((weight, index, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_decide_and_spanish_is_the_default() {
        for (header, expected) in [
            ("", Language::Es),
            ("en", Language::En),
            ("de, en-GB;q=0.8, es;q=0.9", Language::Es),
            ("fr", Language::Es),
            ("en;q=0", Language::Es),
            ("en-US,en;q=0.9,es;q=0.8", Language::En),
            ("en;q=x", Language::Es),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }
}
