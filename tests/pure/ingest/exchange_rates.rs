//! Exchange rates as they are published: spans of days, numbers with a comma, days as a spreadsheet counts them.

use jiff::civil::date;
use termometro::ingest::read_exchange_rates;

use crate::kit::{
    reading::{file, read, read_file},
    tables::{RATES, good},
};

#[test]
fn a_weekend_is_one_row_and_no_digit_is_lost() {
    let outcome = good(read_exchange_rates, "trm_20260421.csv", RATES.as_bytes());
    let read: Vec<_> =
        outcome.accepted.iter().map(|row| (row.rate.to_string(), row.first_day.to_string(), row.last_day.to_string())).collect();
    let expected = [
        ("3635.12", "2026-04-17", "2026-04-17"),
        ("3637.5", "2026-04-18", "2026-04-20"),
        ("3702.08", "2026-04-21", "2026-04-21"),
    ];
    assert_eq!(read, expected.map(|(rate, from, until)| (rate.to_owned(), from.to_owned(), until.to_owned())));
    assert_eq!((outcome.facts.layout, outcome.facts.number_format), ("trm-mcec-87by", "1,234.56"));
    // As the portal's own download names and writes it, and with the comma as decimal mark.
    for text in [
        "VALOR,UNIDAD,VIGENCIADESDE,VIGENCIAHASTA\n\"3,635.12\",COP,17/04/2026,17/04/2026\n",
        "VALOR;UNIDAD;VIGENCIADESDE;VIGENCIAHASTA\n3635,12;COP;2026 Apr 17 12:00:00 AM;2026 Apr 17 12:00:00 AM\n",
        "VALOR;UNIDAD;VIGENCIADESDE;VIGENCIAHASTA\n3.635,12;COP;2026-04-17;2026-04-17\n",
    ] {
        assert_eq!(good(read_exchange_rates, "t.csv", text.as_bytes()).accepted, outcome.accepted[..1], "{text}");
    }
}

#[test]
fn what_cannot_be_a_rate_is_set_aside_by_its_cell() {
    let with = |row: &str| format!("{RATES}{row}\n");
    for (row, fault) in [
        ("0,COP,2026-04-22,2026-04-22", "5 valor zero_rate"),
        (",COP,2026-04-22,2026-04-22", "5 valor missing_value"),
        ("-3635.12,COP,2026-04-22,2026-04-22", "5 valor negative"),
        ("tres mil,COP,2026-04-22,2026-04-22", "5 valor not_a_number"),
        ("\"3635,12\",COP,2026-04-22,2026-04-22", "5 valor not_in_the_files_number_format"),
        ("3635.12,USD,2026-04-22,2026-04-22", "5 unidad unknown_code"),
        ("3635.12,COP,2026-04-31,2026-05-01", "5 vigenciadesde not_a_date"),
        ("3635.12,COP,2026-04-22,2026-04-21", "5 vigenciahasta ends_before_it_begins"),
        ("3635.12,COP,2026-04-22", "5 - wrong_number_of_fields"),
    ] {
        let outcome = read(read_exchange_rates, "t.csv", with(row).as_bytes()).unwrap();
        assert_eq!((outcome.faults(), outcome.accepted.len()), (vec![fault.to_owned()], 3), "{row}");
    }
    // `3,635` alone can be three and a little: nothing in the file tells.
    let alone = "valor,unidad,vigenciadesde,vigenciahasta\n\"3,635\",COP,2026-04-17,2026-04-17\n";
    assert_eq!(read(read_exchange_rates, "t.csv", alone.as_bytes()).unwrap().faults(), ["2 valor ambiguous_number"]);
    for (header, code) in [
        ("valor,unidad,vigenciadesde", "missing_column"),
        ("valor,unidad,vigencia_desde,vigencia_hast", "renamed_column"),
        ("a,b,c,d", "not_this_layout"),
    ] {
        let text = format!("{header}\n1,COP,2026-04-17,2026-04-17\n");
        assert_eq!(read(read_exchange_rates, "t.csv", text.as_bytes()).unwrap_err().code(), code, "{header}");
    }
}

#[test]
fn the_banks_tables_of_days_are_read_too() {
    let spanish = "fecha;trm\n06/07/2020;3.635,12\n18/07/2020;3.651,93\n";
    let outcome = good(read_exchange_rates, "trm.csv", spanish.as_bytes());
    let days: Vec<_> = outcome.accepted.iter().map(|row| (row.first_day, row.last_day, row.rate.to_string())).collect();
    let day = |day| date(2020, 7, day);
    assert_eq!(days, [(day(6), day(6), "3635.12".to_owned()), (day(18), day(18), "3651.93".to_owned())]);
    assert_eq!(outcome.facts.layout, "trm-banrep");
    let serial = "\u{FEFF}\"Periodo(MMM DD, AAAA)\",Tasa Representativa del Mercado (TRM)\n24553,9.94\n45693,4153.54\n";
    let outcome = good(read_exchange_rates, "trm.csv", serial.as_bytes());
    assert_eq!(outcome.accepted.iter().map(|row| row.first_day).collect::<Vec<_>>(), [date(1967, 3, 22), date(2025, 2, 5)]);
}

#[test]
fn the_banks_real_tables() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/rates");
    let folder = std::env::var_os("TERMOMETRO_REAL_DATA").map_or(folder, |folder| std::path::PathBuf::from(folder).join("rates"));
    if !folder.is_dir() {
        eprintln!("SKIPPED: real data is absent ({}); set TERMOMETRO_REAL_DATA", folder.display());
        return;
    }
    let all = read_file(read_exchange_rates, &folder.join("trm_2025.csv")).unwrap();
    assert_eq!((all.counts.read, all.counts.accepted), (21_141, 21_141), "{:?}", &all.faults()[..all.faults().len().min(9)]);
    assert_eq!(
        all.accepted.last().map(|row| (row.first_day, row.rate.to_string())),
        Some((date(2025, 2, 5), "4153.54".to_owned()))
    );
    let few = read_file(read_exchange_rates, &folder.join("trm_banrep_jul2020_formato_es.csv")).unwrap();
    assert_eq!((few.counts.accepted, few.counts.quarantined, few.facts.number_format), (7, 0, "1.234,56"));
    assert_eq!(few.accepted[0].first_day, date(2020, 7, 6));
    // A file of another kind is named by what it is.
    let table = file("x.csv", crate::kit::tables::VITALS.as_bytes());
    let error = read_file(read_exchange_rates, &table).unwrap_err();
    assert!(error.to_string().contains("termometro import vital_not_available …"), "{error}");
}
