//! Filters over stored reports as a client writes them, read strictly.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    App, Text,
    asked::instant,
    fault_words::{day_or_month, one_of},
    problem::{Fault, Problem},
};
use crate::{
    domain::{cum::Cum, listed::Operation, period::Period, verdict::Finding},
    read_model::assessments::{AssessmentFilter, Whose},
};

/// Which reports; all when empty.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportParameters {
    /// CUM, in any spelling.
    #[param(example = "19914312-20")]
    pub cum: Option<String>,
    /// All presentations of one registration.
    #[param(example = "19914312")]
    pub expediente: Option<String>,
    /// Headline verdict: within, above, no_ceiling_for_this_stage, not_regulated or cannot_compare.
    #[param(example = "above")]
    pub verdict: Option<String>,
    /// SISMED transaction, 1 to 5.
    #[param(example = "1")]
    pub transaction: Option<String>,
    /// CM purchase, VN sale or RC reimbursement claim.
    #[param(example = "VN")]
    pub operation: Option<String>,
    /// Reports whose period ends after this day or month begins.
    #[param(example = "2020-01")]
    pub from: Option<String>,
    /// Reports whose period begins before this day or month begins.
    #[param(example = "2022-01")]
    pub to: Option<String>,
    /// The verdicts as they were known at that instant (RFC 3339).
    pub known_at: Option<String>,
}

impl ReportParameters {
    pub fn filter(&self, app: &App) -> Result<AssessmentFilter, Problem> {
        let mut faults = Vec::new();
        let filter = AssessmentFilter {
            whose: Whose::All,
            cum: read(
                &mut faults,
                "cum",
                self.cum.as_deref(),
                ("un CUM, como 19914312-20", "a CUM, such as 19914312-20"),
                |text| text.parse::<Cum>().ok(),
            ),
            expediente: read(
                &mut faults,
                "expediente",
                self.expediente.as_deref(),
                ("de 1 a 9 cifras", "1 to 9 digits"),
                expediente,
            ),
            verdict: read(
                &mut faults,
                "verdict",
                self.verdict.as_deref(),
                one_of(Finding::ALL.map(Finding::code)),
                Finding::from_code,
            ),
            transaction: read(
                &mut faults,
                "transaction",
                self.transaction.as_deref(),
                one_of(["1", "2", "3", "4", "5"]),
                transaction,
            ),
            operation: read(
                &mut faults,
                "operation",
                self.operation.as_deref(),
                one_of(["CM", "VN", "RC"]),
                Operation::from_code,
            ),
            from: read(&mut faults, "from", self.from.as_deref(), day_or_month(), first_day),
            until: read(&mut faults, "to", self.to.as_deref(), day_or_month(), first_day),
            known_at: None,
        };
        check_span(&mut faults, filter.from, filter.until);
        if !faults.is_empty() {
            return Err(Problem::bad_parameters(faults));
        }
        Ok(AssessmentFilter { known_at: instant(app, self.known_at.as_deref())?, ..filter })
    }
}

/// Reads one optional parameter, or notes what it should have been.
pub fn read<T>(
    faults: &mut Vec<Fault>,
    name: &str,
    text: Option<&str>,
    form: impl Into<Text>,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let text = text?;
    let value = parse(text);
    if value.is_none() {
        faults.push(Fault::parameter(name, "invalid_value", form));
    }
    value
}

/// An empty span is a mistake, not an empty answer.
pub fn check_span(faults: &mut Vec<Fault>, from: Option<Date>, until: Option<Date>) {
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        let detail = ("to debe ser posterior a from", "to must be later than from");
        faults.push(Fault::parameter("to", "empty_period", detail));
    }
}

pub fn transaction(text: &str) -> Option<u8> {
    text.parse().ok().filter(|code| text.len() == 1 && (1..=5).contains(code))
}

pub fn first_day(text: &str) -> Option<Date> {
    Period::parse(text).ok().map(|period| period.from)
}

fn expediente(text: &str) -> Option<i32> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number > 0)
}
