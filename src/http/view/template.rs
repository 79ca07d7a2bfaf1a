//! The templates: all filled-in text is HTML-escaped; a few filters and functions are the project's own.

use std::sync::LazyLock;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, escape_formatter,
    value::{Kwargs, Serde, Value},
};
use sha2::{Digest, Sha256};

use super::{format, messages, relative_time};
use crate::{
    domain::identifier::characters::shown,
    draw::escape,
    http::{Language, request::query::encode},
    text::hex::hex,
};

const TEMPLATES: &[(&str, &str)] = &[
    ("frame.html", include_str!("templates/frame.html")),
    ("petitions.html", include_str!("templates/petitions.html")),
    ("petition.html", include_str!("templates/petition.html")),
    ("petition_new.html", include_str!("templates/petition_new.html")),
    ("petition_support.html", include_str!("templates/petition_support.html")),
    ("petition_ticket.html", include_str!("templates/petition_ticket.html")),
    ("price_report_new.html", include_str!("templates/price_report_new.html")),
    ("price_report_ticket.html", include_str!("templates/price_report_ticket.html")),
    ("price_report_statistics.html", include_str!("templates/price_report_statistics.html")),
    ("consultations.html", include_str!("templates/consultations.html")),
    ("consultation.html", include_str!("templates/consultation.html")),
    ("consultation_comments.html", include_str!("templates/consultation_comments.html")),
    ("consultation_report.html", include_str!("templates/consultation_report.html")),
    ("consultation_comment.html", include_str!("templates/consultation_comment.html")),
    ("comment.html", include_str!("templates/comment.html")),
    ("work_consultation.html", include_str!("templates/work_consultation.html")),
    ("work_comment.html", include_str!("templates/work_comment.html")),
    ("work_revision.html", include_str!("templates/work_revision.html")),
    ("work_price_reports.html", include_str!("templates/work_price_reports.html")),
    ("work_price_report.html", include_str!("templates/work_price_report.html")),
    ("participation.html", include_str!("templates/participation.html")),
    ("work_corrections.html", include_str!("templates/work_corrections.html")),
    ("work_correction.html", include_str!("templates/work_correction.html")),
    ("work_petitions.html", include_str!("templates/work_petitions.html")),
    ("work_petition.html", include_str!("templates/work_petition.html")),
    ("purchases.html", include_str!("templates/purchases.html")),
    ("purchase.html", include_str!("templates/purchase.html")),
    ("buyer.html", include_str!("templates/buyer.html")),
    ("purchase_correct.html", include_str!("templates/purchase_correct.html")),
    ("correction.html", include_str!("templates/correction.html")),
    ("home.html", include_str!("templates/home.html")),
    ("medicine.html", include_str!("templates/medicine.html")),
    ("sheet.html", include_str!("templates/sheet.html")),
    ("group.html", include_str!("templates/group.html")),
    ("item_line.html", include_str!("templates/item_line.html")),
    ("market.html", include_str!("templates/market.html")),
    ("acts.html", include_str!("templates/acts.html")),
    ("act.html", include_str!("templates/act.html")),
    ("status.html", include_str!("templates/status.html")),
    ("open_data.html", include_str!("templates/open_data.html")),
    ("guide.html", include_str!("templates/guide.html")),
    ("guide_sections.html", include_str!("templates/guide_sections.html")),
    ("docs.html", include_str!("templates/docs.html")),
    ("invoices.html", include_str!("templates/invoices.html")),
    ("invoice_evidence.html", include_str!("templates/invoice_evidence.html")),
    ("invoice_settling.html", include_str!("templates/invoice_settling.html")),
    ("work_frame.html", include_str!("templates/work_frame.html")),
    ("work_errors.html", include_str!("templates/work_errors.html")),
    ("work_sign_in.html", include_str!("templates/work_sign_in.html")),
    ("work_provider.html", include_str!("templates/work_provider.html")),
    ("work_provider_unknown.html", include_str!("templates/work_provider_unknown.html")),
    ("work_unsafe.html", include_str!("templates/work_unsafe.html")),
    ("work_typed.html", include_str!("templates/work_typed.html")),
    ("work_sessions.html", include_str!("templates/work_sessions.html")),
    ("work_mail.html", include_str!("templates/work_mail.html")),
    ("work_queue.html", include_str!("templates/work_queue.html")),
    ("work_case.html", include_str!("templates/work_case.html")),
    ("work_assignee.html", include_str!("templates/work_assignee.html")),
    ("work_worksheet.html", include_str!("templates/work_worksheet.html")),
    ("work_letter.html", include_str!("templates/work_letter.html")),
    ("work_question.html", include_str!("templates/work_question.html")),
    ("work_drafts.html", include_str!("templates/work_drafts.html")),
    ("work_draft.html", include_str!("templates/work_draft.html")),
    ("work_act.html", include_str!("templates/work_act.html")),
    ("work_draft_list.html", include_str!("templates/work_draft_list.html")),
    ("work_variant.html", include_str!("templates/work_variant.html")),
    ("work_effect.html", include_str!("templates/work_effect.html")),
    ("work_submissions.html", include_str!("templates/work_submissions.html")),
    ("work_send.html", include_str!("templates/work_send.html")),
    ("work_zero.html", include_str!("templates/work_zero.html")),
    ("work_submission.html", include_str!("templates/work_submission.html")),
    ("work_receipt.html", include_str!("templates/work_receipt.html")),
    ("work_compliance.html", include_str!("templates/work_compliance.html")),
    ("work_audit.html", include_str!("templates/work_audit.html")),
    ("work_sources.html", include_str!("templates/work_sources.html")),
    ("work_source.html", include_str!("templates/work_source.html")),
    ("work_held.html", include_str!("templates/work_held.html")),
    ("work_keys.html", include_str!("templates/work_keys.html")),
    ("work_key.html", include_str!("templates/work_key.html")),
    ("work_key_table.html", include_str!("templates/work_key_table.html")),
    ("work_key_request.html", include_str!("templates/work_key_request.html")),
    ("work_key_requested.html", include_str!("templates/work_key_requested.html")),
    ("work_key_take.html", include_str!("templates/work_key_take.html")),
    ("work_key_taken.html", include_str!("templates/work_key_taken.html")),
    ("compliance.html", include_str!("templates/compliance.html")),
    ("compliance_table.html", include_str!("templates/compliance_table.html")),
    ("register.html", include_str!("templates/register.html")),
    ("problem.html", include_str!("templates/problem.html")),
    ("problem_kind.html", include_str!("templates/problem_kind.html")),
];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // The formatter escapes every value and shows invisible characters, so no template can forget it.
    environment.set_formatter(|out, state, value| match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => escape_formatter(out, state, &Value::from(shown(text).as_ref())),
        None => escape_formatter(out, state, value),
    });
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("every template is rendered by a test");
    }
    environment.add_function("t", say);
    environment.add_filter("pesos", |state: &State<'_, '_>, amount: &str| format::pesos(amount, language(state)));
    environment.add_filter("unit_price", |state: &State<'_, '_>, amount: &str| format::unit_price(amount, language(state)));
    environment.add_filter("percent", |state: &State<'_, '_>, number: &str| format::percent(number, language(state)));
    environment
        .add_filter("number", |state: &State<'_, '_>, number: &Value| format::number(&number.to_string(), language(state)));
    environment.add_filter("size", |state: &State<'_, '_>, bytes: i64| format::size(bytes, language(state)));
    environment.add_filter("day", |state: &State<'_, '_>, date: &str| format::day(date, language(state)));
    environment.add_filter("bogota_day", |instant: &str| format::day_in_colombia(instant));
    environment.add_filter("ago", |state: &State<'_, '_>, days: i64, day: &str| relative_time::ago(language(state), days, day));
    environment.add_filter("act", |id: &str| format::act(id));
    environment.add_filter("own", |state: &State<'_, '_>, text: &str| messages::own_text(text, language(state)));
    environment.add_filter("encode", |text: &str| encode(text).to_string());
    environment.add_filter("title_case", |text: &str| format::title_case(text));
    environment
});

/// Changes when any word of any page does.
pub fn digest() -> &'static str {
    static DIGEST: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        TEMPLATES.iter().for_each(|(_, text)| hash.update(text));
        hash.update(include_str!("messages.json"));
        hex(&hash.finalize()[..8])
    });
    &DIGEST
}

pub fn render(template: &str, context: &serde_json::Value) -> Result<String, Error> {
    ENVIRONMENT.get_template(template)?.render(Serde(context))
}

fn language(state: &State<'_, '_>) -> Language {
    let code = state.lookup("lang");
    code.as_ref().and_then(Value::as_str).and_then(Language::parse).unwrap_or_default()
}

/// `t(key, name=value)`.
fn say(state: &State<'_, '_>, key: &str, values: Kwargs) -> Result<Value, Error> {
    let mut filled = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let text = value.to_string();
        // Shown by itself, so that a name is isolated and not the sentence round it.
        filled.push((name, if value.is_safe() { text } else { escape(&text) }));
    }
    // The project's own texts have no markup (tested), and the values are escaped.
    messages::message(language(state), key, &filled)
        .map(Value::from_safe_string)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no message {key}")))
}
