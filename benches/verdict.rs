//! One verdict: within, above with its readings, and a whole basis from the law book.

use criterion::{Criterion, criterion_group, criterion_main};
use rust_decimal::Decimal;
use std::hint::black_box;
use termometro::domain::{
    law::{
        basis::{Chosen, LegalBasis, Remarks},
        rules::{CeilingOrigin, Facts},
    },
    verdict::{
        comparison::{Observed, Per},
        judge::judge,
    },
};

fn verdict(c: &mut Criterion) {
    let amount = Decimal::new(16_525_998, 2);
    let (act, valid_from) = ("circular-10-2020".to_owned(), jiff::civil::date(2020, 3, 28));
    let (basis, margin, financing) = (CeilingOrigin::PublishedForCum, Decimal::ZERO, None);
    let chosen = Chosen { index: 0, amount, margin, binding: amount, basis, act, valid_from, financing };
    let ground = LegalBasis::Ceiling { chosen, remarks: Remarks::default() };
    let facts = Facts { dispensing_units: Some(Decimal::from(5)), ..Facts::default() };
    let price = |pesos: i64| Some(Observed { amount: Decimal::from(pesos), divided_by: Decimal::ONE, per: Per::DispensingUnit });
    c.bench_function("verdict/within", |b| b.iter(|| judge(black_box(price(33_000)), &ground, &facts, &[])));
    c.bench_function("verdict/above", |b| b.iter(|| judge(black_box(price(171_764)), &ground, &facts, &[])));
}

criterion_group!(benches, verdict);
criterion_main!(benches);
