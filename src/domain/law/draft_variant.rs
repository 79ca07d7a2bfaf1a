//! A draft as it would be with another first day or other amounts: what a preview supposes before anybody writes it down.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{act_draft::Draft, rules::IpsMargin};
use crate::domain::number::exact;

/// What is supposed of a draft; the default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftVariant {
    pub valid_from: Option<Date>,
    /// By how much every amount changes.
    pub percent: Option<Decimal>,
    /// The markets whose amounts change; empty: all, and what stands in no market.
    pub markets: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariantFault {
    /// No row of the draft is of this market.
    UnknownMarket(String),
    /// With the change this amount has more digits than an amount may have.
    TooLarge(Decimal),
}

/// Digits before the point of an amount that can be stored.
const AMOUNT_DIGITS_MAX: u32 = 14;

/// How finely an act writes its amounts.
#[derive(Clone, Copy)]
struct Places {
    ceilings: u32,
    margins: u32,
    unit_prices: u32,
}

impl DraftVariant {
    /// The draft so changed. An act is rounded as it is written: each amount half-up to as many decimals as the act itself uses for its
    /// ceilings, its margins or its unit prices, and never to nothing, because an amount of zero is no ceiling.
    pub fn of(&self, mut draft: Draft) -> Result<Draft, VariantFault> {
        if let Some(unknown) = self.unknown_market(&draft) {
            return Err(VariantFault::UnknownMarket(unknown.to_owned()));
        }
        draft.head.valid_from = self.valid_from.unwrap_or(draft.head.valid_from);
        let Some(percent) = self.percent.filter(|percent| !percent.is_zero()) else { return Ok(draft) };
        let places = Places::of(&draft);
        for row in draft.ceilings.iter_mut().filter(|row| self.changes(row.market.as_deref())) {
            if let Some(amount) = &mut row.amount {
                *amount = changed(*amount, percent, places.ceilings)?;
            }
            // Lists state a margin in pesos for the amount beside it.
            if let IpsMargin::Pesos(pesos) = &mut row.margin
                && !pesos.is_zero()
            {
                *pesos = changed(*pesos, percent, places.margins)?;
            }
        }
        for row in draft.markets.iter_mut().filter(|row| self.changes(Some(row.market.as_str()))) {
            row.unit_price = changed(row.unit_price, percent, places.unit_prices)?;
        }
        Ok(draft)
    }

    fn changes(&self, market: Option<&str>) -> bool {
        self.markets.is_empty() || market.is_some_and(|market| self.markets.contains(market))
    }

    fn unknown_market(&self, draft: &Draft) -> Option<&str> {
        let known = draft.rows_by_market();
        self.markets.iter().map(String::as_str).find(|market| !known.contains_key(market))
    }
}

impl Places {
    fn of(draft: &Draft) -> Self {
        let most = |amounts: &mut dyn Iterator<Item = Decimal>| amounts.map(|amount| amount.normalize().scale()).max();
        let margin = |margin| if let IpsMargin::Pesos(pesos) = margin { Some(pesos) } else { None };
        Self {
            ceilings: most(&mut draft.ceilings.iter().filter_map(|row| row.amount)).unwrap_or_default(),
            margins: most(&mut draft.ceilings.iter().filter_map(|row| margin(row.margin))).unwrap_or_default(),
            unit_prices: most(&mut draft.markets.iter().map(|row| row.unit_price)).unwrap_or_default(),
        }
    }
}

fn changed(amount: Decimal, percent: Decimal, places: u32) -> Result<Decimal, VariantFault> {
    let rounded = exact::sum(Decimal::ONE_HUNDRED, percent)
        .and_then(|factor| exact::product(amount, factor))
        .and_then(|hundredfold| exact::quotient_half_up(hundredfold, Decimal::ONE_HUNDRED, places))
        .filter(|rounded| rounded.trunc().mantissa() < 10_i128.pow(AMOUNT_DIGITS_MAX));
    Ok(rounded.ok_or(VariantFault::TooLarge(amount))?.max(Decimal::new(1, places)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        identifier::cum::Cum,
        law::{
            act_draft::{DraftCeiling, DraftHead, DraftMarket},
            channel::CeilingColumn,
        },
    };

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn draft(ceilings: &[(&str, &str)], markets: &[(&str, &str)]) -> Draft {
        let head = DraftHead {
            title: "Circular 30 de 2026".to_owned(),
            act_id: "circular-30-2026".to_owned(),
            issued_on: None,
            published_in: None,
            valid_from: date(2027, 1, 1),
            subject_es: "Precios.".to_owned(),
            subject_en: "Prices.".to_owned(),
            source: "Acta".to_owned(),
            supersedes: Vec::new(),
            reason: "new".to_owned(),
        };
        let ceiling = |(consecutive, (market, amount)): (i32, &(&str, &str))| DraftCeiling {
            line: 1,
            cum: Cum::new(19_914_312, consecutive),
            column: CeilingColumn::Institutional,
            amount: amount.parse().ok(),
            margin: IpsMargin::ByRule,
            market: Some((*market).to_owned()).filter(|market| !market.is_empty()),
            description: String::new(),
            content: None,
        };
        let market = |(market, price): &(&str, &str)| DraftMarket {
            line: 1,
            market: (*market).to_owned(),
            atc: None,
            ingredient: "Insulina".to_owned(),
            form_group: "Líquido".to_owned(),
            unit_price: d(price),
            unit: "UI".to_owned(),
        };
        Draft { head, ceilings: (1..).zip(ceilings).map(ceiling).collect(), markets: markets.iter().map(market).collect() }
    }

    fn by(percent: &str, markets: &[&str]) -> DraftVariant {
        let markets = markets.iter().map(|market| (*market).to_owned()).collect();
        DraftVariant { valid_from: None, percent: Some(d(percent)), markets }
    }

    fn amounts(draft: &Draft) -> Vec<String> {
        let ceilings = draft.ceilings.iter().map(|row| row.amount.map_or("-".to_owned(), |amount| amount.to_string()));
        ceilings.chain(draft.markets.iter().map(|row| row.unit_price.to_string())).collect()
    }

    #[test]
    fn amounts_are_rounded_as_the_act_writes_its_own() {
        // 33,052 less 5 %: 31,399.4 in whole pesos; 2,313.64 less 5 %: 2,197.958 in centavos.
        let one = draft(&[("96", "33052"), ("96", "100.00"), ("96", "-")], &[("96", "2313.64")]);
        assert_eq!(amounts(&by("-5", &[]).of(one.clone()).unwrap()), ["31399", "95", "-", "2197.96"]);
        let centavos = draft(&[("96", "33052"), ("96", "100.5")], &[]);
        assert_eq!(amounts(&by("-5", &[]).of(centavos).unwrap()), ["31399.4", "95.5"]);
        // A half goes up, in either direction.
        assert_eq!(amounts(&by("-50", &[]).of(draft(&[("", "33051"), ("", "1")], &[])).unwrap()), ["16526", "1"]);
        assert_eq!(amounts(&by("0.5", &[]).of(draft(&[("", "300")], &[])).unwrap()), ["302"]);
    }

    #[test]
    fn a_margin_in_pesos_goes_with_its_amount() {
        let mut one = draft(&[("96", "2147666"), ("96", "5")], &[]);
        one.ceilings[0].margin = IpsMargin::Pesos(d("75168.31"));
        one.ceilings[1].margin = IpsMargin::Pesos(Decimal::ZERO);
        let margins: Vec<_> = by("-10", &[]).of(one).unwrap().ceilings.iter().map(|row| row.margin).collect();
        assert_eq!(margins, [IpsMargin::Pesos(d("67651.48")), IpsMargin::Pesos(Decimal::ZERO)]);
    }

    #[test]
    fn only_the_chosen_markets_change() {
        let one = draft(&[("96", "100"), ("8", "100"), ("", "100")], &[("12", "50")]);
        assert_eq!(amounts(&by("10", &["96"]).of(one.clone()).unwrap()), ["110", "100", "100", "50"]);
        assert_eq!(amounts(&by("10", &["8", "12"]).of(one.clone()).unwrap()), ["100", "110", "100", "55"]);
        let unknown = by("10", &["96", "9"]).of(one);
        assert_eq!(unknown, Err(VariantFault::UnknownMarket("9".to_owned())));
    }

    #[test]
    fn another_first_day_changes_nothing_else() {
        let one = draft(&[("96", "100")], &[]);
        let later = DraftVariant { valid_from: Some(date(2027, 3, 1)), ..DraftVariant::default() };
        let mut expected = one.clone();
        expected.head.valid_from = date(2027, 3, 1);
        assert_eq!(later.of(one.clone()), Ok(expected));
        assert_eq!(DraftVariant::default().of(one.clone()), Ok(one.clone()));
        assert_eq!(by("0", &[]).of(one.clone()), Ok(one));
    }

    #[test]
    fn what_no_table_could_hold_is_refused() {
        let one = draft(&[("96", "99999999999999")], &[]);
        assert_eq!(by("1", &[]).of(one.clone()), Err(VariantFault::TooLarge(d("99999999999999"))));
        assert!(by("-1", &[]).of(one).is_ok());
    }

    proptest! {
        /// Exact: nobody's price moves by more than half of the last decimal that the act writes.
        #[test]
        fn the_change_is_the_percent(pesos in 1..10_000_000_i64, scale in 0..4_u32, percent in -999_999..9_999_999_i64) {
            let (amount, percent) = (Decimal::new(pesos * 10 + 1, scale), Decimal::new(percent, 4));
            let mut one = draft(&[("96", "1")], &[]);
            one.ceilings[0].amount = Some(amount);
            let variant = DraftVariant { percent: Some(percent), ..DraftVariant::default() };
            let after = variant.of(one).unwrap().ceilings[0].amount.unwrap();
            let exactly = amount * (Decimal::ONE_HUNDRED + percent) / Decimal::ONE_HUNDRED;
            let last = Decimal::new(1, scale);
            prop_assert!(after.normalize().scale() <= scale && after > Decimal::ZERO);
            prop_assert!((after - exactly).abs() * Decimal::TWO <= last || (after == last && exactly < last), "{amount} {percent} {after}");
        }
    }
}
