//! Stable reason codes that travel with a verdict. Codes are never translated; their texts are (http/wire).

use std::fmt;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $variant),* }
        impl Reason {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

reasons! {
    /// No source knows this CUM.
    UnknownMedicine = "unknown_medicine",
    /// The product is known, but not which market it belongs to, so nothing proves that no act binds it.
    MarketUnknown = "market_unknown",
    /// The price is per a unit that no source relates to the ceiling's unit.
    UnitNotConvertible = "unit_not_convertible",
    /// The date lies too long after the newest list that speaks for it.
    CeilingListOutOfDate = "ceiling_list_out_of_date",
    /// Part of the period lies before the first act that the lists state.
    PeriodBeforeFirstList = "period_before_first_list",
    /// The report has no such price.
    PriceMissing = "price_missing",
    /// The figures do not fit exact decimal arithmetic.
    AmountOutOfRange = "amount_out_of_range",
    /// No dated rule states the IPS margin for this ceiling.
    MarginRuleMissing = "margin_rule_missing",
    /// Several ceilings were in force in the period; the one more favourable to the seller was used.
    CeilingChangedInPeriod = "ceiling_changed_in_period",
    /// Derived from the market's unit price, which binds only medicines not financed by the UPC; that was not verified.
    FinancingNotVerified = "financing_not_verified",
    /// The price fits another unit or pack better: ask before accusing.
    AnotherUnitFits = "another_unit_fits",
    /// One list states two prices for this CUM and sale; the one more favourable to the seller was used.
    ListStatesTwoPrices = "list_states_two_prices",
    /// A hundredth of the ceiling or less: ask what the price is of before believing it.
    ImplausiblyLow = "implausibly_low",
    /// A hundred times the ceiling or more: a decimal point may be lost.
    ImplausiblyHigh = "implausibly_high",
    /// The catalogue says that this presentation is a medical sample, which cannot be sold.
    MedicalSample = "medical_sample",
    /// A later edition of the list no longer states the ceiling, so that it is not known whether it still binds.
    NotInNewestList = "not_in_newest_list",
    /// Derived from the unit price of a market that the capitation unit (UPC) pays for: a reference, which does not bind.
    FinancedByUpc = "financed_by_upc",
    /// Derived from the unit price of a market that the capitation unit (UPC) does not pay for: it binds.
    NotFinancedByUpc = "not_financed_by_upc",
    /// No list of ours has this CUM, and the table of all codes, of the sale's day or later, has no such code.
    UnknownCode = "unknown_code",
    /// The code exists by the table of all codes, but no list of ours has it.
    NotInOurLists = "not_in_our_lists",
}
