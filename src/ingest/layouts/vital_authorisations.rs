//! INVIMA's authorisations to import what is vital and not available (open data set sdmr-tfmf), a row each. The portal's interface drops accented
//! letters from the names of columns, its download does not.

use jiff::civil::Date;

use crate::{
    domain::{
        identifier::ium::Ium,
        law::listed::{AuthorisedIngredient, ImportRequest, ListedAuthorisation},
        reports::source_row::RowFault,
    },
    ingest::{
        format::{dates, fold::fold},
        table::{
            columns::{Extras, Layout, columns},
            layout::TableLayout,
            row::Row,
        },
    },
};

// Who asked, how much and for which diagnosis is known by name, so that it is not kept as a column more.
columns!(COLUMNS:
    AUTHORISED required "FECHA_DE_AUTORIZACIÓN" | "fecha_de_autorizaci_n",
    REQUEST required "TIPO_DE_SOLICITUD",
    _REQUESTER optional "SOLICITANTE/IMPORTADOR",
    IUM blank "IUM",
    INGREDIENT required "PRINCIPIO_ACTIVO1",
    STRENGTH blank "CONCENTRACIÓN_DELMEDICAMENTO1" | "concentraci_n_delmedicamento1",
    UNIT blank "UNIDAD_MEDIDA1",
    SECOND blank "PRINCIPIO_ACTIVO2",
    SECOND_STRENGTH blank "CONCENTRACIÓN_DEL_MEDICAMENTO2" | "concentraci_n_del_medicamento2",
    SECOND_UNIT blank "UNIDAD_MEDIDA2",
    FORM blank "FORMA_FARMACÉUTICA" | "forma_farmac_utica",
    BRAND blank "NOMBRE_COMERCIAL_",
    _QUANTITY optional "CANTIDAD_SOLICITADA",
    PRESENTATION blank "PRESENTACIÓN_COMERCIAL" | "presentaci_n_comercial",
    _DIAGNOSIS optional "DIAGNOSTICO_CIE-1NO REPORTA",
    _DIAGNOSIS_CODE optional "CÓDIGO_DIAGNOSTICO_CIE-10" | "c_digo_diagnostico_cie_10",
);

pub const VITAL_AUTHORISATIONS: TableLayout<ListedAuthorisation> = TableLayout {
    layout: Layout { code: "vitales-sdmr-tfmf", columns: COLUMNS, extras: Extras::Reported },
    days: &[AUTHORISED],
    left_over: Some(left_over),
    ..TableLayout::with(read)
};

const REQUESTS: [(&str, ImportRequest); 3] = [
    ("PACIENTE ESPECIFICO", ImportRequest::OnePatient),
    ("MÁS DE UN PACIENTE", ImportRequest::SeveralPatients),
    ("URGENCIA CLÍNICA", ImportRequest::ClinicalUrgency),
];

fn read(row: &Row<'_>) -> Result<ListedAuthorisation, RowFault> {
    let Some(ingredient) = ingredient(row, [INGREDIENT, STRENGTH, UNIT])? else {
        return Err(row.fault(INGREDIENT, "missing_value"));
    };
    Ok(ListedAuthorisation {
        authorised_on: day(row)?,
        request: row.code(REQUEST, &REQUESTS)?,
        ium: row.cell(IUM).parse().ok(),
        ingredient,
        second: ingredient_beside(row)?,
        form: stated(row, FORM)?,
        brand: stated(row, BRAND)?,
        presentation: stated(row, PRESENTATION)?,
    })
}

fn ingredient_beside(row: &Row<'_>) -> Result<Option<AuthorisedIngredient>, RowFault> {
    ingredient(row, [SECOND, SECOND_STRENGTH, SECOND_UNIT])
}

fn ingredient(row: &Row<'_>, [name, strength, unit]: [usize; 3]) -> Result<Option<AuthorisedIngredient>, RowFault> {
    let Some(name) = stated(row, name)? else { return Ok(None) };
    Ok(Some(AuthorisedIngredient { name, strength: stated(row, strength)?, unit: stated(row, unit)? }))
}

/// How the list writes a blank.
fn stated(row: &Row<'_>, column: usize) -> Result<Option<String>, RowFault> {
    Ok(Some(row.text(column)?).filter(|text| !is_blank(text)))
}

fn is_blank(text: &str) -> bool {
    matches!(fold(text).as_str(), "" | "noaplica" | "noreportado" | "noreporta" | "sindato")
}

/// `VARIOS IUM`, `SIN IUM POR SER FITOTERAPEUTICO`: no reason to lose the row, and handed out beside it.
fn left_over(row: &Row<'_>) -> Option<(String, String)> {
    let cell = row.cell(IUM);
    (!is_blank(cell) && cell.parse::<Ium>().is_err()).then(|| ("IUM".to_owned(), cell.to_owned()))
}

fn day(row: &Row<'_>) -> Result<Date, RowFault> {
    dates::day(without_five_o_clock(row.required(AUTHORISED)?), row.days).map_err(|reason| row.fault(AUTHORISED, reason))
}

/// Midnight in Bogota, written as the hour of UTC: `2026 Mar 19 05:00:00 AM`, `2026-03-19T05:00:00.000`.
fn without_five_o_clock(text: &str) -> &str {
    let cut = [" 05:00:00", "T05:00:00"].into_iter().find_map(|clock| text.split_once(clock));
    let is_end = |rest: &str| matches!(rest.trim(), "" | ".000" | "Z" | ".000Z") || rest.trim().eq_ignore_ascii_case("am");
    cut.filter(|(_, rest)| is_end(rest)).map_or(text, |(date, _)| date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_in_bogota_is_a_day_and_another_hour_is_none() {
        for text in ["2026 Mar 19 05:00:00 AM", "2026-03-19T05:00:00.000", "2026-03-19T05:00:00.000Z", "2026-03-19 05:00:00"] {
            assert!(["2026 Mar 19", "2026-03-19"].contains(&without_five_o_clock(text)), "{text}");
        }
        for text in ["2026 Mar 19 05:00:00 PM", "2026-03-19T05:00:01.000", "2026-03-19T15:00:00", "2026-03-19", ""] {
            assert_eq!(without_five_o_clock(text), text);
        }
    }
}
