//! The open-data list of maximum sale prices (data set nauz-qkjw): three ceilings per CUM and the margin in pesos.

use super::ceiling_cells::{amount, content, cum, margin, market};
use crate::{
    domain::{
        law::{
            channel::CeilingColumn,
            listed::{ListedCeiling, ListedKind, ListedRow},
        },
        reports::source_row::RowFault,
    },
    ingest::{
        format::number::NumberFormat,
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

columns!(COLUMNS:
    _NUMBER optional "no" | "N°",
    MARKET required "id_mr",
    _MARKET_NAME blank "mercado_relevante",
    CUM required "cum",
    MEDICINE required "medicamento",
    CONTENT blank "cantidad_por_unidad_de_medida",
    CONTENT_UNIT blank "unidad_de_medida",
    INSTITUTIONAL required "precio_maximo_de_venta_transaccion_primaria_secundaria_y_final_institucional",
    MARGIN blank "margen_para_ips",
    COMMERCIAL required "precio_maximo_de_venta_transaccion_primaria_y_secundaria_comercial",
    COUNTER required "precio_maximo_de_venta_transaccion_final_comercial",
    ACT required "circular_cnpmdm",
    VALID_FROM required "fecha_de_inicio_vigencia_precio_maximo_de_venta",
);

pub const OPEN_DATA_CEILINGS: TableLayout<ListedRow> = TableLayout {
    layout: Layout { code: "open-data-ceilings-nauz-qkjw", columns: COLUMNS, extras: Extras::Reported },
    numbers: &[CONTENT, INSTITUTIONAL, MARGIN, COMMERCIAL, COUNTER],
    days: &[VALID_FROM],
    usual_format: NumberFormat::Grouped,
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<ListedRow, RowFault> {
    Ok(ListedRow::Ceiling(ListedCeiling {
        kind: ListedKind::Maximum,
        cum: cum(row, CUM)?,
        market: Some(market(row, MARKET)?),
        description: row.required_text(MEDICINE)?,
        amounts: vec![
            (CeilingColumn::Institutional, amount(row, INSTITUTIONAL)?),
            (CeilingColumn::CommercialWholesale, amount(row, COMMERCIAL)?),
            (CeilingColumn::CommercialFinal, amount(row, COUNTER)?),
        ],
        ips_margin: margin(row, MARGIN)?,
        act: row.required_text(ACT)?,
        valid_from: row.day(VALID_FROM)?,
        regulated_content: content(row, CONTENT, CONTENT_UNIT)?,
    }))
}
