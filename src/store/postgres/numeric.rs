//! PostgreSQL's numeric as a whole number with decimal places. A value beyond 64 bits is reported, never rounded.

use std::error::Error;

use rust_decimal::Decimal;
use tokio_postgres::types::{FromSql, Type};

use crate::domain::number::weighted_quartiles::Scaled;

/// A number, NULL, or a value that does not fit and has to be read in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumericColumn {
    Null,
    Fits(Scaled),
    Beyond,
}

impl<'a> FromSql<'a> for NumericColumn {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        // Decimal has 28 places at most.
        let fitting = read(raw).filter(|scaled| scaled.mantissa > 0 && scaled.places <= 28);
        Ok(fitting.map_or(Self::Beyond, Self::Fits))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

/// The same as a decimal; beyond 64 bits the library reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount(pub Option<Decimal>);

impl<'a> FromSql<'a> for Amount {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let quick = read(raw).and_then(|Scaled { mantissa, places }| {
            Decimal::try_from_i128_with_scale(i128::from(mantissa), u32::from(places)).ok()
        });
        Ok(Self(Some(quick.map_or_else(|| Decimal::from_sql(ty, raw), Ok)?)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

/// Count of groups, weight, sign, displayed places, then groups of four decimal digits.
fn read(raw: &[u8]) -> Option<Scaled> {
    let short = |at: usize| Some(i16::from_be_bytes([*raw.get(at)?, *raw.get(at + 1)?]));
    let (groups, weight, sign, places) = (short(0)?, short(2)?, short(4)?, u32::try_from(short(6)?).ok()?);
    if sign != 0 {
        return None;
    }
    let mut mantissa = 0_u64;
    for at in 0..groups {
        let group = u64::from(u16::try_from(short(8 + 2 * usize::try_from(at).ok()?)?).ok()?);
        mantissa = mantissa.checked_mul(10_000)?.checked_add(group)?;
    }
    // The last group stands this many groups of four digits after the decimal point.
    let behind = i32::from(groups) - 1 - i32::from(weight);
    let have = behind.checked_mul(4)?;
    let wanted = i32::try_from(places).ok()?;
    let mantissa = if have > wanted {
        let power = 10_u64.checked_pow(u32::try_from(have - wanted).ok()?)?;
        mantissa.is_multiple_of(power).then(|| mantissa / power)?
    } else {
        mantissa.checked_mul(10_u64.checked_pow(u32::try_from(wanted - have).ok()?)?)?
    };
    Some(Scaled { mantissa, places: u8::try_from(places).ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::BytesMut;
    use proptest::prelude::*;
    use tokio_postgres::types::ToSql;

    proptest! {
        #[test]
        fn it_reads_what_the_library_writes(mantissa in 1_u64..=99_999_999_999_999, places in 0_u8..=9) {
            let mut raw = BytesMut::new();
            Decimal::from_i128_with_scale(i128::from(mantissa), u32::from(places)).to_sql(&Type::NUMERIC, &mut raw).unwrap();
            prop_assert_eq!(read(&raw), Some(Scaled { mantissa, places }));
        }

        #[test]
        fn an_amount_is_what_the_library_reads(whole in any::<u128>(), shift in 32_u32..128, places in 0_u32..=28) {
            let value = Decimal::from_i128_with_scale(i128::try_from(whole >> shift).unwrap(), places);
            let mut raw = BytesMut::new();
            value.to_sql(&Type::NUMERIC, &mut raw).unwrap();
            let (ours, theirs) = (Amount::from_sql(&Type::NUMERIC, &raw).unwrap().0.unwrap(), Decimal::from_sql(&Type::NUMERIC, &raw).unwrap());
            prop_assert_eq!((ours, ours.scale()), (theirs, theirs.scale()));
        }
    }

    #[test]
    fn what_does_not_fit_is_nothing() {
        let mut raw = BytesMut::new();
        Decimal::MAX.to_sql(&Type::NUMERIC, &mut raw).unwrap();
        assert_eq!(read(&raw), None);
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0, 0, 0, 0, 0xC0, 0, 0, 0]), None, "NaN");
    }
}
