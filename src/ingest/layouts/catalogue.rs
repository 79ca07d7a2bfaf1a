//! INVIMA's CUM catalogue (open data set i7cb-raxc and its three siblings): one row per presentation, active ingredient and role.

use super::sismed::cum;
use crate::{
    domain::{identifier::ium::Ium, law::listed::ListedPresentation, reports::source_row::RowFault},
    ingest::{
        format::{fold::fold, number::NumberFormat},
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};
use rust_decimal::Decimal;

columns!(COLUMNS:
    _EXPEDIENTE_OF_PRODUCT required "expediente",
    PRODUCT required "producto",
    HOLDER blank "titular",
    REGISTRATION blank "registrosanitario",
    _ISSUED blank "fechaexpedicion",
    _EXPIRES blank "fechavencimiento",
    REGISTRATION_STATE blank "estadoregistro",
    EXPEDIENTE required "expedientecum",
    CONSECUTIVE required "consecutivocum" | "consecutivo",
    QUANTITY blank "cantidadcum",
    DESCRIPTION blank "descripcioncomercial",
    STATE required "estadocum",
    _ACTIVE_SINCE blank "fechaactivo",
    _INACTIVE_SINCE blank "fechainactivo",
    SAMPLE blank "muestramedica",
    QUANTITY_UNIT blank "unidad",
    ATC blank "atc",
    ATC_NAME blank "descripcionatc",
    ROUTE blank "viaadministracion",
    _CONCENTRATION_CODE blank "concentracion",
    INGREDIENT blank "principioactivo",
    STRENGTH_UNIT blank "unidadmedida",
    STRENGTH blank "cantidad",
    STRENGTH_REFERENCE blank "unidadreferencia",
    FORM blank "formafarmaceutica",
    ROLE_HOLDER blank "nombrerol",
    ROLE blank "tiporol",
    MODALITY blank "modalidad",
    IUM optional "IUM",
);

pub const CATALOGUE: TableLayout<ListedPresentation> = TableLayout {
    layout: Layout { code: "cum-i7cb-raxc", columns: COLUMNS, extras: Extras::Reported },
    numbers: &[QUANTITY, STRENGTH],
    days: &[],
    usual_format: NumberFormat::Plain,
    left_over: Some(left_over),
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<ListedPresentation, RowFault> {
    Ok(ListedPresentation {
        cum: cum(row, EXPEDIENTE, CONSECUTIVE)?,
        product: row.required_text(PRODUCT)?,
        holder: stated(row, HOLDER)?,
        registration: stated(row, REGISTRATION)?,
        registration_state: stated(row, REGISTRATION_STATE)?,
        description: without_noise(&stated(row, DESCRIPTION)?),
        active: row.code(STATE, &[("Activo", true), ("Inactivo", false)])?,
        medical_sample: yes(row, SAMPLE)?,
        quantity: amount(row, QUANTITY)?,
        quantity_unit: stated(row, QUANTITY_UNIT)?,
        atc: stated(row, ATC)?,
        atc_name: stated(row, ATC_NAME)?,
        route: stated(row, ROUTE)?,
        form: stated(row, FORM)?,
        ingredient: stated(row, INGREDIENT)?,
        strength: amount(row, STRENGTH)?,
        strength_unit: strength_unit(row)?,
        strength_reference: stated(row, STRENGTH_REFERENCE)?,
        role_holder: stated(row, ROLE_HOLDER)?,
        role: stated(row, ROLE)?,
        modality: stated(row, MODALITY)?,
        ium: row.cell(IUM).parse().ok(),
    })
}

/// What stands in the IUM's column and is none is no reason to lose the row: it is handed out beside it. Blanks and the filler `000` say nothing.
fn left_over(row: &Row<'_>) -> Option<(String, String)> {
    let cell = row.cell(IUM);
    let says_nothing = cell.trim_matches('0').is_empty() || fold(cell) == "sindato";
    (!says_nothing && cell.parse::<Ium>().is_err()).then(|| ("IUM".to_owned(), cell.to_owned()))
}

/// `Sin dato` is how the catalogue writes a blank.
fn stated(row: &Row<'_>, column: usize) -> Result<String, RowFault> {
    let text = row.text(column)?;
    Ok(if fold(&text) == "sindato" { String::new() } else { text })
}

fn amount(row: &Row<'_>, column: usize) -> Result<Option<Decimal>, RowFault> {
    if fold(row.cell(column)) == "sindato" { Ok(None) } else { row.quantity(column) }
}

/// The catalogue's export also replaces stray signs inside a text: `PORSIN DATO30 ML` was `POR 30 ML`.
fn without_noise(text: &str) -> String {
    if text.contains("SIN DATO") {
        text.replace("SIN DATO", " ").split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.to_owned()
    }
}

/// Blank means no: the mark is set only where a presentation is a sample.
fn yes(row: &Row<'_>, column: usize) -> Result<bool, RowFault> {
    let blank = matches!(fold(row.cell(column)).as_str(), "" | "sindato");
    if blank { Ok(false) } else { row.code(column, &[("Si", true), ("No", false)]) }
}

/// The published export of 2026 repeats `muestramedica` here; a yes or no is no unit.
fn strength_unit(row: &Row<'_>) -> Result<String, RowFault> {
    let unit = stated(row, STRENGTH_UNIT)?;
    Ok(if matches!(fold(&unit).as_str(), "si" | "no") { String::new() } else { unit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exports_noise_becomes_a_blank() {
        assert_eq!(without_noise("TIPO III PORSIN DATO30 ML CONSIN DATOTAPA."), "TIPO III POR 30 ML CON TAPA.");
        assert_eq!(without_noise("FRASCO  POR 30 ML."), "FRASCO  POR 30 ML.");
    }
}
