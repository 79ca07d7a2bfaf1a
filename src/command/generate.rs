//! `termometro generate --out DIR`: a market of any size in the publishers' layouts. No database, no settings.

use std::path::PathBuf;

use clap::Args;

use super::exit::EXIT_DONE;
use crate::generate::{Wanted, WrittenFile, generate, generate_purchases};

#[derive(Debug, Args)]
pub struct GenerateArguments {
    /// The folder for catalogue.csv, ceilings.csv, thermometer.csv and sismed.csv; files of those names are replaced
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The same seed and sizes give the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Presentations in the catalogue
    #[arg(long, default_value_t = 160_000, value_parser = clap::value_parser!(u64).range(1..=20_000_000))]
    medicines: u64,
    /// Presentations with a ceiling
    #[arg(long, default_value_t = 40_000, value_parser = clap::value_parser!(u64).range(1..=20_000_000))]
    ceilings: u64,
    /// Rows of SISMED
    #[arg(long, default_value_t = 3_000_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    reports: u64,
    /// Lines of public purchases, in tvec_items.csv, with what each truly is in tvec_labels.csv; 0 writes none
    #[arg(long, default_value_t = 0, value_name = "LINES", value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    purchases: u64,
    /// Break every Nth report and purchase, to see that each is set aside; 0 breaks none
    #[arg(long, default_value_t = 0, value_name = "N")]
    faults: u64,
}

pub fn run(arguments: &GenerateArguments) -> anyhow::Result<u8> {
    let GenerateArguments { seed, medicines, ceilings, reports, purchases, faults, .. } = *arguments;
    let wanted = Wanted { seed, medicines, ceilings, reports, faults };
    let mut each = |file: &WrittenFile| {
        let broken = if file.faults > 0 { format!(", {} broken on purpose", file.faults) } else { String::new() };
        say!("{}: {} rows, {} bytes{broken}", file.path.display(), file.rows, file.bytes);
    };
    generate(&wanted, &arguments.out, &mut each)?;
    if purchases > 0 {
        generate_purchases(&wanted, purchases, &arguments.out, &mut each)?;
    }
    Ok(EXIT_DONE)
}
