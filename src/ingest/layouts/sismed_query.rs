//! SISMED as the portal's public query gives it (data set 3he6-m866, 2017 to June 2019): the same reports with words for the codes.

use super::sismed::{cum, range, reported, reported_units};
use crate::{
    domain::{
        calendar::period::Period,
        law::listed::{InvoiceUnit, Operation, SismedReport},
        reports::source_row::RowFault,
    },
    ingest::{
        format::fold::fold,
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

columns!(COLUMNS:
    CUT required "fechacorte",
    ROLE required "rolactordesc",
    OPERATION required "tiporeportepreciodesc",
    TRANSACTION required "transaccionsismeddesc",
    _IUM blank "codigoium",
    _IUM_NAME blank "nombreium",
    EXPEDIENTE required "expedientecum",
    CONSECUTIVE required "consecutivo",
    _DESCRIPTION blank "descripcioncomercial",
    _FORM blank "formafarmaceutica",
    _ATC blank "atc",
    _ATC_NAME blank "descripcion_atc",
    _ROUTE blank "via_administracion",
    _ENTITY blank "tipoentidaddesc",
    UNIT required "unidadfacturadesc",
    MINIMUM blank "valorminimo",
    MAXIMUM blank "valormaximo",
    // The value over the units says the same.
    _AVERAGE blank "valorpromedio",
    UNITS blank "unidades",
    VALUE blank "valortotal",
);

pub const SISMED_QUERY: TableLayout<SismedReport> = TableLayout {
    layout: Layout { code: "sismed-3he6-m866", columns: COLUMNS, extras: Extras::Reported },
    numbers: &[MINIMUM, MAXIMUM, UNITS, VALUE],
    days: &[CUT],
    key: Some(EXPEDIENTE),
    extra_values: false,
    ..TableLayout::with(read)
};

const ROLES: &[(&str, u8)] = &[
    ("ELABORA O IMPORTA EL MEDICAMENTO", 1),
    ("ACTOR QUE ELABORA O IMPORTA EL MEDICAMENTO", 1),
    ("NO ELABORA NI IMPORTA EL MEDICAMENTO", 2),
    ("ACTOR QUE NO ELABORA NI IMPORTA EL MEDICAMENTO", 2),
];
const OPERATIONS: &[(&str, Operation)] =
    &[("VENTA", Operation::Sale), ("COMPRA", Operation::Purchase), ("RECOBRO", Operation::Reimbursement)];
const TRANSACTIONS: &[(&str, u8)] = &[
    ("PRIMARIA INSTITUCIONAL", 1),
    ("PRIMARIA COMERCIAL", 2),
    ("SECUNDARIA INSTITUCIONAL", 3),
    ("SECUNDARIA COMERCIAL", 4),
    ("FINAL INSTITUCIONAL", 5),
];
const UNITS_OF_INVOICE: &[(&str, InvoiceUnit)] = &[
    ("PRESENTACION COMERCIAL", InvoiceUnit::Pack),
    ("UNIDAD POR EMBALAJE PRIMARIO", InvoiceUnit::PrimaryPack),
    ("UNIDAD DE EMBALAJE PRIMARIO", InvoiceUnit::PrimaryPack),
    ("UNIDAD DE EMPAQUE PRIMARIO", InvoiceUnit::PrimaryPack),
    ("UNIDAD DE EMPAQUE", InvoiceUnit::PrimaryPack),
    ("UNIDAD DE DISPENSACION", InvoiceUnit::DispensingUnit),
    ("UNIDAD MINIMA DE DISPENSACION", InvoiceUnit::DispensingUnit),
    ("UNIDAD DE CONCENTRACION", InvoiceUnit::RegulatedUnit),
    ("UNIDAD MINIMA DE CONCENTRACION", InvoiceUnit::RegulatedUnit),
];

fn read(row: &Row<'_>) -> Result<SismedReport, RowFault> {
    let (minimum, maximum) = range(row, MINIMUM, MAXIMUM)?;
    Ok(SismedReport {
        cum: cum(row, EXPEDIENTE, CONSECUTIVE)?,
        period: month(row)?,
        actor_role: described(row, ROLE, &[], ROLES)?,
        operation: described(row, OPERATION, &["OPERACION DE "], OPERATIONS)?,
        transaction: described(row, TRANSACTION, &["TRANSACCION "], TRANSACTIONS)?,
        unit: described(row, UNIT, &[], UNITS_OF_INVOICE)?,
        minimum,
        maximum,
        units: reported_units(row, UNITS)?,
        value: reported(row, VALUE)?,
    })
}

/// The cut is the first or the last day of the month of the sales: both were seen. Another day tells of no month.
fn month(row: &Row<'_>) -> Result<Period, RowFault> {
    let day = row.day(CUT)?;
    if day != day.first_of_month() && day != day.last_of_month() {
        return Err(row.fault(CUT, "not_an_end_of_month"));
    }
    Period::month(day.year(), day.month()).ok_or_else(|| row.fault(CUT, "not_a_date"))
}

/// A description under a closed list, without accents, case and numbering (`1. Elabora o importa …`); unknown words are not guessed at.
fn described<T: Copy>(row: &Row<'_>, column: usize, before: &[&str], known: &[(&str, T)]) -> Result<T, RowFault> {
    let cell = fold(row.required(column)?);
    let cell = cell.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let cell = before.iter().find_map(|words| cell.strip_prefix(fold(words).as_str())).unwrap_or(cell);
    let found = known.iter().find(|(words, _)| fold(words) == cell);
    found.map(|(_, value)| *value).ok_or_else(|| row.fault(column, "unknown_code"))
}
