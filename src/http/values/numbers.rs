//! Amounts of money, their units, and plain numbers.

use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};

use super::{
    choices::{choice, chosen},
    schema::pattern,
    value::{Invalid, from_text, texts, values},
};
use crate::{
    domain::{
        number::amount::{CURRENCY, ParseAmountError, parse_price, parse_quantity},
        verdict::comparison::Per,
    },
    http::base::fault_words::two_amounts,
};

values! {
    PriceAmount(Decimal), "PriceAmount", pattern("Pesos above zero: plain digits, at most four decimals.", AMOUNT),
        |text| parse_price(text).map_err(malformed_amount);

    /// Of units of regulation in a pack. It is no money, so `1.234` is what it says.
    Quantity(Decimal), "PriceAmount", PriceAmount::schema(), |text| parse_quantity(text).map_err(malformed_amount);

    PercentChange(Decimal), "PercentChange",
        pattern("Percent by which amounts change, above -100 and below 1000: plain digits, at most four decimals.", PERCENT_CHANGE),
        |text| percent_change(text).ok_or_else(|| Invalid::value((
            "un porcentaje entre -99.9999 y 999.9999, como -5 o 2.5", "a percent between -99.9999 and 999.9999, such as -5 or 2.5",
        )));

    PriceUnit(Per), "PriceUnit", choice("What a price is for.", Per::ALL.map(Per::code)),
        |text| chosen(Per::from_code(text), "unknown_unit", Per::ALL.map(Per::code));

    Currency(()), "Currency", choice("ISO 4217; always the peso.", [CURRENCY]),
        |text| match text {
            CURRENCY => Ok(()),
            _ => Err(Invalid::new("unknown_currency", ("los precios son en COP", "prices are in COP"))),
        };
}

texts! {
    Flag(bool), |text| chosen(text.parse().ok(), "malformed_flag", ["true", "false"]);
}

/// Above zero.
pub(crate) const AMOUNT: &str =
    r"^([1-9][0-9]{0,13}(\.[0-9]{1,4})?|0\.([1-9][0-9]{0,3}|0[1-9][0-9]{0,2}|00[1-9][0-9]?|000[1-9]))$";

const PERCENT_CHANGE: &str = r"^(-?(0|[1-9][0-9]?)|[1-9][0-9]{2})(\.[0-9]{1,4})?$";

/// As its pattern has it.
fn percent_change(text: &str) -> Option<Decimal> {
    let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
    let (unsigned, digits_max) = whole.strip_prefix('-').map_or((whole, 3), |unsigned| (unsigned, 2));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = digits(unsigned, digits_max) && (unsigned == "0" || !unsigned.starts_with('0'));
    (is_whole && digits(places, 4)).then(|| text.parse().ok())?
}

fn malformed_amount(error: ParseAmountError) -> Invalid {
    match error {
        ParseAmountError::Grammar => Invalid::new(
            "malformed_amount",
            (
                "un valor son cifras seguidas, con máximo cuatro decimales después de un punto, como 33052 o 14933.80",
                "an amount is plain digits with at most four decimals after a point, for example 33052 or 14933.80",
            ),
        ),
        ParseAmountError::Zero => {
            Invalid::new("malformed_amount", ("un valor de cero no es un precio", "an amount of zero is no price"))
        }
        ParseAmountError::TwoReadings { grouped, decimal } => Invalid::new("ambiguous_amount", two_amounts(grouped, decimal)),
    }
}

/// A whole number in plain digits, from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug)]
pub struct Whole<const LEAST: u32, const MOST: u32>(pub u32);

impl<const LEAST: u32, const MOST: u32> FromStr for Whole<LEAST, MOST> {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let number: Option<u32> = text.parse().ok().filter(|_| digits);
        if let Some(number) = number.filter(|number| (LEAST..=MOST).contains(number)) {
            return Ok(Self(number));
        }
        let detail = (
            format!("debe ser un número entero entre {LEAST} y {MOST}"),
            format!("must be a whole number between {LEAST} and {MOST}"),
        );
        Err(Invalid::new(if number.is_some() { "limit_too_large" } else { "invalid_value" }, detail))
    }
}

impl<'de, const LEAST: u32, const MOST: u32> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer)
    }
}
