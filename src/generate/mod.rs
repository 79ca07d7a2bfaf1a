//! A market of any size: files in the publishers' layouts that follow, byte for byte, from a seed.
//!
//! Names are real words of the Colombian market; who sells what, and every price and report, is invented. The reports stream:
//! memory holds the presentations and nothing per report.
mod catalogue;
mod ceilings;
mod contracts;
mod error;
mod faults;
mod line;
mod population;
mod prices;
mod printed;
mod purchase_text;
mod purchases;
mod random;
mod regulation;
mod shape;
mod sismed;
mod strength;
mod thermometer;
mod vocabulary;

pub use error::GenerateError;
use line::Lines;
use population::Population;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The size of the market.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub seed: u64,
    /// Presentations in the catalogue.
    pub medicines: u64,
    /// Of them, those with a ceiling.
    pub ceilings: u64,
    /// Rows of SISMED.
    pub reports: u64,
    /// Every so many reports are broken; zero breaks none.
    pub faults: u64,
}

/// The content of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    pub path: PathBuf,
    pub rows: u64,
    pub bytes: u64,
    /// Rows that a reader must set aside.
    pub faults: u64,
}

/// A marker beside generated files: an import from that folder counts as invented data.
pub(crate) const MARK: &str = "INVENTADOS-INVENTED.txt";
const MARK_TEXT: &str = "Los datos de esta carpeta son inventados (`termometro generate`): ni los precios ni los reportes son de verdad.\n\
    The data in this folder are invented (`termometro generate`): neither prices nor reports are real.\n";

/// Whether a file stands in a folder that `generate` wrote.
pub(crate) fn is_generated(file: &Path) -> bool {
    file.parent().is_some_and(|folder| folder.join(MARK).is_file())
}

/// Writes the four files, in the order in which they are imported best, and the mark beside them; `each` hears of every one as it is done.
///
/// # Errors
/// When the folder cannot be written, or more ceilings than packs on sale are asked for.
pub fn generate(wanted: &Wanted, folder: &Path, each: &mut dyn FnMut(&WrittenFile)) -> Result<(), GenerateError> {
    let mut population = Population::new(wanted.seed, wanted.medicines);
    let markets = regulation::regulate(&mut population, wanted.seed, wanted.ceilings)?;
    let (population, seed) = (&population, wanted.seed);
    fs::create_dir_all(folder).map_err(|source| GenerateError::Unwritable { path: folder.to_owned(), source })?;
    let mark = folder.join(MARK);
    fs::write(&mark, MARK_TEXT).map_err(|source| GenerateError::Unwritable { path: mark, source })?;
    let plain = |rows| sismed::Written { rows, faults: 0 };
    each(&file(folder, "catalogue.csv", |lines| catalogue::write(lines, population, seed).map(plain))?);
    each(&file(folder, "ceilings.csv", |lines| ceilings::write(lines, population, &markets, seed).map(plain))?);
    each(&file(folder, "thermometer.csv", |lines| thermometer::write(lines, population, seed).map(plain))?);
    each(&file(folder, "sismed.csv", |lines| sismed::write(lines, population, seed, wanted.reports, wanted.faults))?);
    Ok(())
}

/// Writes purchases of the same market beside the other files: lines, orders, what each line truly is, contracts, and what happened to them.
///
/// # Errors
/// As `generate`.
pub fn generate_purchases(
    wanted: &Wanted,
    lines: u64,
    folder: &Path,
    each: &mut dyn FnMut(&WrittenFile),
) -> Result<(), GenerateError> {
    let mut population = Population::new(wanted.seed, wanted.medicines);
    regulation::regulate(&mut population, wanted.seed, wanted.ceilings)?;
    let paths = ["tvec_items.csv", "tvec_orders.csv", "tvec_labels.csv"].map(|name| folder.join(name));
    let attempt = || {
        let [items, orders, labels] =
            [File::create(&paths[0])?, File::create(&paths[1])?, File::create(&paths[2])?].map(Lines::new);
        let mut files = purchases::PurchaseFiles { items, orders, labels };
        let written = purchases::write(&mut files, &population, wanted.seed, lines, wanted.faults)?;
        Ok((written, [files.items.finish()?, files.orders.finish()?, files.labels.finish()?]))
    };
    let (written, bytes) = attempt().map_err(|source| GenerateError::Unwritable { path: folder.to_owned(), source })?;
    let counts = [(written.items, written.faults), (written.orders, 0), (written.items, 0)];
    for ((path, (rows, faults)), bytes) in paths.into_iter().zip(counts).zip(bytes) {
        each(&WrittenFile { path, rows, bytes, faults });
    }
    let (seed, count) = (wanted.seed, (lines / 20).max(1));
    let plain = |rows| sismed::Written { rows, faults: 0 };
    each(&file(folder, "secop_contracts.csv", |lines| contracts::write_contracts(lines, seed, count).map(plain))?);
    each(&file(folder, "secop_additions.csv", |lines| contracts::write_additions(lines, seed, count).map(plain))?);
    Ok(())
}

fn file(
    folder: &Path,
    name: &str,
    write: impl FnOnce(&mut Lines<File>) -> io::Result<sismed::Written>,
) -> Result<WrittenFile, GenerateError> {
    let path = folder.join(name);
    let attempt = || {
        let mut lines = Lines::new(File::create(&path)?);
        let sismed::Written { rows, faults } = write(&mut lines)?;
        Ok((rows, faults, lines.finish()?))
    };
    match attempt() {
        Ok((rows, faults, bytes)) => Ok(WrittenFile { path, rows, bytes, faults }),
        Err(source) => Err(GenerateError::Unwritable { path, source }),
    }
}
