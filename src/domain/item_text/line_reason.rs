//! Why a line has no verdict, beside what the judge says of it.

/// Why a line has no verdict, beside what the judge says. In the order in which they are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LineReason {
    /// A service, a device, a cosmetic or food.
    NotAMedicine,
    /// No word of it names a product.
    TextNotRead,
    /// Nothing that is known agrees with all of it.
    MatchEmpty,
    /// A code stands for something else than the text.
    CodeContradictsText,
    /// It calls itself a medical sample, or only medical samples agree with it: they may not be sold.
    SampleLine,
    /// Quantity, price and total do not agree.
    LineTotalMismatch,
    /// No price, or none above zero.
    NoPrice,
    /// The verdict before a discount is another one than after it.
    DiscountBasisUnconfirmed,
    /// The verdict depends on who sells to whom.
    StageNotKnown,
    /// The verdict depends on what the price is per.
    UnitNotStated,
    /// The verdict depends on which of the candidates it is.
    MatchNotUnique,
}

impl LineReason {
    pub const ALL: [Self; 11] = [
        Self::NotAMedicine,
        Self::TextNotRead,
        Self::MatchEmpty,
        Self::CodeContradictsText,
        Self::SampleLine,
        Self::LineTotalMismatch,
        Self::NoPrice,
        Self::DiscountBasisUnconfirmed,
        Self::StageNotKnown,
        Self::UnitNotStated,
        Self::MatchNotUnique,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::NotAMedicine => "not_a_medicine",
            Self::TextNotRead => "text_not_read",
            Self::MatchEmpty => "match_empty",
            Self::CodeContradictsText => "code_contradicts_text",
            Self::SampleLine => "sample_line",
            Self::LineTotalMismatch => "line_total_mismatch",
            Self::NoPrice => "price_missing",
            Self::DiscountBasisUnconfirmed => "discount_basis_unconfirmed",
            Self::StageNotKnown => "stage_not_known",
            Self::UnitNotStated => "unit_not_stated",
            Self::MatchNotUnique => "match_not_unique",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
