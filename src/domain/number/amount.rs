//! Amounts of money in pesos (COP): a strict grammar reads them, one canonical form writes them. Never a float.

use rust_decimal::Decimal;

use super::exact;

pub(crate) const CURRENCY: &str = "COP";

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    #[error("an amount is plain digits with at most four decimals after a point, for example 33052 or 14933.80")]
    Grammar,
    #[error("an amount of zero is no price")]
    Zero,
    #[error("an amount that can be read as {grouped} and as {decimal}")]
    TwoReadings { grouped: Decimal, decimal: Decimal },
}

/// `^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$`, and more than zero. What people also write for thousands (`33.052`) is not read.
pub(crate) fn parse_price(text: &str) -> Result<Decimal, ParseAmountError> {
    if let Some((grouped, decimal)) = two_readings(text) {
        return Err(ParseAmountError::TwoReadings { grouped, decimal });
    }
    parse_quantity(text)
}

/// The same grammar without thousands separators, for contents of packs.
pub(crate) fn parse_quantity(text: &str) -> Result<Decimal, ParseAmountError> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let digits = |part: &str, most: usize| !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
    let whole_ok = digits(whole, 14) && (whole == "0" || !whole.starts_with('0'));
    if !whole_ok || decimals.is_some_and(|part| !digits(part, 4)) {
        return Err(ParseAmountError::Grammar);
    }
    let amount: Decimal = text.parse().map_err(|_| ParseAmountError::Grammar)?;
    if amount.is_zero() { Err(ParseAmountError::Zero) } else { Ok(amount) }
}

/// `33.052` and `33,052`: thirty-three thousand and fifty-two, or thirty-three and a little. Only three digits behind a first group of one
/// to three can be thousands, so `33.0520`, `1234.567` and `0.052` have one reading.
pub(crate) fn two_readings(text: &str) -> Option<(Decimal, Decimal)> {
    let (whole, rest) = text.split_once(['.', ','])?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let could_group = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3;
    if !could_group || !digits(whole) || !digits(rest) {
        return None;
    }
    let grouped: Decimal = format!("{whole}{rest}").parse().ok()?;
    Some((grouped, Decimal::from_i128_with_scale(grouped.mantissa(), 3)))
}

/// `33.0520`: a form that is not mistaken for thousands.
pub(crate) fn with_four_decimals(value: Decimal) -> String {
    let mut value = value;
    value.rescale(4);
    value.to_string()
}

/// At least two decimals, more only where the value has more: `33052.00`, `2313.64`, `4.65125`.
pub fn display(amount: Decimal) -> String {
    let (mantissa, scale) = exact::shortest(amount);
    let lifted = [100, 10].get(scale as usize).and_then(|by| mantissa.checked_mul(*by));
    lifted.map_or_else(|| written(mantissa, scale), |mantissa| written(mantissa, 2))
}

/// The shortest plain form: `33052`, `0.5`.
pub fn plain(value: Decimal) -> String {
    let (mantissa, scale) = exact::shortest(value);
    written(mantissa, scale)
}

/// Percentages on the wire: exactly four decimals.
pub fn percent(value: Decimal) -> String {
    let mut value = value;
    value.rescale(4);
    value.to_string()
}

/// Digits with a point before the last `scale` of them.
fn written(mantissa: i128, scale: u32) -> String {
    let (mut buffer, scale) = (itoa::Buffer::new(), scale as usize);
    let mantissa_digits = mantissa.unsigned_abs();
    let digits = match u64::try_from(mantissa_digits) {
        Ok(short) => buffer.format(short),
        Err(_) => buffer.format(mantissa_digits),
    };
    let mut text = String::with_capacity(digits.len().max(scale) + 3);
    if mantissa < 0 {
        text.push('-');
    }
    let (whole, places) = digits.split_at(digits.len().saturating_sub(scale));
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if scale > 0 {
        text.push('.');
        text.extend(std::iter::repeat_n('0', scale - places.len()));
        text.push_str(places);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_takes_plain_digits_only() {
        for good in ["1", "0.01", "33052", "33052.00", "99999999999999.9999", "171764"] {
            assert!(parse_price(good).is_ok(), "{good}");
        }
        for bad in [
            "", "1e4", "1e400", "NaN", "Infinity", "-0", "-1", "1_000", "+1", "1.", ".5", "00012.5", "0x10", " 1", "1 ", "1,5",
            "1.234,56", "١٢", "1\u{a0}000", "1.23456", "100000000000000", "1.2.3", "\0",
        ] {
            assert_eq!(parse_price(bad), Err(ParseAmountError::Grammar), "{bad:?}");
        }
        assert_eq!(parse_price("0"), Err(ParseAmountError::Zero));
        assert_eq!(parse_price("0.0000"), Err(ParseAmountError::Zero));
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        for (text, grouped, decimal) in [
            ("33.052", "33052", "33.0520"),
            ("33,052", "33052", "33.0520"),
            ("1.234", "1234", "1.2340"),
            ("12.500", "12500", "12.5000"),
            ("999,999", "999999", "999.9990"),
            ("100.000", "100000", "100.0000"),
        ] {
            let Err(ParseAmountError::TwoReadings { grouped: one, decimal: other }) = parse_price(text) else {
                panic!("{text} was read");
            };
            assert_eq!((plain(one), with_four_decimals(other)), (grouped.to_owned(), decimal.to_owned()), "{text}");
        }
        for (text, read) in [
            ("33052.00", "33052"),
            ("33.05", "33.05"),
            ("33.0520", "33.052"),
            ("1234.567", "1234.567"),
            ("0.052", "0.052"),
            ("33.5", "33.5"),
        ] {
            assert_eq!(parse_price(text).map(plain), Ok(read.to_owned()), "{text}");
        }
        for text in ["33,05", "33,0520", "1.234.567", "1,234.56", "1234,567", "0,052"] {
            assert_eq!(parse_price(text), Err(ParseAmountError::Grammar), "{text}: one reading, and not this grammar's");
        }
    }

    #[test]
    fn equal_amounts_print_the_same() {
        for text in ["1.1", "1.10", "1.1000"] {
            assert_eq!(parse_price(text).map(display), Ok("1.10".to_owned()));
        }
        assert_eq!(display(Decimal::new(465125, 5)), "4.65125");
    }

    proptest::proptest! {
        #[test]
        fn numbers_are_written_as_the_library_writes_them(mantissa in -(1_i128 << 88)..1 << 88, short: i64, scale in 0_u32..=28) {
            for mantissa in [mantissa, short.into(), (short % 1_000).into(), (short % 100 * 1_000_000).into()] {
                let number = Decimal::from_i128_with_scale(mantissa, scale);
                let normal = number.normalize();
                let mut shown = normal;
                shown.rescale(normal.scale().max(2));
                if mantissa != 0 {
                    proptest::prop_assert_eq!((plain(number), display(number)), (normal.to_string(), shown.to_string()));
                }
            }
            proptest::prop_assert_eq!((plain(Decimal::new(0, scale)), display(Decimal::new(0, scale))), ("0".into(), "0.00".into()));
        }
    }
}
