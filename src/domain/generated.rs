//! Random law and prices for property tests, dense where the verdict on a price changes.

use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    calendar::period::Period,
    identifier::{
        code_list::{CodeFinding, CodeList, CodeStanding, Listing},
        cum::Cum,
    },
    law::{
        basis::{Absence, Chosen, LegalBasis, Remarks},
        financing::{FinancingStatus, ListedFinancing},
        lawbook::{ApplicableLaw, Sibling},
        listed::InvoiceUnit,
        rules::{CeilingOrigin, Facts},
    },
    reason::Reason,
    verdict::{
        comparison::Per,
        judge::{IMPLAUSIBLE_TIMES, factor},
        readings,
        report_verdict::ReportPrices,
    },
};

fn amount() -> impl Strategy<Value = Option<Decimal>> {
    proptest::option::weighted(0.8, (1_i64..=5_000_000, 0_u32..=4).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale)))
}

/// Reasons for which the law is uncertain.
pub const UNKNOWN: [Reason; 7] = [
    Reason::UnknownMedicine,
    Reason::MarketUnknown,
    Reason::CeilingListOutOfDate,
    Reason::PeriodBeforeFirstList,
    Reason::MarginRuleMissing,
    Reason::NotInNewestList,
    Reason::FinancedByUpc,
];

fn ground() -> impl Strategy<Value = LegalBasis> {
    let financing = proptest::option::weighted(0.75, prop::sample::select(FinancingStatus::ALL.to_vec()));
    let chosen = (1_i64..=4_000_000, any::<bool>(), financing).prop_map(|(binding, derived, standing)| Chosen {
        index: 0,
        amount: Decimal::new(binding, 2),
        margin: Decimal::ZERO,
        binding: Decimal::new(binding, 2),
        basis: if derived { CeilingOrigin::DerivedFromUnitPrice } else { CeilingOrigin::PublishedForCum },
        act: "circular-19-2024".to_owned(),
        valid_from: date(2024, 7, 31),
        financing: standing
            .filter(|standing| derived && !standing.is_financed())
            .map(|standing| Arc::new(ListedFinancing { standing, list: "plan".to_owned(), day: None })),
    });
    let seldom = || prop::bool::weighted(0.2);
    let remarks = move || (seldom(), seldom()).prop_map(|(changed, two_prices)| Remarks { changed, two_prices });
    let unknown = (prop::sample::select(UNKNOWN.to_vec()), prop::option::of(chosen.clone()));
    prop_oneof![
        4 => (chosen, remarks()).prop_map(|(chosen, remarks)| LegalBasis::Ceiling { chosen, remarks }),
        1 => remarks().prop_map(|remarks| LegalBasis::NoCeilingForThisStage { remarks }),
        1 => Just(LegalBasis::NotRegulated),
        1 => unknown.prop_map(|(reason, reference)| LegalBasis::Unknown { reason, reference }),
    ]
}

/// Where the judgement of a price changes: at the ceiling, at a hundredth of it, and where another unit or pack begins or ends to fit.
pub fn change_points(view: &ApplicableLaw, per: Per) -> Vec<Decimal> {
    let LegalBasis::Ceiling { chosen, .. } = &view.ground else { return Vec::new() };
    let Some(factor) = factor(per, &view.facts) else { return Vec::new() };
    let (ceiling, times) = (chosen.binding, |tenths: i64| Decimal::new(tenths, 1));
    let times_implausible = Decimal::from(IMPLAUSIBLE_TIMES);
    let mut points = vec![ceiling / factor, ceiling / factor / times_implausible, ceiling / factor * times_implausible];
    for (as_if, units, other) in readings::alternatives(per, (factor, ceiling), &view.facts, &view.siblings) {
        if as_if.is_own() {
            points.extend([other / units, other / units * times(11)]);
            // Ten times the excess in that unit is the excess as it was given.
            let slope = Decimal::TEN * units - factor;
            points.extend((slope > Decimal::ZERO).then(|| ceiling * Decimal::from(9) / slope));
        } else {
            points.extend([other / units * times(9), other / units * times(11)]);
        }
    }
    points
}

const UNITS: [InvoiceUnit; 4] =
    [InvoiceUnit::Pack, InvoiceUnit::PrimaryPack, InvoiceUnit::DispensingUnit, InvoiceUnit::RegulatedUnit];

fn in_code_list(listing: Listing) -> CodeFinding {
    let list = Arc::new(CodeList { name: "codes".to_owned(), day: Some(date(2024, 8, 1)) });
    CodeStanding { list, listing }.on(&Period::day(date(2024, 8, 1)).expect("a day is a period"))
}

/// Two thirds of them lie beside a change point.
fn price() -> impl Strategy<Value = (Option<Decimal>, Option<(prop::sample::Index, i64)>)> {
    (amount(), proptest::option::weighted(0.66, (any::<prop::sample::Index>(), 80_i64..=120)))
}

/// Any law and any prices.
pub fn law_and_prices() -> impl Strategy<Value = (ApplicableLaw, ReportPrices)> {
    let unit = prop::sample::select(UNITS.to_vec());
    let content = (proptest::option::of(1_i64..=30), proptest::option::of(1_i64..=3_000));
    let code = prop::option::of(prop::sample::select(Listing::ALL.to_vec()));
    (ground(), [price(), price(), price()], amount(), unit, content, prop::bool::weighted(0.2), code).prop_map(
        |(ground, prices, units, unit, (packed, regulated), medical_sample, code)| {
            // A table of codes is asked about what no list names.
            let code = code.filter(|_| matches!(ground, LegalBasis::Unknown { .. })).map(in_code_list);
            let facts = Facts {
                dispensing_units: packed.map(Decimal::from),
                regulated_units: regulated.map(Decimal::from),
                regulated_unit: regulated.map(|_| "mg".to_owned()),
                medical_sample,
                code,
            };
            let siblings =
                vec![Sibling { cum: Cum::new(1, 2), dispensing_units: Decimal::from(5), binding: Decimal::from(16_525) }];
            let absence = Absence::Unknown(Reason::MarketUnknown);
            let view = ApplicableLaw { candidates: Vec::new(), absence, ground, facts, siblings };
            let empty = ReportPrices { unit, minimum: None, maximum: None, units, value: None };
            let points = change_points(&view, empty.per());
            let [minimum, maximum, average] = prices.map(|(anywhere, beside)| match beside {
                Some((at, percent)) if !points.is_empty() => {
                    let price = (*at.get(&points) * Decimal::new(percent, 2)).trunc_with_scale(4);
                    anywhere.map(|_| price).filter(|price| *price > Decimal::ZERO)
                }
                _ => anywhere,
            });
            let value = units.zip(average).map(|(units, average)| units * average).or(average);
            (view, ReportPrices { minimum, maximum, value, ..empty })
        },
    )
}
