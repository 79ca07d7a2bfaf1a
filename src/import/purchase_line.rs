//! What is remembered of the text of a purchase, why a line has no verdict whatever its price, and what a verdict is stored as.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::{
    domain::{
        identifier::cum::Cum,
        invoices::prices::NoPrice,
        item_text::{
            candidates::TextCandidates,
            line_verdict::{CANDIDATES_JUDGED_MAX, LineReason, LineVerdict},
            read::ReadText,
            token::TokenKind,
            unit::{UnitOrigin, UnitReadings},
        },
        number::exact,
        purchases::{dispensing_service::is_dispensing_service, limits::PriceLimits, purchase::Purchase},
        reason::Reason,
        verdict::{comparison::Per, judge::Verdict},
    },
    store::catalogue::law_library::LawRepository,
};

/// The price may be of another unit than the one that the line states.
pub const UNIT_DOUBTFUL: &str = "unit_doubtful";
/// A unit price that was rounded makes the difference.
pub const ROUNDING_EXPLAINS: &str = "rounding_explains_excess";

/// A text that was read, and everything that it can mean.
#[derive(Clone, Debug, Default)]
pub struct KnownText {
    pub number: u32,
    pub set: TextCandidates,
    pub pack_units: Vec<Option<Decimal>>,
    /// Every pack holds one: pack and unit are the same.
    pub is_single: bool,
    pub described: &'static str,
    pub law: TextLaw,
}

impl KnownText {
    pub fn new(number: u32, read: &ReadText, pack_units: Vec<Option<Decimal>>, set: TextCandidates) -> Self {
        let is_single = !pack_units.is_empty() && pack_units.iter().all(|units| *units == Some(Decimal::ONE));
        let described = described(read, &set);
        Self { number, set, pack_units, is_single, described, law: TextLaw::default() }
    }

    /// Whether a price of it is judged at all.
    pub fn is_judged(&self) -> bool {
        self.fault().is_none()
    }

    pub fn registrations(&self) -> impl Iterator<Item = i32> {
        let cums = if self.is_judged() { self.set.cums.as_slice() } else { &[] };
        cums.iter().map(|cum| cum.expediente)
    }

    fn fault(&self) -> Option<LineReason> {
        match self.set.cums.len() {
            _ if self.set.fault.is_some() => self.set.fault,
            0 => Some(LineReason::MatchEmpty),
            count if count > CANDIDATES_JUDGED_MAX => Some(LineReason::MatchNotUnique),
            _ => None,
        }
    }
}

/// The law of everything that a text can mean.
#[derive(Clone, Debug, Default)]
pub struct TextLaw {
    /// Sorted: between two of them it does not change.
    changes: Box<[Date]>,
    /// The one market of all of them.
    pub market: Option<String>,
}

impl TextLaw {
    /// Of a set whose registrations are held.
    pub fn of(known: &KnownText, law: &LawRepository) -> Self {
        if !known.is_judged() {
            return Self::default();
        }
        let mut registrations: Vec<i32> = known.registrations().collect();
        registrations.dedup();
        let books = registrations.iter().map(|expediente| law.book(Cum::new(*expediente, 0)));
        let mut changes: Vec<Date> = books.flat_map(|book| book.changes(&law.rules).days().to_vec()).collect();
        changes.sort_unstable();
        changes.dedup();
        let mut markets = known.set.cums.iter().map(|cum| market_of(law, *cum));
        let first = markets.next().flatten();
        let market = first.filter(|first| markets.all(|other| other == Some(*first))).map(str::to_owned);
        Self { changes: changes.into(), market }
    }

    pub fn interval(&self, day: Date) -> usize {
        self.changes.partition_point(|change| *change <= day)
    }
}

/// The market that the newest list gives the presentation.
fn market_of(law: &LawRepository, cum: Cum) -> Option<&str> {
    let own = law.book(cum).statements.iter().filter(|statement| statement.cum == cum && statement.market.is_some());
    own.max_by_key(|statement| (statement.list_cut_date, statement.list_order))?.market.as_deref()
}

/// How well the line says what was bought.
fn described(read: &ReadText, set: &TextCandidates) -> &'static str {
    match set.fault {
        Some(LineReason::NotAMedicine) => return "not_a_medicine",
        Some(LineReason::TextNotRead) => return "not_read",
        _ => {}
    }
    let has = |kind: TokenKind| read.tokens.iter().any(|token| token.kind == kind);
    let coded = [TokenKind::Cum, TokenKind::Ium, TokenKind::Registration].into_iter().any(has);
    match (coded, has(TokenKind::Strength), has(TokenKind::Form), has(TokenKind::PackCount)) {
        (true, ..) => "code",
        (_, true, true, true) => "presentation",
        (_, true, true, false) => "ingredient_strength_form",
        (_, true, false, _) => "ingredient_strength",
        _ => "ingredient",
    }
}

/// The readings of a unit, as far as verdicts differ by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnitKey {
    per: u8,
    origin: UnitOrigin,
}

impl UnitKey {
    pub fn of(units: &UnitReadings) -> Self {
        let per = units.per.iter().fold(0, |bits, per| bits | 1 << (*per as u8));
        Self { per, origin: units.origin }
    }
}

/// Why a line has no verdict, whatever the law says. `None`: it has a price that can be judged.
pub fn why_not_compared(purchase: &Purchase, known: &KnownText, units: &UnitReadings) -> Option<&'static str> {
    let service = is_dispensing_service(&purchase.item_text, purchase.framework.as_deref()).then_some(LineReason::NotAMedicine);
    let not_a_medicine = service.or(known.set.fault.filter(|fault| *fault == LineReason::NotAMedicine));
    let no_price = [
        (!purchase.is_in_pesos(), NoPrice::CurrencyNotPesos.code()),
        (purchase.is_return(), NoPrice::QuantityNotPositive.code()),
    ];
    not_a_medicine
        .map(LineReason::code)
        .or_else(|| no_price.into_iter().find(|(applies, _)| *applies).map(|(_, code)| code))
        .or_else(|| purchase.implausible().first().map(|reason| reason.code()))
        .or_else(|| known.fault().or(units.fault).map(LineReason::code))
}

/// 0 up to one, then by powers of ten.
pub fn quantity_band(quantity: Decimal) -> Option<i16> {
    let mut limit = Decimal::ONE;
    for band in 0..=20 {
        if quantity.abs() <= limit {
            return Some(band);
        }
        limit = exact::product(limit, Decimal::TEN)?;
    }
    None
}

/// What all products agree on about a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOutcome {
    pub verdict: Verdict,
    pub reasons: Vec<&'static str>,
    pub excess: Option<Decimal>,
    pub act: Option<String>,
}

impl LineOutcome {
    pub fn doubtful(reason: &'static str) -> Self {
        Self { verdict: Verdict::CannotCompare, reasons: vec![reason], excess: None, act: None }
    }

    /// A price above is one only where nothing else explains it.
    pub fn of(judged: &LineVerdict, doubt: Option<&'static str>, limits: &PriceLimits) -> Self {
        let doubts = [Reason::AnotherUnitFits, Reason::ImplausiblyHigh];
        let doubt = doubts.into_iter().find(|reason| judged.judge_reasons.contains(reason)).map(Reason::code).or(doubt);
        if let (Verdict::Above, Some(doubt)) = (judged.verdict, doubt) {
            return Self::doubtful(doubt);
        }
        if judged.verdict == Verdict::Within && judged.judge_reasons.contains(&Reason::ImplausiblyLow) {
            return Self::doubtful(Reason::ImplausiblyLow.code());
        }
        // What is doubtful about this price says nothing of the next one.
        let of_price = [Reason::AnotherUnitFits, Reason::ImplausiblyHigh, Reason::ImplausiblyLow];
        let of_judge = judged.judge_reasons.iter().filter(|reason| !of_price.contains(reason)).map(|reason| reason.code());
        let reasons: Vec<&'static str> = judged.reasons.iter().map(|reason| reason.code()).chain(of_judge).collect();
        let deciding = match judged.verdict {
            Verdict::Above => limits.last(),
            Verdict::Within => limits.first(),
            _ => None,
        };
        // A comparison without its ceiling would be a verdict without a ground.
        let act = deciding.map(|limit| limit.act.clone());
        if act.is_none() && matches!(judged.verdict, Verdict::Above | Verdict::Within) {
            return Self::doubtful(Reason::AmountOutOfRange.code());
        }
        let reasons = match judged.verdict {
            Verdict::CannotCompare if reasons.is_empty() => vec![LineReason::MatchNotUnique.code()],
            _ => reasons,
        };
        Self { verdict: judged.verdict, reasons, excess: judged.excess_at_least, act }
    }
}

/// How a price and a quantity are restated by the unit that the market is regulated in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegulatedRatio {
    pub unit: String,
    /// Units of the price in a pack, and regulated units in it.
    pub in_pack: Decimal,
    pub regulated: Decimal,
}

impl RegulatedRatio {
    pub fn is_same(&self, other: &Self) -> bool {
        let left = exact::product(self.in_pack, other.regulated);
        self.unit == other.unit && left.is_some() && left == exact::product(other.in_pack, self.regulated)
    }

    /// Half up to four decimals; what rounds to nothing is none.
    pub fn price(&self, price: Decimal) -> Option<Decimal> {
        let restated = exact::quotient_half_up(exact::product(price, self.in_pack)?, self.regulated, 4)?;
        (restated > Decimal::ZERO).then_some(restated)
    }

    pub fn units(&self, quantity: Decimal) -> Option<Decimal> {
        let restated = exact::quotient_half_up(exact::product(quantity, self.regulated)?, self.in_pack, 4)?;
        (restated > Decimal::ZERO).then_some(restated)
    }
}

/// The other unit that a price may have been meant for.
pub fn other_units(per: &[Per]) -> &'static [Per] {
    match per {
        [Per::Pack] => &[Per::DispensingUnit],
        [Per::DispensingUnit] => &[Per::Pack],
        [Per::PrimaryPack | Per::RegulatedUnit] => &[Per::DispensingUnit, Per::Pack],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_in_bands_of_powers_of_ten() {
        for (quantity, band) in [("0.5", 0), ("1", 0), ("2", 1), ("10", 1), ("11", 2), ("1000", 3), ("-1000", 3), ("10000000", 7)]
        {
            assert_eq!(quantity_band(quantity.parse().unwrap()), Some(band), "{quantity}");
        }
    }

    #[test]
    fn prices_are_restated_by_the_regulated_unit() {
        // A price of a tablet, thirty in a pack that holds 15,000 mg.
        let ratio = |in_pack: i64, regulated: i64| RegulatedRatio {
            unit: "mg".to_owned(),
            in_pack: Decimal::from(in_pack),
            regulated: Decimal::from(regulated),
        };
        let tablet = ratio(30, 15_000);
        assert_eq!(tablet.price(Decimal::from(1_250)), "2.5".parse().ok());
        assert_eq!(tablet.units(Decimal::from(100)), Some(Decimal::from(50_000)));
        assert!(tablet.is_same(&ratio(10, 5_000)) && !tablet.is_same(&ratio(10, 10_000)));
        assert_eq!(tablet.price("0.0001".parse().unwrap()), None);
    }
}
