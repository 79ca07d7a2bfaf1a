//! When two presentations are equivalent: same ingredients (order irrelevant), same strength, same grouped form and route.
//!
//! Equality of keys, hence symmetric and transitive. Salts: names are folded and a trailing salt word stays part of the name,
//! since `metoprolol tartrato` and `metoprolol succinato` are not interchangeable.

use rust_decimal::Decimal;

use super::{
    medicine::ParsedDescription,
    strength::{self, IngredientStrength},
};
use crate::domain::{identifier::text::fold, law::listed::ListedPresentation, number::amount::plain};

/// What a list's description says, with its equivalence key.
pub fn read_description(description: &str) -> Option<ParsedDescription> {
    let parsed = strength::parse(description)?;
    let parts = parsed.ingredients.iter().map(|one| part(&one.name, one.amount, &one.unit, one.per.as_ref()));
    let key = key(parts.collect(), &parsed.form_group);
    let show = |one: &IngredientStrength| format!("{} {} {}", one.name, plain(one.amount), one.unit);
    Some(ParsedDescription {
        strength: parsed.ingredients.iter().map(show).collect::<Vec<_>>().join(" + "),
        ingredients: parsed.ingredients.into_iter().map(|one| one.name).collect(),
        brand: parsed.brand,
        holder: parsed.holder,
        equivalence_key: Some(key),
        form_group: parsed.form_group,
    })
}

/// The rows of one presentation in the catalogue (one per active and role); `None` when strength or grouped form is open.
pub(crate) fn of_presentation(rows: &[ListedPresentation], form_group: Option<&str>) -> Option<String> {
    let group = form_group?;
    let mut parts = Vec::new();
    for row in rows {
        let reference = fold(&row.strength_reference);
        let unit = row.strength_unit.trim().to_lowercase();
        if unit.is_empty() || reference.is_empty() {
            return None;
        }
        let strength = format!("{} {}", plain(row.strength?), normal_unit(&unit));
        parts.push(format!("{} {strength}{}", fold(&row.ingredient), volume(&reference)));
    }
    Some(key(parts, group))
}

fn key(mut parts: Vec<String>, form_group: &str) -> String {
    parts.sort_unstable();
    parts.dedup();
    format!("{}|{}", parts.join("+"), fold(form_group))
}

fn part(name: &str, amount: Decimal, unit: &str, per: Option<&(Decimal, String)>) -> String {
    // `/1U` is "per dispensing unit", which is what the amount is anyway.
    let per = per.filter(|(_, unit)| unit != "U").map(|(amount, unit)| format!(" / {} {unit}", plain(*amount)));
    let (amount, unit) = in_milligrams(amount, unit);
    format!("{} {} {unit}{}", fold(name), plain(amount), per.unwrap_or_default())
}

/// One spelling per mass: 0.5 g is 500 mg.
fn in_milligrams(amount: Decimal, unit: &str) -> (Decimal, String) {
    let thousand = Decimal::ONE_THOUSAND;
    match unit {
        "g" => {
            crate::domain::number::exact::product(amount, thousand).map_or((amount, "g".to_owned()), |mg| (mg, "mg".to_owned()))
        }
        other => (amount, normal_unit(&other.to_lowercase())),
    }
}

fn normal_unit(unit: &str) -> String {
    match unit {
        "ug" | "µg" => "mcg".to_owned(),
        "u.i." | "iu" => "ui".to_owned(),
        other => other.to_owned(),
    }
}

/// A reference such as `100 ML DE JARABE` makes the strength a concentration; `TABLETA` does not.
fn volume(reference: &str) -> String {
    let mut words = reference.split(' ').skip_while(|word| !word.bytes().all(|byte| byte.is_ascii_digit()));
    match (words.next(), words.next()) {
        (Some(amount), Some("ml")) => format!(" / {amount} ml"),
        (Some(amount), Some("g")) => format!(" / {amount} g"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(description: &str) -> String {
        read_description(description).and_then(|parsed| parsed.equivalence_key).unwrap()
    }

    #[test]
    fn the_order_of_ingredients_is_irrelevant_and_the_form_is_not() {
        let one = key_of("A - Losartan 50mg/1U + Hidroclorotiazida 12,5mg/1U - Sólido - Oral x 30 - X");
        let other = key_of("B - Hidroclorotiazida 12,5 mg + LOSARTÁN 50 mg - Sólido - Oral x 28 - Y");
        assert_eq!(one, other);
        assert_ne!(one, key_of("C - Losartan 50mg/1U - Sólido - Oral x 30 - X"));
        assert_ne!(
            key_of("A - Clotrimazol 1g/100g - Semisólido - Tópica x 1 - X"),
            key_of("A - Clotrimazol 1g/100g - Sólido - Oral x 1 - X")
        );
        assert_eq!(key_of("A - X 0,5g - Sólido - Oral x 1 - Y"), key_of("A - X 500mg/1U - Sólido - Oral x 9 - Z"));
        assert_ne!(key_of("A - X 5mg - Sólido - Oral x 1 - Y"), key_of("A - X 50mg - Sólido - Oral x 1 - Z"));
    }
}
