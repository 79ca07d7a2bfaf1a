//! The evidence layout of the Superintendence's pilot: its six columns of an invoice line in their order, then what its comparison states.

use std::io::{self, BufWriter, Write};

use super::writer::LineWriter;
use crate::{
    domain::{
        invoices::{document::AdjustmentKind, line::InvoiceLine},
        law::act,
        number::{amount, exact},
    },
    exports::cell_text::{is_formula, push_cell},
    http::wire::invoices::{line::InvoiceLineBody, report::InvoiceMeta},
};

/// The names are the pilot's, and not translated.
pub const COLUMNS: [&str; 19] = [
    "FechaFact", "CUM", "Nombre", "Cantidad", "PrecioUnidad", "PrecioTotal", "NitEntidad", "NitCliente", "NumeroFactura",
    "Descuento", "Circular", "TipoPrecio", "PrecioCircular", "FechaInicioCircular", "DiferenciaPrecioCircular",
    "PorcentajeExceso", "CumplePrecioCircular", "Razones", "DatosDeMuestra",
];

pub struct EvidenceWriter<W: Write> {
    out: BufWriter<W>,
    is_sample: bool,
}

impl<W: Write> EvidenceWriter<W> {
    pub fn new(out: W, is_sample: bool) -> io::Result<Self> {
        let mut out = BufWriter::new(out);
        let columns = if is_sample { &COLUMNS[..] } else { COLUMNS.split_last().map_or(&COLUMNS[..], |(_, rest)| rest) };
        writeln_cells(&mut out, columns.iter().map(|name| (*name).to_owned()))?;
        Ok(Self { out, is_sample })
    }
}

fn writeln_cells(out: &mut impl Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut line = String::new();
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            line.push(',');
        }
        let cell = if is_formula(&cell) { format!("'{cell}") } else { cell };
        push_cell(&mut line, &cell);
    }
    line.push_str("\r\n");
    out.write_all(line.as_bytes())
}

impl<W: Write> LineWriter for EvidenceWriter<W> {
    fn line(&mut self, line: &InvoiceLine, body: &InvoiceLineBody) -> io::Result<()> {
        let day = body.date.as_deref().unwrap_or_default().replace('-', "/");
        let allowances = line.adjustments.iter().filter(|one| one.kind == AdjustmentKind::Allowance);
        let discount = allowances.map(|one| one.amount).try_fold(rust_decimal::Decimal::ZERO, exact::sum);
        let complies = match body.verdict {
            "above" => "No",
            "within" => "Sí",
            // Not found or not comparable is never the same as complying.
            "cannot_compare" => "No se puede decir",
            _ => "No aplica",
        };
        let ceiling = body.ceiling.as_ref();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let per = body.unit_price.as_ref().and_then(|price| price.per);
        let mut cells = vec![
            day,
            text(body.cum.as_deref().or(body.code.as_deref())),
            text(body.description.as_deref()),
            text(body.quantity.as_deref()),
            text(body.unit_price.as_ref().map(|price| price.amount.as_str())),
            line.total.map(amount::display).unwrap_or_default(),
            line.document.seller.as_ref().map(ToString::to_string).unwrap_or_default(),
            line.document.customer.as_ref().map(ToString::to_string).unwrap_or_default(),
            text(body.document.as_deref()),
            discount.filter(|sum| !sum.is_zero()).map(amount::display).unwrap_or_default(),
            ceiling.map(|ceiling| act::printed(&ceiling.act).unwrap_or_else(|| ceiling.act.clone())).unwrap_or_default(),
            text(ceiling.and(per)),
            body.ceiling_per_unit.map(amount::display).unwrap_or_default(),
            ceiling.map(|ceiling| ceiling.valid_from.to_string().replace('-', "/")).unwrap_or_default(),
            body.excess_per_unit.map(amount::display).unwrap_or_default(),
            text(body.excess_percent.as_deref()),
            complies.to_owned(),
            body.settled.iter().map(|settled| settled.by).chain(body.reasons.iter().copied()).collect::<Vec<_>>().join("; "),
        ];
        cells.extend(self.is_sample.then(|| "sí, inventados".to_owned()));
        writeln_cells(&mut self.out, cells.into_iter())
    }

    fn finish(mut self: Box<Self>, _: &InvoiceMeta) -> io::Result<()> {
        self.out.flush()
    }
}
