//! Every statement this service sends, one per file, by name: a test prepares them all against the migrated schema.
macro_rules! statements {
    ($($name:ident),* $(,)?) => {
        $(pub const $name: &str = include_str!(concat!("sql/", stringify!($name), ".sql"));)*
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

#[expect(non_upper_case_globals, reason = "one name, five places: a statement is named as its file")]
mod list {
    statements! {
        copy_out_reports, newest_source_file, report_partitions,
        any_source_file, primary_position, standby_position,
        close_case_evidence, find_case, insert_case_event, legal_terms, lock_cases, move_case, note_changed_evidence, open_cases,
        act_draft_ceilings, act_draft_steps, act_draft_summary, act_draft_markets, approve_act_draft, begins_later, copy_draft_ceilings, copy_draft_markets, cut_validities,
        expedientes_of_markets, find_same_content, flag_reported_before, insert_act_draft, insert_draft_contributor, insert_draft_decision, is_service_role, insert_publication, insert_published_act, insert_validities,
        known_descriptions, known_market_ingredients, listed_overlaps, lock_act_draft, propose_draft_withdrawal, publication_version, publish_act_draft, set_draft_digest,
        void_draft_approval, withdraw_act_draft, ceilings_in_force, end_markets, markets_in_force, validity_overlaps,
        add_flag, begin_validating, close_assessments_of_file, close_reports_of_file, copy_submission_faults, find_rectified, find_reported_sales,
        find_submission_by_key, finish_submission, insert_submission, insert_submission_piece, lock_submission, reports_to_compare,
        submission_piece, unfinished_submissions,
        any_admin_key, audit_head, find_key, find_principal, find_reply, insert_audit_entry, insert_key, insert_principal, insert_reply,
        insert_reporter, insert_signing_key, list_keys, live_keys, patient_transaction, lock_audit, lock_keys, lock_request_key, revoke_key, take_service_role,
        add_reported_medicines, bases_of_registrations, close_reassessments, copy_reassessments, insert_judgement_code, mark_reported_medicines, newest_method, reports_above,
        reports_to_judge, state_method,
        bump_data_version, newest_data_version, close_bases, copy_bases, copy_benefit_plan_rows, law_benefit_plan, copy_catalogue_rows, copy_ceilings, copy_cum_codes, copy_ium_codes,
        copy_faults, copy_form_groups, copy_holder_standards, copy_market_prices, copy_reports, copy_thermometer_prices,
        ceilings_without_content, find_source_file, finish_source_file,
        insert_act_if_missing, insert_source_file, lock_imports, next_basis_ids,
        clear_medicines, copy_medicines, medicine_catalogue, medicine_form_groups, medicine_lists, medicine_names, medicine_reported, set_ceiling_content, workbook_bindings,
        claim_watches, drop_watch_messages, end_watch_message, fail_watch, find_watch, insert_test_message, insert_watch, insert_watch_attempt,
        insert_watch_products, list_watches, live_watches, lock_watch, next_watch_message, release_watch, rotate_watch_secret,
        set_message_payload, set_watch_state, watch_deliveries,
        changes_untold, enqueue_watch_messages, last_change, mark_changes_told, tell_ceilings, tell_products, tell_products_of,
        delete_export_pieces, export_days, export_pieces_of, export_progress, exports_named, insert_export, insert_export_file, insert_export_piece,
        newest_export, prune_exports, set_export_mark, try_lock_exports, unlock_exports,
        copy_source_extras, current_edition, decide_held_import, delete_held_body, end_assessments_of_files, end_reports_of_files, end_sample,
        end_source_file, find_held_import, held_imports, held_piece, insert_held_import, insert_held_piece, insert_sample_act, list_imports,
        overlapping_report_files, real_file_exists, reported_products, restore_reports, supersede_older_reports, supersede_own_reports,
        usual_quarantine,
        law_code_list, law_codes_of, law_complete_lists, law_list_editions, law_margin_rules, law_market_index, law_markets, law_products, law_products_of, law_statements, law_statements_of,
    }
}
pub use list::*;
