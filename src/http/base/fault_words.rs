//! Texts for faults of values in both languages: the domain names the fault, this file has its text.

use std::{borrow::Cow, convert::Infallible, num::ParseIntError};

use rust_decimal::Decimal;

use crate::{
    domain::{identifier::characters::Unfit, number::amount},
    http::Text,
    ingest::layouts::price_table::{Role, TableFault, principal_names},
};

/// A fault with a text for people. It is the error of `FromStr` for values in paths and parameters.
pub trait Explain {
    /// Stable; the same in a path as in a query and a body.
    fn code(&self) -> Cow<'static, str> {
        "invalid_value".into()
    }

    fn text(&self) -> Text;
}

/// Both readings, each as it is to be written.
pub fn two_amounts(grouped: Decimal, decimal: Decimal) -> Text {
    let (grouped, point, decimal) = (amount::plain(grouped), amount::plain(decimal), amount::with_four_decimals(decimal));
    Text::new(
        format!("se puede leer como {grouped} y como {point}: escriba {grouped} o {decimal}"),
        format!("it can be read as {grouped} and as {point}: write {grouped} or {decimal}"),
    )
}

pub fn amount_in_a_table() -> Text {
    Text::new(
        "no es un valor en pesos, o no está escrito como los demás de su columna (como 33052, 33.052,00 o 33,052.00)",
        "is no amount of pesos, or not written as the others of its column (such as 33052, 33.052,00 or 33,052.00)",
    )
}

pub fn date_in_a_table() -> Text {
    Text::new(
        "no es un día ni un mes que se pueda leer de una sola manera (como 2020-06-15, 15/06/2020 o 2020-06)",
        "is no day and no month that can be read in one way only (such as 2020-06-15, 15/06/2020 or 2020-06)",
    )
}

/// Why a table of prices cannot be read: its code and its words.
pub fn table(fault: &TableFault) -> (&'static str, Text) {
    let names = |role: Role| principal_names(role).join(", ");
    match fault {
        TableFault::NotText => (
            "not_text",
            Text::new(
                "no es texto: guarde la hoja como CSV (un libro de Excel no se lee aquí)",
                "is no text: save the sheet as CSV (a workbook is not read here)",
            ),
        ),
        TableFault::Empty => ("empty", Text::new("no tiene filas", "has no rows")),
        TableFault::NoHeader { first_row } => {
            let (first, cum, amount) = (first_row.join(" | "), names(Role::Cum), names(Role::Amount));
            let es = format!(
                "falta la fila con los nombres de las columnas: una para el código ({cum}) y una para el precio ({amount}); se leyó: {first}"
            );
            let en = format!(
                "the row with the names of the columns is missing: one for the code ({cum}) and one for the price ({amount}); it reads: {first}"
            );
            ("missing_column", Text::new(es, en))
        }
        TableFault::MissingColumn(role) => {
            let (what_es, what_en) =
                if *role == Role::Amount { ("del precio", "the price") } else { ("del código", "the code") };
            let names = names(*role);
            let es = format!("falta la columna {what_es}; puede llamarse: {names}");
            ("missing_column", Text::new(es, format!("the column of {what_en} is missing; it may be named: {names}")))
        }
        TableFault::DuplicateColumn(name) => {
            let es = format!("la columna «{name}» está más de una vez");
            ("duplicate_column", Text::new(es, format!("the column \"{name}\" stands more than once")))
        }
    }
}

impl Explain for ParseIntError {
    fn text(&self) -> Text {
        Text::new("debe ser un número entero", "must be a whole number")
    }
}

/// Any text is a text.
impl Explain for Infallible {
    fn text(&self) -> Text {
        match *self {}
    }
}

pub fn unfit(unfit: Unfit) -> Text {
    match unfit {
        Unfit::Control => Text::new(
            "tiene caracteres de control (saltos de línea y tabuladores solo caben donde se escribe prosa)",
            "holds control characters (line breaks and tabs are for prose only)",
        ),
        Unfit::Noncharacter => Text::new(
            "tiene un código que no es de ningún carácter (como U+FFFF)",
            "holds a code that is no character (such as U+FFFF)",
        ),
        Unfit::Direction => Text::new(
            "tiene marcas invisibles o de dirección (como U+202E o U+200B), que no caben en nombres ni códigos",
            "holds invisible marks or marks of direction (such as U+202E or U+200B), which names and codes must not hold",
        ),
    }
}

/// `one of a, b, c`: codes are the same in every language.
pub fn one_of<'a>(codes: impl IntoIterator<Item = &'a str>) -> Text {
    let list = codes.into_iter().collect::<Vec<_>>().join(", ");
    Text::new(format!("uno de: {list}"), format!("one of: {list}"))
}

pub fn characters(least: usize, most: usize) -> Text {
    Text::new(format!("de {least} a {most} caracteres"), format!("{least} to {most} characters"))
}
