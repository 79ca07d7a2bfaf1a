//! Lines of text against 160,000 presentations: time of building the index, its size, and 10,000 lines read with their candidates on two cores.
#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

#[path = "../tests/kit/search.rs"]
#[expect(dead_code, reason = "only the generated catalogue is needed here")]
mod search_support;

use std::time::{Duration, Instant};

use search_support::{Dice, entries};
use termometro::{
    domain::item_text::{candidates::CandidateIndex, presentation::ProductRow, read::read_with_code},
    read_model::search::{entry::SearchEntry, synonyms},
};

const MEDICINES: u64 = 160_000;
const LINES: usize = 10_000;
const CORES: usize = 2;
const GOAL: Duration = Duration::from_secs(2);

fn row(entry: &SearchEntry) -> ProductRow {
    ProductRow {
        cum: entry.cum,
        brand: entry.brand.clone(),
        description: entry.description.clone(),
        list_description: None,
        holder: entry.holder.clone(),
        registration: entry.registration.clone(),
        ingredients: entry.ingredients.clone(),
        strength: entry.strength.clone(),
        form: entry.form.clone(),
        route: None,
        form_group: None,
        dispensing_units: None,
        iums: entry.iums.clone(),
        medical_sample: false,
    }
}

/// As invoices have them: the name or the ingredient, with strength and form, some with a code.
fn line(entry: &SearchEntry, dice: &mut Dice) -> (String, Option<String>) {
    let name = if dice.below(2) == 0 { entry.brand.clone() } else { entry.ingredients.join(" + ") };
    let strength = entry.strength.clone().unwrap_or_default();
    let form = entry.form.clone().unwrap_or_default();
    let code = (dice.below(3) == 0).then(|| entry.cum.to_string());
    (format!("{name} {strength} {form} Lote:9A1805 F.V.:2021/03"), code)
}

fn main() {
    let entries = entries(MEDICINES);
    let rows: Vec<ProductRow> = entries.iter().map(row).collect();
    let begun = Instant::now();
    let index = CandidateIndex::build(rows, &synonyms::pairs());
    println!("{} presentations: built in {:?}; {} bytes", index.len(), begun.elapsed(), index.bytes());
    let mut dice = Dice(7);
    let lines: Vec<(String, Option<String>)> = (0..LINES).map(|_| line(&entries[dice.below(entries.len())], &mut dice)).collect();
    let begun = Instant::now();
    let found: usize = std::thread::scope(|scope| {
        let read = |lines: &[(String, Option<String>)]| {
            let of = |(text, code): &(String, Option<String>)| {
                index.candidates(&read_with_code(text, code.as_deref(), index.vocabulary())).cums.len()
            };
            lines.iter().map(of).sum::<usize>()
        };
        let workers: Vec<_> = lines.chunks(LINES / CORES).map(|lines| scope.spawn(move || read(lines))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    let took = begun.elapsed();
    println!("{LINES} lines in {took:?} on {CORES} cores (goal {GOAL:?}); {found} candidates");
    assert!(took <= GOAL, "{LINES} lines of text took longer than {GOAL:?}");
}
