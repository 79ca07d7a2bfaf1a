//! The vocabulary of the Colombian market: medicines, forms, strengths, brand names and holders.
//!
//! Drawn from INVIMA's public list of registered medicines (2026-06) and the names and orders of magnitude of the public Clic Salud list.

use super::strength::{Measure, Strength};

const MEDICINES: &str = include_str!("vocabulary.csv");
const HOLDERS: &str = include_str!("holders.csv");

/// One line of the vocabulary: an ingredient or a combination, as one form.
#[derive(Clone, Debug)]
pub struct Substance {
    pub atc: &'static str,
    /// With their accents: `ácido acetilsalicílico`.
    pub ingredients: Vec<&'static str>,
    pub atc_name: String,
    /// `Tableta`, as the thermometer writes it.
    pub unit: &'static str,
    pub form: String,
    pub route: String,
    /// Every strength that is sold, in every size.
    pub dosages: Vec<Dosage>,
    /// Centavos for one dispensing unit, as an order of magnitude.
    pub price: u64,
    pub brands: Vec<&'static str>,
}

/// How much one dispensing unit holds.
#[derive(Clone, Debug)]
pub struct Dosage {
    /// One of every ingredient.
    pub strengths: Vec<Strength>,
    /// What a bottle, ampoule or tube holds; `None` where units are counted.
    pub volume: Option<Measure>,
    /// Of every ingredient, in millionths of its unit of regulation.
    pub contents: Vec<u64>,
}

#[derive(Clone, Debug)]
pub struct Holder {
    pub name: &'static str,
    /// `GENFAR`, as it stands in the names of generics.
    pub short: &'static str,
    /// Sells under ingredient names.
    pub generics: bool,
    /// How many registrations it holds in the public list.
    pub weight: u64,
}

pub struct Vocabulary {
    pub entries: Vec<Substance>,
    pub holders: Vec<Holder>,
}

impl Vocabulary {
    /// What does not parse is left out; a test sees to it that nothing is.
    pub fn embedded() -> Self {
        Self {
            entries: MEDICINES.lines().skip(1).filter_map(entry).collect(),
            holders: HOLDERS.lines().skip(1).filter_map(holder).collect(),
        }
    }
}

fn entry(line: &'static str) -> Option<Substance> {
    let cells: Vec<&str> = line.split(',').collect();
    let &[atc, ingredients, atc_name, unit, form, route, strengths, volumes, price, brands] = cells.as_slice() else {
        return None;
    };
    let ingredients: Vec<&str> = ingredients.split(" + ").collect();
    let strengths: Vec<Vec<Strength>> = strengths
        .split('|')
        .map(|strengths| strengths.split(" + ").map(Strength::parse).collect::<Option<Vec<_>>>())
        .collect::<Option<_>>()?;
    let volumes: Vec<Measure> = parts(volumes).into_iter().map(Measure::parse).collect::<Option<_>>()?;
    let dosages: Vec<Dosage> = strengths.iter().flat_map(|strengths| dosages(strengths, &volumes)).collect();
    if dosages.is_empty() || dosages.iter().any(|dosage| dosage.strengths.len() != ingredients.len()) {
        return None;
    }
    Some(Substance {
        atc,
        ingredients,
        atc_name: atc_name.to_uppercase(),
        unit,
        form: form.to_uppercase(),
        route: route.to_uppercase(),
        dosages,
        // Below half a peso a unit there would be no room for a price below the ceiling.
        price: price.parse::<u64>().ok()?.max(50) * 100,
        brands: parts(brands),
    })
}

/// Sizes that give no exact content are left out.
fn dosages(strengths: &[Strength], volumes: &[Measure]) -> Vec<Dosage> {
    let counted = strengths.iter().all(|strength| strength.per.is_none());
    let volumes = if counted { vec![None] } else { volumes.iter().copied().map(Some).collect() };
    let dosage = |volume: Option<Measure>| {
        let contents = strengths.iter().map(|strength| strength.content(volume)).collect::<Option<Vec<_>>>()?;
        Some(Dosage { strengths: strengths.to_vec(), volume, contents })
    };
    volumes.into_iter().filter_map(dosage).collect()
}

fn parts(list: &'static str) -> Vec<&'static str> {
    list.split('|').filter(|part| !part.is_empty()).collect()
}

fn holder(line: &'static str) -> Option<Holder> {
    let cells: Vec<&str> = line.split(',').collect();
    let &[name, short, generics, weight] = cells.as_slice() else { return None };
    Some(Holder { name, short, generics: generics == "1", weight: weight.parse().ok()? })
}

/// As the catalogue prints names: capitals without accents, `ñ` kept.
pub fn published(name: &str) -> String {
    name.to_uppercase().chars().map(without_accent).collect()
}

fn without_accent(letter: char) -> char {
    match letter {
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' | 'Ü' => 'U',
        other => other,
    }
}

/// As the lists of prices print names: `Insulina Glargina`.
pub fn titled(name: &str) -> String {
    let mut starts = true;
    let letter = |letter: char| {
        let printed = if starts { letter } else { letter.to_ascii_lowercase() };
        starts = letter == ' ';
        printed
    };
    published(name).replace('Ñ', "ñ").chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_understood() {
        let vocabulary = Vocabulary::embedded();
        assert_eq!(vocabulary.entries.len(), MEDICINES.lines().count() - 1);
        assert_eq!(vocabulary.holders.len(), HOLDERS.lines().count() - 1);
        for entry in &vocabulary.entries {
            assert!(entry.atc.len() == 7 && !entry.ingredients.is_empty(), "{entry:?}");
        }
        let mut names: Vec<&str> = vocabulary.entries.iter().flat_map(|entry| entry.ingredients.clone()).collect();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() >= 350, "{}", names.len());
        assert!(vocabulary.holders.iter().filter(|holder| holder.generics).count() >= 20);
    }

    #[test]
    fn names_are_dressed_as_published() {
        assert_eq!(published("ácido acetilsalicílico"), "ACIDO ACETILSALICILICO");
        assert_eq!(titled("insulina glargina"), "Insulina Glargina");
    }
}
