//! `GET /v1/purchases/{id}`: one line, how it is read, and what was said to it.

use rust_decimal::Decimal;

use crate::{
    domain::{
        calendar::period::Period,
        law::basis::LawQuestion,
        verdict::{comparison::Observed, judge::Verdict},
    },
    http::{
        Answer, App,
        base::problem::{Problem, Problems},
        request::incoming::Request,
        response::envelope::Envelope,
        values::identifiers::PurchaseId,
        wire::{
            purchases::{
                correction::CorrectionBody,
                line::{PurchaseBody, PurchaseFileBody},
            },
            service::meta::One,
            verdicts::{item_text::ItemTextBody, verdict::VerdictBody},
        },
    },
    read_model::{
        data_version::DataVersion,
        item_texts::lines::ItemAnswer,
        purchases::{lines::PurchaseView, reading::day},
        verdicts::check::{PriceAnswer, PriceQuestion},
    },
};

/// Corrections of one line that are shown; the list has all.
const CORRECTIONS_MAX: i64 = 100;

/// Show one line of a public purchase
///
/// How it is read today: its tokens, the first 20 of the presentations that contradict nothing of it, each with the readings of its price, and, where
/// all agree, the comparison with its worksheet. With the corrections that were sent and where they stand.
#[utoipa::path(get, operation_id = "show_purchase", path = "/v1/purchases/{id}", tag = "purchases",
    params(("id" = PurchaseId, Path, description = "As in the list of purchases", example = "b0123456789abcdef")),
    responses((status = 200, description = "The line", body = One<PurchaseFileBody>), (status = 304, description = "Not modified"), Problems))]
pub async fn handler(app: App, request: Request) -> Result<Answer, Problem> {
    let PurchaseId(id) = request.path("id")?;
    let sources = ["tvec_items", "tvec_orders", "ceilings", "catalogue"];
    let reply = Envelope::begin(&app, &request, &sources).await?.by_content(&request);
    let lines = app.read_model.show_purchase(id).await?;
    let line = lines.first().ok_or_else(|| Problem::not_found(("la compra", "purchase"), id.to_string()))?;
    let period = day(line.ordered_on)?;
    let answer = &app.read_model.read_purchase(line).await?;
    let mut purchase = PurchaseBody::from(line);
    let mut reading = ItemTextBody::new(&line.item_text, &period, answer, reply.language);
    // A verdict is only what was found when it was read, and is found today: lists may be newer, and an agreement may say what the text does not.
    let comparison = if line.verdict == answer.verdict.verdict {
        comparison(&app, line, period, answer, reply.version()).await?
    } else {
        reading.withhold_verdict(reply.language);
        purchase.withhold_verdict();
        None
    };
    let comparison = comparison.map(|answer| VerdictBody::new(answer, reply.language));
    let corrections = app.read_model.list_corrections(Some(id), None, None, CORRECTIONS_MAX).await?;
    let corrections = corrections.iter().map(CorrectionBody::public).collect();
    reply.one(PurchaseFileBody { purchase, lines: lines.len(), reading, comparison, corrections })
}

/// The reading with the smallest excess, with its worksheet; nothing where nothing is decided.
async fn comparison(
    app: &App,
    line: &PurchaseView,
    period: Period,
    answer: &ItemAnswer,
    version: &DataVersion,
) -> Result<Option<PriceAnswer>, Problem> {
    let Some(amount) = line.price.filter(|_| matches!(answer.verdict.verdict, Verdict::Above | Verdict::Within)) else {
        return Ok(None);
    };
    let readings = answer.verdict.candidates.iter().flat_map(|one| one.readings.iter().map(move |reading| (one.cum, reading)));
    let least = readings.min_by_key(|(_, reading)| reading.judgement.excess.as_ref().map(|excess| excess.percent));
    let Some((cum, reading)) = least else { return Ok(None) };
    let question = LawQuestion { cum, period, place: reading.sale.place, seller: reading.sale.seller };
    let observed = Observed { amount, divided_by: Decimal::ONE, per: reading.per };
    Ok(Some(app.read_model.check_price(PriceQuestion { question, observed }, None, version).await?))
}
