//! As many lines as a check takes are read without being held; in a process of its own, whose high-water mark is looked at.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use termometro::ingest::invoices::{InvoiceReader, Piece, ReadLimits, mapping::MappingFile};

use crate::kit::{
    alone::{alone, peak_kib, size},
    folder::folder,
    ubl::{Ubl, attached, line},
};

/// All that a check takes, by `make test-torture`.
const LINES: usize = 100_000;
const USUALLY: usize = 30_000;
/// Buffers of the decoder and the parser, and one line.
const ALLOWED_KIB: u64 = 1024;

fn write(path: &Path, lines: u64, begin: &str, row: &dyn Fn(u64) -> String, end: &str) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(begin.as_bytes()).unwrap();
    (0..lines).for_each(|number| file.write_all(row(number).as_bytes()).unwrap());
    file.write_all(end.as_bytes()).and_then(|()| file.flush()).unwrap();
    std::fs::metadata(path).unwrap().len()
}

/// How much the peak grew.
fn read(path: &Path, expected: u64, bytes: u64) -> u64 {
    let name = path.file_name().unwrap().to_str().unwrap();
    let (start, began) = (peak_kib(), Instant::now());
    let (mappings, mut lines) = (MappingFile::default(), 0);
    let mut reader = InvoiceReader::new(ReadLimits::default(), &mappings);
    let summary = reader
        .read(path, name, &mut |piece| {
            lines += u64::from(matches!(piece, Piece::Line(_)));
            Ok(())
        })
        .unwrap();
    assert_eq!((summary.lines, lines, summary.faults), (expected, expected, 0), "{name}");
    let grown = peak_kib() - start;
    println!("{name}: {bytes} bytes in {:?}, the peak grew by {grown} KiB", began.elapsed());
    grown
}

/// The same lines in each format.
fn files(folder: &Path, lines: u64) -> Vec<(PathBuf, u64)> {
    let whole = Ubl::invoice("FE1", vec![line("10", "33052.00", Some("1"), "330520.00")]).xml();
    let (begin, rest) = whole.split_at(whole.find("<cac:InvoiceLine>").unwrap());
    let (element, end) = rest.split_at(rest.find("</Invoice>").unwrap());
    let medicine = |number: u64| {
        let comma = if number > 0 { "," } else { "" };
        format!(
            "{comma}{{\"codTecnologiaSalud\":\"{}-1\",\"nomTecnologiaSalud\":\"INSULINA\",\"numAutorizacion\":\"{number}\",\"cantidadMedicamento\":2,\"vrUnitMedicamento\":35365.64,\"vrServicio\":70731.28}}",
            number + 1
        )
    };
    let row = |number: u64| {
        format!(
            "FE{},2020-06-15,{}-1,INSULINA GLARGINA 100 UI/ML SOLUCION INYECTABLE X 10 ML,10,33052,330520\n",
            number / 50,
            number + 1
        )
    };
    let bill = "{\"numFactura\":\"FE1\",\"usuarios\":[{\"servicios\":{\"medicamentos\":[";
    let header = "factura,fecha,cum,descripcion,cantidad,precio unitario,total\n";
    let [invoice, rips, list] = ["fv.xml", "rips.json", "lista.csv"].map(|name| folder.join(name));
    let sizes = [
        write(&invoice, lines, begin, &|_| element.to_owned(), end),
        write(&rips, lines, bill, &medicine, "]}}]}"),
        write(&list, lines, header, &row, ""),
    ];
    [invoice, rips, list].into_iter().zip(sizes).collect()
}

#[test]
fn flat_memory_whatever_the_number_of_lines() {
    alone("invoices::memory::flat_memory_whatever_the_number_of_lines", || {
        let (folder, lines) = (folder(), size(LINES, USUALLY) as u64);
        // What the program itself takes to read the first file is there already.
        for (path, bytes) in files(&folder, 100) {
            read(&path, 100, bytes);
        }
        for (path, bytes) in files(&folder, lines) {
            let grown = read(&path, lines, bytes);
            assert!(bytes / 1024 > 2 * ALLOWED_KIB, "{} is too small to tell: {bytes}", path.display());
            assert!(grown <= ALLOWED_KIB, "{}: the peak grew by {grown} KiB", path.display());
        }
    });
}

/// A document inside another one is held while it is read, and no larger one than 32 MiB.
#[test]
fn what_stands_inside_another_document_has_a_limit() {
    let limits = ReadLimits { embedded_bytes_max: 10_000, ..ReadLimits::default() };
    let invoice = |lines| Ubl::invoice("FE1", vec![line("10", "33052.00", None, "330520.00"); lines]).xml();
    let read = |lines| {
        super::read_with(
            &MappingFile::default(),
            limits.clone(),
            &[("ad.xml", attached(&invoice(lines), "2020-06-15").as_bytes())],
        )
    };
    assert_eq!(read(2).lines.len(), 2);
    assert_eq!(read(40).codes(), ["too_long"]);
}
