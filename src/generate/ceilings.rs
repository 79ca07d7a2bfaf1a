//! `ceilings.csv`: the open-data list of maximum prices (nauz-qkjw), every cell in quotes and every amount grouped, as published.

use super::line::Lines;
use super::population::{Population, Presentation, Registration};
use super::printed::{form_group, strengths};
use super::random::Random;
use super::regulation::Market;
use super::strength::CONTENT_PLACES;
use super::vocabulary::titled;
use std::io::{self, Write};

pub const HEADER: &str = "\"no\",\"id_mr\",\"mercado_relevante\",\"cum\",\"medicamento\",\"cantidad_por_unidad_de_medida\",\
    \"unidad_de_medida\",\"precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional\",\"margen_para_ips\",\
    \"precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial\",\
    \"precio_maximo_de_venta_transaccion_final_comercial\",\"circular_cnpmdm\",\
    \"fecha_de_inicio_vigencia_precio_maximo_de_venta\"";

/// Both dates are confirmed in the seeded acts; a market is of one act.
const ACTS: [&str; 2] =
    ["Circular 10 de 2020\",\"2020 Mar 28 12:00:00 AM\"", "Circular 19 de 2024\",\"2024 Jul 31 12:00:00 AM\""];
/// Packs up to a million pesos bear 7 %, dearer ones 3.5 %, in thousandths.
const MARGINS: (u64, u64) = (70, 35);
const DEAR: u64 = 100_000_000;

pub fn write<W: Write>(lines: &mut Lines<W>, population: &Population, markets: &[Market], seed: u64) -> io::Result<u64> {
    lines.text(HEADER).end()?;
    let mut rows = 0;
    for registration in &population.registrations {
        let Some(market) = registration.market.map(|market| &markets[market]) else { continue };
        for presentation in &population.presentations[registration.presentations.clone()] {
            if presentation.ceiling > 0 {
                rows += 1;
                lines.text("\"").number(rows).text("\",\"");
                row(lines, population, registration, presentation, market, seed);
                lines.end()?;
            }
        }
    }
    Ok(rows)
}

fn row<W: Write>(
    lines: &mut Lines<W>,
    population: &Population,
    registration: &Registration,
    presentation: &Presentation,
    market: &Market,
    seed: u64,
) {
    let (entry, dosage) = (population.entry(registration), population.dosage(registration));
    let group = form_group(entry);
    let names = entry.ingredients.iter().map(|name| titled(name)).collect::<Vec<_>>().join(" y ");
    lines.number(market.number).text(if market.split { "b" } else { "" }).text("\",\"");
    lines.text(&names).text(" - ").text(&group).text("\",\"");
    lines.number(registration.expediente).text("-").number(presentation.consecutive).text("\",\"");
    lines.text(&registration.brand).text(" - ");
    strengths(lines, entry, dosage);
    lines.text(" - ").text(&group).text(" x ").number(presentation.quantity).text(" - ");
    lines.text(population.holder(registration).short).text("\",\"");
    let unit = dosage.strengths[0].regulated_unit();
    // Units as such are counted, whatever stands beside them.
    let content = if unit == "U" { 1_000_000 } else { dosage.contents[0] };
    lines.decimal(content * presentation.quantity, CONTENT_PLACES).text("\",\"").text(unit).text("\",\"");
    let (ceiling, mut of_market) = (presentation.ceiling, Random::new(seed, 1_000 + market.number));
    lines.grouped(ceiling).text("\",\"").grouped(margin(ceiling)).text("\",\"");
    free_or(lines, of_market.chance(6_000), ceiling, "No Regulado");
    free_or(lines, of_market.chance(1_000), ceiling, "No regulado");
    lines.text(ACTS[usize::from(of_market.chance(4_000))]);
}

/// Centavos that an IPS may add.
pub fn margin(ceiling: u64) -> u64 {
    let rate = if ceiling <= DEAR { MARGINS.0 } else { MARGINS.1 };
    (ceiling * rate + 500) / 1_000
}

fn free_or<W: Write>(lines: &mut Lines<W>, regulated: bool, ceiling: u64, free: &str) {
    if regulated {
        lines.grouped(ceiling)
    } else {
        lines.text(free)
    };
    lines.text("\",\"");
}
