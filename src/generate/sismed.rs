//! `sismed.csv`: any number of reports in SISMED's published form, product after product, as untidy as the real ones.

use super::faults::{self, Broken};
use super::line::Lines;
use super::population::Population;
use super::prices::{Prices, Pricing};
use super::random::Random;
use super::shape::{REPEATED, RowProfile, RowShares};
use std::io::{self, Write};

pub const HEADER: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,\
    CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado";

/// From October 2019 to September 2026.
const MONTHS: u64 = 84;
const FIRST_MONTH: u64 = 2019 * 12 + 9;
/// No factor of the number of months: every month is met once.
const MONTH_STEP: u64 = 37;

/// One row.
pub struct Report {
    pub expediente: u64,
    pub consecutive: u64,
    pub year: u64,
    pub month: u64,
    pub cell: RowProfile,
    pub prices: Prices,
}

/// How many rows were written, and how many of them broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub rows: u64,
    pub faults: u64,
}

pub fn write<W: Write>(
    lines: &mut Lines<W>,
    population: &Population,
    seed: u64,
    reports: u64,
    faults: u64,
) -> io::Result<Written> {
    lines.text(HEADER).end()?;
    let mut months = Months { random: Random::new(seed, 5), shape: RowShares::new(), used: 0, last: None };
    let mut written = Written::default();
    let weights: u128 = population.presentations.iter().map(|one| u128::from(one.weight)).sum();
    let mut weight = 0_u128;
    for registration in &population.registrations {
        for presentation in &population.presentations[registration.presentations.clone()] {
            weight += u128::from(presentation.weight);
            // By the sum so far: the shares come out to the row, whatever the sizes.
            let until = (weight * u128::from(reports)).checked_div(weights).unwrap_or_default() as u64;
            let count = until - written.rows;
            let pricing = Pricing::of(registration, presentation, population.dosage(registration).contents[0]);
            let offset = months.random.below(MONTHS);
            for nth in 0..count {
                let (month, cell) = months.place(nth, count, offset);
                let range = months.shape.range(&mut months.random);
                let prices = pricing.draw(&mut months.random, range, cell.unit);
                let (year, month) = (month / 12, month % 12 + 1);
                let (expediente, consecutive) = (registration.expediente, presentation.consecutive);
                let report = Report { expediente, consecutive, year, month, cell, prices };
                written.rows += 1;
                let broken = faults::of_row(written.rows, faults);
                written.faults += u64::from(broken.is_some());
                row(lines, &report, broken)?;
            }
        }
    }
    Ok(written)
}

/// Where rows stand in the table of a product: month after month, and within one mostly in cells of their own.
struct Months {
    random: Random,
    shape: RowShares,
    used: u128,
    last: Option<(u64, RowProfile)>,
}

impl Months {
    /// The month and the cell of the `nth` row of `count`.
    fn place(&mut self, nth: u64, count: u64, offset: u64) -> (u64, RowProfile) {
        if let Some(last) = self.last
            && nth > 0
            && self.random.chance(REPEATED)
        {
            return last;
        }
        let month = FIRST_MONTH + (nth * MONTHS / count * MONTH_STEP + offset) % MONTHS;
        if nth == 0 || self.last.is_none_or(|(last, _)| last != month) {
            self.used = 0;
        }
        let mut cell = self.shape.cell(&mut self.random);
        for _ in 0..6 {
            if self.used & (1 << cell.number) == 0 {
                break;
            }
            cell = self.shape.cell(&mut self.random);
        }
        self.used |= 1 << cell.number;
        self.last = Some((month, cell));
        (month, cell)
    }
}

const COLUMNS: usize = 12;

fn row<W: Write>(lines: &mut Lines<W>, report: &Report, broken: Option<Broken>) -> io::Result<()> {
    for column in 0..COLUMNS {
        if column > 0 {
            lines.comma();
        }
        match broken.and_then(|broken| broken.iter().find(|(at, _)| *at == column)) {
            Some((_, text)) => {
                lines.text(text);
            }
            None => value(lines, report, column),
        }
    }
    lines.end()
}

fn value<W: Write>(lines: &mut Lines<W>, report: &Report, column: usize) {
    let prices = &report.prices;
    match column {
        0 => lines.number(report.expediente),
        1 => lines.number(report.consecutive),
        2 => lines.number(report.year),
        3 => lines.number(report.month),
        4 => lines.text(report.cell.role),
        5 => lines.text(report.cell.operation),
        6 => lines.text(report.cell.transaction),
        7 => lines.text(report.cell.unit),
        8 => amount(lines, prices.minimum, 2),
        9 => amount(lines, prices.maximum, 2),
        10 => amount(lines, Some(prices.units), 5),
        _ => amount(lines, prices.value, 2),
    };
}

/// Nothing where nothing was reported.
fn amount<W: Write>(lines: &mut Lines<W>, scaled: Option<u64>, places: u32) -> &mut Lines<W> {
    match scaled {
        Some(scaled) => lines.decimal(scaled, places),
        None => lines,
    }
}
