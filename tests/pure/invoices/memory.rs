//! A hundred thousand lines are read without being held; in a process of its own, whose high-water mark is looked at.

use std::{fs, time::Instant};

use termometro::ingest::invoices::{InvoiceReader, Piece, ReadLimits, mapping::MappingFile};

use crate::kit::{
    alone::{alone, peak_kib},
    folder::folder,
    ubl::{Ubl, line},
};

const LINES: usize = 100_000;
/// Buffers of the decoder, the parser and the decompressor.
const ALLOWED_KIB: u64 = 6 * 1024;

#[test]
fn memory_does_not_grow_with_the_lines() {
    alone("invoices::memory::memory_does_not_grow_with_the_lines", || {
        let folder = folder();
        let row = |n: usize| {
            format!(
                "FE{},2020-06-15,{}-1,INSULINA GLARGINA 100 UI/ML SOLUCION INYECTABLE X 10 ML,10,33052,330520\n",
                n / 50,
                n + 1
            )
        };
        let medicine = |n: usize| {
            format!(
                "{{\"codTecnologiaSalud\":\"{}-1\",\"nomTecnologiaSalud\":\"INSULINA\",\"numAutorizacion\":\"{n}\",\"cantidadMedicamento\":2,\"vrUnitMedicamento\":35365.64,\"vrServicio\":70731.28}}",
                n + 1
            )
        };
        let list =
            format!("factura,fecha,cum,descripcion,cantidad,precio unitario,total\n{}", (0..LINES).map(row).collect::<String>());
        let rips = format!(
            "{{\"numFactura\":\"FE1\",\"usuarios\":[{{\"servicios\":{{\"medicamentos\":[{}]}}}}]}}",
            (0..LINES).map(medicine).collect::<Vec<_>>().join(",")
        );
        let invoice = Ubl::invoice("FE1", vec![line("10", "33052.00", Some("1"), "330520.00"); LINES]).xml();
        let files = [("lista.csv", list), ("rips.json", rips), ("fv.xml", invoice)];
        for (name, text) in &files {
            fs::write(folder.join(name), text).unwrap();
        }
        let sizes: Vec<usize> = files.iter().map(|(_, text)| text.len()).collect();
        drop(files);
        // What was written is counted in the mark already: the mark is that of the writing, unless reading takes more.
        let start = peak_kib();
        for (name, bytes) in ["lista.csv", "rips.json", "fv.xml"].into_iter().zip(sizes) {
            let (mappings, began, mut lines) = (MappingFile::default(), Instant::now(), 0);
            let mut reader = InvoiceReader::new(ReadLimits::default(), &mappings);
            let summary = reader
                .read(&folder.join(name), name, &mut |piece| {
                    lines += usize::from(matches!(piece, Piece::Line(_)));
                    Ok(())
                })
                .unwrap();
            assert_eq!((summary.lines, lines, summary.faults), (LINES as u64, LINES, 0), "{name}");
            println!("{name}: {bytes} bytes in {:?}, the peak grew by {} KiB", began.elapsed(), peak_kib() - start);
        }
        assert!(peak_kib() - start <= ALLOWED_KIB, "the peak grew by {} KiB", peak_kib() - start);
    });
}
