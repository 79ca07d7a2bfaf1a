//! A line of a public purchase as published, with what is implausible in it, and the order that it is of.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

use crate::domain::{
    identifier::{nit::Nit, taxpayer::Taxpayer},
    number::{amount::CURRENCY, exact},
};

/// Made of what the line says, so that it outlives editions of the list. Lines that are alike in everything share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PurchaseId(i64);

impl PurchaseId {
    /// As it is stored; never negative.
    pub fn number(self) -> i64 {
        self.0
    }

    pub fn from_number(number: i64) -> Option<Self> {
        (number >= 0).then_some(Self(number))
    }
}

/// `b` and sixteen hexadecimal digits.
impl fmt::Display for PurchaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{:016x}", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a purchase is `b` and sixteen hexadecimal digits, such as `b0123456789abcdef`")]
pub struct ParsePurchaseIdError;

impl FromStr for PurchaseId {
    type Err = ParsePurchaseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let hex = text.strip_prefix('b').filter(|hex| hex.len() == 16).ok_or(ParsePurchaseIdError)?;
        if !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(ParsePurchaseIdError);
        }
        i64::from_str_radix(hex, 16).map(Self).map_err(|_| ParsePurchaseIdError)
    }
}

/// Typed, and not yet interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub order_id: String,
    pub ordered_on: Date,
    pub buyer: Nit,
    pub buyer_name: String,
    pub seller: Taxpayer,
    /// `None` for natural persons.
    pub seller_name: Option<String>,
    pub item_text: String,
    pub price: Option<Decimal>,
    /// Below zero: something came back.
    pub quantity: Option<Decimal>,
    pub unit_text: Option<String>,
    pub line_total: Option<Decimal>,
    /// Where the line states them; its order may, too.
    pub framework: Option<String>,
    pub state: Option<String>,
    /// `COP` unless the line says otherwise.
    pub currency: String,
}

/// Why a line is counted and left out of every figure. In the order in which they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Implausible {
    TotalMismatch,
    QuantityTooLarge,
    PriceZero,
    PriceTooLarge,
    PriceMissing,
    QuantityMissing,
}

impl Implausible {
    pub const ALL: [Self; 6] = [
        Self::TotalMismatch,
        Self::QuantityTooLarge,
        Self::PriceZero,
        Self::PriceTooLarge,
        Self::PriceMissing,
        Self::QuantityMissing,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::TotalMismatch => "total_mismatch",
            Self::QuantityTooLarge => "quantity_too_large",
            Self::PriceZero => "price_zero",
            Self::PriceTooLarge => "price_too_large",
            Self::PriceMissing => "price_missing",
            Self::QuantityMissing => "quantity_missing",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// More units in one line are a total that stands in the wrong column.
const QUANTITY_MAX: Decimal = Decimal::from_parts(10_000_000, 0, 0, false, 0);
/// The same of pesos: 10,000,000,000.
const PRICE_MAX: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);
/// What prices are rounded to at most.
const HALF_A_CENT: Decimal = Decimal::from_parts(5, 0, 0, false, 3);

impl Purchase {
    pub fn id(&self) -> PurchaseId {
        let mut digest = Sha256::new();
        let mut add = |part: &str| {
            digest.update(part.as_bytes());
            digest.update([0x1F]);
        };
        let number = |value: Option<Decimal>| value.map(|value| value.normalize().to_string()).unwrap_or_default();
        add(&self.order_id);
        add(&self.ordered_on.to_string());
        add(&self.buyer.digits());
        add(&self.seller.nit().map(Nit::digits).unwrap_or_default());
        add(&self.item_text);
        add(self.unit_text.as_deref().unwrap_or_default());
        for value in [self.price, self.quantity, self.line_total] {
            add(&number(value));
        }
        let hash = digest.finalize();
        let first = hash.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        // Without its first bit it is no negative number.
        PurchaseId(i64::try_from(first >> 1).unwrap_or_default())
    }

    /// What came back is no purchase, and kept apart.
    pub fn is_return(&self) -> bool {
        self.quantity.is_some_and(|quantity| quantity < Decimal::ZERO)
    }

    pub fn is_in_pesos(&self) -> bool {
        self.currency == CURRENCY
    }

    /// In order, each once.
    pub fn implausible(&self) -> Vec<Implausible> {
        let over = |value: Option<Decimal>, limit: Decimal| value.is_some_and(|value| value.abs() > limit);
        let found = [
            (self.total_differs(), Implausible::TotalMismatch),
            (over(self.quantity, QUANTITY_MAX), Implausible::QuantityTooLarge),
            (self.price.is_some_and(|price| price.is_zero()), Implausible::PriceZero),
            (over(self.price, PRICE_MAX), Implausible::PriceTooLarge),
            (self.price.is_none(), Implausible::PriceMissing),
            (self.quantity.is_none(), Implausible::QuantityMissing),
        ];
        found.into_iter().filter(|(applies, _)| *applies).map(|(_, reason)| reason).collect()
    }

    /// By more than a peso, and by more than the rounding of prices to centavos makes up.
    fn total_differs(&self) -> bool {
        let (Some(price), Some(quantity), Some(total)) = (self.price, self.quantity, self.line_total) else { return false };
        let apart = exact::product(price, quantity).and_then(|sum| exact::difference(sum, total));
        let allowed = exact::product(HALF_A_CENT, quantity.abs()).map(|rounding| rounding.max(Decimal::ONE));
        // What is beyond exact arithmetic is no total of anything.
        apart.zip(allowed).is_none_or(|(apart, allowed)| apart.abs() > allowed)
    }
}

/// The order that lines are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurchaseOrder {
    pub order_id: String,
    pub ordered_on: Option<Date>,
    /// As published.
    pub state: String,
    /// A cancelled order is no purchase.
    pub cancelled: bool,
    /// The framework agreement that it is under.
    pub framework: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn d(text: &str) -> Option<Decimal> {
        Some(text.parse().unwrap())
    }

    fn purchase(price: &str, quantity: &str, total: &str) -> Purchase {
        Purchase {
            order_id: "98765".to_owned(),
            ordered_on: date(2024, 3, 1),
            buyer: "899999063".parse().unwrap(),
            buyer_name: "UN HOSPITAL".to_owned(),
            seller: Taxpayer::of("860002964"),
            seller_name: Some("UN PROVEEDOR".to_owned()),
            item_text: "ACETAMINOFEN 500 MG TABLETA".to_owned(),
            price: d(price),
            quantity: d(quantity),
            unit_text: Some("TABLETA".to_owned()),
            line_total: d(total),
            framework: None,
            state: None,
            currency: "COP".to_owned(),
        }
    }

    #[test]
    fn totals_may_differ_by_rounding_and_no_more() {
        for (price, quantity, total, reasons) in [
            ("100", "30", "3000", &[][..]),
            ("100.33", "3", "300", &[]),
            ("100", "30", "3001", &[]),
            ("100", "30", "3001.01", &[Implausible::TotalMismatch]),
            // 10,000 units at a price that was cut to centavos.
            ("12.34", "10000", "123450", &[]),
            ("12.34", "10000", "123450.01", &[Implausible::TotalMismatch]),
            ("1", "10000000", "10000000", &[]),
            ("1", "10000001", "10000001", &[Implausible::QuantityTooLarge]),
            ("0", "5", "0", &[Implausible::PriceZero]),
            ("10000000000", "1", "10000000000", &[]),
            ("10000000001", "1", "10000000001", &[Implausible::PriceTooLarge]),
            ("100", "-3", "-300", &[]),
        ] {
            assert_eq!(purchase(price, quantity, total).implausible(), reasons, "{price} × {quantity} = {total}");
        }
        let nothing = Purchase { price: None, quantity: None, ..purchase("1", "1", "1") };
        assert_eq!(nothing.implausible(), [Implausible::PriceMissing, Implausible::QuantityMissing]);
        assert!(purchase("100", "-3", "-300").is_return() && !nothing.is_return());
    }

    #[test]
    fn an_id_is_made_of_what_the_line_says() {
        let one = purchase("100", "30", "3000");
        assert_eq!(one.id(), Purchase { buyer_name: "other spelling".to_owned(), ..purchase("100.0", "30", "3000.00") }.id());
        assert_ne!(one.id(), Purchase { item_text: "ACETAMINOFEN 1 G".to_owned(), ..one.clone() }.id());
        assert_ne!(one.id(), Purchase { unit_text: None, ..one.clone() }.id());
        let text = one.id().to_string();
        assert_eq!((text.len(), text.parse(), PurchaseId::from_number(one.id().number())), (17, Ok(one.id()), Some(one.id())));
        for wrong in ["", "b", "b0123", "c0123456789abcdef", "b0123456789ABCDEF", "bffffffffffffffff", "b0123456789abcdef0"] {
            assert_eq!(wrong.parse::<PurchaseId>(), Err(ParsePurchaseIdError), "{wrong}");
        }
    }
}
