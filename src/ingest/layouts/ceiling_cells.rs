//! The cells that every list of ceilings shares: amounts, margins, acts, units of regulation.

use crate::{
    domain::{
        identifier::cum::Cum,
        law::listed::{ListedAmount, ListedMargin},
        reports::source_row::RowFault,
    },
    ingest::{format::fold::fold, table::row::Row},
};
use rust_decimal::Decimal;

pub fn cum(row: &Row<'_>, column: usize) -> Result<Cum, RowFault> {
    row.required(column)?.parse().map_err(|_| row.fault(column, "not_a_cum"))
}

/// Pesos, or `No Regulado` in any case.
pub fn amount(row: &Row<'_>, column: usize) -> Result<ListedAmount, RowFault> {
    if fold(row.required(column)?) == "noregulado" {
        Ok(ListedAmount::NotRegulated)
    } else {
        row.price(column).map(ListedAmount::Pesos)
    }
}

/// Pesos, `No aplica ningún margen adicional`, or nothing.
pub fn margin(row: &Row<'_>, column: usize) -> Result<ListedMargin, RowFault> {
    if fold(row.cell(column)).starts_with("noaplica") {
        return Ok(ListedMargin::DoesNotApply);
    }
    Ok(row.money(column)?.map_or(ListedMargin::Unstated, ListedMargin::Pesos))
}

/// `96`, `546b`, `531/530`.
pub fn market(row: &Row<'_>, column: usize) -> Result<String, RowFault> {
    let id = row.required_whole(column)?;
    let shaped = id.len() <= 20
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'/')
        && id.as_bytes()[0].is_ascii_digit();
    if shaped { Ok(id.to_owned()) } else { Err(row.fault(column, "not_a_market_id")) }
}

/// A total content with its unit, where the list states both.
pub fn content(row: &Row<'_>, quantity: usize, unit: usize) -> Result<Option<(Decimal, String)>, RowFault> {
    let (amount, name) = (row.quantity(quantity)?, row.text(unit)?);
    let unit = regulation_unit(&name).map_or(name, str::to_owned);
    Ok(amount.filter(|amount| !amount.is_zero() && !unit.is_empty()).map(|amount| (amount, unit)))
}

/// The closed list of units of regulation. `None` for a new one: its meaning is not to be guessed.
pub fn regulation_unit(printed: &str) -> Option<&'static str> {
    // `Ciclo (1)`: the figure points at a note under the table.
    let name = printed.split('(').next().unwrap_or_default();
    Some(match fold(name).as_str() {
        "mg" => "mg",
        "mcg" | "ug" | "μg" => "mcg",
        "g" => "g",
        "ui" | "iu" => "UI",
        "kui" => "KUI",
        "u" => "U",
        "l" => "l",
        "tableta" => "tablet",
        "ciclo" => "cycle",
        "ddd" => "ddd",
        "implante" => "implant",
        "jeringalapicero" => "syringe",
        "dosis" => "dose",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_regulation_have_one_name() {
        for (printed, name) in [
            ("Ciclo (1)", "cycle"),
            ("ddd (2)", "ddd"),
            (" mg ", "mg"),
            ("Jeringa/Lapicero", "syringe"),
            ("µg", "mcg"),
            ("KUI", "KUI"),
        ] {
            assert_eq!(regulation_unit(printed), Some(name), "{printed}");
        }
        assert_eq!(regulation_unit("frasco"), None);
        assert_eq!(regulation_unit(""), None);
    }
}
