//! The authorization table: who may call each operation. One line an operation; the router, the document and a test read it here.

use utoipa::{
    Modify,
    openapi::{
        OpenApi,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    domain::access::principal::Scope,
    http::base::{document_walk::operations, problem::documented},
};

/// What an operation requires of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Public: no key is looked at.
    Public,
    /// A live key with at least one of these scopes.
    AnyOf(&'static [Scope]),
}

/// The time limit of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    Quick,
    /// Uploads and judging again: bounded by the database's own limits and by the pace of the body.
    Long,
}

use Access::{AnyOf, Public};
use Deadline::{Long, Quick};
use Scope::*;

pub const TABLE: &[(&str, Access, Deadline)] = &[
    ("check_price", Public, Quick),
    ("check_prices", Public, Quick),
    ("read_item_texts", Public, Quick),
    ("check_invoices", Public, Long),
    ("list_assessments", Public, Quick),
    ("summarise_assessments", Public, Quick),
    ("list_medicines", Public, Quick),
    ("show_medicine", Public, Quick),
    ("list_ceilings", Public, Quick),
    ("show_thermometer", Public, Quick),
    ("draw_thermometer", Public, Quick),
    ("list_prices", Public, Quick),
    ("list_equivalents", Public, Quick),
    ("list_markets", Public, Quick),
    ("list_thermometer_groups", Public, Quick),
    ("show_thermometer_group", Public, Quick),
    ("show_thermometer_agreement", Public, Quick),
    ("show_code", Public, Quick),
    ("list_vital_authorisations", Public, Quick),
    ("list_acts", Public, Quick),
    ("show_act", Public, Quick),
    ("diff_acts", Public, Quick),
    ("list_sources", Public, Quick),
    ("list_source_faults", Public, Quick),
    ("show_status", Public, Quick),
    ("list_feeds", Public, Quick),
    ("list_feed_runs", Public, Quick),
    ("list_exchange_rates", Public, Quick),
    // Operators run the service; what is in force is the business of those who approve acts too.
    ("run_feed", AnyOf(&[KeysAdmin]), Quick),
    ("release_held", AnyOf(&[ActsApprove, KeysAdmin]), Quick),
    ("list_held_imports", AnyOf(&[ActsApprove, KeysAdmin, AuditRead]), Quick),
    ("release_held_import", AnyOf(&[ActsApprove, KeysAdmin]), Long),
    ("discard_held_import", AnyOf(&[ActsApprove, KeysAdmin]), Quick),
    ("create_act_draft", AnyOf(&[ActsDraft]), Quick),
    ("list_act_drafts", AnyOf(&[ActsDraft, ActsApprove, AuditRead]), Quick),
    ("show_act_draft", AnyOf(&[ActsDraft, ActsApprove, AuditRead]), Quick),
    ("list_draft_ceilings", AnyOf(&[ActsDraft, ActsApprove, AuditRead]), Quick),
    ("upload_draft_list", AnyOf(&[ActsDraft]), Long),
    ("revise_act_draft", AnyOf(&[ActsDraft]), Quick),
    ("preview_act_draft", AnyOf(&[ActsDraft, ActsApprove]), Long),
    ("approve_act_draft", AnyOf(&[ActsApprove]), Quick),
    ("withdraw_act_draft", AnyOf(&[ActsDraft, ActsApprove]), Quick),
    ("publish_act", AnyOf(&[ActsApprove]), Long),
    ("create_submission", AnyOf(&[ReportsWrite]), Long),
    ("list_submissions", AnyOf(&[ReportsReadOwn, ReportsRead]), Quick),
    ("show_submission", AnyOf(&[ReportsReadOwn, ReportsRead]), Quick),
    ("list_submission_errors", AnyOf(&[ReportsReadOwn, ReportsRead]), Quick),
    ("list_submission_assessments", AnyOf(&[ReportsReadOwn, ReportsRead]), Quick),
    ("list_validation_rules", Public, Quick),
    ("list_market_prices", Public, Long),
    ("list_consultations", Public, Quick),
    ("show_consultation", Public, Quick),
    ("list_consultation_lines", Public, Quick),
    ("create_comment", Public, Quick),
    ("list_comments", Public, Quick),
    ("show_comment", Public, Quick),
    ("withdraw_comment", Public, Quick),
    ("show_consultation_report", Public, Quick),
    ("open_consultation", AnyOf(&[ActsDraft, ActsApprove]), Long),
    ("extend_consultation", AnyOf(&[ActsDraft, ActsApprove]), Quick),
    ("moderate_comment", AnyOf(&[ActsDraft, ActsApprove]), Quick),
    ("reply_to_comments", AnyOf(&[ActsDraft, ActsApprove]), Quick),
    ("list_petitions", Public, Quick),
    ("create_petition", Public, Quick),
    ("show_petition", Public, Quick),
    ("support_petition", Public, Quick),
    ("confirm_support", Public, Quick),
    ("contest_petition", Public, Quick),
    ("withdraw_petition", Public, Quick),
    ("list_participation_board", Public, Quick),
    ("list_participation_indicators", Public, Quick),
    ("list_petition_queue", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("moderate_petition", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("answer_petition", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("create_price_report", Public, Quick),
    ("show_price_report", Public, Quick),
    ("open_price_report", Public, Quick),
    ("confirm_price", Public, Quick),
    ("withdraw_price_report", Public, Quick),
    ("list_price_report_statistics", Public, Quick),
    ("list_price_report_counts", Public, Quick),
    ("list_territories", Public, Quick),
    ("list_price_report_queue", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("moderate_price_report", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("answer_price_report", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("list_purchases", Public, Quick),
    ("show_purchase", Public, Quick),
    ("correct_purchase", Public, Quick),
    ("list_purchase_corrections", Public, Quick),
    ("show_purchase_correction", Public, Quick),
    ("withdraw_purchase_correction", Public, Quick),
    ("list_purchase_correction_queue", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("answer_purchase_correction", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("list_price_dispersion", Public, Quick),
    ("show_buyer", Public, Quick),
    ("show_purchase_quality", Public, Quick),
    ("show_contract", Public, Quick),
    ("list_ocds_releases", Public, Quick),
    ("list_reporters", Public, Quick),
    ("show_compliance", Public, Quick),
    ("list_signing_keys", Public, Quick),
    ("create_free_key", Public, Quick),
    // Each their own; those who make, confirm or audit keys, everybody's.
    ("list_keys", AnyOf(Scope::ALL), Quick),
    ("request_key", AnyOf(&[KeysAdmin]), Quick),
    ("take_key", Public, Quick),
    ("confirm_key", AnyOf(&[ActsApprove, KeysAdmin]), Quick),
    ("revoke_key", AnyOf(Scope::ALL), Quick),
    ("show_me", AnyOf(Scope::ALL), Quick),
    ("list_sessions", AnyOf(Scope::ALL), Quick),
    ("end_sessions", AnyOf(Scope::ALL), Quick),
    // Whoever took a free key gave any name: nobody's mailbox is filled by them.
    ("show_mail", AnyOf(OF_PEOPLE), Quick),
    ("set_mail_address", AnyOf(OF_PEOPLE), Quick),
    ("confirm_mail_address", AnyOf(OF_PEOPLE), Quick),
    ("remove_mail_address", AnyOf(OF_PEOPLE), Quick),
    ("list_mail_messages", AnyOf(OF_PEOPLE), Quick),
    ("show_log", Public, Quick),
    ("list_log_entries", Public, Quick),
    ("show_log_inclusion", Public, Quick),
    ("show_log_consistency", Public, Quick),
    ("list_audit", AnyOf(&[AuditRead]), Quick),
    ("list_cases", AnyOf(&[ReportsRead, ReportsReadOwn]), Quick),
    ("show_case", AnyOf(&[ReportsRead, ReportsReadOwn]), Quick),
    ("show_dossier", AnyOf(&[ReportsRead, ReportsReadOwn]), Quick),
    ("move_case", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("reply_to_case", AnyOf(&[CasesReply]), Quick),
    // Who works on what is for those who read every case; notes are for those who decide on them.
    ("assign_cases", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("list_case_assignees", AnyOf(&[ReportsRead]), Quick),
    ("add_case_note", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("list_case_notes", AnyOf(&[CasesReview, CasesConfirm]), Quick),
    ("list_register", Public, Quick),
    ("list_changes", Public, Quick),
    ("show_change_feed", Public, Quick),
    ("show_medicine_feed", Public, Quick),
    ("list_exports", Public, Quick),
    ("download_export", Public, Quick),
    ("show_catalog", Public, Quick),
    // Subscriptions to public data: every holder of a key, and each only their own.
    ("create_watch", AnyOf(Scope::ALL), Quick),
    ("list_watches", AnyOf(Scope::ALL), Quick),
    ("show_watch", AnyOf(Scope::ALL), Quick),
    ("change_watch", AnyOf(Scope::ALL), Quick),
    ("rotate_watch_secret", AnyOf(Scope::ALL), Quick),
    ("test_watch", AnyOf(Scope::ALL), Quick),
    ("list_watch_deliveries", AnyOf(Scope::ALL), Quick),
];

/// Everybody's but a developer's.
const OF_PEOPLE: &[Scope] = &[
    ReportsWrite, ReportsReadOwn, CasesReply, ActsDraft, ActsApprove, CasesReview, CasesConfirm, ReportsRead, KeysAdmin, OpsRead,
    AuditRead,
];

/// What of a public operation needs a key: `check_invoices` keeps a file for a reporter.
pub const KEEP_INVOICES: &[Scope] = &[ReportsWrite];

/// # Panics
/// When an operation is not in the table: a fault in the source, seen by the first test that builds a router.
pub fn rule(operation: &str) -> (Access, Deadline) {
    let row = TABLE.iter().find(|(name, ..)| *name == operation);
    let (_, need, pace) = row.unwrap_or_else(|| panic!("{operation} is not in the authorization table"));
    (*need, *pace)
}

/// Writes the table into the document: a security scheme per operation, and the answers that only a guarded one gives.
pub struct Authority;

impl Modify for Authority {
    fn modify(&self, document: &mut OpenApi) {
        let description = "API key of a reporter, regulator, operator, auditor or developer, as `Authorization: Bearer tmo_live_…`. Public reads need none; a free key (`POST /v1/free-keys`) may ask more often.";
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("tmo_live_…".to_owned());
        bearer.description = Some(description.to_owned());
        document.components.get_or_insert_default().add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
        for operation in document.paths.paths.values_mut().flat_map(operations) {
            let id = operation.operation_id.clone().unwrap_or_default();
            match rule(&id).0 {
                Public => operation.security = Some(Vec::new()),
                AnyOf(scopes) => guard(operation, scopes),
            }
        }
    }
}

const SCHEME: &str = "api_key";

fn guard(operation: &mut Operation, scopes: &[Scope]) {
    let requirement = |scope: &Scope| SecurityRequirement::new(SCHEME, [scope.code()]);
    operation.security = Some(scopes.iter().map(requirement).collect());
    for (status, words) in [("401", "No live key, or not one of ours"), ("403", "A live key without the scope")] {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| documented(words));
    }
}
