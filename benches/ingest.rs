//! Reading the bundled sample: a workbook and a report file, without any database.

use criterion::{Criterion, criterion_group, criterion_main};
use std::path::Path;
use termometro::ingest::{read_ceilings, read_sismed};

fn ingest(c: &mut Criterion) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    c.bench_function("ingest/ceilings.xlsx", |b| {
        b.iter(|| read_ceilings(&sample.join("ceilings.xlsx"), &|_| {}, &mut |_| Ok(())).map(|(_, counts)| counts.read));
    });
    c.bench_function("ingest/sismed.csv (329 rows)", |b| {
        b.iter(|| read_sismed(&sample.join("sismed.csv"), &|_| {}, &mut |_| Ok(())).map(|(_, counts)| counts.read));
    });
}

criterion_group!(benches, ingest);
criterion_main!(benches);
