//! No file makes the data worse unasked: which edition is in force, what is held, and how an import is taken back.

use jiff::{Timestamp, civil::Date};
use termometro::{
    clock::Clock,
    domain::identifier::cum::Cum,
    import::{
        report::{Acceptance, DayNotRecorded, ImportOptions, ImportReport},
        undo::{remove_sample, undo},
    },
    ingest::SourceKind,
    read_model::{ReadModel, service::status::Status, verdicts::assessments::AssessmentFilter},
    store::{
        imports::{
            holding::held_imports,
            import_list::{find_import, list_imports},
        },
        judging::report_cache::ReportCache,
        postgres::database::Database,
    },
};

use crate::{
    kit::{
        folder::written,
        tables::{CEILINGS, SISMED, THERMOMETER, header},
    },
    support::{MAX_AGE_DAYS, SAMPLE_FILES, database, import_by, now, number, sample_file, stored_assessments},
};

/// Noon of 29 November 2026 in Bogota: lists of later days speak for days that have not come.
fn options() -> ImportOptions {
    at("2026-11-29T17:00:00Z")
}

fn at(instant: &str) -> ImportOptions {
    ImportOptions::new(MAX_AGE_DAYS, Clock::Fixed(instant.parse().unwrap()))
}

fn accepted() -> ImportOptions {
    ImportOptions { acceptance: Some(person()), ..options() }
}

fn person() -> Acceptance {
    Acceptance { by: "Ana Ruiz".to_owned(), reason: "looked at it".to_owned() }
}

async fn import(database: &Database, kind: SourceKind, name: &str, text: &str, options: &ImportOptions) -> ImportReport {
    import_by(database, kind, &written(name, text), options).await.unwrap()
}

async fn text(database: &Database, sql: &str) -> String {
    database.read_connection().await.unwrap().query(sql, &[]).await.unwrap()[0].get(0)
}

/// An empty database, and what reads it.
async fn opened(name: &'static str) -> (Database, ReadModel) {
    let database = database(name).await;
    let model = ReadModel::new(database.clone(), MAX_AGE_DAYS);
    (database, model)
}

async fn status(model: &ReadModel) -> Status {
    model.status("2026-11-29".parse().unwrap()).await.unwrap()
}

fn held(report: &ImportReport) -> Vec<&'static str> {
    report.held.iter().flat_map(|held| held.reasons.iter().map(|reason| reason.code())).collect()
}

/// Of every list of ceilings its name and its state, the last imported first.
async fn states(database: &Database) -> Vec<String> {
    let imports = list_imports(&*database.write_connection().await.unwrap(), 9).await.unwrap();
    imports.iter().filter(|one| one.kind == "ceilings").map(|one| format!("{} {}", one.name, one.state())).collect()
}

/// A list of ceilings: one row for each amount, on one CUM each, under one act.
fn ceilings(amounts: &[&str], act: &str, from: &str) -> String {
    let row = |(at, amount): (usize, &&str)| {
        format!(
            "{at},8,Ambrisentan - Sólido - Oral,2015185{at}-1,MARCA{at} - Ambrisentan 5mg/1U - Sólido - Oral x {} - TITULAR,50,mg,{amount},0,No Regulado,\
             No regulado,{act},{from}\n",
            at + 10
        )
    };
    header(CEILINGS) + &amounts.iter().enumerate().map(row).collect::<String>()
}

async fn amount_on(model: &ReadModel, cum: &str, day: &str, known_at: Option<Timestamp>) -> Option<String> {
    let version = model.data_version().await.unwrap();
    let view = model.ceilings(cum.parse().unwrap(), day.parse().unwrap(), known_at, &version).await.unwrap()?;
    view.places.into_iter().find_map(|mut place| place.state.ceiling().map(|ceiling| ceiling.amount.normalize().to_string()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_list_of_ceilings_is_held_and_then_history() {
    let (database, model) = opened("edition_ceilings").await;
    let act = ("Circular 19 de 2024", "2024 Jul 31 12:00:00 AM");
    let newer = ceilings(&["300", "400"], act.0, act.1);
    // The same act as it was listed a month before: other amounts, and another content of the pack.
    let older = ceilings(&["200", "250"], act.0, act.1).replace("x 10 ", "x 99 ");
    assert!(import(&database, SourceKind::Ceilings, "list-20240930.csv", &newer, &options()).await.held.is_none());
    let version = number(&database, "SELECT version FROM data_version").await;
    let report = import(&database, SourceKind::Ceilings, "list-20240831.csv", &older, &options()).await;
    assert_eq!(held(&report), ["older_than_current"]);
    assert_eq!(number(&database, "SELECT version FROM data_version").await, version, "nothing changed");
    assert_eq!(number(&database, "SELECT count(*) FROM source_file").await, 1);
    let report = import(&database, SourceKind::Ceilings, "list-20240831.csv", &older, &accepted()).await;
    assert_eq!(report.in_force.map(|edition| edition.name).as_deref(), Some("list-20240930.csv"));
    for (cum, amount) in [("20151850-1", "300"), ("20151851-1", "400")] {
        assert_eq!(amount_on(&model, cum, "2024-08-15", None).await.as_deref(), Some(amount), "{cum}");
    }
    // What a pack holds, and how it is described, go by the day too.
    let medicine = "SELECT dispensing_units::text FROM medicine WHERE expediente = 20151850";
    assert_eq!(text(&database, medicine).await, "10");
    assert_eq!(states(&database).await, ["list-20240831.csv history", "list-20240930.csv current"]);
    let audit = "SELECT actor || ' ' || action || ' ' || reason || ' ' || (details ->> 'held_for') FROM audit_entry";
    assert_eq!(text(&database, audit).await, "Ana Ruiz accept_import looked at it [\"older_than_current\"]");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_another_layout_takes_the_place_of_none_that_is_far_larger() {
    let (database, model) = opened("edition_layouts").await;
    let kind = SourceKind::Ceilings;
    let of_2021 = ImportOptions { cut_date: Some("2021-09-03".parse().unwrap()), ..options() };
    let workbook = import_by(&database, kind, &sample_file("ceilings.xlsx"), &of_2021).await.unwrap();
    let rows = workbook.counts.accepted;
    assert!(workbook.held.is_none() && rows > 10, "{rows}");
    let two = ceilings(&["300", "400"], "Circular 19 de 2024", "2024 Jul 31 12:00:00 AM");
    let report = import(&database, kind, "list-20261120.csv", &two, &options()).await;
    assert_eq!(held(&report), ["smaller_than_current"]);
    let said = report.held.unwrap().reasons[0].english();
    let expected = format!("the list that counts today (ceilings.xlsx) has {rows} rows and this one 2: more than 20 % fewer");
    assert_eq!(said, expected);
    assert_eq!(states(&database).await, ["ceilings.xlsx current"]);
    assert_eq!(status(&model).await.data_sets[0].colour.code(), "red", "two rows do not make a list of 2021 fresh");
    // What an older list of another layout states is history that no other list tells.
    let older = ceilings(&["200", "250"], "Circular 10 de 2020", "2020-03-28");
    let report = import(&database, kind, "list-20201231.csv", &older, &options()).await;
    assert_eq!((held(&report), report.in_force.map(|edition| edition.name)), (vec![], Some("ceilings.xlsx".to_owned())));
    assert_eq!(states(&database).await, ["list-20201231.csv history", "ceilings.xlsx current"]);
    // One as long as the workbook takes its place.
    let amounts: Vec<String> = (0..rows).map(|at| (at + 300).to_string()).collect();
    let amounts: Vec<&str> = amounts.iter().map(String::as_str).collect();
    let whole = ceilings(&amounts, "Circular 19 de 2024", "2024 Jul 31 12:00:00 AM");
    let report = import(&database, kind, "list-20261121.csv", &whole, &options()).await;
    assert!(report.held.is_none() && report.in_force.is_none());
    assert_eq!(states(&database).await, ["list-20261121.csv current", "list-20201231.csv history", "ceilings.xlsx history"]);
    let undone = undo(&database, report.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(undone.in_force.map(|edition| edition.name).as_deref(), Some("ceilings.xlsx"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_has_not_come_is_believed_of_no_file() {
    let (database, model) = opened("edition_future").await;
    let lists = [
        (SourceKind::Thermometer, thermometer(&["10", "20"])),
        (SourceKind::Sismed, reports(&[(4, "10", "11")])),
        (SourceKind::Catalogue, catalogue("Vigente", "Activo")),
        (SourceKind::Ceilings, ceilings(&["300", "400"], "Circular 19 de 2024", "2024-07-31")),
    ];
    for (kind, list) in &lists {
        let report = import(&database, *kind, "list-20271231.csv", list, &options()).await;
        assert_eq!(held(&report), ["day_not_come"], "{kind:?}");
        let given = ImportOptions { cut_date: Some("2030-01-01".parse().unwrap()), ..options() };
        assert_eq!(held(&import(&database, *kind, "list.csv", list, &given).await), ["day_not_come"], "{kind:?}");
    }
    let waiting = held_imports(&*database.write_connection().await.unwrap(), None).await.unwrap();
    let days: Vec<_> = waiting.iter().map(|one| one.given_cut_date.map(|day| day.to_string())).collect();
    assert_eq!(days, vec![Some("2030-01-01".to_owned()); 4], "the same content waits once, with the day that was given last");
    // The day begins in Bogota, at five UTC.
    let (kind, list) = (SourceKind::Thermometer, &lists[0].1);
    assert_eq!(held(&import(&database, kind, "t-20261130.csv", list, &at("2026-11-30T04:59:59Z")).await), ["day_not_come"]);
    assert!(import(&database, kind, "t-20261130.csv", list, &at("2026-11-30T05:00:00Z")).await.held.is_none());
    // An act may begin after its list: the list speaks up to the newest that has begun.
    let row = ceilings(&["300", "400"], "Circular 20 de 2026", "2027-01-01").lines().nth(2).unwrap().to_owned();
    let begins_later = ceilings(&["300"], "Circular 19 de 2024", "2024-07-31") + &row + "\n";
    let report = import(&database, SourceKind::Ceilings, "list.csv", &begins_later, &options()).await;
    assert_eq!(report.cut_date.map(|(day, from)| (day.to_string(), from.code())), Some(("2024-07-31".to_owned(), "acts")));
    // Whatever a person lets in: it is not fresh.
    let later = thermometer(&["11", "21"]);
    import(&database, kind, "t-20271231.csv", &later, &accepted()).await;
    let set = &status(&model).await.data_sets[2];
    assert_eq!((set.colour.code(), set.age_days), ("amber", Some(-397)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_lists_without_a_day_the_hour_of_import_decides_nothing() {
    let (database, model) = opened("edition_undated").await;
    let kind = SourceKind::Thermometer;
    let first = thermometer(&["10", "20"]);
    let number = import(&database, kind, "t.csv", &first, &options()).await.import.unwrap();
    let report = import(&database, kind, "other.csv", &thermometer(&["11", "21"]), &options()).await;
    assert_eq!((held(&report), cheapest(&model).await.as_str()), (vec!["no_day_on_either"], "10"));
    assert!(report.held.unwrap().reasons[0].english().contains("(t.csv)"));
    // The day of what is stored is not exchanged: that is said, and how to give it.
    let given = ImportOptions { cut_date: Some("2026-10-01".parse().unwrap()), ..options() };
    let again = import(&database, kind, "t.csv", &first, &given).await;
    let expected = DayNotRecorded { stored: None, given: "2026-10-01".parse().unwrap() };
    assert_eq!((again.already_imported, again.day_not_recorded), (true, Some(expected)));
    assert_eq!(import(&database, kind, "t.csv", &first, &options()).await.day_not_recorded, None, "no day was given");
    undo(&database, number, &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert!(import(&database, kind, "t.csv", &first, &given).await.held.is_none());
    let again = import(&database, kind, "t.csv", &first, &given).await;
    assert_eq!((again.already_imported, again.day_not_recorded), (true, None), "the day given is the one that stands there");
    assert_eq!(held(&import(&database, kind, "other.csv", &thermometer(&["11", "21"]), &options()).await), ["day_not_stated"]);
}

fn thermometer(prices: &[&str]) -> String {
    let row = |(at, price): (usize, &&str)| {
        let expediente = 90_000_100 + at;
        format!("{expediente},Losartan,Losartan 50 mg,mg,Tableta,Marca {at},Lab,Marca {at} 50 mg,Comercial,{price},Medio,2\n")
    };
    header(THERMOMETER) + &prices.iter().enumerate().map(row).collect::<String>()
}

async fn cheapest(model: &ReadModel) -> String {
    let cum = Cum::new(90_000_100, 1);
    let reading = model.thermometer_of(cum, None).await.unwrap().unwrap().remove(0);
    reading.products[0].row.price.normalize().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thermometer_goes_by_its_day_and_an_undated_list_is_never_newer_than_a_dated_one() {
    let (database, model) = opened("edition_thermometer").await;
    let kind = SourceKind::Thermometer;
    import(&database, kind, "t-2026.csv", &thermometer(&["10", "20", "30", "40", "50"]), &options()).await;
    let today = status(&model).await;
    let set = &today.data_sets[2];
    assert_eq!((set.colour.code(), set.age_days, set.speaks_until), ("amber", None, None), "nobody said of which day it is");
    import(&database, kind, "t-20261001.csv", &thermometer(&["11", "21", "31", "41", "51"]), &options()).await;
    assert_eq!(cheapest(&model).await, "11");
    let undated = thermometer(&["12", "22", "32", "42", "52"]);
    let report = import(&database, kind, "again.csv", &undated, &options()).await;
    assert_eq!((held(&report), cheapest(&model).await.as_str()), (vec!["day_not_stated"], "11"));
    let given = ImportOptions { cut_date: Some("2026-11-01".parse().unwrap()), ..options() };
    let report = import(&database, kind, "again.csv", &undated, &given).await;
    assert!(report.held.is_none() && report.in_force.is_none());
    assert_eq!(cheapest(&model).await, "12");
    assert_eq!(
        number(&database, "SELECT count(*) FROM held_import WHERE state = 'released'").await,
        1,
        "the one that waited was let in"
    );
    let today = status(&model).await;
    assert_eq!((today.data_sets[2].colour.code(), today.data_sets[2].age_days, today.held), ("green", Some(28), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_list_is_held_released_by_a_person_and_taken_back() {
    let (database, model) = opened("edition_smaller").await;
    let kind = SourceKind::Thermometer;
    import(&database, kind, "t-20261001.csv", &thermometer(&["10", "20", "30", "40", "50"]), &options()).await;
    // Four of five are a fifth less: no more than may be.
    let four = import(&database, kind, "t-20261002.csv", &thermometer(&["11", "21", "31", "41"]), &options()).await;
    assert!(four.held.is_none());
    let text_of_three = thermometer(&["12", "22", "32"]);
    let three = import(&database, kind, "t-20261003.csv", &text_of_three, &options()).await;
    assert_eq!(held(&three), ["smaller_than_current"]);
    let id = three.held.unwrap().id.unwrap();
    let again = import(&database, kind, "t-20261003.csv", &text_of_three, &options()).await;
    assert_eq!(again.held.unwrap().id, Some(id), "the same content waits once");
    let waiting = held_imports(&*database.write_connection().await.unwrap(), None).await.unwrap();
    assert_eq!((waiting.len(), &*waiting[0].reasons.join(" "), waiting[0].counts.accepted), (1, "smaller_than_current", 3));
    assert_eq!(status(&model).await.held, 1);
    let let_in = import(&database, kind, "t-20261003.csv", &text_of_three, &accepted()).await;
    assert_eq!(cheapest(&model).await, "12");
    assert_eq!(number(&database, "SELECT count(*) FROM held_import_body").await, 0, "its bytes are not kept twice");
    let before = now(&database).await;

    let undone = undo(&database, let_in.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(undone.in_force.map(|edition| edition.name).as_deref(), Some("t-20261002.csv"));
    assert_eq!(cheapest(&model).await, "11");
    assert!(undo(&database, let_in.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.is_err(), "only once");
    let counted = format!(
        "SELECT count(*) FROM source_file f WHERE counts_at(f.id, f.ended_in,
        (SELECT max(id) FROM source_file WHERE recorded_at <= '{before}')) AND kind = 'thermometer'"
    );
    assert_eq!(number(&database, &counted).await, 3, "as known before, it counts");
    // The same content again is current again.
    let back = import(&database, kind, "t-20261003.csv", &text_of_three, &accepted()).await;
    assert!(!back.already_imported);
    assert_eq!(cheapest(&model).await, "12");
    let actions = "SELECT string_agg(action, ' ' ORDER BY position) FROM audit_entry";
    assert_eq!(text(&database, actions).await, "accept_import undo_import accept_import");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_usable_row_and_a_cut_off_download_change_nothing() {
    let (database, model) = opened("edition_nothing").await;
    let list = ceilings(&["300", "400"], "Circular 19 de 2024", "2024 Jul 31 12:00:00 AM");
    import(&database, SourceKind::Ceilings, "list-20240815.csv", &list, &options()).await;
    let version = number(&database, "SELECT version FROM data_version").await;
    let hopeless = ceilings(&["300", "400"], "Circular 19 de 2024", "some day");
    let report = import(&database, SourceKind::Ceilings, "list-20261120.csv", &hopeless, &options()).await;
    assert_eq!((report.nothing_usable, report.counts.read, report.counts.quarantined), (true, 2, 2));
    assert_eq!(report.reasons.into_iter().collect::<Vec<_>>(), [("not_a_date", 2)]);
    let prices: Vec<String> = (0..1_000).map(|price| (price + 1).to_string()).collect();
    let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
    let rows = thermometer(&prices).replace(",Medio,2", ",,");
    let report = import(&database, SourceKind::Thermometer, "t-20261001.csv", &rows, &options()).await;
    assert_eq!(held(&report), ["cut_at_default_page"]);
    // One in nineteen cannot be read: more than five in a hundred.
    let many = thermometer(&[vec!["5"; 18], vec!["none"]].concat());
    let report = import(&database, SourceKind::Thermometer, "t-20261002.csv", &many, &options()).await;
    assert_eq!(held(&report), ["many_quarantined"]);
    // Reports come from the portal too.
    let row = |at: usize| format!("{},1,2020,6,2,VN,3,A,10,10,,\n", 20_000_000 + at);
    let thousand = header(SISMED) + &(0..1_000).map(row).collect::<String>();
    let report = import(&database, SourceKind::Sismed, "sismed.csv", &thousand, &options()).await;
    assert_eq!(held(&report), ["cut_at_default_page"]);
    let dry = ImportOptions { dry_run: true, ..options() };
    let report = import(&database, SourceKind::Thermometer, "t-20261002.csv", &many, &dry).await;
    assert_eq!((held(&report), report.held.unwrap().id), (vec!["many_quarantined"], None));
    assert_eq!(number(&database, "SELECT version FROM data_version").await, version);
    assert_eq!(number(&database, "SELECT count(*) FROM source_file").await, 1);
    let speaks_until = status(&model).await.data_sets[0].speaks_until;
    assert_eq!(speaks_until.map(|(day, _)| day), Some("2024-08-15".parse().unwrap()), "no fresher than it was");
}

fn catalogue(state: &str, active: &str) -> String {
    let sample = std::fs::read_to_string(sample_file("catalogue.csv")).unwrap();
    let mut lines = sample.lines();
    let header = lines.next().unwrap().to_owned();
    let row = lines.find(|line| line.starts_with("90000301,")).unwrap();
    format!("{header}\n{}\n", row.replace(",Vigente,", &format!(",{state},")).replace(",Activo,", &format!(",{active},")))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_registration_is_that_of_the_newest_edition() {
    let database = database("edition_catalogue").await;
    let state = "SELECT registration_state FROM medicine WHERE expediente = 90000301";
    let kind = SourceKind::Catalogue;
    let (current, expired) = (catalogue("Vigente", "Activo"), catalogue("Vencido", "Inactivo"));
    import(&database, kind, "vigentes-20260101.csv", &current, &options()).await;
    import(&database, kind, "vencidos-20260601.csv", &expired, &options()).await;
    assert_eq!(text(&database, state).await, "Vencido");
    // An older edition of the list of those in force, imported later, changes nothing.
    let older = current.replace("LABORATORIOS ANDINA", "LABORATORIOS DE ANTES");
    import(&database, kind, "vigentes-20250101.csv", &older, &accepted()).await;
    assert_eq!(text(&database, state).await, "Vencido");
    // Back in force: by a newer edition, or by taking the other one back.
    let report = import(&database, kind, "vigentes-20260701.csv", &current.replace("2032-05-04", "2042-05-04"), &options()).await;
    assert_eq!(text(&database, state).await, "Vigente");
    undo(&database, report.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(text(&database, state).await, "Vencido");
    let again = import(&database, kind, "vigentes-20260101.csv", &current, &options()).await;
    assert!(again.already_imported && again.in_force.is_none(), "of its own list it is the newest");
    let older_again = import(&database, kind, "vigentes-20250101.csv", &older, &options()).await;
    let in_force = older_again.in_force.map(|edition| edition.name);
    assert_eq!(in_force.as_deref(), Some("vigentes-20260101.csv"), "and says who is in force");
}

/// Reports of one product: month, minimum and maximum.
fn reports(rows: &[(u8, &str, &str)]) -> String {
    let row = |(month, low, high): &(u8, &str, &str)| format!("19914312,20,2020,{month},2,VN,3,A,{low},{high},,\n");
    header(SISMED) + &rows.iter().map(row).collect::<String>()
}

/// Month and maximum of the reports that count.
async fn counting(model: &ReadModel, known_at: Option<Timestamp>) -> Vec<String> {
    let filter = AssessmentFilter { known_at, ..AssessmentFilter::default() };
    let mut all: Vec<String> = stored_assessments(model, &filter, None, 1_000)
        .await
        .iter()
        .map(|one| format!("{} {}", one.period, one.maximum.observed.unwrap().amount.normalize()))
        .collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_that_are_stated_again_count_once_as_the_newest_edition_states_them() {
    let (database, model) = opened("edition_reports").await;
    let kind = SourceKind::Sismed;
    let oldest = reports(&[(4, "10", "11"), (5, "20", "21")]);
    let first = import(&database, kind, "sismed-19914312-20200801.csv", &oldest, &options()).await;
    let known_first = now(&database).await;
    assert_eq!(first.superseded, (0, 0));
    let newest = [(5, "20", "29"), (6, "30", "31")];
    let third = import(&database, kind, "sismed-19914312-20201001.csv", &reports(&newest), &options()).await;
    assert_eq!(third.superseded, (1, 0));
    assert_eq!(counting(&model, None).await, ["2020-04 11", "2020-05 29", "2020-06 31"]);
    // An edition from in between: what the newer one states stays, and it is known that it states it.
    let second = [(4, "10", "15"), (5, "20", "25")];
    let second = import(&database, kind, "sismed-19914312-20200901.csv", &reports(&second), &options()).await;
    assert_eq!(second.superseded, (1, 1));
    let now_counting = ["2020-04 15", "2020-05 29", "2020-06 31"];
    assert_eq!(counting(&model, None).await, now_counting);
    assert_eq!(counting(&model, Some(known_first)).await, ["2020-04 11", "2020-05 21"]);
    let known_third = now(&database).await;
    // Taken back: of each month the newest edition that is left counts.
    let undone = undo(&database, third.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(undone.restored, 1);
    assert_eq!(counting(&model, None).await, ["2020-04 15", "2020-05 25"]);
    assert_eq!(counting(&model, Some(known_third)).await, now_counting, "what was known stays readable");
    let undone = undo(&database, second.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(undone.restored, 2);
    assert_eq!(counting(&model, None).await, ["2020-04 11", "2020-05 21"]);
    import(&database, kind, "sismed-19914312-20201001.csv", &reports(&newest), &options()).await;
    assert_eq!(counting(&model, None).await, ["2020-04 11", "2020-05 29", "2020-06 31"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_of_its_own_is_superseded_and_restored_too() {
    let database = database("edition_partition").await;
    let kind = SourceKind::Sismed;
    // More than 4 MiB, so that the file is a partition of its own.
    let row = |at: i32, month: i32, price: i32| {
        format!("{},{},2020,{month},2,VN,3,A,{price},{price},1,{price}\n", 20_000_000 + at, at % 9 + 1)
    };
    let big: String = (0..100_000).map(|at| row(at % 50_000, 4 + at / 50_000, 1_000)).collect();
    let first = import(&database, kind, "sismed-a.csv", &(header(SISMED) + &big), &options()).await;
    let part = "SELECT count(*) FROM sismed_row WHERE part <> 0 AND superseded_in IS NULL";
    assert_eq!(number(&database, part).await, 100_000);
    let version = number(&database, "SELECT version FROM data_version").await;
    let cache = ReportCache::default();
    assert_eq!(cache.reports(&database, version).await.unwrap().count(), 100_000);
    let small: String = (0..500).map(|at| row(at, 5, 2_000)).collect();
    let second = import(&database, kind, "sismed-b.csv", &(header(SISMED) + &small), &options()).await;
    assert_eq!(second.superseded, (500, 0));
    assert_eq!(number(&database, part).await, 99_500);
    let version = number(&database, "SELECT version FROM data_version").await;
    let cached = cache.reports(&database, version).await.unwrap();
    assert_eq!(cached.count(), 100_000, "a partition in the cache is read again");
    undo(&database, second.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_row WHERE superseded_in IS NULL").await, 100_000);
    assert_eq!(number(&database, "SELECT sum(maximum)::bigint FROM sismed_row WHERE superseded_in IS NULL").await, 100_000_000);
    undo(&database, first.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!(number(&database, "SELECT count(*) FROM sismed_row WHERE superseded_in IS NULL").await, 0);
    assert_eq!(number(&database, "SELECT count(*) FROM medicine").await, 0, "nobody names the products any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undone_list_of_ceilings_leaves_what_was_known_and_judges_reports_again() {
    let (database, model) = opened("edition_undo_law").await;
    let list = ceilings(&["300"], "Circular 10 de 2020", "2020-03-28");
    let law = import(&database, SourceKind::Ceilings, "list-20201231.csv", &list, &options()).await;
    let report = header(SISMED) + "20151850,1,2020,6,2,VN,3,A,400,400,,\n";
    import(&database, SourceKind::Sismed, "sismed.csv", &report, &options()).await;
    let verdict = async |known_at| {
        let filter = AssessmentFilter { known_at, ..AssessmentFilter::default() };
        stored_assessments(&model, &filter, None, 9).await[0].verdict.code()
    };
    assert_eq!(verdict(None).await, "above");
    let known = now(&database).await;
    let undone = undo(&database, law.import.unwrap(), &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert_eq!((undone.rejudged, verdict(None).await, verdict(Some(known)).await), (1, "cannot_compare", "above"));
    assert_eq!(amount_on(&model, "20151850-1", "2020-06-15", None).await, None);
    assert_eq!(amount_on(&model, "20151850-1", "2020-06-15", Some(known)).await.as_deref(), Some("300"));
    // The feed of changes follows: whoever replays it holds no ceiling any more.
    assert_eq!(number(&database, "SELECT count(*) FROM change_head WHERE key LIKE 'ceiling:%' AND digest IS NOT NULL").await, 0);
    assert_eq!(
        find_import(&*database.write_connection().await.unwrap(), law.import.unwrap()).await.unwrap().unwrap().state(),
        "taken_back"
    );
}

async fn load_sample(database: &Database, today: Date) {
    for (kind, file) in SAMPLE_FILES {
        let cut_date = kind.is_list().then_some(today);
        let options = ImportOptions { sample: true, cut_date, ..options() };
        import_by(database, kind, &sample_file(file), &options).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_real_file_of_a_kind_ends_the_samples_data_of_that_kind() {
    let (database, model) = opened("edition_sample").await;
    load_sample(&database, "2026-11-29".parse().unwrap()).await;
    let kinds = async || model.data_version().await.unwrap().sample.iter().collect::<Vec<_>>();
    assert_eq!(kinds().await, ["ceilings", "sismed", "thermometer", "catalogue"]);
    let acts = "SELECT string_agg(DISTINCT act_id, ' ' ORDER BY act_id) FROM ceiling_table";
    assert_eq!(text(&database, acts).await, "muestra-circular-04-2016 muestra-circular-06-2013 muestra-circular-10-2020");
    let kaletra = "SELECT string_agg(DISTINCT column_code, ' ' ORDER BY column_code) FROM ceiling_table WHERE act_id = 'muestra-circular-06-2013'";
    assert_eq!(
        text(&database, kaletra).await,
        "commercial_final commercial_wholesale institutional",
        "bound as the act it borrows its name from"
    );
    let today = amount_on(&model, "19914312-20", "2026-11-01", None).await;
    assert_eq!(today.as_deref(), Some("33052"), "it speaks for today");

    let report = import(&database, SourceKind::Thermometer, "t.csv", &thermometer(&["10"]), &options()).await;
    assert_eq!(report.sample_ended, ["thermometer"]);
    assert_eq!((kinds().await, cheapest(&model).await.as_str()), (vec!["ceilings", "sismed", "catalogue"], "10"));
    let list = ceilings(&["300"], "Circular 19 de 2024", "2024 Jul 31 12:00:00 AM");
    import(&database, SourceKind::Ceilings, "list-20240815.csv", &list, &options()).await;
    assert_eq!(text(&database, acts).await, "circular-19-2024");
    assert_eq!(amount_on(&model, "19914312-20", "2026-11-01", None).await, None, "nothing invented binds any more");
    import(&database, SourceKind::Sismed, "sismed.csv", &reports(&[(4, "10", "11")]), &options()).await;
    assert_eq!(counting(&model, None).await, ["2020-04 11"]);
    assert_eq!(kinds().await, ["catalogue"]);
    let sample = ImportOptions { sample: true, ..options() };
    let path = written("thermometer.csv", thermometer(&["77"]));
    assert!(import_by(&database, SourceKind::Thermometer, &path, &sample).await.is_err(), "never beside real data");

    remove_sample(&database, &person(), MAX_AGE_DAYS, Clock::System).await.unwrap();
    assert!(kinds().await.is_empty());
    let left = "SELECT count(*) FROM medicine WHERE NOT sources <@ ARRAY['ceilings', 'sismed']";
    assert_eq!(number(&database, left).await, 0);
    assert!(remove_sample(&database, &person(), MAX_AGE_DAYS, Clock::System).await.is_err(), "there is none left");
}
