//! One presentation as the sources state it, and what of it a text can contradict.

use rust_decimal::Decimal;

use super::{
    amount::{Dimension, StatedStrength, TextNumber, unit},
    form::{self, FormFamilies},
    lexeme::{self, LexemeKind},
    word_lists::{is_sample, salt},
};
use crate::domain::{
    identifier::{cum::Cum, text::fold},
    market::strength::{self, IngredientStrength},
};

/// Plain, as the catalogue and the lists have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    pub cum: Cum,
    pub brand: String,
    pub description: String,
    /// How an official list of ceilings describes it.
    pub list_description: Option<String>,
    pub holder: String,
    pub registration: Option<String>,
    pub ingredients: Vec<String>,
    pub strength: Option<String>,
    pub form: Option<String>,
    pub route: Option<String>,
    pub form_group: Option<String>,
    pub dispensing_units: Option<Decimal>,
    pub iums: Vec<String>,
    /// The registry marks it as a medical sample (muestra médica).
    pub medical_sample: bool,
}

impl ProductRow {
    /// A presentation that only a list of ceilings names; `None` where its description cannot be read.
    pub fn of_list(cum: Cum, description: &str) -> Option<Self> {
        let read = strength::parse(description)?;
        Some(Self {
            cum,
            brand: read.brand,
            description: description.to_owned(),
            list_description: Some(description.to_owned()),
            holder: read.holder.unwrap_or_default(),
            registration: None,
            ingredients: read.ingredients.into_iter().map(|one| one.name).collect(),
            strength: None,
            form: None,
            route: None,
            form_group: Some(read.form_group),
            dispensing_units: Some(read.dispensing_units),
            iums: Vec::new(),
            medical_sample: false,
        })
    }

    /// A medical sample, which nobody may sell, and nothing doubts it: the registry marks it, calls it a sample in words too (its exports have
    /// mixed up columns), and no list of ceilings prices it.
    pub(super) fn is_surely_a_sample(&self) -> bool {
        let is_called_so = || lexeme::words(&self.description).iter().any(|word| is_sample(word));
        self.medical_sample && self.list_description.is_none() && is_called_so()
    }
}

/// What a text can contradict, beside the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PresentationFacts {
    pub families: FormFamilies,
    /// `None`: some ingredient's is not known, so that no strength can be wrong.
    pub strengths: Option<Box<[StatedStrength]>>,
    /// What one container holds, in ml; empty: not known.
    pub volumes: Box<[Decimal]>,
    pub dispensing_units: Option<Decimal>,
}

pub(super) fn facts(row: &ProductRow) -> PresentationFacts {
    let listed = row.list_description.as_deref().and_then(strength::parse);
    let families = families(row, listed.as_ref().map(|listed| listed.form_group.as_str()));
    let mut volumes = match &listed {
        Some(listed) => {
            let per = listed.ingredients.iter().filter_map(|one| one.per.as_ref());
            per.filter_map(|(amount, unit)| in_ml(*amount, unit)).collect()
        }
        None => Vec::new(),
    };
    if volumes.is_empty() {
        volumes = volumes_in(&row.description);
    }
    volumes.sort_unstable();
    volumes.dedup();
    let dispensing_units = row.dispensing_units.or(listed.as_ref().map(|listed| listed.dispensing_units));
    PresentationFacts {
        families,
        strengths: strengths(row, listed.as_ref().map(|listed| listed.ingredients.as_slice())).map(Vec::into_boxed_slice),
        volumes: volumes.into_boxed_slice(),
        dispensing_units,
    }
}

/// The group of a list and the form of the registry; where they do not agree, either.
fn families(row: &ProductRow, listed: Option<&str>) -> FormFamilies {
    let groups = [row.form_group.as_deref(), listed].into_iter().flatten().map(|group| form::of_group(&fold(group)));
    let written = [row.form.as_deref(), row.route.as_deref()].into_iter().flatten().map(|text| form::of_registry(&fold(text)));
    let all: Vec<FormFamilies> = groups.chain(written).collect();
    let met = all.iter().fold(FormFamilies::ALL, |met, one| met.and(*one));
    if met.is_none() { all.into_iter().reduce(FormFamilies::or).unwrap_or(FormFamilies::ALL) } else { met }
}

/// What the list states, what the registry states, and what stands in the brand: a text may follow any of them.
fn strengths(row: &ProductRow, listed: Option<&[IngredientStrength]>) -> Option<Vec<StatedStrength>> {
    let mut all = Vec::new();
    if let Some(listed) = listed {
        for one in listed {
            all.extend(of_list(one)?);
        }
    } else {
        let of_salt = row.ingredients.iter().any(|name| lexeme::words(name).iter().any(|word| salt(word).is_some()));
        let stated = row.strength.as_deref().filter(|text| !text.trim().is_empty())?;
        let parts: Vec<&str> = stated.split(" + ").collect();
        if parts.len() < row.ingredients.len() {
            return None;
        }
        for part in parts {
            all.push(StatedStrength { of_salt, ..of_registry(part)? });
        }
        all.extend(in_name(&row.brand));
    }
    all.dedup();
    (!all.is_empty()).then_some(all)
}

/// `300 UI` per `3 ml`; `/1U` is per dispensing unit, which is what the amount is anyway.
fn of_list(one: &IngredientStrength) -> Option<Vec<StatedStrength>> {
    let (dimension, factor) = unit(&one.unit.to_lowercase()).or_else(|| {
        // A U of potency.
        (one.unit == "U").then_some((Dimension::International, Decimal::ONE))
    })?;
    let amount = TextNumber::exactly(one.amount).times(factor)?.value;
    let per = match &one.per {
        Some((_, unit)) if unit == "U" => None,
        Some((of, word)) => {
            let (dimension, factor) = unit(&word.to_lowercase())?;
            Some((TextNumber::exactly(*of).times(factor)?.value, dimension))
        }
        None => None,
    };
    Some(vec![StatedStrength { amount, dimension, per, is_total: true, of_salt: false }])
}

/// `500 mg / TABLETA`, `100 mg / 100 ML DE JARABE`, `Losartan 50 mg`
fn of_registry(text: &str) -> Option<StatedStrength> {
    let (amount, reference) = text.split_once(" / ").unwrap_or((text, ""));
    let lexemes = lexeme::split(amount, &[]);
    let at = lexemes.iter().position(|lexeme| lexeme.number().is_some())?;
    let number = TextNumber::read(lexemes.get(at)?.number()?)?.value;
    let (dimension, factor) = match &lexemes.get(at + 1)?.kind {
        LexemeKind::Sign('%') => (Dimension::Percent, Decimal::ONE),
        LexemeKind::Word(word) if word == "u" => (Dimension::International, Decimal::ONE),
        LexemeKind::Word(word) => unit(word)?,
        _ => return None,
    };
    let amount = TextNumber::exactly(number).times(factor)?.value;
    Some(StatedStrength { amount, dimension, per: reference_amount(reference), is_total: false, of_salt: false })
}

/// `100 ML DE JARABE`, `ML`, `1 G`; a tablet is none.
fn reference_amount(reference: &str) -> Option<(Decimal, Dimension)> {
    let lexemes = lexeme::split(reference, &[]);
    let number = lexemes.iter().position(|lexeme| lexeme.number().is_some());
    let (amount, word) = match number {
        Some(at) => (TextNumber::read(lexemes.get(at)?.number()?)?.value, lexemes.get(at + 1)?.word()?),
        None => (Decimal::ONE, lexemes.first()?.word()?),
    };
    let (dimension, factor) = unit(word).filter(|(dimension, _)| matches!(dimension, Dimension::Volume | Dimension::Mass))?;
    let amount = TextNumber::exactly(amount).times(factor)?.value;
    (amount > Decimal::ZERO).then_some((amount, dimension))
}

/// Amounts that stand in the name of a product: `LOSARTAN 50 MG TABLETAS`.
fn in_name(name: &str) -> Vec<StatedStrength> {
    let lexemes = lexeme::split(name, &[]);
    let mut found = Vec::new();
    for (at, lexeme) in lexemes.iter().enumerate() {
        let number = lexeme.number().and_then(TextNumber::read);
        let (Some(number), Some(next)) = (number, lexemes.get(at + 1)) else { continue };
        let read = match &next.kind {
            LexemeKind::Sign('%') => Some((Dimension::Percent, Decimal::ONE)),
            LexemeKind::Word(word) => unit(word),
            _ => None,
        };
        let Some((dimension, factor)) = read.filter(|(dimension, _)| *dimension != Dimension::Volume) else { continue };
        for value in number.values() {
            if let Some(amount) = TextNumber::exactly(value).times(factor) {
                found.push(StatedStrength { amount: amount.value, dimension, per: None, is_total: false, of_salt: false });
            }
        }
    }
    found
}

fn in_ml(amount: Decimal, word: &str) -> Option<Decimal> {
    let (dimension, factor) = unit(&word.to_lowercase())?;
    let amount = TextNumber::exactly(amount).times(factor)?.value;
    (dimension == Dimension::Volume).then_some(amount)
}

/// `FRASCO POR 120 ML`
fn volumes_in(description: &str) -> Vec<Decimal> {
    let lexemes = lexeme::split(description, &[]);
    let pairs = lexemes.windows(2).filter_map(|two| {
        let (number, word) = (two.first()?.number()?, two.last()?.word()?);
        let number = TextNumber::read(number)?;
        Some(number.values().filter_map(|value| in_ml(value, word)).collect::<Vec<_>>())
    });
    pairs.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn row(strength: Option<&str>) -> ProductRow {
        let list = "LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 5 - SANOFI AVENTIS";
        let row = ProductRow::of_list(Cum::new(1, 1), list).unwrap();
        match strength {
            None => row,
            Some(strength) => ProductRow {
                list_description: None,
                brand: "X 75 mg".to_owned(),
                strength: Some(strength.to_owned()),
                description: "CAJA POR 3 FRASCOS DE 120 ML".to_owned(),
                form: Some("TABLETA".to_owned()),
                form_group: None,
                ..row
            },
        }
    }

    #[test]
    fn a_list_states_what_a_dispensing_unit_holds() {
        let facts = facts(&row(None));
        let stated = facts.strengths.unwrap();
        assert_eq!(
            (stated[0].amount, stated[0].dimension, stated[0].per),
            (d("300"), Dimension::International, Some((d("3"), Dimension::Volume)))
        );
        assert!(stated[0].is_total && facts.volumes.as_ref() == [d("3")] && facts.dispensing_units == Some(d("5")));
        assert!(facts.families.meets(FormFamilies::INJECTED) && !facts.families.meets(FormFamilies::SOLID_ORAL));
    }

    #[test]
    fn the_registry_states_it_in_words() {
        let facts_of = |text| facts(&row(Some(text)));
        let tablet = facts_of("0.5 g / TABLETA").strengths.unwrap();
        assert_eq!(tablet.iter().map(|one| one.amount).collect::<Vec<_>>(), [d("500"), d("75")]);
        let syrup = facts_of("100 mg / 100 ML DE JARABE").strengths.unwrap();
        assert_eq!(syrup[0].per, Some((d("100"), Dimension::Volume)));
        assert_eq!(facts_of("100 No / 100 ML DE JARABE").strengths, None);
        assert_eq!(facts_of("100 mg").volumes.as_ref(), [d("120")]);
    }
}
