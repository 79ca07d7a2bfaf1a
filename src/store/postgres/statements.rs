//! Every statement this service sends, one per file, by name: a test prepares them all against the migrated schema.
macro_rules! statements {
    ($($folder:ident: $($name:ident),*;)*) => {
        $($(pub const $name: &str = include_str!(concat!("../sql/", stringify!($folder), "/", stringify!($name), ".sql"));)*)*
        pub const ALL: &[(&str, &str)] = &[$($((stringify!($name), $name)),*),*];
    };
}

#[expect(non_upper_case_globals, reason = "a statement is named as its file")]
mod list {
    statements! {
        access: any_admin_key, find_key, find_principal, insert_key, insert_principal, insert_reporter, list_keys, live_keys, lock_keys, revoke_key;
        acts: act_draft_ceilings, act_draft_markets, act_draft_steps, act_draft_summary, approve_act_draft, begins_later, ceilings_in_force, copy_draft_ceilings, copy_draft_markets, cut_validities, end_markets, expedientes_of_markets, insert_act_draft, insert_draft_contributor, insert_draft_decision, insert_publication, insert_published_act, insert_validities, known_descriptions, known_market_ingredients, listed_overlaps, lock_act_draft, markets_in_force, propose_draft_withdrawal, publication_version, publish_act_draft, set_draft_digest, validity_overlaps, void_draft_approval, withdraw_act_draft;
        catalogue: add_reported_medicines, clear_medicines, copy_medicines, law_benefit_plan, law_code_list, law_codes_of, law_complete_lists, law_list_editions, law_margin_rules, law_market_index, law_markets, law_products, law_products_of, law_statements, law_statements_of, mark_reported_medicines, medicine_catalogue, medicine_form_groups, medicine_lists, medicine_names, medicine_reported, reported_products, workbook_bindings;
        exports: delete_export_pieces, export_days, export_pieces_of, export_progress, exports_named, insert_export, insert_export_file, insert_export_piece, newest_export, prune_exports, set_export_mark, try_lock_exports, unlock_exports;
        imports: any_source_file, ceilings_without_content, copy_benefit_plan_rows, copy_catalogue_rows, copy_ceilings, copy_cum_codes, copy_form_groups, copy_holder_standards, copy_ium_codes, copy_market_prices, copy_reports, copy_thermometer_prices, decide_held_import, delete_held_body, end_source_file, find_held_import, held_imports, held_piece, insert_act_if_missing, insert_held_import, insert_held_piece, insert_sample_act, list_imports, overlapping_report_files, real_file_exists, restore_reports, set_ceiling_content, set_reports_digest, supersede_older_reports, supersede_own_reports;
        judging: add_flag, bases_of_registrations, close_bases, close_case_evidence, close_reassessments, copy_bases, copy_out_reports, copy_reassessments, find_case, flag_reported_before, insert_case_event, insert_judgement_code, legal_terms, lock_cases, move_case, newest_method, newest_source_file, next_basis_ids, note_changed_evidence, open_cases, report_partitions, reports_above, reports_to_compare, reports_to_judge;
        log: copy_log_catalogue, copy_log_reports, copy_log_restored, copy_log_thermometer, insert_log_head, insert_log_leaves, insert_log_nodes, log_acts, log_audit_entries, log_ceiling_lines, log_change_lines, log_ended_reports, log_fault_lines, log_head_of, log_heads, log_imports, log_leaves, log_market_lines, log_node_count, log_publications, log_receipts, log_signing_keys, log_subtrees, log_tail, log_validity_lines, log_verdict_counts, new_log_salt;
        postgres: newest_data_version, primary_position, standby_position, take_service_role;
        submissions: begin_validating, close_assessments_of_file, close_reports_of_file, copy_submission_faults, find_rectified, find_reported_sales, find_same_content, find_submission_by_key, finish_submission, insert_signing_key, insert_submission, insert_submission_piece, is_service_role, lock_submission, patient_transaction, submission_piece, unfinished_submissions;
        transaction: audit_head, bump_data_version, changes_pending, copy_faults, copy_source_extras, count_ended_reports, current_edition, end_assessments_of_files, end_reports_of_files, end_sample, enqueue_watch_messages, find_reply, find_source_file, finish_source_file, insert_audit_entry, insert_reply, insert_source_file, last_change, lock_audit, lock_imports, lock_request_key, mark_changes_recorded, record_changed_ceilings, record_changed_products, record_changed_products_of, state_method, usual_quarantine;
        webhooks: claim_watches, drop_watch_messages, end_watch_message, fail_watch, find_watch, insert_test_message, insert_watch, insert_watch_attempt, insert_watch_products, list_watches, live_watches, lock_watch, next_watch_message, release_watch, rotate_watch_secret, set_message_payload, set_watch_state, watch_deliveries;
    }
}
pub use list::*;
