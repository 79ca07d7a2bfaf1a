//! SISPRO's tables of codes that exist: CUM and IUM. Both have one header; the first code tells which of the two a file is.

use crate::{
    domain::{
        identifier::{cum::Cum, ium::Ium},
        law::listed::{ListedCumCode, ListedIumCode},
        reports::source_row::RowFault,
    },
    ingest::{
        layout_name::{LayoutName, Way},
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

columns!(COLUMNS: _ID required "Id", CODE required "Codigo", ENABLED required "Habilitado");

/// The columns of a table of codes.
pub const COLUMNS_OF_CODES: &[crate::ingest::table::columns::LayoutColumn] = COLUMNS;

/// The tables of codes of SISPRO share one header; their codes tell them apart.
pub static CUM_CODES: LayoutName = LayoutName {
    code: "sispro-cums",
    es: "la tabla de códigos CUM del SISPRO",
    en: "SISPRO's table of CUM codes",
    way: Way::Import("cum_codes"),
};
pub static IUM_CODES: LayoutName = LayoutName {
    code: "sispro-ium",
    es: "la tabla de códigos IUM del SISPRO",
    en: "SISPRO's table of IUM codes",
    way: Way::Import("ium_codes"),
};

pub const CUM_TABLE: TableLayout<ListedCumCode> = TableLayout {
    layout: Layout { code: "sispro-cums", columns: COLUMNS, extras: Extras::Reported },
    key: Some(CODE),
    other: |code| code.parse::<Ium>().is_ok().then_some(&IUM_CODES),
    ..TableLayout::with(read_cum)
};

pub const IUM_TABLE: TableLayout<ListedIumCode> = TableLayout {
    layout: Layout { code: "sispro-ium", columns: COLUMNS, extras: Extras::Reported },
    key: Some(CODE),
    other: |code| code.parse::<Cum>().is_ok().then_some(&CUM_CODES),
    ..TableLayout::with(read_ium)
};

/// The table holds 23 registrations of ten and eleven digits, which no registry gives out: they are set aside.
fn read_cum(row: &Row<'_>) -> Result<ListedCumCode, RowFault> {
    let cum = row.required(CODE)?.parse::<Cum>().map_err(|_| row.fault(CODE, "not_a_cum"))?;
    Ok(ListedCumCode { cum, enabled: enabled(row)? })
}

fn read_ium(row: &Row<'_>) -> Result<ListedIumCode, RowFault> {
    let ium = row.required(CODE)?.parse::<Ium>().map_err(|_| row.fault(CODE, "not_an_ium"))?;
    Ok(ListedIumCode { ium, enabled: enabled(row)? })
}

fn enabled(row: &Row<'_>) -> Result<bool, RowFault> {
    row.code(ENABLED, &[("1", true), ("0", false), ("Si", true), ("No", false), ("true", true), ("false", false)])
}
