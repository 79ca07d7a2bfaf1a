//! Every statement of the read side, one per file, by name: a test prepares them all against the migrated schema.
macro_rules! statements {
    ($($folder:ident: $($name:ident),*;)*) => {
        $($(pub const $name: &str = include_str!(concat!("sql/", stringify!($folder), "/", stringify!($name), ".sql"));)*)*
        pub const ALL: &[(&str, &str)] = &[$($((stringify!($name), $name)),*),*];
    };
}

#[expect(non_upper_case_globals, reason = "a statement is named as its file")]
mod list {
    statements! {
        acts: act_amended_by, act_ceilings, act_draft_list, act_draft_rows, act_list, act_lists, act_publications, act_repeals;
        cases: case_assignees, case_evidence, case_history, case_is_known, case_notes;
        consultations: comment_list, consultation_all, consultation_extensions, consultation_lines, consultation_report, consultation_versions, consultation_withheld;
        exports: case_list, export_ceilings, export_medicines, export_part_piece, export_part_pieces, export_parts, export_piece, export_prices, export_thermometer;
        medicines: code_of_cum, code_of_ium, cums, item_products, market_history, market_list, medicine, medicines_among, medicines_equivalent, medicines_of_ium, medicines_page, presentation_markets, price_reports, registration_sources, reported_unit_prices, search_entries, thermometer_agreement, thermometer_file, thermometer_group, thermometer_groups, thermometer_of_product, thermometer_unit_prices, vital_authorisations, whole_ceiling_rows, whole_files, whole_market_rows, whole_medicines, whole_prices;
        operating: held_list;
        price_reports: price_report_events, price_report_one, price_report_queue, price_report_states, price_report_statistics, territories;
        participation: participation_items, petition_answers, petition_events, petition_list, petition_one, petition_queue, petitions_similar;
        purchases: contract_events, contract_list, contract_one, correction_list, correction_one, correction_queue, purchase_counts, purchase_edition_of, purchase_implausible_counts, purchase_label_count, purchase_labels, purchase_list, purchase_newest_of_buyer, purchase_one, purchase_orders, purchases_of_buyer, purchases_of_markets;
        service: accepted_submissions, audit_list, audit_list_newest, change_list, change_newest, change_some, data_version, exchange_rates, export_file, export_list, export_newest, export_of_period, export_state, feed_counts, feed_list, feed_run, feed_runs, held_count, listed_presentations, living_keys, log_entries, log_leaf_by_hash, medicine_exists, newest_import_at, readiness, reporter_list, reporting_rules, signing_keys, source_fault_counts, source_faults, source_list, source_of_content, status_counts, status_sources, submission_faults, submission_list, submission_list_newest, submission_one, waiting_work;
        verdicts: act_articles, assessment_counts, assessment_list, method_known, sale_actors, unit_conventions;
    }
}
pub use list::*;
