//! The portal's JSON is read in flat memory, an object a line or all in one. Alone in its program: the high-water mark is of the whole
//! process.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};
use termometro::ingest::read_thermometer;

/// As many as the catalogue of the portal has rows.
const OBJECTS: u64 = 157_000;
/// Buffers of two passes, and one object: seen up to 1.5 MiB.
const ALLOWED_KIB: u64 = 6 * 1024;

/// The most that this process ever held.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux says how much a process held");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the high-water mark");
    line.trim().trim_end_matches("kB").trim().parse().expect("kilobytes")
}

#[test]
fn memory_does_not_grow_with_the_portals_json() {
    let start = peak_kib();
    let blanks = " ".repeat(80);
    for (name, between) in [("lines.json", "\n,"), ("one-line.json", ",")] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", std::process::id()));
        let mut file = BufWriter::new(File::create(&path).expect("a file"));
        for number in 0..OBJECTS {
            let before = if number == 0 { "[" } else { between };
            write!(
                file,
                r#"{before}{{"expediente_invima":"{}","principio_activo":"Midazolam","concentracion":"Midazolam 15 mg","unidad_base":"ml","unidad_de_dispensacion":"Ampolla","nombre_comercial":"Dormicum{blanks}","fabricante":"Siegfried","medicamento":"Dormicum","canal":"Institucional","precio_por_tableta":11199.8}}"#,
                number + 1
            )
            .expect("an object is written");
        }
        write!(file, "]").and_then(|()| file.flush()).expect("the file is written");
        drop(file);
        let bytes = std::fs::metadata(&path).expect("the file is there").len();
        let (_, counts) = read_thermometer(&path, &|_| {}, &mut |_| Ok(())).expect("a good file");
        let grown = peak_kib() - start;
        std::fs::remove_file(&path).expect("the file is removed");
        println!("{name}: {bytes} bytes, the peak grew by {grown} KiB");
        assert_eq!((counts.read, counts.accepted), (OBJECTS, OBJECTS));
        assert!(bytes / 1024 > 5 * ALLOWED_KIB, "the file is too small to tell: {bytes}");
        assert!(grown <= ALLOWED_KIB, "{name}: the peak grew by {grown} KiB");
    }
}
