//! What is wrong with a value that was sent, in both languages: the domain knows the fault, here are its words.

use std::{convert::Infallible, num::ParseIntError};

use rust_decimal::Decimal;

use super::Text;
use crate::domain::{
    act::ParseActIdError, amount, amount::ParseAmountError, case_file::ParseCaseIdError, characters::Unfit,
    code_list::ParseMedicineCodeError, cum::ParseCumError, nit::ParseNitError, period::ParsePeriodError,
    reporting_period::ParseSpanError,
};
use crate::ingest::price_table::{Role, TableFault, principal_names};

/// A fault that a person can be told of. `FromStr` of whatever stands in a path or a parameter has one as its error.
pub trait Explain {
    fn text(&self) -> Text;
}

impl Explain for ParseCumError {
    fn text(&self) -> Text {
        match self {
            Self::Shape => Text::new(
                "un CUM es expediente-consecutivo, dos números enteros unidos por un guion, como 19914312-20",
                "a CUM is expediente-consecutivo, two whole numbers joined by a hyphen, such as 19914312-20",
            ),
            Self::Expediente => Text::new(
                "el expediente de un CUM tiene de 1 a 9 cifras y no es cero",
                "the first part of a CUM (expediente) has 1 to 9 digits and is not zero",
            ),
            Self::Consecutive => Text::new(
                "el consecutivo de un CUM tiene de 1 a 4 cifras significativas",
                "the second part of a CUM (consecutivo) has 1 to 4 significant digits",
            ),
        }
    }
}

impl Explain for ParseMedicineCodeError {
    fn text(&self) -> Text {
        match self {
            Self::Cum(error) => error.text(),
            Self::Neither => Text::new(
                "no es un CUM (expediente-consecutivo, como 19914312-20) ni un IUM (como 1A1006781005100)",
                "is neither a CUM (expediente-consecutivo, such as 19914312-20) nor an IUM (such as 1A1006781005100)",
            ),
        }
    }
}

impl Explain for ParseAmountError {
    fn text(&self) -> Text {
        match self {
            Self::Grammar => Text::new(
                "un valor son cifras seguidas, con máximo cuatro decimales después de un punto, como 33052 o 14933.80",
                "an amount is plain digits with at most four decimals after a point, for example 33052 or 14933.80",
            ),
            Self::Zero => Text::new("un valor de cero no es un precio", "an amount of zero is no price"),
            Self::TwoReadings { grouped, decimal } => two_amounts(*grouped, *decimal),
        }
    }
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

/// The stable code of the fault.
pub fn amount_code(error: ParseAmountError) -> &'static str {
    match error {
        ParseAmountError::TwoReadings { .. } => "ambiguous_amount",
        ParseAmountError::Grammar | ParseAmountError::Zero => "malformed_amount",
    }
}

impl Explain for ParsePeriodError {
    fn text(&self) -> Text {
        Text::new(
            "una fecha es AAAA-MM-DD, o AAAA-MM para un mes, entre 1990 y 2100",
            "a date is YYYY-MM-DD, or YYYY-MM for a month, between 1990 and 2100",
        )
    }
}

impl Explain for ParseSpanError {
    fn text(&self) -> Text {
        Text::new(self.es(), self.to_string())
    }
}

impl Explain for ParseNitError {
    fn text(&self) -> Text {
        match self {
            Self::Shape(_) => Text::new(
                "un NIT tiene de 6 a 10 cifras y no empieza por cero, como 899999063-3, 899.999.063-3 o 899999063",
                "a NIT is 6 to 10 digits without a leading zero, such as 899999063-3, 899.999.063-3 or 899999063",
            ),
            Self::CheckDigit { nit, found, expected } => {
                let nit = nit.digits();
                Text::new(
                    format!("el dígito de verificación del NIT {nit} es {expected}, no {found}"),
                    format!("the check digit of NIT {nit} is {expected}, not {found}"),
                )
            }
        }
    }
}

impl Explain for ParseActIdError {
    fn text(&self) -> Text {
        Text::new(
            "el id de un acto son palabras en minúscula unidas por guiones, como circular-10-2020",
            "an act's id is lower-case words joined by hyphens, such as circular-10-2020",
        )
    }
}

impl Explain for ParseCaseIdError {
    fn text(&self) -> Text {
        Text::new(
            "el id de un caso es una c y de 6 a 18 cifras, como c000123",
            "a case's id is c and 6 to 18 digits, such as c000123",
        )
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

/// A day or a month, as the parameters of reports take them.
pub fn day_or_month() -> Text {
    Text::new("AAAA-MM-DD o AAAA-MM", "YYYY-MM-DD or YYYY-MM")
}
