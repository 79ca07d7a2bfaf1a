//! `catalogue.csv`: INVIMA's catalogue (i7cb-raxc), one row per presentation and ingredient, and one more for who imports.

use super::line::Lines;
use super::population::{Population, Presentation, Registration, is_counted};
use super::printed::plural;
use super::random::Random;
use super::strength::CONTENT_PLACES;
use super::vocabulary::published;
use std::io::{self, Write};

pub const HEADER: &str = "expediente,producto,titular,registrosanitario,fechaexpedicion,fechavencimiento,estadoregistro,expedientecum,\
    consecutivocum,cantidadcum,descripcioncomercial,estadocum,fechaactivo,fechainactivo,muestramedica,unidad,atc,descripcionatc,\
    viaadministracion,concentracion,principioactivo,unidadmedida,cantidad,unidadreferencia,formafarmaceutica,nombrerol,tiporol,\
    modalidad,IUM";

pub fn write<W: Write>(lines: &mut Lines<W>, population: &Population, seed: u64) -> io::Result<u64> {
    lines.text(HEADER).end()?;
    let mut random = Random::new(seed, 3);
    let mut rows = 0;
    for (index, registration) in population.registrations.iter().enumerate() {
        let head = head(population, registration, index, &mut random);
        let importer = (registration.imported && random.chance(2_500)).then(|| random.pick(&population.vocabulary.holders).name);
        for presentation in &population.presentations[registration.presentations.clone()] {
            let pack = pack(population.entry(registration).unit, presentation);
            for ingredient in 0..population.entry(registration).ingredients.len() {
                let maker = (population.holder(registration).name, "FABRICANTE");
                for (name, role) in [Some(maker), importer.map(|name| (name, "IMPORTADOR"))].into_iter().flatten() {
                    lines.text(&head).number(registration.expediente).comma().text(&pack);
                    active(lines, population, registration, ingredient);
                    let trade = if registration.imported { "IMPORTAR Y VENDER" } else { "FABRICAR Y VENDER" };
                    lines.comma().cell(name).comma().text(role).comma().text(trade).text(",").end()?;
                    rows += 1;
                }
            }
        }
    }
    Ok(rows)
}

/// The cells that all rows of a registration share, up to its state.
fn head(population: &Population, registration: &Registration, index: usize, random: &mut Random) -> String {
    let (entry, dosage) = (population.entry(registration), population.dosage(registration));
    let mut product = registration.brand.clone();
    if random.chance(3_500) && !population.holder(registration).generics {
        product.push('®');
    }
    if let [strength] = dosage.strengths.as_slice()
        && random.chance(6_500)
    {
        let amount = format!(" {}.{:04}", strength.amount / 10_000, strength.amount % 10_000);
        product.push_str(amount.trim_end_matches('0').trim_end_matches('.'));
        product.push(' ');
        product.push_str(&strength.unit.to_uppercase());
    }
    if random.chance(5_000) {
        product.push(' ');
        product.push_str(&plural(&entry.form, if is_counted(entry.unit) { 2 } else { 1 }));
    }
    let (year, month, day) = (registration.year, random.between(1, 12), random.between(1, 28));
    let (state, until) = if registration.in_force { ("Vigente", year.max(2022) + 10) } else { ("Vencido", year + 5) };
    let (expediente, holder, number) = (registration.expediente, population.holder(registration).name, index + 1);
    format!(
        "{expediente},{product},{holder},INVIMA {year}M-{number:07},{year}-{month:02}-{day:02}T00:00:00.000,\
         {until}-{month:02}-{day:02}T00:00:00.000,{state},"
    )
}

/// From the consecutive to the unit.
fn pack(unit: &str, presentation: &Presentation) -> String {
    let Presentation { consecutive, quantity, active, sample, .. } = presentation;
    let sample_words = if *sample { "MUESTRA MÉDICA: " } else { "" };
    let units = plural(unit, *quantity);
    let inside = if is_counted(unit) && quantity.is_multiple_of(10) && *quantity > 10 {
        format!(" EN {} BLISTER POR 10 {}", quantity / 10, plural(unit, 10))
    } else {
        String::new()
    };
    let (state, until) = if *active { ("Activo", "") } else { ("Inactivo", "2019-11-05T00:00:00.000") };
    let is_sample = if *sample { "Si" } else { "No" };
    format!(
        "{consecutive},{quantity},{sample_words}CAJA POR {quantity} {units}{inside},{state},2012-05-04T00:00:00.000,{until},\
         {is_sample},U,"
    )
}

/// From the ATC code to the form.
fn active<W: Write>(lines: &mut Lines<W>, population: &Population, registration: &Registration, ingredient: usize) {
    let (entry, dosage) = (population.entry(registration), population.dosage(registration));
    lines.text(entry.atc).comma().text(&entry.atc_name).comma().text(&entry.route).comma();
    lines.text(if dosage.volume.is_none() { "A" } else { "D" }).comma();
    lines.text(&published(entry.ingredients[ingredient])).comma();
    let strength = &dosage.strengths[ingredient];
    match dosage.volume {
        Some(volume) => {
            lines.text(strength.regulated_unit()).comma().decimal(dosage.contents[ingredient], CONTENT_PLACES).comma();
            lines.text("CADA ").text(&plural(entry.unit, 1)).text(" DE ").decimal(volume.amount, 4).text(" ");
            lines.text(&volume.unit.to_uppercase());
        }
        None => {
            lines.text(strength.unit).comma().decimal(strength.amount, 4).comma().text(&plural(entry.unit, 1));
        }
    }
    lines.comma().text(&entry.form);
}
