//! Verdicts on medicines that no list names: for one sale and day they are the same but for the CUM, the price, and what proves it.
//!
//! Each is made once by the code that makes all verdicts, and cut where these three stand.

use std::{collections::HashMap, mem::Discriminant, sync::Arc};

use arc_swap::ArcSwap;

use crate::{
    domain::{amount, channel::Place, comparison::Per, cum::Cum, law::Seller, lawbook::Knowledge, period::Period},
    http::Language,
    read_model::check::{LawLibrary, PriceQuestion},
};

#[derive(PartialEq, Eq, Hash, Clone)]
struct Key {
    known: Discriminant<Knowledge>,
    medical_sample: bool,
    period: Period,
    place: Place,
    seller: Seller,
    per: Per,
    english: bool,
}

/// What stands between the holes.
#[derive(Debug, PartialEq, Eq)]
struct Template {
    /// Before the CUM, before the price, before what proves it (if it is told), and the rest.
    parts: [Vec<u8>; 4],
}

/// Few sales are asked for on few days; when there are more, it begins anew.
const TEMPLATES_MAX: usize = 256;

#[derive(Default)]
pub struct Templates(ArcSwap<HashMap<Key, Arc<Template>>>);

/// A question that a template may answer.
pub struct Asked<'a> {
    key: Key,
    cum: Cum,
    amount: String,
    proof: &'a str,
}

impl<'a> Asked<'a> {
    pub fn of(law: &'a LawLibrary, asked: &PriceQuestion, language: Language) -> Option<Self> {
        let question = asked.question;
        if law.names(question.cum) {
            return None;
        }
        let known = law.known(question.cum);
        let key = Key {
            known: std::mem::discriminant(known),
            medical_sample: law.catalogue_facts(question.cum).medical_sample,
            period: question.period,
            place: question.place,
            seller: question.seller,
            per: asked.observed.per,
            english: language == Language::English,
        };
        let proof = if let Knowledge::InNoMarket { what } = known { what } else { "" };
        Some(Self { key, cum: question.cum, amount: amount::display(asked.observed.amount), proof })
    }

    /// What stands in the holes, as JSON.
    fn holes(&self) -> Option<[Vec<u8>; 3]> {
        let mut proof = serde_json::to_vec(self.proof).ok()?;
        proof.pop();
        Some([self.cum.to_string().into_bytes(), self.amount.clone().into_bytes(), proof.split_off(1)])
    }
}

impl Templates {
    pub fn fill(&self, asked: &Asked<'_>, out: &mut Vec<u8>) -> bool {
        let known = self.0.load();
        let Some(template) = known.get(&asked.key) else { return false };
        let Some(holes) = asked.holes() else { return false };
        template.fill(&holes, out);
        true
    }

    /// Learns from an answer (`data`, as JSON) made in the usual way.
    pub fn learn(&self, asked: &Asked<'_>, data: &[u8]) {
        let Some(template) = asked.holes().and_then(|holes| Template::cut(data, &holes)) else { return };
        let template = Arc::new(template);
        self.0.rcu(|known| {
            let mut more = if known.len() < TEMPLATES_MAX { HashMap::clone(known) } else { HashMap::new() };
            more.insert(asked.key.clone(), template.clone());
            more
        });
    }
}

impl Template {
    fn fill(&self, holes: &[Vec<u8>; 3], out: &mut Vec<u8>) {
        let told = !self.parts[3].is_empty();
        for (part, hole) in self.parts.iter().zip(holes.iter().take(if told { 3 } else { 2 }).map(Some).chain([None, None])) {
            out.extend_from_slice(part);
            out.extend_from_slice(hole.map_or(b"", |hole| hole));
        }
    }

    /// `None` when it would not give the same again. (Inside a JSON string no quote stands bare, so the names are found where they are.)
    fn cut(data: &[u8], holes: &[Vec<u8>; 3]) -> Option<Self> {
        let behind = |name: &[u8], hole: &[u8]| {
            let at = data.windows(name.len()).position(|window| window == name)? + name.len();
            data.get(at..)?.starts_with(hole).then_some(at)
        };
        let cum = behind(b"\"cum\":\"", &holes[0])?;
        let price = behind(b"\"observed\":{\"amount\":\"", &holes[1])?;
        let first = data.get(..cum)?.to_vec();
        let second = data.get(cum + holes[0].len()..price)?.to_vec();
        let rest = price + holes[1].len();
        let proof = if holes[2].is_empty() { None } else { behind(b"\"evidence\":\"", &holes[2]) };
        let (third, fourth) = match proof {
            None => (data.get(rest..)?.to_vec(), Vec::new()),
            Some(proof) => (data.get(rest..proof)?.to_vec(), data.get(proof + holes[2].len()..)?.to_vec()),
        };
        let template = Self { parts: [first, second, third, fourth] };
        let mut again = Vec::with_capacity(data.len());
        template.fill(holes, &mut again);
        (again == data).then_some(template)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_can_be_filled_with_something_else() {
        let holes = |cum: &str, price: &str, proof: &str| [cum, price, proof].map(|hole| hole.as_bytes().to_vec());
        let data = br#"{"cum":"1-1","observed":{"amount":"5.00"},"inputs":{"evidence":"N02 \"X\"; list"}}"#;
        let template = Template::cut(data, &holes("1-1", "5.00", r#"N02 \"X\""#)).unwrap();
        let mut out = Vec::new();
        template.fill(&holes("22-2", "171764.00", "A10"), &mut out);
        assert_eq!(out, br#"{"cum":"22-2","observed":{"amount":"171764.00"},"inputs":{"evidence":"A10; list"}}"#);
        // Where nothing is proven, nothing is told of it.
        let data = br#"{"cum":"1-1","observed":{"amount":"5.00"},"inputs":{"evidence":"market_unknown"}}"#;
        let template = Template::cut(data, &holes("1-1", "5.00", "A10")).unwrap();
        let mut out = Vec::new();
        template.fill(&holes("2-2", "6.00", "B20"), &mut out);
        assert_eq!(out, br#"{"cum":"2-2","observed":{"amount":"6.00"},"inputs":{"evidence":"market_unknown"}}"#);
        assert_eq!(Template::cut(data, &holes("2-1", "5.00", "")), None);
    }
}
