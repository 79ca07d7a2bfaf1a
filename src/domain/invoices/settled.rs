//! What a person settled of lines that could mean several things: this text is of this presentation, and its price of this unit. The request states
//! it, out of the user's own file. It is evidence as a code is: it narrows what a line leaves open, and widens nothing.

use std::{collections::HashMap, sync::Arc};

use crate::domain::{
    identifier::{cum::Cum, nit::Nit, text::fold},
    verdict::comparison::Per,
};

/// How the answer names it.
pub const SETTLED: &str = "settled_reading";

/// What was settled of one text, with the code beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledReading {
    /// As the line has it; accents, case and punctuation do not count.
    pub text: String,
    pub code: Option<String>,
    /// `None`: whoever sells.
    pub seller: Option<Nit>,
    pub cum: Cum,
    /// One of those that are read where nothing says it (`OPEN_UNITS`); `None`: left open.
    pub per: Option<Per>,
}

impl SettledReading {
    pub fn is_of_the_same_line(&self, other: &Self) -> bool {
        self.key() == other.key() && self.seller == other.seller
    }

    fn key(&self) -> String {
        key(&self.text, self.code.as_deref().unwrap_or_default())
    }
}

fn key(text: &str, code: &str) -> String {
    format!("{}\u{1F}{}", fold(text), fold(code))
}

/// By text and code.
#[derive(Clone, Debug, Default)]
pub struct SettledReadings(HashMap<String, Vec<Arc<SettledReading>>>);

impl SettledReadings {
    pub fn new(readings: impl IntoIterator<Item = SettledReading>) -> Self {
        let mut all = Self::default();
        for reading in readings {
            all.0.entry(reading.key()).or_default().push(Arc::new(reading));
        }
        all
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those of the line's seller, else those that name none. Where they contradict each other, they say nothing.
    pub fn of(&self, text: &str, code: &str, seller: Option<Nit>) -> Option<Arc<SettledReading>> {
        if self.is_empty() {
            return None;
        }
        let known = self.0.get(&key(text, code))?;
        let of_seller = |wanted: Option<Nit>| known.iter().filter(move |one| one.seller == wanted);
        let own = seller.into_iter().flat_map(|seller| of_seller(Some(seller)));
        let found: Vec<&Arc<SettledReading>> = own.collect();
        let found = if found.is_empty() { of_seller(None).collect() } else { found };
        let first = found.first()?;
        let agreed = found.iter().all(|one| (one.cum, one.per) == (first.cum, first.per));
        agreed.then(|| Arc::clone(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(seller: Option<&str>, cum: &str, per: Option<Per>) -> SettledReading {
        let (text, code) = ("Insulina glargína 100 UI/ML".to_owned(), Some("A-1".to_owned()));
        SettledReading { text, code, seller: seller.map(|nit| nit.parse().unwrap()), cum: cum.parse().unwrap(), per }
    }

    #[test]
    fn the_sellers_own_come_first_and_what_contradicts_itself_says_nothing() {
        const SELLER: &str = "860002964";
        let all = SettledReadings::new([
            reading(None, "19914312-20", None),
            reading(Some(SELLER), "19914312-21", Some(Per::Pack)),
            reading(Some("899999063"), "19914312-20", Some(Per::Pack)),
            reading(Some("899999063"), "19914312-20", Some(Per::DispensingUnit)),
        ]);
        let of = |text: &str, code: &str, seller: Option<&str>| {
            let found = all.of(text, code, seller.map(|nit| nit.parse().unwrap()));
            found.map(|found| (found.cum.to_string(), found.per))
        };
        let any = Some(("19914312-20".to_owned(), None));
        assert_eq!(of("INSULINA GLARGINA, 100 ui ml", "a 1", None), any);
        assert_eq!(of("INSULINA GLARGINA 100 UI/ML", "A-1", Some("900555444")), any);
        assert_eq!(of("INSULINA GLARGINA 100 UI/ML", "A-1", Some(SELLER)), Some(("19914312-21".to_owned(), Some(Per::Pack))));
        assert_eq!(of("INSULINA GLARGINA 100 UI/ML", "A-1", Some("899999063")), None);
        assert_eq!(of("INSULINA GLARGINA 100 UI/ML", "A-2", None), None);
        assert_eq!(of("INSULINA GLARGINA", "A-1", None), None);
    }
}
