//! Good files spoiled at random: whatever is read of them, nothing panics and every reading ends. A few thousand usually;
//! `make test-invoice-mutations` does a million.

use termometro::ingest::invoices::{InvoiceReader, ReadLimits, mapping::MappingFile};

use crate::kit::{
    book::{Cell, Sheets, n, packed, parts, t},
    folder::folder,
    ubl::{Ubl, attached, line},
};

const USUALLY: u64 = 4_000;
const COUNT: &str = "TERMOMETRO_INVOICE_MUTATIONS";
/// What a parser minds more than letters.
const PIECES: &[&str] = &[
    "<", ">", "</", "/>", "<![CDATA[", "]]>", "<!--", "-->", "<?", "&", "&amp;", "&#0;", "\"", "'", "{", "}", "[", "]", ",", ":",
    "\\u", "\\", "-", ".", "e9", "9999999999999999999", "\u{FEFF}", "\0", "\n", "<!DOCTYPE", ";", "|", "\t", "<cac:InvoiceLine>",
    "</cac:InvoiceLine>",
];

/// Xorshift: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap()
    }
}

fn spoil(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..(at + dice.below(40)).min(bytes.len()))),
            2 => drop(bytes.splice(at..at, PIECES[dice.below(PIECES.len())].bytes())),
            3 => {
                let part = bytes[at..(at + dice.below(200)).min(bytes.len())].to_vec();
                let to = dice.below(bytes.len() + 1);
                drop(bytes.splice(to..to, part));
            }
            4 => {
                let end = (at + dice.below(8)).min(bytes.len());
                bytes[at..end].iter_mut().for_each(|byte| *byte = u8::try_from(dice.next() & 0xFF).unwrap());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
    }
}

/// A file of its parts; of an archive the content is spoiled before it is packed, or the archive after it.
struct Seed {
    name: &'static str,
    parts: Vec<(String, Vec<u8>)>,
}

fn seeds() -> Vec<Seed> {
    let invoice = Ubl {
        adjustments: vec![(false, "10.00")],
        ..Ubl::invoice("FE1", vec![line("10", "33052.00", Some("10"), "330520.00"); 3])
    };
    let note = Ubl::note("CreditNote", "NC1", "1", &invoice, vec![line("1", "1.00", None, "1.00")]);
    let rips = r#"{"numFactura":"FE1","numDocumentoIdObligado":"900123456","usuarios":[{"a":{"b":[1,2.5,"x\u00e9\""]},"servicios":{"medicamentos":[
        {"fechaDispensAdmon":"2020-06-15 10:00","codTecnologiaSalud":"19914312-20","cantidadMedicamento":2,"vrUnitMedicamento":35365.64,"vrServicio":70731.28}]}}]}"#;
    let list = "factura;fecha;cum;descripcion;cantidad;precio;dcto;total\nFE1;15/06/2020;19914312-20;\"LANTUS; x\";10;33.052,50;0;330.525\nFE1;16/06/2020;1-1;x;1;2,5;5;2\n";
    let sismed = "NoExpediente,PresentacionComercial,AnnioCorte,MesFactura,CodRolActorReportante,CodTipoOperacion,CodTipoTransaccion,CodUnidadFactura,ValorMinimo,ValorMaximo,TotalUnidadesFacturadas,ValorTotalFacturado\n19914312,20,2020,4,2,CM,5,A,33052,35365.64,3,102521.28\n";
    let pisis = "1|NI|900123456|2020-04-01|2020-06-30|1|1\r\n2|1|0|4|2|CM|5|0|0|0|19914312|20|A|33052.00|35365.64|102521.28|3|FE1|FE2\r\n";
    let rows = vec![
        (1, vec![t("CUM"), t("Producto"), t("Cantidad"), t("Precio"), t("Total")]),
        (2, vec![t("1-1"), t("x"), n("10"), n("5.5"), Cell::Formula("C2*D2".to_owned(), "55".to_owned())]),
    ];
    let book: Sheets = vec![("Hoja1", rows)];
    let alone = |name, text: &str| Seed { name, parts: vec![(String::new(), text.as_bytes().to_vec())] };
    let in_archive = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    vec![
        alone("fv.xml", &invoice.xml()),
        alone("ad.xml", &attached(&attached(&invoice.xml(), "2020-06-15"), "2020-06-16")),
        Seed {
            name: "a.zip",
            parts: vec![in_archive("fv.xml", &invoice.xml()), in_archive("nc.xml", &note.xml()), in_archive("r.json", rips)],
        },
        Seed { name: "a.xlsx", parts: parts(&book) },
        alone("r.json", rips),
        alone("l.csv", list),
        alone("s.csv", sismed),
        alone("MED100MPRE20200630NI000900123456.TXT", pisis),
    ]
}

#[test]
fn spoiled_files_are_read_or_named_and_nothing_panics() {
    let count = std::env::var(COUNT).ok().and_then(|text| text.parse().ok()).unwrap_or(USUALLY);
    let (seeds, path, mappings) = (seeds(), folder().join("file"), MappingFile::default());
    let (mut dice, mut read_whole, mut with_fault) = (Dice(0x5EED_2026), 0_u64, 0_u64);
    for round in 0..count {
        let seed = &seeds[usize::try_from(round).unwrap() % seeds.len()];
        let is_archive = seed.parts.len() > 1;
        let inside = is_archive && dice.below(3) > 0;
        let mut parts = seed.parts.clone();
        if inside || !is_archive {
            let which = dice.below(parts.len());
            spoil(&mut parts[which].1, &mut dice);
        }
        let mut bytes = if is_archive { packed(&parts) } else { parts.remove(0).1 };
        if is_archive && !inside {
            spoil(&mut bytes, &mut dice);
        }
        std::fs::write(&path, &bytes).unwrap();
        let (mut lines, mut faults) = (0_u64, 0_u64);
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut reader = InvoiceReader::new(ReadLimits::default(), &mappings);
            reader.read(&path, seed.name, &mut |piece| {
                match piece {
                    termometro::ingest::invoices::Piece::Line(line) => {
                        lines += 1;
                        let _ = termometro::domain::invoices::prices::prices_of(&line, &Default::default());
                    }
                    termometro::ingest::invoices::Piece::Fault(_) => faults += 1,
                    _ => {}
                }
                Ok(())
            })
        }));
        let kept = || {
            let kept = std::env::temp_dir().join(format!("invoice-mutation-{round}-{}", seed.name));
            std::fs::write(&kept, &bytes).unwrap();
            kept
        };
        match read {
            Ok(Ok(summary)) => assert_eq!((summary.lines, summary.faults), (lines, faults), "{}", kept().display()),
            Ok(Err(stop)) => panic!("{stop}: {}", kept().display()),
            Err(_) => panic!("the reader panicked: {}", kept().display()),
        }
        read_whole += u64::from(faults == 0);
        with_fault += u64::from(faults > 0);
    }
    println!("{count} spoiled files: {read_whole} read without a fault, {with_fault} with one");
    assert!(
        count < 1_000 || (read_whole > count / 20 && with_fault > count / 20),
        "the files are spoiled too much, or too little"
    );
}
