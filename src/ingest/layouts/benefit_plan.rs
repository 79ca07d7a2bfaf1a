//! The benefit plan's list of medicines (open data set jtqe-tuvf): what the capitation unit (UPC) pays for, by ATC code and ingredient.

use crate::{
    domain::{
        law::listed::{Coverage, ListedBenefit},
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
    _ID required "Id",
    ATC required "CodigoATC",
    INGREDIENT required "PrincipioActivo",
    _RANK optional "RankingBusqueda",
    _SUMMARY optional "Resumen",
    FORMS required "FormaFarmaceutica",
    NOTE blank "Aclaracion",
    _ITEM optional "ITEM",
    _INGREDIENT_AGAIN optional "PrincipioActivo_Min",
    _FORMS_AGAIN optional "FormaFarmaceutica_Min",
    COVERAGE required "CoberturaPlanBeneficiosUPC",
    _COVERAGE_AGAIN optional "CoberturaPlanBeneficiosUPC_Min",
);

pub const BENEFIT_PLAN: TableLayout<ListedBenefit> = TableLayout {
    layout: Layout { code: "benefit-plan-jtqe-tuvf", columns: COLUMNS, extras: Extras::Reported },
    ..TableLayout::with(read)
};

fn read(row: &Row<'_>) -> Result<ListedBenefit, RowFault> {
    Ok(ListedBenefit {
        atc: row.required_text(ATC)?,
        ingredient: row.required_text(INGREDIENT)?,
        forms: stated(row, FORMS)?.unwrap_or_default(),
        note: stated(row, NOTE)?,
        coverage: coverage(row)?,
    })
}

/// `Sin dato` is how the list writes a blank.
fn stated(row: &Row<'_>, column: usize) -> Result<Option<String>, RowFault> {
    let text = row.text(column)?;
    Ok(Some(text).filter(|text| !matches!(fold(text).as_str(), "" | "sindato")))
}

fn coverage(row: &Row<'_>) -> Result<Coverage, RowFault> {
    let Some(text) = stated(row, COVERAGE)? else { return Err(row.fault(COVERAGE, "missing_value")) };
    // Each begins a sentence of its own; the rest of it names the fund.
    let sentences = [
        ("Financiado con recursos", Coverage::Financed),
        ("No financiado con recursos", Coverage::NotFinanced),
        ("Financiación condicionada", Coverage::Conditioned),
        ("Excluido de la financiación", Coverage::Excluded),
    ];
    let text = fold(&text);
    let found = sentences.iter().find(|(start, _)| text.starts_with(&fold(start)));
    found.map(|(_, coverage)| *coverage).ok_or_else(|| row.fault(COVERAGE, "unknown_code"))
}
