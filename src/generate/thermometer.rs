//! `thermometer.csv`: the Clic Salud list (n4dj-8r7k), one price per registration and channel for four registrations in ten.

use super::line::Lines;
use super::population::{Population, Registration};
use super::random::Random;
use super::vocabulary::titled;
use std::io::{self, Write};

pub const HEADER: &str = "Expediente_INVIMA,principio_activo,concentracion,unidad_base,unidad_de_dispensacion,nombre_comercial,\
    fabricante,medicamento,canal,precio_por_tableta,factoresprecio,numerofactor";

/// Of ten thousand.
const LISTED: u64 = 4_000;
/// Both channels, counter only, institutions only: 12,534 rows of 7,386 registrations in 2025.
const CHANNELS: &[(u64, &[&str])] = &[(70, &["Comercial", "Institucional"]), (19, &["Comercial"]), (11, &["Institucional"])];

pub fn write<W: Write>(lines: &mut Lines<W>, population: &Population, seed: u64) -> io::Result<u64> {
    lines.text(HEADER).end()?;
    let mut random = Random::new(seed, 4);
    let mut rows = 0;
    for (index, registration) in population.registrations.iter().enumerate() {
        // The first is always there: a file without rows is no file.
        if !random.chance(LISTED) && index > 0 {
            continue;
        }
        for channel in random.weighted(CHANNELS) {
            row(lines, population, registration, channel, &mut random);
            lines.end()?;
            rows += 1;
        }
    }
    Ok(rows)
}

fn row<W: Write>(lines: &mut Lines<W>, population: &Population, registration: &Registration, channel: &str, random: &mut Random) {
    let (entry, dosage) = (population.entry(registration), population.dosage(registration));
    let (brand, maker) = (titled(&registration.brand), titled(population.holder(registration).short));
    let names: Vec<String> = entry.ingredients.iter().map(|name| titled(name)).collect();
    let concentration: Vec<String> = dosage
        .strengths
        .iter()
        .zip(&names)
        .map(|(strength, name)| format!("{name} {} {}", comma_decimal(strength.amount), strength.unit))
        .collect();
    let concentration = concentration.join(" + ");
    let contents = match (dosage.volume, dosage.strengths[0].per) {
        (Some(volume), Some(per)) => {
            let (size, per_amount) = (comma_decimal(volume.amount), comma_decimal(per.amount));
            format!("{} {size} {} - Cada {per_amount} {} contiene", entry.unit, volume.unit, per.unit)
        }
        _ => format!("Cada {} contiene", entry.unit),
    };
    let base = dosage.volume.map_or(dosage.strengths[0].unit, |volume| volume.unit);
    lines.number(registration.expediente).comma().cell(&names.join(" Y ")).comma().cell(&concentration).comma();
    lines.text(base).comma().text(entry.unit).comma().cell(&brand).comma().cell(&maker).comma();
    lines.cell(&format!("{brand} ({maker}) - {contents}: {concentration}")).comma().text(channel).comma();
    let percent = random.between(60, 130) * if channel == "Institucional" { 70 } else { 100 };
    // Ten-millionths of a peso, as averages come.
    let digits = if random.chance(4_000) { random.below(100_000) } else { 0 };
    lines.decimal((registration.price.min(CENTS_MAX) * percent / 10_000).max(1) * 100_000 + digits, 7).comma();
    // Where a price stands among the usual ones of the medicine decides the word.
    let level = registration.price.min(CENTS_MAX) * percent / 10_000 * 100 / entry.price.max(1);
    lines.text(if level < 55 {
        "Bajo,1"
    } else if level < 130 {
        "Medio,2"
    } else {
        "Alto,3"
    });
}

const CENTS_MAX: u64 = 50_000_000_000;

/// Ten-thousandths with the list's comma: `0,125`.
fn comma_decimal(scaled: u64) -> String {
    let text = format!("{},{:04}", scaled / 10_000, scaled % 10_000);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}
