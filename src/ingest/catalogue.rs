//! INVIMA's CUM catalogue (open data set i7cb-raxc and its three siblings): one row per presentation, active ingredient and role.

use super::number::NumberFormat;
use super::row::Row;
use super::sismed::cum;
use super::table::{Layout, columns, fold};
use super::text_table::TextLayout;
use crate::domain::{listed::ListedPresentation, source_row::Fault};
use rust_decimal::Decimal;

columns!(COLUMNS:
    _EXPEDIENTE_OF_PRODUCT required "expediente",
    PRODUCT required "producto",
    HOLDER required "titular",
    REGISTRATION required "registrosanitario",
    _ISSUED required "fechaexpedicion",
    _EXPIRES required "fechavencimiento",
    REGISTRATION_STATE required "estadoregistro",
    EXPEDIENTE required "expedientecum",
    CONSECUTIVE required "consecutivocum" | "consecutivo",
    QUANTITY required "cantidadcum",
    DESCRIPTION required "descripcioncomercial",
    STATE required "estadocum",
    _ACTIVE_SINCE required "fechaactivo",
    _INACTIVE_SINCE required "fechainactivo",
    SAMPLE required "muestramedica",
    QUANTITY_UNIT required "unidad",
    ATC required "atc",
    ATC_NAME required "descripcionatc",
    ROUTE required "viaadministracion",
    _CONCENTRATION_CODE required "concentracion",
    INGREDIENT required "principioactivo",
    STRENGTH_UNIT required "unidadmedida",
    STRENGTH required "cantidad",
    STRENGTH_REFERENCE required "unidadreferencia",
    FORM required "formafarmaceutica",
    ROLE_HOLDER required "nombrerol",
    ROLE required "tiporol",
    MODALITY required "modalidad",
    _IUM optional "IUM",
);

pub const CATALOGUE: TextLayout<ListedPresentation> = TextLayout {
    layout: Layout { code: "cum-i7cb-raxc", columns: COLUMNS, extras_allowed: false },
    numbers: &[QUANTITY, STRENGTH],
    usual_format: NumberFormat::Plain,
    dated_file_name: true,
    read,
};

fn read(row: &Row<'_>) -> Result<ListedPresentation, Fault> {
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
    })
}

/// `Sin dato` is how the catalogue writes a blank.
fn stated(row: &Row<'_>, column: usize) -> Result<String, Fault> {
    let text = row.text(column)?;
    Ok(if fold(&text) == "sindato" { String::new() } else { text })
}

fn amount(row: &Row<'_>, column: usize) -> Result<Option<Decimal>, Fault> {
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
fn yes(row: &Row<'_>, column: usize) -> Result<bool, Fault> {
    let blank = matches!(fold(row.cell(column)).as_str(), "" | "sindato");
    if blank { Ok(false) } else { row.code(column, &[("Si", true), ("No", false)]) }
}

/// The published export of 2026 repeats `muestramedica` here; a yes or no is no unit.
fn strength_unit(row: &Row<'_>) -> Result<String, Fault> {
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
