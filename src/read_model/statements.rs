//! Every statement of the read side, one per file, by name: a test prepares them all against the migrated schema.
macro_rules! statements {
    ($($name:ident),* $(,)?) => {
        $(pub const $name: &str = include_str!(concat!("sql/", stringify!($name), ".sql"));)*
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

#[expect(non_upper_case_globals, reason = "one name, five places: a statement is named as its file")]
mod list {
    statements! {
        medicine, medicines_among, medicines_equivalent, medicines_page, reported_unit_prices, search_entries,
        thermometer_agreement, thermometer_file, thermometer_group, thermometer_of_product, thermometer_unit_prices,
        act_amended_by, act_ceilings, act_list, act_lists, act_publications, act_repeals, assessment_counts, assessment_list, ceiling_source, data_version,
        market_source, medicine_exists, method_known, newest_import_at, price_reports, source_fault_counts, source_faults, source_list,
        source_of_content, status_counts, status_sources, act_draft_list, act_draft_rows, audit_list, signing_keys,
        submission_faults, submission_list, submission_one, case_evidence, case_history, case_list, accepted_submissions, reporter_list, reporting_rules,
        code_of_cum, code_of_ium, medicines_of_ium,
        change_list, change_newest, change_some, held_count,
        export_ceilings, export_file, export_list, export_medicines, export_newest, export_piece, export_prices, export_state, export_thermometer,
        presentation_markets, whole_ceiling_rows, whole_files, whole_market_rows, whole_medicines, whole_prices,
    }
}
pub use list::*;
