//! Other names of ingredients: in Spanish and in English, those used in Colombia, and old ones. The list is `synonyms.csv`, each row with its source.

use std::{collections::HashMap, sync::LazyLock};

use super::general::identifies;
use crate::domain::identifier::text::fold;

const LIST: &str = include_str!("synonyms.csv");

/// All names of each ingredient, by each of them.
static NAMES: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut ingredients: Vec<Vec<String>> = Vec::new();
    for (name, also, _) in rows() {
        let (Some(name), Some(also)) = (identifying_word(name), identifying_word(also)) else { continue };
        let mut names = vec![name, also];
        // What a row says of a name that is known already belongs to the same ingredient.
        let (same, others): (Vec<_>, Vec<_>) =
            ingredients.into_iter().partition(|known: &Vec<String>| known.iter().any(|name| names.contains(name)));
        ingredients = others;
        names.extend(same.into_iter().flatten());
        names.sort_unstable();
        names.dedup();
        ingredients.push(names);
    }
    let by_name = ingredients.iter().flat_map(|names| {
        names.iter().map(|name| (name.clone(), names.iter().filter(|other| *other != name).cloned().collect()))
    });
    by_name.collect()
});

/// Name, other name, source.
fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    LIST.lines().skip(1).filter_map(|row| {
        let (name, rest) = row.split_once(',')?;
        let (also, source) = rest.split_once(',')?;
        Some((name, also, source))
    })
}

/// `acetilsalicilico` of `ácido acetilsalicílico`.
fn identifying_word(name: &str) -> Option<String> {
    fold(name).split(' ').find(|word| identifies(word)).map(str::to_owned)
}

/// The other names of the ingredient that a folded word names.
pub fn of(word: &str) -> &'static [String] {
    NAMES.get(word).map(Vec::as_slice).unwrap_or_default()
}

/// Every word that is another name, with each name of its ingredient.
pub fn pairs() -> Vec<(String, String)> {
    let of_word = |(word, others): (&String, &Vec<String>)| {
        let word = word.clone();
        others.iter().map(move |other| (word.clone(), other.clone())).collect::<Vec<_>>()
    };
    let mut pairs: Vec<(String, String)> = NAMES.iter().flat_map(of_word).collect();
    pairs.sort_unstable();
    pairs
}

/// The other names of the ingredient that a text names; none where it names several.
pub(crate) fn of_text(text: &str) -> &'static [String] {
    let text = fold(text);
    let mut words = text.split(' ').filter(|word| identifies(word));
    match (words.next(), words.next()) {
        (Some(word), None) => of(word),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_two_names_of_one_identifying_word_and_a_source() {
        let rows: Vec<_> = rows().collect();
        assert_eq!(rows.len(), LIST.lines().count() - 1);
        assert!(rows.len() >= 150, "{}", rows.len());
        for (name, also, source) in rows {
            for text in [name, also] {
                let text = fold(text);
                let identifying: Vec<&str> = text.split(' ').filter(|word| identifies(word)).collect();
                assert!(matches!(identifying.as_slice(), [word] if word.len() <= super::super::words::BYTES_MAX), "{text}");
            }
            assert_ne!(identifying_word(name), identifying_word(also));
            assert!(
                ["REF_DCI", "WHO", "INVIMA", "palliativedrugs.com", "antonimaroto.com"]
                    .iter()
                    .any(|known| source.contains(known)),
                "{source}"
            );
        }
    }

    #[test]
    fn names_of_one_ingredient_lead_to_each_other() {
        for (name, also) in [
            ("paracetamol", "acetaminofen"),
            ("acetaminofen", "acetaminophen"),
            ("adrenalina", "epinefrina"),
            ("adrenaline", "epinefrina"),
            ("aspirina", "acetilsalicilico"),
            ("salbutamol", "albuterol"),
            ("meperidine", "petidina"),
            ("dipirona", "metamizol"),
            ("omeprazole", "omeprazol"),
        ] {
            assert!(of(name).iter().any(|other| other == also), "{name}: {:?}", of(name));
            assert!(of(also).iter().any(|other| other == name), "{also}: {:?}", of(also));
        }
        assert_eq!(of("dolex"), Vec::<String>::new());
        assert_eq!(of_text("Ácido acetilsalicílico"), of("acetilsalicilico"));
        assert_eq!(of_text("losartan hidroclorotiazida"), Vec::<String>::new());
    }
}
