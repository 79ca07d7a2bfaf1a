//! Exact quartiles of groups of the sizes that the published list has.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use rust_decimal::Decimal;
use std::hint::black_box;
use termometro::domain::market::thermometer::Distribution;

fn percentile(c: &mut Criterion) {
    let mut group = c.benchmark_group("distribution");
    for n in [1_i64, 10, 100, 10_000] {
        // A fixed scramble: the same prices on every machine.
        let prices: Vec<Decimal> = (0..n).map(|i| Decimal::new(i * 7_919 % 100_003 + 1, 2)).collect();
        group.bench_with_input(BenchmarkId::from_parameter(n), &prices, |b, prices| {
            b.iter(|| Distribution::of(black_box(prices)))
        });
    }
    group.finish();
}

criterion_group!(benches, percentile);
criterion_main!(benches);
