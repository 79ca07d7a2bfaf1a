//! A large submission is read in flat memory. Alone in its program: the high-water mark is of the whole process.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};
use termometro::ingest::{IntakeFormat, IntakeWindow, read_intake};

const ROWS: u64 = 300_000;
/// Every row is another, so every row is remembered: two tables of 2^19 places of 17 bytes, and the one before while a table grows.
const REMEMBERED_KIB: u64 = 2 * 17 * 512 + 17 * 256;
/// Buffers, and what the allocator keeps of the first format's tables while the second is read: seen up to 8.1 MiB.
const SLACK_KIB: u64 = 11 * 1024;

/// The most that this process ever held. Not `getrusage`, whose figure outlives `exec`: that would be the test runner's.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says how much a process held");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the high-water mark");
    line.trim().trim_end_matches("kB").trim().parse().expect("kilobytes")
}

fn written(name: &str, header: &str, row: &dyn Fn(u64) -> String) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
    let mut file = BufWriter::new(File::create(&path).expect("a file"));
    file.write_all(header.as_bytes()).expect("the header is written");
    for number in 0..ROWS {
        writeln!(file, "{}", row(number)).expect("a row is written");
    }
    file.flush().expect("the file is written");
    path
}

#[test]
fn memory_does_not_grow_with_the_file() {
    let window = IntakeWindow {
        from: jiff::civil::date(2020, 1, 1),
        until: jiff::civil::date(2021, 1, 1),
        today: jiff::civil::date(2021, 1, 1),
        reporter: None,
    };
    let start = peak_kib();
    let blanks = " ".repeat(60);
    let object = |n: u64| {
        format!(
            r#"{{"cum":"{}-1","period":"2020-06","actor_role":2,"operation":"VN","transaction":1,"unit":"A",{blanks}"minimum":"33052","maximum":"35365.64","units":"3","value":"102521.28"}}"#,
            n + 1
        )
    };
    let header = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado\n";
    let row = |n: u64| format!("{},1,2020,6,2,VN,1,A,33052,35365.64,3,102521.28{blanks}{blanks}", n + 1);
    for (format, path) in
        [(IntakeFormat::Ndjson, written("a.ndjson", "", &object)), (IntakeFormat::Csv, written("a.csv", header, &row))]
    {
        let bytes = std::fs::metadata(&path).expect("the file is there").len();
        let clock = std::time::Instant::now();
        let (_, counts) = read_intake(&path, format, &window, &|_| {}, &mut |_| Ok(())).expect("a good file");
        let grown = peak_kib() - start;
        std::fs::remove_file(&path).expect("the file is removed");
        println!("{format:?}: {bytes} bytes, the peak grew by {grown} KiB {:?}", clock.elapsed());
        assert_eq!((counts.read, counts.accepted), (ROWS, ROWS));
        let allowed = REMEMBERED_KIB + SLACK_KIB;
        assert!(bytes / 1024 > allowed + allowed / 2, "the file is too small to tell: {bytes}");
        assert!(grown <= allowed, "{format:?}: the peak grew by {grown} KiB");
    }
}
