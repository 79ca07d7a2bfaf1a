//! Files from outside: publishers' tables, reporters' submissions, good, spoiled and real.
/// Readers of a reporter's file, one for each format, all with one window.
macro_rules! readers {
    ($window:expr => $($name:ident $format:ident),*) => {
        $(fn $name(
            path: &std::path::Path,
            report: &dyn Fn(u64),
            each: &mut termometro::ingest::Each<'_, IntakeRow>,
        ) -> Result<(termometro::ingest::FileFacts, termometro::ingest::Counts), FileError> {
            read_intake(path, IntakeFormat::$format, &$window, report, each)
        })*
    };
}

/// What holds of a table of every kind.
macro_rules! of_every_kind {
    ($check:ident) => {
        $check(read_sismed, SISMED);
        $check(read_sismed, QUERY);
        $check(read_ceilings, CEILINGS);
        $check(read_catalogue, CATALOGUE);
        $check(read_thermometer, THERMOMETER);
        $check(read_benefit_plan, BENEFITS);
        $check(read_cum_codes, "Id,Codigo,Habilitado\n1,10815-4,1\n2,17144-12,0\n");
        $check(read_vital_authorisations, VITALS);
        $check(read_exchange_rates, RATES);
        $check(read_ium_codes, "Id,Codigo,Habilitado\n1,1A1006781005100,1\n");
        $check(read_actors, ACTORS);
        $check(read_unit_conventions, CONVENTIONS);
    };
}

mod dated_tables;
mod exchange_rates;
mod flat_memory;
mod forms;
mod intake;
mod intake_formats;
mod people;
mod purchases;
mod real;
mod text_mutations;
mod vital_authorisations;
mod workbook_mutations;
