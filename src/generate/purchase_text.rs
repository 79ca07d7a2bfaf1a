//! How a line of a public purchase names a medicine, more and less well, and what is no medicine at all.

use super::population::{Population, Presentation, Registration, is_counted};
use super::printed::plural;
use super::random::Random;
use super::strength::Strength;
use super::vocabulary::published;

/// Of ten thousand lines of medicines, how they are written.
const FORMS: &[(u64, TextForm)] = &[
    (2_500, TextForm::Strength),
    (2_500, TextForm::Pack),
    (1_500, TextForm::Brand),
    (2_500, TextForm::Code),
    (1_000, TextForm::Ingredient),
];

#[derive(Clone, Copy)]
enum TextForm {
    /// `LOSARTAN 50 MG TABLETA`
    Strength,
    /// `LOSARTAN 50 MG TABLETA CAJA POR 30 TABLETAS`
    Pack,
    /// `COZAAR 50 MG TABLETA`
    Brand,
    /// The first, with the CUM.
    Code,
    /// `LOSARTAN`
    Ingredient,
}

const OTHER_THINGS: &[&str] = &[
    "SERVICIO DE ASEO Y CAFETERIA OPERARIO TIEMPO COMPLETO", "COMPUTADOR PORTATIL CORPORATIVO INTERMEDIO",
    "RESMA DE PAPEL BOND TAMAÑO CARTA", "GUANTE DE NITRILO TALLA M CAJA X 100", "TIQUETE AEREO NACIONAL TARIFA FLEXIBLE",
    "JERINGA DESECHABLE 10 ML CON AGUJA 21G", "COMBUSTIBLE DIESEL GALON", "PAÑAL DESECHABLE ADULTO TALLA L",
    "LICENCIA DE OFIMATICA POR USUARIO", "SERVICIO DE CONECTIVIDAD ENLACE DEDICADO 100 MBPS",
];

/// Something that no list of medicines has.
pub fn other_thing(random: &mut Random) -> &'static str {
    random.pick::<&str>(OTHER_THINGS)
}

pub fn medicine(
    random: &mut Random,
    population: &Population,
    registration: &Registration,
    presentation: &Presentation,
) -> String {
    let entry = population.entry(registration);
    let unit = plural(entry.unit, 1);
    let strength = || format!("{} {unit}", named_strengths(population, registration));
    match random.weighted(FORMS) {
        TextForm::Strength => strength(),
        TextForm::Pack if is_counted(entry.unit) => {
            format!("{} CAJA POR {} {}", strength(), presentation.quantity, plural(entry.unit, presentation.quantity))
        }
        TextForm::Brand | TextForm::Pack => {
            let amounts: Vec<String> = population.dosage(registration).strengths.iter().map(amount).collect();
            format!("{} {} {unit}", registration.brand, amounts.join(" + "))
        }
        TextForm::Code => format!("{} CUM {}-{}", strength(), registration.expediente, presentation.consecutive),
        TextForm::Ingredient => entry.ingredients.iter().map(|name| published(name)).collect::<Vec<_>>().join(" + "),
    }
}

/// `LOSARTAN 50 MG + HIDROCLOROTIAZIDA 12.5 MG`
fn named_strengths(population: &Population, registration: &Registration) -> String {
    let (entry, dosage) = (population.entry(registration), population.dosage(registration));
    let named = entry.ingredients.iter().zip(&dosage.strengths);
    named.map(|(name, strength)| format!("{} {}", published(name), amount(strength))).collect::<Vec<_>>().join(" + ")
}

/// `50 MG`, `100 UI/1 ML`
fn amount(strength: &Strength) -> String {
    let own = format!("{} {}", figure(strength.amount), strength.unit.to_uppercase());
    match strength.per {
        Some(per) => format!("{own}/{} {}", figure(per.amount), per.unit.to_uppercase()),
        None => own,
    }
}

/// Ten-thousandths without closing zeros.
fn figure(amount: u64) -> String {
    let text = format!("{}.{:04}", amount / 10_000, amount % 10_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_lose_their_closing_zeros() {
        for (amount, text) in [(500_000, "50"), (125_000, "12.5"), (25, "0.0025"), (10_000, "1"), (1_000_000, "100")] {
            assert_eq!(figure(amount), text);
        }
    }
}
