//! A hundred thousand lines are read without being held; in a process of its own, whose high-water mark is looked at.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
    time::Instant,
};

use termometro::ingest::invoices::{InvoiceReader, Piece, ReadLimits, mapping::MappingFile};

use crate::kit::{
    alone::{alone, peak_kib},
    folder::folder,
    ubl::{Ubl, attached, line},
};

const LINES: u64 = 100_000;
/// Buffers of the decoder, the parser and the decompressor.
const ALLOWED_KIB: u64 = 4 * 1024;

fn write(path: &Path, begin: &str, row: &dyn Fn(u64) -> String, end: &str) -> u64 {
    let mut file = BufWriter::new(File::create(path).unwrap());
    file.write_all(begin.as_bytes()).unwrap();
    (0..LINES).for_each(|number| file.write_all(row(number).as_bytes()).unwrap());
    file.write_all(end.as_bytes()).and_then(|()| file.flush()).unwrap();
    std::fs::metadata(path).unwrap().len()
}

fn read(path: &Path, bytes: u64) {
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
    assert_eq!((summary.lines, lines, summary.faults), (LINES, LINES, 0), "{name}");
    let grown = peak_kib() - start;
    println!("{name}: {bytes} bytes in {:?}, the peak grew by {grown} KiB", began.elapsed());
    assert!(bytes / 1024 > 2 * ALLOWED_KIB, "{name} is too small to tell: {bytes}");
    assert!(grown <= ALLOWED_KIB, "{name}: the peak grew by {grown} KiB");
}

#[test]
fn memory_does_not_grow_with_the_lines() {
    alone("invoices::memory::memory_does_not_grow_with_the_lines", || {
        let folder = folder();
        let whole = Ubl::invoice("FE1", vec![line("10", "33052.00", Some("1"), "330520.00")]).xml();
        let at = whole.find("<cac:InvoiceLine>").unwrap();
        let (begin, rest) = whole.split_at(at);
        let (element, end) = rest.split_at(rest.find("</Invoice>").unwrap());
        let invoice = folder.join("fv.xml");
        read(&invoice, write(&invoice, begin, &|_| element.to_owned(), end));
        let rips = folder.join("rips.json");
        let medicine = |number: u64| {
            let comma = if number > 0 { "," } else { "" };
            format!(
                "{comma}{{\"codTecnologiaSalud\":\"{}-1\",\"nomTecnologiaSalud\":\"INSULINA\",\"numAutorizacion\":\"{number}\",\"cantidadMedicamento\":2,\"vrUnitMedicamento\":35365.64,\"vrServicio\":70731.28}}",
                number + 1
            )
        };
        read(&rips, write(&rips, "{\"numFactura\":\"FE1\",\"usuarios\":[{\"servicios\":{\"medicamentos\":[", &medicine, "]}}]}"));
        let list = folder.join("lista.csv");
        let row = |number: u64| {
            format!(
                "FE{},2020-06-15,{}-1,INSULINA GLARGINA 100 UI/ML SOLUCION INYECTABLE X 10 ML,10,33052,330520\n",
                number / 50,
                number + 1
            )
        };
        read(&list, write(&list, "factura,fecha,cum,descripcion,cantidad,precio unitario,total\n", &row, ""));
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
