//! A line of text as it was read, its candidates, and the verdict on which they agree.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        calendar::period::Period,
        item_text::{
            line_verdict::{LineCandidate, LineReading, LineReason, LineVerdict, SalePlace},
            token::TextToken,
        },
        number::amount,
        verdict::{comparison::Per, judge::Verdict},
    },
    http::base::language::Language,
    read_model::item_texts::lines::ItemAnswer,
};

/// What one line says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ItemTextBody {
    /// As it was sent.
    pub text: String,
    /// Day or month of the sale.
    #[schema(example = "2020-06-15")]
    pub date: String,
    /// `within`, `above`, `no_ceiling_for_this_stage`, `not_regulated` or `cannot_compare`: what all candidates have alike in every way
    /// that the line can be read.
    #[schema(example = "within")]
    pub verdict: &'static str,
    /// Why there is no verdict: `not_a_medicine`, `text_not_read`, `match_empty`, `code_contradicts_text`, `line_total_mismatch`,
    /// `sample_line` (a medical sample, which may not be sold), `price_missing`, `discount_basis_unconfirmed`, `stage_not_known`,
    /// `unit_not_stated`, `match_not_unique`. Empty where there is one, or where the candidates agree that there is none: then
    /// `judge_reasons` say why.
    pub reasons: Vec<&'static str>,
    /// What `GET /v1/check` says of any of the readings.
    pub judge_reasons: Vec<&'static str>,
    /// Only when above: the smallest excess of all readings, in percent of the ceiling, 4 decimals.
    #[schema(example = "12.5000")]
    pub excess_percent_at_least: Option<String>,
    /// One or two sentences in the language asked for.
    pub explanation: String,
    /// What was read, in order; what stands between two tokens connects words.
    pub tokens: Vec<TokenBody>,
    /// What the price may be per.
    pub units: Vec<&'static str>,
    /// What that rests on: `unit_stated`, `line_total` (the line's sums), `source_convention`, or `unit_open` (any unit is possible).
    #[schema(example = "unit_open")]
    pub unit_origin: &'static str,
    /// How many presentations contradict nothing of the line.
    #[schema(example = 2)]
    pub candidate_count: usize,
    /// The first 20 of them, by CUM: the order says nothing.
    pub candidates: Vec<CandidateBody>,
}

/// A stretch of the text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenBody {
    /// Its first character, from 0, and the one after its last.
    pub start: usize,
    pub end: usize,
    /// `ingredient`, `salt`, `strength`, `form`, `route`, `pack_count`, `pack_unit`, `volume`, `brand`, `holder`, `cum`, `ium`, `ean`,
    /// `registration`, `lot`, `expiry`, `sample`, `not_medicine`, or `unread`: left, since nothing says what it is.
    #[schema(example = "strength")]
    pub kind: &'static str,
    /// As it stands in the text.
    #[schema(example = "60 MG")]
    pub text: String,
    /// In its normal form.
    #[schema(example = "60 mg")]
    pub value: String,
    /// Stable code of the rule that read it.
    #[schema(example = "amount_with_unit")]
    pub rule: &'static str,
}

/// A presentation that contradicts nothing of the line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CandidateBody {
    #[schema(example = "19914312-20")]
    pub cum: String,
    /// Nombre comercial; null where no source describes the code.
    pub brand: Option<String>,
    pub description: Option<String>,
    /// Titular.
    pub holder: Option<String>,
    /// Each way of reading the price. Those alike stand together.
    pub readings: Vec<ReadingBody>,
}

/// The verdict on one presentation, read in one way.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReadingBody {
    /// `pack`, `primary_pack`, `dispensing_unit` or `regulated_unit`.
    #[schema(example = "pack")]
    pub per: &'static str,
    /// `stated`, `gross` or `net`.
    #[schema(example = "stated")]
    pub price_basis: &'static str,
    #[schema(example = "within")]
    pub verdict: &'static str,
    /// Only when above.
    pub excess_percent: Option<String>,
    /// As `reasons` of `GET /v1/check`.
    pub reasons: Vec<&'static str>,
    /// In which sales: channel, stage and seller, as `institutional.final.ips`.
    pub sales: Vec<String>,
}

impl ItemTextBody {
    pub fn new(text: &str, period: &Period, answer: &ItemAnswer, language: Language) -> Self {
        let LineVerdict { verdict, reasons, judge_reasons, excess_at_least, candidates, candidate_count } = &answer.verdict;
        let excess = excess_at_least.map(amount::percent);
        Self {
            text: text.to_owned(),
            date: period.to_string(),
            verdict: verdict.code(),
            reasons: reasons.iter().map(|reason| reason.code()).collect(),
            judge_reasons: judge_reasons.iter().map(|reason| reason.code()).collect(),
            explanation: explanation(*verdict, reasons, excess.as_deref(), *candidate_count, language),
            excess_percent_at_least: excess,
            tokens: tokens(text, &answer.read.tokens),
            units: answer.units.per.iter().copied().map(Per::code).collect(),
            unit_origin: answer.units.origin.code(),
            candidate_count: *candidate_count,
            candidates: candidates.iter().map(|candidate| CandidateBody::new(candidate, answer)).collect(),
        }
    }
}

impl ItemTextBody {
    /// For a line whose stored verdict does not say the same: then none is said.
    pub fn withhold_verdict(&mut self, language: Language) {
        self.verdict = Verdict::CannotCompare.code();
        self.excess_percent_at_least = None;
        self.explanation = explanation(Verdict::CannotCompare, &[], None, self.candidate_count, language);
    }
}

/// Places in bytes become places in characters.
fn tokens(text: &str, tokens: &[TextToken]) -> Vec<TokenBody> {
    let (mut byte, mut character) = (0, 0);
    let mut place = |to: usize| {
        character += text.get(byte..to).map_or(0, |between| between.chars().count());
        byte = to.max(byte);
        character
    };
    let body = |token: &TextToken| TokenBody {
        start: place(token.span.start),
        end: place(token.span.end),
        kind: token.kind.code(),
        text: text.get(token.span.start..token.span.end).unwrap_or_default().to_owned(),
        value: token.value.clone(),
        rule: token.rule,
    };
    tokens.iter().map(body).collect()
}

impl CandidateBody {
    fn new(candidate: &LineCandidate, answer: &ItemAnswer) -> Self {
        let medicine = answer.medicines.get(&candidate.cum);
        let mut readings: Vec<ReadingBody> = Vec::new();
        for reading in &candidate.readings {
            let body = ReadingBody::new(reading);
            match readings.iter_mut().find(|known| known.is_alike(&body)) {
                Some(known) => known.sales.extend(body.sales),
                None => readings.push(body),
            }
        }
        Self {
            cum: candidate.cum.to_string(),
            brand: medicine.map(|medicine| medicine.brand.clone()),
            description: medicine.map(|medicine| medicine.description.clone()),
            holder: medicine.map(|medicine| medicine.holder.clone()),
            readings,
        }
    }
}

impl ReadingBody {
    fn new(reading: &LineReading) -> Self {
        let judgement = &reading.judgement;
        Self {
            per: reading.per.code(),
            price_basis: reading.basis.code(),
            verdict: judgement.verdict.code(),
            excess_percent: judgement.excess.as_ref().map(|excess| amount::percent(excess.percent)),
            reasons: judgement.reasons.iter().map(|reason| reason.code()).collect(),
            sales: vec![sale(reading.sale)],
        }
    }

    /// But for the sale.
    fn is_alike(&self, other: &Self) -> bool {
        let of = |one: &Self| (one.per, one.price_basis, one.verdict);
        of(self) == of(other) && self.excess_percent == other.excess_percent && self.reasons == other.reasons
    }
}

fn sale(SalePlace { place, seller }: SalePlace) -> String {
    format!("{}.{}.{}", place.channel.code(), place.stage.code(), seller.code())
}

fn explanation(verdict: Verdict, reasons: &[LineReason], excess: Option<&str>, candidates: usize, language: Language) -> String {
    let of_verdict = match (verdict, language) {
        (Verdict::Above, Language::Spanish) => {
            format!("Todo lo que la línea puede querer decir está por encima del máximo: al menos {} %.", excess.unwrap_or("0"))
        }
        (Verdict::Above, Language::English) => {
            format!("Everything the line can mean is above the ceiling: by at least {} %.", excess.unwrap_or("0"))
        }
        (Verdict::Within, Language::Spanish) => "Todo lo que la línea puede querer decir respeta el máximo.".to_owned(),
        (Verdict::Within, Language::English) => "Everything the line can mean is within the ceiling.".to_owned(),
        (Verdict::NoCeilingForThisStage, Language::Spanish) => {
            "Todo lo que la línea puede querer decir tiene precio máximo, pero no en esta venta.".to_owned()
        }
        (Verdict::NoCeilingForThisStage, Language::English) => {
            "Everything the line can mean has a ceiling, but not for this sale.".to_owned()
        }
        (Verdict::NotRegulated, Language::Spanish) => {
            "Ningún acto fija un precio máximo para nada de lo que la línea puede querer decir.".to_owned()
        }
        (Verdict::NotRegulated, Language::English) => "No act sets a ceiling for anything that the line can mean.".to_owned(),
        (Verdict::CannotCompare, Language::Spanish) => "No se puede decir si el precio es legal.".to_owned(),
        (Verdict::CannotCompare, Language::English) => "Whether the price is legal cannot be said.".to_owned(),
    };
    let counted = match language {
        Language::Spanish => format!("Presentaciones que no contradicen nada de lo leído: {candidates}."),
        Language::English => format!("Presentations that contradict nothing that was read: {candidates}."),
    };
    let sentences = std::iter::once(of_verdict).chain(reasons.iter().map(|reason| reason_text(*reason, language).to_owned()));
    sentences.chain([counted]).collect::<Vec<_>>().join(" ")
}

/// Every reason in both languages.
pub fn reason_text(reason: LineReason, language: Language) -> &'static str {
    let (es, en) = match reason {
        LineReason::NotAMedicine => (
            "La línea es de un servicio, un dispositivo, un cosmético o un alimento.",
            "The line is of a service, a device, a cosmetic or food.",
        ),
        LineReason::TextNotRead => ("Ninguna palabra nombra un producto conocido.", "No word names a product that is known."),
        LineReason::MatchEmpty => {
            ("Ninguna presentación conocida concuerda con todo lo leído.", "No known presentation agrees with all that was read.")
        }
        LineReason::CodeContradictsText => {
            ("El código es de otro producto que el del texto.", "The code is of another product than the text.")
        }
        LineReason::SampleLine => {
            ("Es una muestra médica, y las muestras no se pueden vender.", "It is a medical sample, and samples may not be sold.")
        }
        LineReason::LineTotalMismatch => {
            ("Cantidad por precio no da el total de la línea.", "Quantity times price is not the line's total.")
        }
        LineReason::NoPrice => ("La línea no tiene precio, o es de cero.", "The line has no price, or one of zero."),
        LineReason::DiscountBasisUnconfirmed => (
            "Antes y después del descuento el veredicto es distinto.",
            "Before and after the discount the verdict is another one.",
        ),
        LineReason::StageNotKnown => ("Depende de quién vende y a quién.", "It depends on who sells, and to whom."),
        LineReason::UnitNotStated => (
            "Depende de si el precio es por la caja o por una unidad.",
            "It depends on whether the price is for the pack or for one unit.",
        ),
        LineReason::MatchNotUnique => {
            ("Depende de cuál de las presentaciones sea.", "It depends on which of the presentations it is.")
        }
    };
    match language {
        Language::Spanish => es,
        Language::English => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item_text::token::{TextSpan, TokenKind};

    #[test]
    fn places_are_counted_in_characters() {
        let text = "Ácido ñ 5 mg";
        let start = text.find('5').unwrap();
        let token = TextToken {
            span: TextSpan { start, end: text.len() },
            kind: TokenKind::Strength,
            value: "5 mg".to_owned(),
            rule: "amount_with_unit",
        };
        let body = tokens(text, &[token]);
        assert_eq!((body[0].start, body[0].end, body[0].text.as_str()), (8, 12, "5 mg"));
    }

    #[test]
    fn every_reason_has_a_sentence_of_its_own() {
        for language in [Language::Spanish, Language::English] {
            let mut sentences: Vec<&str> = LineReason::ALL.into_iter().map(|reason| reason_text(reason, language)).collect();
            sentences.sort_unstable();
            sentences.dedup();
            assert_eq!(sentences.len(), LineReason::ALL.len());
        }
    }
}
