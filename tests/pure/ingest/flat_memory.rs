//! Large files are read in flat memory: a submission, and the portal's JSON. Each in a process of its own, whose high-water mark is looked at.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};
use termometro::ingest::{Counts, IntakeFormat, IntakeWindow, read_intake, read_thermometer};

use crate::kit::alone::{alone, peak_kib};

const ROWS: u64 = 150_000;
/// Every row is another, so every row is remembered: two tables of 2^18 places of 17 bytes, and the one before while a table grows.
const REMEMBERED_KIB: u64 = 2 * 17 * 256 + 17 * 128;
/// Buffers, and what the allocator keeps of the first format's tables while the second is read: seen up to 3.9 MiB.
const SLACK_KIB: u64 = 5 * 1024;
const OBJECTS: u64 = 30_000;
/// Buffers of two passes, and one object: seen up to 0.5 MiB.
const ALLOWED_KIB: u64 = 1024;

fn written(name: &str, begin: &str, count: u64, row: &dyn Fn(u64) -> String, end: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    file.write_all(begin.as_bytes()).expect("the beginning is written");
    for number in 0..count {
        file.write_all(row(number).as_bytes()).expect("a row is written");
    }
    file.write_all(end.as_bytes()).and_then(|()| file.flush()).expect("the file is written");
    path
}

/// Reads a file all of whose rows are good and which is larger than what may be held.
fn stays_flat(path: &Path, start: u64, allowed: u64, rows: u64, read: impl FnOnce(&Path) -> Counts) {
    let bytes = std::fs::metadata(path).expect("the file is there").len();
    let counts = read(path);
    let grown = peak_kib() - start;
    std::fs::remove_file(path).expect("the file is removed");
    println!("{}: {bytes} bytes, the peak grew by {grown} KiB", path.display());
    assert_eq!((counts.read, counts.accepted), (rows, rows));
    assert!(bytes / 1024 > allowed + allowed / 2, "the file is too small to tell: {bytes}");
    assert!(grown <= allowed, "{}: the peak grew by {grown} KiB", path.display());
}

#[test]
fn memory_does_not_grow_with_the_file() {
    alone("ingest::flat_memory::memory_does_not_grow_with_the_file", || {
        let day = jiff::civil::date;
        let window = IntakeWindow { from: day(2020, 1, 1), until: day(2021, 1, 1), today: day(2021, 1, 1), reporter: None };
        let blanks = " ".repeat(60);
        let object = |n: u64| {
            format!(
                "{{\"cum\":\"{}-1\",\"period\":\"2020-06\",\"actor_role\":2,\"operation\":\"VN\",\"transaction\":1,\"unit\":\"A\",{blanks}\"minimum\":\"33052\",\"maximum\":\"35365.64\",\"units\":\"3\",\"value\":\"102521.28\"}}\n",
                n + 1
            )
        };
        let header = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado\n";
        let row = |n: u64| format!("{},1,2020,6,2,VN,1,A,33052,35365.64,3,102521.28{blanks}{blanks}\n", n + 1);
        let read = |format, path: &Path| read_intake(path, format, &window, &|_| {}, &mut |_| Ok(())).expect("a good file").1;
        let files = |rows| {
            [
                (IntakeFormat::Ndjson, written("a.ndjson", "", rows, &object, "")),
                (IntakeFormat::Csv, written("a.csv", header, rows, &row, "")),
            ]
        };
        // The program itself comes into memory with a first small file.
        files(10).iter().for_each(|(format, path)| assert_eq!(read(*format, path).accepted, 10));
        let start = peak_kib();
        for (format, path) in files(ROWS) {
            stays_flat(&path, start, REMEMBERED_KIB + SLACK_KIB, ROWS, |path| read(format, path));
        }
    });
}

#[test]
fn memory_does_not_grow_with_the_portals_json() {
    alone("ingest::flat_memory::memory_does_not_grow_with_the_portals_json", || {
        let blanks = " ".repeat(80);
        let read = |path: &Path| read_thermometer(path, &|_| {}, &mut |_| Ok(())).expect("a good file").1;
        let mut start = 0;
        for (name, between, objects) in [("small.json", ",", 10), ("lines.json", "\n,", OBJECTS), ("one-line.json", ",", OBJECTS)]
        {
            let object = |n: u64| {
                let before = if n == 0 { "[" } else { between };
                format!(
                    r#"{before}{{"expediente_invima":"{}","principio_activo":"Midazolam","concentracion":"Midazolam 15 mg","unidad_base":"ml","unidad_de_dispensacion":"Ampolla","nombre_comercial":"Dormicum{blanks}","fabricante":"Siegfried","medicamento":"Dormicum","canal":"Institucional","precio_por_tableta":11199.8}}"#,
                    n + 1
                )
            };
            let path = written(name, "", objects, &object, "]");
            if objects < OBJECTS {
                // The program itself comes into memory with a first small file.
                assert_eq!(read(&path).accepted, objects);
                start = peak_kib();
            } else {
                stays_flat(&path, start, ALLOWED_KIB, OBJECTS, read);
            }
        }
    });
}
