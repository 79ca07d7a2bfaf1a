//! The Clic Salud thermometer (open data set n4dj-8r7k): one price per product, dispensing unit and channel, with the official label.

use crate::{
    domain::{
        identifier::cum::Cum,
        law::{channel::Channel, listed::ListedThermometer},
        reports::source_row::RowFault,
    },
    ingest::table::{
        columns::{Extras, Layout, columns},
        layout::TableLayout,
        row::Row,
    },
};

columns!(COLUMNS:
    EXPEDIENTE required "expediente_invima" | "expediente",
    INGREDIENT required "principio_activo",
    CONCENTRATION required "concentracion",
    BASE_UNIT blank "unidad_base",
    DISPENSING_UNIT required "unidad_de_dispensacion",
    BRAND blank "nombre_comercial",
    MAKER blank "fabricante",
    DESCRIPTION blank "medicamento",
    CHANNEL required "canal",
    PRICE required "precio_por_tableta",
    LABEL optional "factoresprecio",
    LEVEL optional "numerofactor",
);

pub const THERMOMETER: TableLayout<ListedThermometer> = TableLayout {
    layout: Layout { code: "clicsalud-n4dj-8r7k", columns: COLUMNS, extras: Extras::Reported },
    numbers: &[PRICE],
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<ListedThermometer, RowFault> {
    // The list has no consecutive: the code's first half is checked by the same rule as the whole.
    let expediente = format!("{}-1", row.required_whole(EXPEDIENTE)?).parse::<Cum>();
    Ok(ListedThermometer {
        expediente: expediente.map_err(|_| row.fault(EXPEDIENTE, "not_an_expediente"))?.expediente,
        ingredient: row.required_text(INGREDIENT)?,
        concentration: row.required_text(CONCENTRATION)?,
        base_unit: row.text(BASE_UNIT)?,
        dispensing_unit: row.required_text(DISPENSING_UNIT)?,
        brand: row.text(BRAND)?,
        maker: row.text(MAKER)?,
        description: row.text(DESCRIPTION)?,
        channel: row.code(CHANNEL, &[("Comercial", Channel::Commercial), ("Institucional", Channel::Institutional)])?,
        price: row.unit_price(PRICE)?,
        published_level: published_level(row)?,
    })
}

/// The word and the number say the same thing twice; where they disagree neither is believed.
fn published_level(row: &Row<'_>) -> Result<Option<u8>, RowFault> {
    let read = |column, known: &[(&str, u8)]| {
        if row.cell(column).is_empty() { Ok(None) } else { row.code(column, known).map(Some) }
    };
    let label = read(LABEL, &[("Bajo", 1), ("Medio", 2), ("Alto", 3)])?;
    let level = read(LEVEL, &[("1", 1), ("2", 2), ("3", 3)])?;
    match (label, level) {
        (Some(label), Some(level)) if label != level => Err(row.fault(LEVEL, "label_and_number_disagree")),
        _ => Ok(level.or(label)),
    }
}
