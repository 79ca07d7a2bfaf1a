//! The table of contents of the API. A line here adds the route *and* its documentation.

use utoipa::OpenApi;

use super::{
    App, Endpoint, Problem,
    answer_headers::AnswerHeaders,
    api_document::{Shared, UniversalParameters},
    authority::Authority,
    deprecation_marks::Deprecations,
    examples::Examples,
    params::document::Values,
};

pub mod approve_act_draft;
pub mod change_watch;
pub mod check_price;
pub mod check_prices;
pub mod create_act_draft;
pub mod create_free_key;
pub mod create_submission;
pub mod create_watch;
pub mod diff_acts;
pub mod download_export;
pub mod draw_thermometer;
pub mod list_act_drafts;
pub mod list_acts;
pub mod list_assessments;
pub mod list_audit;
pub mod list_cases;
pub mod list_ceilings;
pub mod list_changes;
pub mod list_draft_ceilings;
pub mod list_equivalents;
pub mod list_exports;
pub mod list_market_prices;
pub mod list_medicines;
pub mod list_prices;
pub mod list_register;
pub mod list_reporters;
pub mod list_signing_keys;
pub mod list_source_faults;
pub mod list_sources;
pub mod list_submission_assessments;
pub mod list_submission_errors;
pub mod list_submissions;
pub mod list_validation_rules;
pub mod list_watch_deliveries;
pub mod list_watches;
pub mod move_case;
pub mod preview_act_draft;
pub mod publish_act;
pub mod reply_to_case;
pub mod rotate_watch_secret;
pub mod show_act;
pub mod show_act_draft;
pub mod show_case;
pub mod show_catalog;
pub mod show_change_feed;
pub mod show_code;
pub mod show_compliance;
pub mod show_dossier;
pub mod show_me;
pub mod show_medicine;
pub mod show_medicine_feed;
pub mod show_status;
pub mod show_submission;
pub mod show_thermometer;
pub mod show_thermometer_agreement;
pub mod show_thermometer_group;
pub mod show_watch;
pub mod summarise_assessments;
pub mod test_watch;
pub mod upload_draft_list;
pub mod withdraw_act_draft;

macro_rules! api {
    ($($endpoint:ident),* $(,)?) => {
        #[derive(OpenApi)]
        #[openapi(
            paths($($endpoint::handler),*),
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
                (name = "compliance", description = "Who owes reports, and who sent them"),
                (name = "audit", description = "Who may act, and who did what"),
                (name = "service", description = "Where the data come from and how fresh they are"),
            ),
        )]
        pub struct ApiDoc;

        const WRITTEN_EXAMPLES: Examples = Examples(EXAMPLES);

        /// The committed example of each operation.
        pub const EXAMPLES: &[(&str, &str)] =
            &[$((stringify!($endpoint), include_str!(concat!("../../../openapi/examples/", stringify!($endpoint), ".json")))),*];

        pub fn endpoints() -> Vec<Endpoint<App>> {
            vec![$(Endpoint::new::<$endpoint::__path_handler, _, _, _>($endpoint::handler)),*]
        }
    };
}

api! {
    check_price,
    check_prices,
    list_assessments,
    summarise_assessments,
    list_medicines,
    show_medicine,
    list_ceilings,
    show_thermometer,
    draw_thermometer,
    list_prices,
    list_market_prices,
    list_equivalents,
    show_thermometer_group,
    show_thermometer_agreement,
    show_code,
    list_acts,
    show_act,
    diff_acts,
    list_sources,
    list_source_faults,
    show_status,
    create_act_draft,
    list_act_drafts,
    show_act_draft,
    list_draft_ceilings,
    upload_draft_list,
    preview_act_draft,
    approve_act_draft,
    withdraw_act_draft,
    publish_act,
    create_submission,
    list_submissions,
    show_submission,
    list_submission_errors,
    list_submission_assessments,
    list_validation_rules,
    list_reporters,
    show_compliance,
    list_signing_keys,
    create_free_key,
    show_me,
    list_audit,
    list_cases,
    show_case,
    show_dossier,
    move_case,
    reply_to_case,
    list_register,
    list_changes,
    show_change_feed,
    show_medicine_feed,
    create_watch,
    list_watches,
    show_watch,
    change_watch,
    rotate_watch_secret,
    test_watch,
    list_watch_deliveries,
    list_exports,
    download_export,
    show_catalog,
}

/// The document as it is committed and served.
pub fn document() -> String {
    let text = ApiDoc::openapi().to_pretty_json().unwrap_or_default();
    text + "\n"
}
