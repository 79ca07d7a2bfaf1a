//! Files as people have them: what programs and portals add to a publisher's table costs nothing; what is missing is named; what is another
//! file is named for what it is.

use crate::kit::reading::{Outcome, Read, read};
use crate::kit::tables::{ACTORS, BENEFITS, CATALOGUE, CEILINGS, CONVENTIONS, QUERY, RATES, SISMED, THERMOMETER, VITALS, good};
use jiff::civil::date;
use termometro::{
    domain::{
        calendar::period::Period,
        law::listed::{Coverage, InvoiceUnit, ListedPresentation, ListedRow, Operation, SismedReport},
    },
    ingest::{
        FileError, read_actors, read_benefit_plan, read_catalogue, read_ceilings, read_cum_codes, read_exchange_rates,
        read_ium_codes, read_sismed, read_thermometer, read_unit_conventions, read_vital_authorisations,
    },
};

fn reports(text: &str) -> Outcome<SismedReport> {
    good(read_sismed, "reporte.csv", text.as_bytes())
}

/// The rows that a table gives, under each thing that a program or a person adds to it.
fn dressed<T: std::fmt::Debug + PartialEq>(reader: Read<T>, table: &str) {
    let plain = good(reader, "t.csv", table.as_bytes()).accepted;
    assert!(!plain.is_empty());
    let lines: Vec<&str> = table.lines().collect();
    let numbered = |first: &str| -> String {
        lines
            .iter()
            .enumerate()
            .map(|(at, line)| if at == 0 { format!("{first},{line}\n") } else { format!("{},{line}\n", at - 1) })
            .collect()
    };
    let ended = |head: &str, row: &str| -> String {
        lines.iter().enumerate().map(|(at, line)| format!("{line}{}\n", if at == 0 { head } else { row })).collect()
    };
    let semicolons = format!("sep=;\r\n{}", semicolons(table));
    for (what, text) in [
        ("trailing columns", ended(",,", ",,")),
        ("trailing columns in the header only", ended(",,", "")),
        ("trailing columns named by a program", ended(",Unnamed: 30,Unnamed: 31", ",,")),
        ("an index without a name", numbered("")),
        ("an index named by a program", numbered("Unnamed: 0")),
        ("sep=;", semicolons),
        ("a byte order mark", format!("\u{FEFF}{table}")),
        ("titles above", format!("Ministerio de Salud\n\"Corte: julio, de 2024\"\n\n{table}")),
        ("titles with delimiters above", format!("Reporte,,,\nFuente: SISPRO, 2024,,\n{table}")),
    ] {
        let outcome = good(reader, "t.csv", text.as_bytes());
        assert_eq!(outcome.accepted, plain, "{what}");
        assert!(outcome.facts.extra_columns.is_empty() && outcome.extras.is_empty(), "{what}: {:?}", outcome.facts);
    }
}

/// The same table with `;`, its numbers left as they are: cells that hold a comma need no quotes any more.
fn semicolons(table: &str) -> String {
    let mut quoted = false;
    let swapped = table.chars().filter_map(|letter| match letter {
        '"' => {
            quoted = !quoted;
            None
        }
        ',' if !quoted => Some(';'),
        other => Some(other),
    });
    swapped.collect()
}

#[test]
fn what_programs_add_costs_nothing_whatever_the_kind() {
    of_every_kind!(dressed);
}

/// One column more, by its name and its values; the reports' values stay where they are.
fn one_more<T: std::fmt::Debug + PartialEq>(reader: Read<T>, table: &str, missing: &str, with_values: bool) {
    let plain = good(reader, "t.csv", table.as_bytes()).accepted;
    let wide: String = (0..)
        .zip(table.lines())
        .map(|(at, line)| match at {
            0 => format!("{line},GTIN_ASIGNADO\n"),
            1 => format!("{line},7701234567897\n"),
            _ => format!("{line},\n"),
        })
        .collect();
    let outcome = good(reader, "t.csv", wide.as_bytes());
    assert_eq!((&outcome.accepted, &outcome.facts.extra_columns), (&plain, &vec!["GTIN_ASIGNADO".to_owned()]));
    let expected = vec![(2, vec![("GTIN_ASIGNADO".to_owned(), "7701234567897".to_owned())])];
    assert_eq!(outcome.extras, if with_values { expected } else { vec![] });
    // Without a name, it is named by its place.
    let width = wide.lines().next().expect("a good file").split(',').count();
    let nameless = good(reader, "t.csv", wide.replacen("GTIN_ASIGNADO", "", 1).as_bytes());
    assert_eq!(nameless.facts.extra_columns, [format!("(no name, column {width})")]);
    // A column that must be there still stops the file by its name.
    let error = read(reader, "t.csv", wide.replacen(missing, "otra_cosa_distinta", 1).as_bytes()).expect_err("a file at fault");
    assert!(["missing_column", "renamed_column"].contains(&error.code()) && error.to_string().contains("is missing"), "{error}");
    assert!(error.es().starts_with("el encabezado: falta la columna `"), "{}", error.es());
}

#[test]
fn a_column_more_is_kept_and_reported() {
    one_more(read_sismed, SISMED, "ValorMinimo", false);
    one_more(read_sismed, QUERY, "fechacorte", false);
    one_more(read_ceilings, CEILINGS, "medicamento", true);
    one_more(read_catalogue, CATALOGUE, "estadocum", true);
    one_more(read_thermometer, THERMOMETER, "principio_activo", true);
    one_more(read_benefit_plan, BENEFITS, "CodigoATC", true);
    one_more(read_cum_codes, "Id,Codigo,Habilitado\n1,10815-4,1\n2,17144-12,0\n", "Habilitado", true);
    one_more(read_actors, ACTORS, "fuente", true);
    one_more(read_unit_conventions, CONVENTIONS, "precio_por", true);
}

#[test]
fn what_a_bad_row_holds_beside_is_not_handed_out() {
    let text = CATALOGUE.replacen("IUM\n", "IUM,x\n", 1).replace("FABRICAR Y VENDER,\n", "FABRICAR Y VENDER,,a\n");
    let bad = format!("{text}{}", text.lines().nth(1).unwrap().replace("Activo", "Quizás"));
    let outcome = read(read_catalogue, "c.csv", bad.as_bytes()).unwrap();
    assert_eq!(outcome.faults(), ["3 estadocum unknown_code"]);
    assert_eq!(outcome.extras, [(2, vec![("x".to_owned(), "a".to_owned())])]);
}

#[test]
fn the_catalogues_ium_is_kept_and_what_is_none_is_handed_out() {
    let with = |ium: &str| -> Outcome<ListedPresentation> {
        good(read_catalogue, "c.csv", CATALOGUE.replace("VENDER,\n", &format!("VENDER,{ium}\n")).as_bytes())
    };
    for (cell, ium) in [
        ("1L1029991000100", Some("1L1029991000100")),
        ("1l102999", Some("1L102999")),
        ("", None),
        ("000", None),
        ("Sin dato", None),
    ] {
        let outcome = with(cell);
        assert_eq!(outcome.accepted[0].ium.as_ref().map(|ium| ium.as_str()), ium, "{cell}");
        assert!(outcome.extras.is_empty(), "{cell}");
    }
    let outcome = with("1L10299910001");
    assert_eq!((outcome.accepted.len(), &outcome.accepted[0].ium), (1, &None));
    assert_eq!(
        outcome.extras,
        [(2, vec![("IUM".to_owned(), "1L10299910001".to_owned())])],
        "the row stays, the text is handed out"
    );
}

#[test]
fn whole_numbers_may_carry_a_zero_after_the_point() {
    let row = "19914312.0,20.0,2020.0,6.0,1.0,VN,1.0,A,171764.0,171764.0,40.0,6870560.0";
    let header = SISMED.lines().next().unwrap();
    let floats = reports(&format!("{header}\n{row}\n"));
    assert_eq!(floats.accepted[0], reports(SISMED).accepted[0]);
    for (from, to, fault) in [
        ("19914312.0", "19914312.5", "2 NoExpediente not_a_cum"),
        ("2020.0", "2020.1", "2 AnnioCorte not_a_year"),
        ("6.0", "6.5", "2 MesFactura not_a_month"),
        ("VN,1.0", "VN,1.5", "2 CodTipoTransaccion unknown_code"),
    ] {
        let outcome = read(read_sismed, "s.csv", format!("{header}\n{}\n", row.replacen(from, to, 1)).as_bytes()).unwrap();
        assert_eq!(outcome.faults(), [fault]);
    }
    let thermometer = THERMOMETER.replace("103795,", "103795.0,").replace("Alto,3", "Alto,3.0");
    assert_eq!(good(read_thermometer, "t.csv", thermometer.as_bytes()).accepted[0].published_level, Some(3));
    let catalogue = CATALOGUE.replace("90009025,1,10", "90009025.0,1.0,10.0");
    assert_eq!(good(read_catalogue, "c.csv", catalogue.as_bytes()).accepted[0].cum.to_string(), "90009025-1");
}

fn first_day(text: &str) -> Result<jiff::civil::Date, Vec<String>> {
    let outcome = read(read_ceilings, "lista_20240815.csv", text.as_bytes()).expect("a good file");
    match &outcome.accepted[..] {
        [ListedRow::Ceiling(first), ..] => Ok(first.valid_from),
        _ => Err(outcome.faults()),
    }
}

#[test]
fn dates_that_can_be_read_in_one_way_are_read() {
    let with = |day: &str| CEILINGS.replace("2024 Jul 31 12:00:00 AM", day);
    for day in ["07/31/2024 12:00:00 AM", "07/31/2024", "31/07/2024", "31-jul-24", "45504", "2024/07/31", "31 de julio de 2024"] {
        assert_eq!(first_day(&with(day)), Ok(date(2024, 7, 31)), "{day}");
    }
    assert_eq!(
        first_day(&with("2024 Jul 31 03:00:00 PM")).unwrap_err()[0],
        "2 fecha_de_inicio_vigencia_precio_maximo_de_venta not_a_date"
    );
    // The other row decides for the one that could be two days; a contradiction decides nothing.
    let ambiguous = "2 fecha_de_inicio_vigencia_precio_maximo_de_venta ambiguous_date";
    let two = |first: &str, second: &str| {
        CEILINGS.replacen("2024 Jul 31 12:00:00 AM", first, 1).replacen("2024 Jul 31 12:00:00 AM", second, 1)
    };
    assert_eq!(first_day(&two("05/06/2024", "31/07/2024")), Ok(date(2024, 6, 5)));
    assert_eq!(first_day(&two("05/06/2024", "07/31/2024")), Ok(date(2024, 5, 6)));
    assert_eq!(first_day(&two("05/06/2024", "05/07/2024")).unwrap_err()[0], ambiguous);
    let outcome = read(read_ceilings, "l.csv", two("05/06/2024", "2024-07-31").as_bytes()).unwrap();
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec![ambiguous.to_owned()], 1));
    let third = two("31/07/2024", "07/31/2024");
    let third = format!(
        "{third}{}",
        third.lines().nth(1).unwrap().replace("31/07/2024", "05/06/2024").replace("20151854-1", "20151854-2")
    );
    let outcome = read(read_ceilings, "l.csv", third.as_bytes()).unwrap();
    assert_eq!((outcome.faults(), outcome.accepted.len()), (vec![ambiguous.replace("2 ", "4 ")], 2));
}

#[test]
fn the_portals_query_of_sismed_is_read() {
    let outcome = good(read_sismed, "q.csv", QUERY.as_bytes());
    assert_eq!(outcome.facts.layout, "sismed-3he6-m866");
    let report = &outcome.accepted[0];
    assert_eq!((report.cum.to_string().as_str(), report.period), ("19914312-20", Period::month(2019, 6).unwrap()));
    assert_eq!((report.actor_role, report.operation, report.transaction), (1, Operation::Sale, 1));
    let numbers = [report.minimum, report.maximum, report.units, report.value].map(|number| number.unwrap().to_string());
    assert_eq!((report.unit, numbers), (InvoiceUnit::Pack, ["32000", "33000", "10", "325000"].map(str::to_owned)));
    let with = |from: &str, to: &str| read(read_sismed, "q.csv", QUERY.replacen(from, to, 1).as_bytes()).unwrap();
    let one = |from: &str, to: &str| -> SismedReport {
        let outcome = with(from, to);
        outcome.accepted.into_iter().next().unwrap_or_else(|| panic!("{to}: {:?}", outcome.quarantined))
    };
    assert_eq!(one("2019/06/30", "2019/06/01").period, Period::month(2019, 6).unwrap(), "the first of a month is that month too");
    assert_eq!(one("2019/06/30", "2018/02/28").period, Period::month(2018, 2).unwrap());
    assert_eq!(one("32000,33000,32500,10,325000", "0,33000.5,0,0,0").minimum, None, "zeros are not reported");
    for (words, role) in [
        ("No elabora ni importa el medicamento", 2),
        ("2. Actor que no elabora ni importa el medicamento", 2),
        ("1. Elabora o importa el medicamento", 1),
    ] {
        assert_eq!(one("ELABORA O IMPORTA EL MEDICAMENTO", words).actor_role, role, "{words}");
    }
    for (words, transaction) in [
        ("TRANSACCION PRIMARIA COMERCIAL", 2),
        ("Transacción secundaria institucional", 3),
        ("TRANSACCIÓN SECUNDARIA COMERCIAL", 4),
        ("FINAL INSTITUCIONAL", 5),
    ] {
        assert_eq!(one("TRANSACCION PRIMARIA INSTITUCIONAL", words).transaction, transaction, "{words}");
    }
    assert_eq!(one(",VENTA,", ",Compra,").operation, Operation::Purchase);
    assert_eq!(one(",VENTA,", ",OPERACIÓN DE RECOBRO,").operation, Operation::Reimbursement);
    assert_eq!(one("PRESENTACION COMERCIAL", "UNIDAD POR EMBALAJE PRIMARIO").unit, InvoiceUnit::PrimaryPack);
    assert_eq!(one("PRESENTACION COMERCIAL", "Unidad de dispensación").unit, InvoiceUnit::DispensingUnit);
    for (from, to, fault) in [
        ("2019/06/30", "2019/06/15", "2 fechacorte not_an_end_of_month"),
        ("2019/06/30", "junio", "2 fechacorte not_a_date"),
        ("PRESENTACION COMERCIAL", "CAJA", "2 unidadfacturadesc unknown_code"),
        ("ELABORA O IMPORTA EL MEDICAMENTO", "DISTRIBUYE", "2 rolactordesc unknown_code"),
        ("TRANSACCION PRIMARIA INSTITUCIONAL", "TRANSACCION FINAL COMERCIAL", "2 transaccionsismeddesc unknown_code"),
        (",VENTA,", ",DONACION,", "2 tiporeportepreciodesc unknown_code"),
        (",32000,", ",33001,", "2 valorminimo minimum_above_maximum"),
    ] {
        assert_eq!(with(from, to).faults(), [fault]);
    }
}

const PRICES: &str = "principio_activo,unidad_de_dispensacion,concentracion,unidad_base,nombre_comercial,fabricante,precio_por_tableta,factoresprecio,numerofactor\nMidazolam,Ampolla,Midazolam 15 mg,ml,Dormicum,Siegfried,11199.8,Alto,3\n";

#[test]
fn another_file_is_named_with_the_command_or_the_set_to_take() {
    let texts = |error: FileError| {
        assert_eq!(error.code(), "not_this_layout");
        (error.to_string(), error.es())
    };
    // With further columns, also such as the thermometer has.
    let (header, row) = PRICES.trim_end().split_once('\n').unwrap();
    let more = format!("{header},medicamento\n{row},Dormicum 15 mg\n");
    let two_more = format!("{header},medicamento,fecha\n{row},Dormicum 15 mg,2025\n");
    for prices in [PRICES, &more, &two_more] {
        let (en, es) = texts(read(read_thermometer, "t.csv", prices.as_bytes()).unwrap_err());
        for text in [&en, &es] {
            assert!(
                text.contains("3t73-n4q9") && text.contains("n4dj-8r7k") && text.contains("termometro import thermometer"),
                "{text}"
            );
        }
    }
    // A thermometer without one of its columns is still a thermometer.
    let one_gone = format!("{header},medicamento,canal\n{row},Dormicum 15 mg,Comercial\n");
    let error = read(read_thermometer, "t.csv", one_gone.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "the header: the column `expediente_invima` is missing");
    let (en, es) = texts(read(read_ceilings, "l.csv", SISMED.as_bytes()).unwrap_err());
    assert_eq!(
        en,
        "this is a SISMED report (`sismed-published`), not `open-data-ceilings-nauz-qkjw`: use `termometro import sismed …`"
    );
    assert_eq!(
        es,
        "esto es un reporte del SISMED (`sismed-published`), no `open-data-ceilings-nauz-qkjw`: use `termometro import sismed …`"
    );
    for (table, command) in [
        (SISMED, "import sismed"),
        (QUERY, "import sismed"),
        (CEILINGS, "import ceilings"),
        (CATALOGUE, "import catalogue"),
        (THERMOMETER, "import thermometer"),
        (BENEFITS, "import benefit_plan"),
    ] {
        // Under titles and with a column more, too.
        let titled = format!("Datos abiertos\n\n{}", table.replacen('\n', ",x\n", 1));
        for text in [table, &titled] {
            let errors = [
                read(read_sismed, "x.csv", text.as_bytes()).err(),
                read(read_ceilings, "x.csv", text.as_bytes()).err(),
                read(read_catalogue, "x.csv", text.as_bytes()).err(),
                read(read_thermometer, "x.csv", text.as_bytes()).err(),
            ];
            let others = errors.into_iter().flatten().map(|error| texts(error).0).collect::<Vec<_>>();
            assert!(others.len() >= 3 && others.iter().all(|text| text.contains(command)), "{others:?}");
        }
    }
}

#[test]
fn the_day_a_list_speaks_for_stands_in_its_name() {
    let day = |name: &str, text: &str| good(read_sismed, name, text.as_bytes()).facts.cut_date;
    assert_eq!(day("sismed_20260724.csv", SISMED), Some(date(2026, 7, 24)));
    assert_eq!(day("sismed-19914312-2026-07-24.csv", SISMED), Some(date(2026, 7, 24)));
    assert_eq!(day("sismed-19914312.csv", SISMED), None);
    // A registration that looks like a day: the file is of it.
    let own = SISMED.replace("19914312,", "20151231,");
    assert_eq!(day("sismed-20151231.csv", &own), None);
    assert_eq!(day("sismed_20151231.csv", SISMED), Some(date(2015, 12, 31)));
    assert_eq!(good(read_catalogue, "cum_20260724.csv", CATALOGUE.as_bytes()).facts.cut_date, Some(date(2026, 7, 24)));
    assert_eq!(
        good(read_thermometer, "clicsalud-2025-01-30.csv", THERMOMETER.as_bytes()).facts.cut_date,
        Some(date(2025, 1, 30))
    );
    let benefits = good(read_benefit_plan, "Medicamentos_del_PBS_20260724.csv", BENEFITS.as_bytes());
    assert_eq!(benefits.facts.cut_date, Some(date(2026, 7, 24)));
    assert_eq!(benefits.accepted[1].atc, "L01XC31 / L01XC32");
    assert_eq!(
        benefits.accepted.iter().map(|row| (row.coverage, row.note.as_deref())).collect::<Vec<_>>(),
        [(Coverage::Financed, None), (Coverage::NotFinanced, Some("Se prescribe vía: MIPRES")),]
    );
}

/// RFC 4180: a line break between quotes belongs to the cell. A quote that is never closed costs its own line.
#[test]
fn a_line_break_within_quotes_is_read_and_a_stray_quote_costs_its_line() {
    let breaks = |end: &str, text: &str| text.replace('\n', end);
    for end in ["\n", "\r\n", "\r"] {
        let broken = THERMOMETER
            .replace("Dormicum (Siegfried)", "\"Dormicum\n\n(\"\"Siegfried\"\"), 15\nmg\"")
            .replace(",Valcote,Comercial", ",\"Valcote\n\",Comercial");
        let outcome = good(read_thermometer, "t.csv", breaks(end, &broken).as_bytes());
        assert_eq!(outcome.accepted[0].description, "Dormicum\n\n(\"Siegfried\"), 15\nmg");
        assert_eq!(outcome.accepted[1].description, "Valcote");
        let every: String = SISMED
            .lines()
            .skip(1)
            .map(|line| line.split(',').map(|cell| format!("\"{cell}\n\"")).collect::<Vec<_>>().join(",") + "\n")
            .collect();
        let header = SISMED.lines().next().unwrap();
        let outcome = good(read_sismed, "s.csv", breaks(end, &format!("{header}\n{every}")).as_bytes());
        assert_eq!(outcome.accepted, reports(SISMED).accepted, "{end:?}");
        let stray = SISMED.replacen(",VN,1,", ",\"VN,1,", 1);
        let outcome = read(read_sismed, "s.csv", breaks(end, &stray).as_bytes()).unwrap();
        assert_eq!((outcome.faults(), outcome.accepted.len()), (vec!["2 - unclosed_quote".to_owned()], 2));
    }
    let catalogue = CATALOGUE.replace("CAJA POR 10 TABLETAS EN BLISTER", "\"CAJA POR\r\n10 TABLETAS\"");
    assert_eq!(good(read_catalogue, "c.csv", catalogue.as_bytes()).accepted[0].description, "CAJA POR\n10 TABLETAS");
    let ceilings =
        CEILINGS.replace("BRIXENT - Ambrisentan", "\"BRIXENT -\nAmbrisentan").replace("x 10 - BIOTOSCANA", "x 10 - BIOTOSCANA\"");
    assert_eq!(good(read_ceilings, "l.csv", ceilings.as_bytes()).accepted.len(), 2);
}
