//! The list of all operations. A line here adds the route and its documentation.

pub(crate) mod acts;
pub(crate) mod audit;
pub(crate) mod cases;
pub(crate) mod changes;
pub(crate) mod compliance;
pub(crate) mod consultations;
pub(crate) mod log;
pub(crate) mod medicines;
pub(crate) mod open_data;
pub(crate) mod participation;
pub(crate) mod price_reports;
pub(crate) mod purchases;
pub(crate) mod service;
pub(crate) mod submissions;
pub(crate) mod verdicts;

use utoipa::OpenApi;

use super::{
    App, Endpoint, Problem,
    access::permissions::Authority,
    openapi::{
        deprecation_marks::Deprecations,
        document::{Shared, UniversalParameters},
        examples::Examples,
        response_headers::AnswerHeaders,
        values::Values,
    },
};

macro_rules! api {
    ($($tag:ident: $($endpoint:ident),*;)*) => {
        #[derive(OpenApi)]
        #[openapi(
            paths($($($tag::$endpoint::handler),*),*),
            modifiers(&UniversalParameters, &Values, &Authority, &AnswerHeaders, &Shared, &WRITTEN_EXAMPLES, &Deprecations),
            info(
                title = "Termometro",
                version = "1.0.0",
                description = "Medicine price thermometer and price-regulation service for Colombia: official ceilings (CNPMDM), market reports \
(SISMED), and exact, explained verdicts. Money is a string; errors are RFC 9457; dates are legal days in America/Bogota.",
                contact(name = "Termómetro: those who run this server"),
                license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
            ),
            servers((url = "/", description = "This server")),
            components(schemas(Problem)),
            tags(
                (name = "verdicts", description = "Is a price legal? Checks and stored reports with their verdicts"),
                (name = "medicines", description = "Medicines, their ceilings, thermometer, prices and equivalents"),
                (name = "changes", description = "What changed, in an order that can be followed: list, feeds, and webhooks"),
                (name = "open_data", description = "Everything public as files: dated, immutable, with schemas and differences"),
                (name = "acts", description = "Acts of the pricing commission"),
                (name = "submissions", description = "What reporters send: receipts, validation, rectification"),
                (name = "cases", description = "Sales above a ceiling, from suspicion to decision, and the public register"),
                (name = "consultations", description = "Draft acts line by line, comments on their lines, and a reply to each"),
                (name = "participation", description = "Petitions to review a price, their answers, and how much people take part"),
                (name = "price_reports", description = "What people say they paid at the counter, and the weekly figures of it"),
                (name = "purchases", description = "What public bodies bought, line by line, read with all that a line can mean, beside the ceilings"),
                (name = "compliance", description = "Who owes reports, and who sent them"),
                (name = "audit", description = "Who may act, and who did what"),
                (name = "log", description = "A Merkle log of what must not be rewritten quietly: signed heads and proofs"),
                (name = "service", description = "Where the data come from and how fresh they are"),
            ),
        )]
        pub struct ApiDoc;

        const WRITTEN_EXAMPLES: Examples = Examples(EXAMPLES);

        /// The committed example of each operation.
        pub const EXAMPLES: &[(&str, &str)] =
            &[$($((stringify!($endpoint), include_str!(concat!("../../../openapi/examples/", stringify!($endpoint), ".json")))),*),*];

        pub fn endpoints() -> Vec<Endpoint<App>> {
            vec![$($(Endpoint::new::<$tag::$endpoint::__path_handler, _, _, _>($tag::$endpoint::handler)),*),*]
        }
    };
}

api! {
    verdicts: check_price, check_prices, check_invoices, read_item_texts, list_assessments, summarise_assessments;
    medicines: list_medicines, show_medicine, list_ceilings, show_thermometer, draw_thermometer, list_prices, list_markets, list_market_prices, list_equivalents, list_thermometer_groups, show_thermometer_group, show_thermometer_agreement, show_code, list_vital_authorisations;
    acts: list_acts, show_act, diff_acts, create_act_draft, list_act_drafts, show_act_draft, list_draft_ceilings, upload_draft_list, revise_act_draft, preview_act_draft, approve_act_draft, withdraw_act_draft, publish_act;
    service: list_sources, list_source_faults, show_status, list_feeds, list_feed_runs, run_feed, release_held, list_held_imports, release_held_import, discard_held_import, list_exchange_rates, create_free_key;
    submissions: create_submission, list_submissions, show_submission, list_submission_errors, list_submission_assessments, list_validation_rules;
    compliance: list_reporters, show_compliance;
    audit: list_signing_keys, show_me, list_sessions, end_sessions, show_mail, set_mail_address, confirm_mail_address, remove_mail_address, list_mail_messages, list_keys, request_key, take_key, confirm_key, revoke_key, list_audit;
    log: show_log, list_log_entries, show_log_inclusion, show_log_consistency;
    cases: list_cases, show_case, show_dossier, move_case, reply_to_case, list_register, assign_cases, list_case_assignees, add_case_note, list_case_notes;
    consultations: open_consultation, extend_consultation, list_consultations, show_consultation, list_consultation_lines, create_comment, list_comments, show_comment, withdraw_comment, moderate_comment, reply_to_comments, show_consultation_report;
    participation: list_petitions, create_petition, show_petition, support_petition, confirm_support, contest_petition, withdraw_petition, list_petition_queue, moderate_petition, answer_petition, list_participation_board, list_participation_indicators;
    price_reports: create_price_report, show_price_report, open_price_report, confirm_price, withdraw_price_report, list_price_report_queue, moderate_price_report, answer_price_report, list_price_report_statistics, list_price_report_counts, list_territories;
    purchases: list_purchases, show_purchase, correct_purchase, list_purchase_corrections, show_purchase_correction, withdraw_purchase_correction, list_purchase_correction_queue, answer_purchase_correction, list_price_dispersion, show_buyer, show_purchase_quality, show_contract, list_ocds_releases;
    changes: list_changes, show_change_feed, show_medicine_feed, create_watch, list_watches, show_watch, change_watch, rotate_watch_secret, test_watch, list_watch_deliveries;
    open_data: list_exports, download_export, show_catalog;
}

/// The document as it is committed and served.
pub fn document() -> String {
    let text = ApiDoc::openapi().to_pretty_json().unwrap_or_default();
    text + "\n"
}
