//! `tvec_items.csv` and `tvec_orders.csv`: purchases of public bodies in the layouts of the State's virtual store; `tvec_labels.csv` says of each line
//! what it truly is. Prices repeat as those of framework agreements do; some lines are broken, some state a pack and have the price of a unit.

use super::ceilings::margin;
use super::line::Lines;
use super::population::{Population, Presentation, Registration, is_counted};
use super::purchase_text::{medicine, other_thing};
use super::random::{Random, Wheel};
use std::io::{self, Write};

pub const ITEMS_HEADER: &str =
    "orden_de_compra,fecha,entidad,nit_entidad,provedor,nit_proveedor,item,price,qty,unidad_de_medida,line_total,cdp";
pub const ORDERS_HEADER: &str = "a_o,identificador_de_la_orden,rama_de_la_entidad,entidad,nit_entidad,solicitante,fecha,\
    proveedor,nit_proveedor,estado,items,total,agregacion,ciudad";
/// Line of the items' file; its CUM; what its price truly is per; whether that is above; what is wrong with it.
pub const LABELS_HEADER: &str = "linea,cum,precio_por,verdad,trampa";

const BUYERS: u64 = 60;
const SELLERS: u64 = 30;
/// Of ten thousand lines.
const OTHER_THINGS: u64 = 3_000;
const ABOVE: u64 = 800;
const SWAPPED: u64 = 300;
const CANCELLED_ORDERS: u64 = 300;

/// The three files.
pub struct PurchaseFiles<W: Write> {
    pub items: Lines<W>,
    pub orders: Lines<W>,
    pub labels: Lines<W>,
}

/// How many rows there are in items and orders, and how many of the items a reader must set aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurchasesWritten {
    pub items: u64,
    pub orders: u64,
    pub faults: u64,
}

struct Order {
    number: u64,
    day: String,
    buyer: u64,
    seller: u64,
    quarter: u64,
}

/// What a line says, in centavos, and what it is.
struct ItemLine {
    text: String,
    unit: String,
    price: u64,
    quantity: u64,
    label: Label,
}

#[derive(Clone, Copy, Default)]
struct Label {
    cum: Option<(u64, u64)>,
    per: &'static str,
    truth: &'static str,
    trap: &'static str,
}

/// What is wrong with a line: cells by column, and what a reader makes of it.
type BrokenItem = (&'static [(usize, &'static str)], &'static str);

const QUARANTINED: &str = "quarantined";
const BROKEN: &[BrokenItem] = &[
    (&[(10, "1")], "implausible"),
    (&[(1, "31/02/2024")], QUARANTINED),
    (&[(7, "0"), (10, "0")], "implausible"),
    (&[(3, "79456123")], QUARANTINED),
    (&[(8, "-2"), (10, "")], "return"),
    (&[(6, "")], QUARANTINED),
    (&[(8, "20000000"), (10, "")], "implausible"),
    (&[(1, "2999-01-01")], QUARANTINED),
    (&[(7, "no hay")], QUARANTINED),
    (&[(7, "")], "implausible"),
];

pub fn write<W: Write>(
    files: &mut PurchaseFiles<W>,
    population: &Population,
    seed: u64,
    lines: u64,
    faults: u64,
) -> io::Result<PurchasesWritten> {
    files.items.text(ITEMS_HEADER).end()?;
    files.orders.text(ORDERS_HEADER).end()?;
    files.labels.text(LABELS_HEADER).end()?;
    let mut draw = Draw::new(population, seed);
    let mut written = PurchasesWritten::default();
    while written.items < lines {
        let order = draw.order(written.orders + 1);
        order_row(&mut files.orders, &order, draw.random.chance(CANCELLED_ORDERS))?;
        written.orders += 1;
        for _ in 0..draw.random.between(1, 8).min(lines - written.items) {
            let mut item = draw.item(&order);
            written.items += 1;
            let is_broken = faults > 0 && written.items.is_multiple_of(faults);
            let broken = is_broken.then(|| BROKEN[(written.items / faults) as usize % BROKEN.len()]);
            if let Some((_, trap)) = broken {
                item.label.trap = trap;
                written.faults += u64::from(trap == QUARANTINED);
            }
            item_row(&mut files.items, &order, &item, broken)?;
            label_row(&mut files.labels, written.items + 1, &item.label)?;
        }
    }
    Ok(written)
}

struct Draw<'a> {
    population: &'a Population,
    seed: u64,
    random: Random,
    /// Registration and presentation of each that is on sale.
    on_sale: Vec<(usize, usize)>,
    wheel: Wheel,
}

impl<'a> Draw<'a> {
    fn new(population: &'a Population, seed: u64) -> Self {
        let mut on_sale = Vec::new();
        for (at, registration) in population.registrations.iter().enumerate() {
            let own = registration.presentations.clone();
            let sold = |one: &usize| population.presentations[*one].active && !population.presentations[*one].sample;
            on_sale.extend(own.filter(sold).map(|one| (at, one)));
        }
        let wheel = Wheel::new(on_sale.iter().map(|(_, one)| population.presentations[*one].weight));
        Self { population, seed, random: Random::new(seed, 7), on_sale, wheel }
    }

    fn order(&mut self, number: u64) -> Order {
        // Most while the generated list of ceilings speaks; some before its newest act, some after it.
        let (year, month) = self.random.weighted(&[
            (5, (2022, 6)),
            (10, (2023, 3)),
            (20, (2024, 8)),
            (25, (2024, 9)),
            (25, (2024, 10)),
            (10, (2024, 11)),
            (5, (2025, 5)),
        ]);
        let day = format!("{year}-{month:02}-{:02}", self.random.between(1, 27));
        let quarter = year * 4 + (month - 1) / 3;
        Order { number, day, buyer: self.random.below(BUYERS), seller: self.random.below(SELLERS), quarter }
    }

    fn item(&mut self, order: &Order) -> ItemLine {
        let quantity = 10_u64.pow(self.random.below(4) as u32) * self.random.between(1, 9);
        if self.on_sale.is_empty() || self.random.chance(OTHER_THINGS) {
            let label = Label { truth: "not_a_medicine", ..Label::default() };
            let price = self.random.between(500, 900_000) * 100;
            return ItemLine {
                text: other_thing(&mut self.random).to_owned(),
                unit: "UNIDAD".to_owned(),
                price,
                quantity,
                label,
            };
        }
        let (registration, one) = self.on_sale[self.wheel.spin(&mut self.random)];
        let (registration, presentation) = (&self.population.registrations[registration], &self.population.presentations[one]);
        let text = medicine(&mut self.random, self.population, registration, presentation);
        let unit_of = self.population.entry(registration).unit;
        let is_pack = self.random.chance(5_000);
        let pack_price = self.pack_price((one as u64, order), registration, presentation);
        let price = if is_pack { pack_price } else { (pack_price / presentation.quantity).max(1) };
        let states_unit = self.random.chance(7_000);
        let is_swapped = states_unit && presentation.quantity > 1 && is_counted(unit_of) && self.random.chance(SWAPPED);
        let unit = match (states_unit, is_pack != is_swapped) {
            (false, _) => "UNIDAD".to_owned(),
            (true, true) => "CAJA".to_owned(),
            (true, false) => unit_of.to_uppercase(),
        };
        let label = Label {
            cum: Some((registration.expediente, presentation.consecutive)),
            per: if is_pack { "pack" } else { "dispensing_unit" },
            truth: truth(price, if is_pack { 1 } else { presentation.quantity }, presentation.ceiling),
            trap: if is_swapped { "unit_swap" } else { "" },
        };
        ItemLine { text, unit, price, quantity, label }
    }

    /// Of one seller in one quarter it is always the same.
    fn pack_price(&self, (one, order): (u64, &Order), registration: &Registration, presentation: &Presentation) -> u64 {
        let mut own = Random::new(self.seed, 1_000_000 + (one * SELLERS + order.seller) * 40_000 + order.quarter);
        let (usual, percent) = match presentation.ceiling {
            0 => (registration.price.saturating_mul(presentation.quantity), own.between(60, 140)),
            ceiling if own.chance(ABOVE) => (ceiling, own.between(110, 180)),
            ceiling => (ceiling, own.between(35, 99)),
        };
        // Whole pesos, as most prices are.
        (usual / 100 * percent / 100).clamp(1, 90_000_000) * 100
    }
}

/// Of a price for one of so many in the pack, whoever sells: an IPS may add its margin.
fn truth(price: u64, in_pack: u64, ceiling: u64) -> &'static str {
    let pack = u128::from(price) * u128::from(in_pack);
    match ceiling {
        0 => "no_ceiling",
        _ if pack <= u128::from(ceiling) => "within",
        _ if pack > u128::from(ceiling + margin(ceiling)) => "above",
        _ => "depends",
    }
}

fn buyer_nit(buyer: u64) -> u64 {
    800_100_000 + buyer * 137
}

/// One in fifteen is a person with the number of an identity card.
fn seller_nit(seller: u64) -> u64 {
    if seller.is_multiple_of(15) { 51_000_000 + seller } else { 900_200_000 + seller * 211 }
}

fn order_row<W: Write>(lines: &mut Lines<W>, order: &Order, cancelled: bool) -> io::Result<()> {
    lines.text(&order.day[..4]).comma().number(order.number).text(",Territorial,HOSPITAL INVENTADO ").number(order.buyer).comma();
    lines.number(buyer_nit(order.buyer)).text(",PERSONA INVENTADA,").text(&order.day).text("T00:00:00.000,PROVEEDOR INVENTADO ");
    lines.number(order.seller).comma().number(seller_nit(order.seller)).comma();
    lines.text(if cancelled { "Cancelada" } else { "Emitida" });
    lines.text(",Varios,0,Acuerdo marco inventado,Bogotá").end()
}

fn item_row<W: Write>(lines: &mut Lines<W>, order: &Order, item: &ItemLine, broken: Option<BrokenItem>) -> io::Result<()> {
    const COLUMNS: usize = 12;
    for column in 0..COLUMNS {
        if column > 0 {
            lines.comma();
        }
        match broken.and_then(|(cells, _)| cells.iter().find(|(at, _)| *at == column)) {
            Some((_, text)) => {
                lines.text(text);
            }
            None => cell(lines, order, item, column),
        }
    }
    lines.end()
}

fn cell<W: Write>(lines: &mut Lines<W>, order: &Order, item: &ItemLine, column: usize) {
    match column {
        0 => lines.number(order.number),
        1 => lines.text(&order.day).text("T00:00:00.000"),
        2 => lines.text("HOSPITAL INVENTADO ").number(order.buyer),
        3 => lines.number(buyer_nit(order.buyer)),
        4 => lines.text("PROVEEDOR INVENTADO ").number(order.seller),
        5 => lines.number(seller_nit(order.seller)),
        6 => lines.cell(&item.text),
        7 => lines.decimal(item.price, 2),
        8 => lines.number(item.quantity),
        9 => lines.cell(&item.unit),
        10 => lines.decimal(item.price.saturating_mul(item.quantity), 2),
        _ => lines.number(order.number),
    };
}

fn label_row<W: Write>(lines: &mut Lines<W>, line: u64, label: &Label) -> io::Result<()> {
    lines.number(line).comma();
    if let Some((expediente, consecutive)) = label.cum {
        lines.number(expediente).text("-").number(consecutive);
    }
    lines.comma().text(label.per).comma().text(label.truth).comma().text(label.trap).end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_truth_is_that_of_the_pack_and_leaves_the_margin_open() {
        // A pack of ten with a ceiling of a thousand pesos; a margin of seventy.
        let of_unit = |price| truth(price, 10, 100_000);
        assert_eq!([10_000, 10_001, 10_700, 10_701].map(of_unit), ["within", "depends", "depends", "above"]);
        assert_eq!((truth(5, 1, 0), truth(100_000, 1, 100_000)), ("no_ceiling", "within"));
    }
}
