//! Reads the lists' standard descriptions: `BRAND - Ingredient 300UI/3ml (100UI/1ml) + … - State - Route x N - HOLDER`.
//!
//! What cannot be read with certainty is `None`: a guessed content would be a wrong verdict.

use rust_decimal::Decimal;

use crate::domain::{identifier::text::fold, number::exact};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    pub brand: String,
    pub ingredients: Vec<IngredientStrength>,
    /// `Líquido/Sólido - Inyectable`
    pub form_group: String,
    /// The `x N`: dispensing units in the pack.
    pub dispensing_units: Decimal,
    pub holder: Option<String>,
}

/// How much of one ingredient a dispensing unit holds: 300 UI in 3 ml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IngredientStrength {
    pub name: String,
    pub amount: Decimal,
    /// Normalised: `mg`, `mcg`, `g`, `UI`, `KUI`, `ml`, `U`, …
    pub unit: String,
    /// The `/3ml` or `/1U`, where stated.
    pub per: Option<(Decimal, String)>,
}

pub fn parse(description: &str) -> Option<Description> {
    let parts: Vec<&str> = description.split(" - ").map(str::trim).collect();
    let (brand, strengths, state, route, holder) = match parts.as_slice() {
        [brand, strengths, state, route] => (brand, strengths, state, route, None),
        [brand, strengths, state, route, holder @ ..] => (brand, strengths, state, route, Some(holder.join(" - "))),
        _ => return None,
    };
    let (route, count) = route.rsplit_once(" x ")?;
    let dispensing_units = number(count.trim())?;
    if dispensing_units <= Decimal::ZERO {
        return None;
    }
    let ingredients: Vec<IngredientStrength> = strengths.split(" + ").map(ingredient).collect::<Option<_>>()?;
    let form_group = format!("{state} - {}", route.trim());
    Some(Description { brand: (*brand).to_owned(), ingredients, form_group, dispensing_units, holder })
}

/// `Insulina Glargina 300UI/3ml (100UI/1ml)`: the amount in one dispensing unit stands first.
fn ingredient(text: &str) -> Option<IngredientStrength> {
    let text = text.split('(').next()?.trim();
    let digit = text.char_indices().find(|(at, c)| c.is_ascii_digit() && (*at == 0 || text[..*at].ends_with(' ')))?.0;
    let (name, strength) = text.split_at(digit);
    let (amount, per) = strength.split_once('/').map_or((strength, None), |(amount, per)| (amount, Some(per)));
    let (amount, unit) = quantity(amount)?;
    let per = match per {
        Some(per) => Some(quantity(per)?),
        None => None,
    };
    (!name.trim().is_empty()).then(|| IngredientStrength { name: name.trim().to_owned(), amount, unit, per })
}

/// `300UI`, `0,02 mg`
fn quantity(text: &str) -> Option<(Decimal, String)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(text.len());
    let (amount, unit) = text.split_at(end);
    let unit = unit.trim();
    if unit.is_empty() || unit.contains(' ') {
        return None;
    }
    Some((number(amount)?, unit_name(unit)))
}

/// Decimal comma, as the lists write it.
fn number(text: &str) -> Option<Decimal> {
    let plain = text.replace(',', ".");
    let shape = plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && plain.matches('.').count() <= 1;
    let value: Decimal = plain.parse().ok().filter(|_| shape && !plain.starts_with('.') && !plain.ends_with('.'))?;
    Some(value.normalize())
}

fn unit_name(unit: &str) -> String {
    match unit.to_lowercase().as_str() {
        "ui" | "iu" => "UI".to_owned(),
        "kui" => "KUI".to_owned(),
        "u" => "U".to_owned(),
        other => other.to_owned(),
    }
}

/// How many units of regulation the pack holds. A combination counts only the ingredient the market's price is based on.
pub fn regulated_content(description: &Description, base_ingredient: &str, unit: &str) -> Option<Decimal> {
    match unit {
        "tablet" | "implant" | "syringe" | "dose" | "U" => return Some(description.dispensing_units),
        // A cycle or a defined daily dose does not follow from what the pack holds.
        "cycle" | "ddd" => return None,
        _ => {}
    }
    let strength = match description.ingredients.as_slice() {
        [only] => only,
        several => {
            let wanted = fold(base_ingredient);
            let mut named = several.iter().filter(|one| fold(&one.name) == wanted);
            let first = named.next()?;
            named.next().is_none().then_some(first)?
        }
    };
    let per_unit = exact::product(strength.amount, factor(&strength.unit, unit)?)?;
    exact::product(per_unit, description.dispensing_units)
}

/// One `from` in `to`, inside one dimension only; `None` where that is no finite decimal or no conversion at all.
fn factor(from: &str, to: &str) -> Option<Decimal> {
    let mass = |unit: &str| match unit {
        "g" => Some(6),
        "mg" => Some(3),
        "mcg" | "µg" | "ug" => Some(0),
        _ => None,
    };
    let international = |unit: &str| match unit {
        "KUI" => Some(3),
        "UI" => Some(0),
        _ => None,
    };
    if from == to {
        return Some(Decimal::ONE);
    }
    let (from, to) = mass(from).zip(mass(to)).or_else(|| international(from).zip(international(to)))?;
    let power = from - to;
    let scale = Decimal::from(10_i64.pow(i32::abs(power).unsigned_abs()));
    if power >= 0 { Some(scale) } else { exact::quotient_half_up(Decimal::ONE, scale, 6) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn the_lists_descriptions_are_read() {
        let lantus =
            parse("LANTUS - Insulina Glargina 300UI/3ml (100UI/1ml) - Líquido/Sólido - Inyectable x 5 - SANOFI AVENTIS").unwrap();
        assert_eq!((lantus.brand.as_str(), lantus.dispensing_units), ("LANTUS", d("5")));
        assert_eq!(lantus.form_group, "Líquido/Sólido - Inyectable");
        assert_eq!(lantus.holder.as_deref(), Some("SANOFI AVENTIS"));
        assert_eq!(regulated_content(&lantus, "Insulina Glargina", "UI"), Some(d("1500")));
        assert_eq!(regulated_content(&lantus, "Insulina Glargina", "KUI"), Some(d("1.5")));
        assert_eq!(regulated_content(&lantus, "Insulina Glargina", "mg"), None);
        let glivec = parse("GLIVEC - Imatinib 100 mg - Sólido - Oral x 30 - NOVARTIS").unwrap();
        assert_eq!(regulated_content(&glivec, "Imatinib base", "mg"), Some(d("3000")));
        assert_eq!(regulated_content(&glivec, "Imatinib base", "mcg"), Some(d("3000000")));
    }

    #[test]
    fn of_a_combination_only_the_named_ingredient_counts() {
        let text = "KALETRA - Lopinavir 128mg/160ml (80mg/100ml) + Ritonavir 32mg/160ml (20mg/100ml) - Líquido - Oral x 1";
        let kaletra = parse(text).unwrap();
        assert_eq!(kaletra.holder, None);
        assert_eq!(regulated_content(&kaletra, "Lopinavir", "mg"), Some(d("128")));
        assert_eq!(regulated_content(&kaletra, "Lopinavir y Ritonavir", "mg"), None);
        let belarina =
            parse("BELARINA - Clormadinona 2mg/1U + Etinilestradiol 0,02mg/1U - Sólido - Oral x 28 - GRUNENTHAL").unwrap();
        assert_eq!(belarina.ingredients[1].amount, d("0.02"));
        assert_eq!(regulated_content(&belarina, "", "cycle"), None);
        assert_eq!(regulated_content(&belarina, "", "tablet"), Some(d("28")));
    }

    #[test]
    fn what_is_not_certain_is_none() {
        for text in [
            "", "LANTUS", "A - B - C - D", "A - B 1mg - C - D x 0 - E", "A - B uno mg - C - D x 3 - E",
            "A - B 1.2.3mg - C - D x 3 - E",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
