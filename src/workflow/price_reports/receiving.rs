//! A report of a price is received: it has its ticket and its receipt at once, and a term where an answer is wanted. The ticket opens, confirms and
//! withdraws it later. Audit entries and events have no word and no figure of it.

use deadpool_postgres::Transaction;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::json;

use super::holding::{self, HeldPriceReport, PriceReportMoved, hold_by_ticket};
use crate::{
    domain::{
        cases::case_file::{LegalTerm, term},
        participation::{
            petition::unwanted,
            price_report::{CITIZEN_TERM, PriceReportState, PriceReportUnit, PurchaseDayFault, purchase_day_fault, week_of},
        },
    },
    store::{
        judging::cases::legal_term,
        postgres::{
            error::{StoreError, corrupt},
            statements,
        },
    },
    text::hex::{hex, sha256},
    workflow::{
        Workflow,
        cases::written,
        common::{
            error::{RefusalFault, WorkflowError},
            ticket,
        },
        petitions::{
            holding::{TicketStep, record},
            receiving::PublicCall,
        },
    },
};

const ID_DIGITS: usize = 12;
/// Reports and steps by ticket in a minute, from one network.
const TRIES_PER_NETWORK: u32 = 60;

const TEXT_CHARS_MAX: usize = 1_000;
const QUESTION_CHARS_MAX: usize = 1_000;

/// What somebody reports, and what the service makes of it at once.
#[derive(Clone, Debug)]
pub struct NewPriceReport {
    /// `es` or `en`.
    pub language: &'static str,
    /// The product, where it is one only.
    pub cum: Option<String>,
    pub typed: Option<String>,
    pub amount: Decimal,
    pub per: PriceReportUnit,
    pub bought_on: Date,
    pub municipality: String,
    pub question: Option<String>,
    /// A known product at a price near those of its group: it counts without having been read.
    pub is_plausible: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceReportReceived {
    pub id: String,
    pub ticket: String,
    pub state: PriceReportState,
    /// The last day of the term, and its law, where an answer is wanted.
    pub due: Option<(Date, String)>,
    /// A signed statement of day and content (JWS).
    pub receipt: String,
}

/// The same price again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceConfirmed {
    pub id: String,
    pub confirmed_on: Date,
    /// False: it was confirmed in this week before.
    pub new: bool,
}

impl Workflow {
    /// # Errors
    /// A day, a municipality or a text is none that can be taken; `idempotency_key_reused`; `too_many_requests`.
    pub async fn receive_price_report(
        &self,
        call: &PublicCall,
        new: &NewPriceReport,
    ) -> Result<PriceReportReceived, WorkflowError> {
        self.take_report_try(call.network)?;
        let id = hex(&self.secrets.mac(&format!("price report:{}", call.key)));
        let id = format!("p{}", id.get(..ID_DIGITS).unwrap_or_default());
        let ticket = ticket::of_request(&self.secrets, &id, &call.key, &call.digest);
        let request = format!("price report request:{}", call.digest);
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        tx.query(statements::lock_request_key, &[&"price report", &id]).await?;
        if let Some(held) = holding::find(&tx, &id).await? {
            return match &held.request_mac {
                None => Err(HeldPriceReport::withdrawn()),
                Some(mac) if self.secrets.is_mac_of(mac, &request) => Ok(self.report_received(&held, ticket)),
                Some(_) => Err(reused()),
            };
        }
        let new = &cleaned(new, call.today)?;
        require_department(&tx, &new.municipality).await?;
        self.insert_price_report(&tx, call, new, (&id, &ticket)).await?;
        let mut held = holding::hold(&tx, &id).await?;
        if new.is_plausible && new.cum.is_some() {
            held.state = held.step(&tx, (call.today, None), PriceReportState::Usable, None).await?.state;
        }
        let details = json!({"due_on": held.due.as_ref().map(|(day, _)| day.to_string())});
        record(&tx, "receive_price_report", (&id, &call.request_id, call.now), details).await?;
        tx.commit().await?;
        Ok(self.report_received(&held, ticket))
    }

    async fn insert_price_report(
        &self,
        tx: &Transaction<'_>,
        call: &PublicCall,
        new: &NewPriceReport,
        (id, ticket): (&str, &str),
    ) -> Result<(), WorkflowError> {
        let due = match &new.question {
            None => None,
            Some(_) => Some(citizen_term(tx, call.today).await?),
        };
        let (due_on, citation) = due.unzip();
        let NewPriceReport { language, cum, typed, amount, per, bought_on, municipality, question, .. } = new;
        let said = json!([cum, typed, amount.normalize().to_string(), per.code(), bought_on.to_string(), municipality, question]);
        let digest = sha256(format!("{ticket}\n{said}").as_bytes());
        let request_mac = self.secrets.mac(&format!("price report request:{}", call.digest));
        let contributor = self.secrets.mac(&format!("price report contributor:{}", call.network));
        let stored = ticket::stored(&self.secrets, ticket);
        tx.execute(
            statements::insert_price_report,
            &[
                &id,
                &call.today,
                language,
                &request_mac.as_slice(),
                cum,
                typed,
                amount,
                &per.code(),
                bought_on,
                municipality,
                question,
                &contributor.as_slice(),
                &digest,
                &stored.as_slice(),
                &due_on,
                &citation,
            ],
        )
        .await?;
        let none: Option<&str> = None;
        let received = PriceReportState::Received.code();
        tx.execute(statements::insert_price_report_event, &[&id, &call.today, &received, &none, &none]).await?;
        Ok(())
    }

    fn report_received(&self, held: &HeldPriceReport, ticket: String) -> PriceReportReceived {
        let HeldPriceReport { id, due, state, .. } = held;
        let due_on = due.as_ref().map(|(day, _)| day.to_string());
        let said = json!({
            "price_report": id, "received_on": held.received_on.to_string(), "content_sha256": held.content_digest, "due_on": due_on,
        });
        let receipt = self.secrets.sign(said.to_string().as_bytes());
        PriceReportReceived { id: id.clone(), ticket, state: *state, due: due.clone(), receipt }
    }

    /// All of it, for whoever reported it. Nothing changes.
    ///
    /// # Errors
    /// `not_found` without the ticket.
    pub async fn open_price_report(&self, step: &TicketStep<'_>, network: u128) -> Result<HeldPriceReport, WorkflowError> {
        self.take_report_try(network)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        hold_by_ticket(&tx, &self.secrets, step).await
    }

    /// The same price today: once a week. Again: nothing more.
    ///
    /// # Errors
    /// `not_found` without the ticket; `conflict` when it is withdrawn.
    pub async fn confirm_price_report(
        &self,
        step: &TicketStep<'_>,
        (network, today): (u128, Date),
    ) -> Result<PriceConfirmed, WorkflowError> {
        self.take_report_try(network)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let held = hold_by_ticket(&tx, &self.secrets, step).await?;
        if held.state == PriceReportState::Withdrawn {
            return Err(HeldPriceReport::withdrawn());
        }
        let rows = tx.execute(statements::insert_price_report_confirmation, &[&held.id, &week_of(today), &today]).await?;
        if rows == 0 {
            return Ok(PriceConfirmed { id: held.id, confirmed_on: held.confirmed_on.unwrap_or(today), new: false });
        }
        record(&tx, "confirm_price_report", (step.id, step.request_id, step.now), json!({})).await?;
        tx.commit().await?;
        Ok(PriceConfirmed { id: held.id, confirmed_on: today, new: true })
    }

    /// No content is left of it anywhere. Again: nothing more.
    ///
    /// # Errors
    /// `not_found` without the ticket.
    pub async fn withdraw_price_report(
        &self,
        step: &TicketStep<'_>,
        (network, today): (u128, Date),
    ) -> Result<PriceReportMoved, WorkflowError> {
        self.take_report_try(network)?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        let held = hold_by_ticket(&tx, &self.secrets, step).await?;
        if held.state == PriceReportState::Withdrawn {
            return Ok(PriceReportMoved { id: held.id, state: held.state });
        }
        let moved = held.step(&tx, (today, None), PriceReportState::Withdrawn, None).await?;
        record(&tx, "withdraw_price_report", (step.id, step.request_id, step.now), json!({})).await?;
        tx.commit().await?;
        Ok(moved)
    }

    fn take_report_try(&self, network: u128) -> Result<(), WorkflowError> {
        self.sign_ins.take_of(TRIES_PER_NETWORK, &format!("price report {network}")).map_err(|seconds| {
            WorkflowError::too_many("demasiados reportes; espere un minuto", "too many reports; wait a minute", seconds)
        })
    }
}

async fn citizen_term(tx: &Transaction<'_>, today: Date) -> Result<(Date, String), WorkflowError> {
    let rules = tx.query(statements::legal_terms, &[]).await?.iter().map(legal_term).collect::<Result<Vec<LegalTerm>, _>>()?;
    let rule = term(&rules, CITIZEN_TERM, today).ok_or_else(|| corrupt("legal_term", CITIZEN_TERM))?;
    Ok((rule.last_day(today), rule.citation.clone()))
}

/// # Errors
/// A text is empty, too long, or has a way to reach a person; the day of purchase is to come, or long past.
fn cleaned(new: &NewPriceReport, today: Date) -> Result<NewPriceReport, WorkflowError> {
    let typed = new.typed.as_deref().map(|text| written("/text", text, TEXT_CHARS_MAX)).transpose()?;
    let question = new.question.as_deref().map(|text| written("/question", text, QUESTION_CHARS_MAX)).transpose()?;
    for (pointer, text) in [("/text", &typed), ("/question", &question)] {
        if text.as_deref().and_then(unwanted).is_some() {
            let (es, en) = (
                "sin correos, teléfonos ni direcciones de internet: no hacen falta para responder",
                "no e-mail addresses, telephones or addresses of the web: they are not needed to answer",
            );
            return Err(WorkflowError::unprocessable(vec![RefusalFault::new(pointer, "personal_data", es, en)]));
        }
    }
    let fault = match purchase_day_fault(new.bought_on, today) {
        None => return Ok(NewPriceReport { typed, question, ..new.clone() }),
        Some(PurchaseDayFault::Future) => ("in_the_future", "la compra es de hoy o de antes", "a purchase is of today or before"),
        Some(PurchaseDayFault::TooOld) => {
            ("too_old", "la compra es de los últimos doce meses", "a purchase is of the last twelve months")
        }
    };
    let (code, es, en) = fault;
    Err(WorkflowError::unprocessable(vec![RefusalFault::new("/bought_on", code, es, en)]))
}

/// # Errors
/// No department has the first two digits of the code.
async fn require_department(tx: &Transaction<'_>, municipality: &str) -> Result<(), WorkflowError> {
    let department = municipality.get(..2).unwrap_or_default();
    let row = tx.query_one(statements::department_is_known, &[&department]).await.map_err(StoreError::from)?;
    if row.try_get::<_, bool>("known")? && !municipality.ends_with("000") {
        return Ok(());
    }
    let (es, en) = (
        "no hay un municipio con ese código del DANE: son cinco cifras, como 05001 para Medellín",
        "no municipality has that code of DANE: it is five digits, such as 05001 for Medellín",
    );
    Err(WorkflowError::unprocessable(vec![RefusalFault::new("/municipality", "unknown_municipality", es, en)]))
}

fn reused() -> WorkflowError {
    WorkflowError::refused(
        "idempotency_key_reused", "esa Idempotency-Key ya se usó para otro reporte",
        "that Idempotency-Key was used for another report",
    )
}
