//! A verdict on the wire: all inputs to recompute it, and a sentence for a person.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ceiling::CeilingBody, explanation, reading::Reading, worksheet::StepBody};
use crate::{
    domain::{
        law::{basis::LegalBasis, rules::Facts},
        number::{amount, exact},
        verdict::{
            comparison::{Comparison, Observed},
            judge::Judgement,
        },
    },
    http::{base::language::Language, wire::service::money::Money},
    read_model::verdicts::check::PriceAnswer,
};

/// A verdict (veredicto) on one price in question.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VerdictBody {
    #[schema(example = "19914312-20")]
    pub cum: String,
    /// The day or month of the sale, as asked.
    #[schema(example = "2020-06-15")]
    pub date: String,
    /// SISMED transaction 1 to 5; null for a counter sale.
    #[schema(example = "1")]
    pub transaction: Option<String>,
    /// `institutional` (public money) or `commercial` (private money).
    pub channel: &'static str,
    /// `primary`, `secondary` or `final`.
    pub stage: &'static str,
    /// `ips` or `other`: only an IPS may add its margin, only in a final institutional sale.
    pub seller: &'static str,
    #[serde(flatten)]
    pub judged: Judged,
}

/// One price and its verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Judged {
    /// `within`, `above`, `no_ceiling_for_this_stage`, `not_regulated` or `cannot_compare`.
    #[schema(example = "above")]
    pub verdict: &'static str,
    /// The price; null when a report does not have it. An average is value / units, half-up to 4 decimals.
    pub observed: Option<Money>,
    /// The exact fraction behind an average.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_fraction: Option<Fraction>,
    /// The ceiling compared with; null when none was.
    pub ceiling: Option<CeilingBody>,
    /// By how much one pack is above, in pesos, half-up to 4 decimals; only when above.
    pub excess: Option<Money>,
    /// Percent of the ceiling, 4 decimals, half-up; only when above.
    #[schema(example = "419.6781")]
    pub excess_percent: Option<String>,
    /// Whether rounding the unit price to cents or whole pesos explains the excess; only when above.
    pub explained_by_rounding: Option<bool>,
    /// `cent` or `peso`, when rounding explains it.
    pub rounded_to: Option<&'static str>,
    /// Only when above: other units or packs that the price fits better. Then `reasons` begins with `another_unit_fits`, and the
    /// verdict is a question to the source of the price.
    pub other_readings: Vec<Reading>,
    /// Stable codes; empty when there is nothing to add. Doubts about the price come first: `another_unit_fits` (see `other_readings`),
    /// `implausibly_low` (a hundredth of the ceiling or less), `implausibly_high` (a hundred times the ceiling or more). Then what there is to say of the law: `medical_sample` (it cannot be sold),
    /// `list_states_two_prices` (the higher one binds), `ceiling_changed_in_period`, `financing_not_verified` or `not_financed_by_upc` (a unit price binds what the UPC does not finance). Of `cannot_compare` why: `financed_by_upc`, `not_in_newest_list`,
    /// `unknown_medicine`, `market_unknown`, `unit_not_convertible`, `ceiling_list_out_of_date`, `period_before_first_list`, `price_missing`,
    /// `amount_out_of_range`, `margin_rule_missing`. Behind `unknown_medicine`, where a table of all codes is held: `unknown_code` (the code
    /// did not exist in the table of the sale's day or later) or `not_in_our_lists` (it exists, and no list of ours has it); neither where
    /// the table proves nothing.
    pub reasons: Vec<&'static str>,
    /// When no verdict is possible although a ceiling of another time is known: how the price compares, without an accusation.
    pub reference_comparison: Option<ReferenceComparison>,
    /// One or two sentences in the language asked for.
    pub explanation: String,
    /// Every step with its inputs and result: enough for another program to recompute the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<Object>, required = true)]
    pub worksheet: Option<Vec<StepBody>>,
}

/// value / units, as reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Fraction {
    #[schema(example = "1267235")]
    pub value: String,
    #[schema(example = "40")]
    pub units: String,
}

/// For reference only: not a verdict.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReferenceComparison {
    pub ceiling: CeilingBody,
    /// The price in percent of that ceiling, 4 decimals, half-up.
    #[schema(example = "519.6781")]
    pub percent_of_ceiling: String,
}

impl VerdictBody {
    pub fn new(answer: PriceAnswer, language: Language) -> Self {
        let question = &answer.price.question;
        let worksheet = answer.worksheet.into_iter().map(StepBody::Made).collect();
        Self {
            cum: question.cum.to_string(),
            date: question.period.to_string(),
            transaction: question.place.transaction().map(|code| code.to_string()),
            channel: question.place.channel.code(),
            stage: question.place.stage.code(),
            seller: question.seller.code(),
            judged: Judged::new(
                Some(answer.price.observed),
                (&answer.view.ground, &answer.view.facts),
                &answer.judgement,
                worksheet,
                language,
            ),
        }
    }
}

impl Judged {
    pub fn new(
        observed: Option<Observed>,
        (ground, facts): (&LegalBasis, &Facts),
        judgement: &Judgement,
        worksheet: Vec<StepBody>,
        language: Language,
    ) -> Self {
        let excess = judgement.excess.as_ref();
        let ceiling = match ground {
            LegalBasis::Ceiling { chosen, .. } if judgement.comparison.is_some() => Some(CeilingBody::new(chosen, language)),
            _ => None,
        };
        let reference = reference(ground, judgement, language);
        let fraction = observed.filter(|observed| observed.divided_by != Decimal::ONE);
        Self {
            verdict: judgement.verdict.code(),
            observed: observed.and_then(shown),
            observed_fraction: fraction
                .map(|price| Fraction { value: amount::plain(price.amount), units: amount::plain(price.divided_by) }),
            excess: excess.map(|excess| Money::per_pack(excess.amount)),
            excess_percent: excess.map(|excess| amount::percent(excess.percent)),
            explained_by_rounding: excess.map(|excess| excess.rounding.explained.is_some()),
            rounded_to: excess.and_then(|excess| excess.rounding.explained).map(|(_, to)| to.code()),
            other_readings: excess
                .map_or(&[][..], |excess| &excess.other_readings)
                .iter()
                .map(|reading| Reading::new(reading, language))
                .collect(),
            reasons: judgement.reasons.iter().map(|reason| reason.code()).collect(),
            explanation: {
                let ceiling = ceiling.as_ref().or(reference.as_ref().map(|one| &one.ceiling));
                explanation::of(judgement, ceiling, facts.code.as_ref(), language)
            },
            worksheet: Some(worksheet),
            reference_comparison: reference,
            ceiling,
        }
    }
}

fn shown(observed: Observed) -> Option<Money> {
    let amount = if observed.divided_by == Decimal::ONE {
        observed.amount
    } else {
        exact::quotient_half_up(observed.amount, observed.divided_by, 4)?
    };
    Some(Money::new(amount, observed.per))
}

fn reference(ground: &LegalBasis, judgement: &Judgement, language: Language) -> Option<ReferenceComparison> {
    let LegalBasis::Unknown { reference: Some(chosen), .. } = ground else { return None };
    let Comparison { left, right, .. } = judgement.reference.as_ref()?;
    let percent = exact::quotient_half_up(exact::product(*left, Decimal::ONE_HUNDRED)?, *right, 4)?;
    Some(ReferenceComparison { ceiling: CeilingBody::new(chosen, language), percent_of_ceiling: amount::percent(percent) })
}
