//! Reading without any database: the bundled workbook, the bundled report file, and a report file of 100,000 rows.

use criterion::{Criterion, criterion_group, criterion_main};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};
use termometro::ingest::{read_ceilings, read_sismed};

const ROWS: u64 = 100_000;
const HEADER: &str = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado\n";

/// Rows as the published files have them, whole numbers and decimals among them.
fn reports() -> PathBuf {
    let mut text = String::from(HEADER);
    for row in 0..ROWS {
        let (month, minimum, units) = (row % 12 + 1, 30_000 + row % 7_919, row % 97 + 1);
        writeln!(
            text,
            "{},{},2020,{month},2,VN,3,A,{minimum},{minimum}.64,{units},{}.5",
            10_000 + row / 50,
            row % 50,
            minimum * units
        )
        .expect("text grows");
    }
    let path = std::env::temp_dir().join(format!("termometro-bench-{}.csv", std::process::id()));
    std::fs::write(&path, text).expect("the file is written");
    path
}

fn ingest(c: &mut Criterion) {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    c.bench_function("ingest/ceilings.xlsx", |b| {
        b.iter(|| read_ceilings(&sample.join("ceilings.xlsx"), &|_| {}, &mut |_| Ok(())).map(|(_, counts)| counts.read));
    });
    c.bench_function("ingest/sismed.csv (329 rows)", |b| {
        b.iter(|| read_sismed(&sample.join("sismed.csv"), &|_| {}, &mut |_| Ok(())).map(|(_, counts)| counts.read));
    });
    let path = reports();
    let mut slow = c.benchmark_group("ingest");
    slow.sample_size(20);
    slow.bench_function("sismed.csv (100,000 rows)", |b| {
        b.iter(|| read_sismed(&path, &|_| {}, &mut |_| Ok(())).map(|(_, counts)| assert_eq!(counts.accepted, ROWS)));
    });
    slow.finish();
    std::fs::remove_file(&path).expect("the file is removed");
}

criterion_group!(benches, ingest);
criterion_main!(benches);
