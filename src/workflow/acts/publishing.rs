//! Publishing an act, and previewing it: both do the same, and a preview is rolled back.

use std::collections::BTreeMap;

use deadpool_postgres::{GenericClient, Transaction};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    consulted::require_consulted_or_reason,
    drafting::{contributors, describe, locked, refuse_faulty, require_state, require_whole},
};
use crate::{
    domain::{
        identifier::cum::Cum,
        law::{
            act_diff::{ActDiff, diff},
            act_draft::{DraftCeiling, StepKind},
            draft_variant::{DraftVariant, VariantFault},
        },
    },
    store::{
        catalogue::medicines,
        judging::{
            cases,
            rejudge::{self, Rejudged},
        },
        log::append,
        postgres::statements,
        transaction::{
            changes,
            idempotency::Reply,
            import::{self, CutDateFrom, Import, NewFile, ReadFacts},
        },
        workflow::{
            act_drafts::{self, NewStep, StoredDraft},
            publication::{self, InForce, Overlap},
        },
    },
    text::hex::sha256,
    workflow::{
        Workflow,
        common::{
            context::{AuditedAction, CommandContext, Render},
            error::{RefusalFault, WorkflowError},
        },
    },
};

/// The effect of publishing.
#[derive(Clone, Debug)]
pub struct Effect {
    pub draft: String,
    /// SHA-256 of the content that this is the effect of.
    pub digest: String,
    /// What was supposed of the draft; `None`: nothing.
    pub variant: Option<DraftVariant>,
    pub act: String,
    /// 1 for a new act; a correction of the same act counts on.
    pub version: i64,
    pub valid_from: Date,
    /// The day for which the act is known to be in force; it is taken as in force for the age limit beyond it.
    pub speaks_until: Date,
    pub change: ActDiff,
    /// How the draft and the lists write the presentations that it changes.
    pub descriptions: BTreeMap<Cum, String>,
    /// Ceilings of superseded acts that end because the new act does not name them.
    pub withdrawn: usize,
    pub withdrawn_markets: Vec<String>,
    pub markets: usize,
    pub bases_changed: u64,
    /// Stored reports whose ground changed.
    pub reports_judged_again: u64,
    /// Of these, whose verdict is another one: from, to.
    pub moved: BTreeMap<(String, &'static str), u64>,
    /// All verdicts on them, after.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Pesos by which those above are over then.
    pub excess: Decimal,
    /// Those above of which it cannot be stated exactly; they are not in the sum.
    pub excess_unstated: u64,
    pub by_market: Vec<MarketRows>,
    /// `None` in a preview.
    pub published_at: Option<Timestamp>,
}

/// How many rows of a draft are of one market.
#[derive(Clone, Debug)]
pub struct MarketRows {
    pub market: String,
    /// As the draft or a list names it.
    pub ingredient: Option<String>,
    pub rows: usize,
}

#[derive(Clone, Copy)]
enum Purpose {
    Publish,
    Preview,
}

impl Workflow {
    pub async fn publish_act(
        &self,
        context: &CommandContext,
        id: &str,
        (reason, no_consultation_reason): (&str, Option<&str>),
        render: Render<'_, Effect>,
    ) -> Result<Reply, WorkflowError> {
        let _turn = self.write_lock().await?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        import::lock(&tx).await?;
        let stored = locked(&tx, id).await?;
        require_state(&stored, "approved")?;
        require_whole(&stored)?;
        require_consulted_or_reason(&tx, id, no_consultation_reason).await?;
        let (import, mut effect) = self.apply(tx, &stored, context.today, Purpose::Publish).await?;
        effect.published_at = Some(context.now);
        let tx = &import.tx;
        tx.execute(statements::publish_act_draft, &[&id]).await?;
        let principal = &context.actor.principal;
        let step =
            NewStep { kind: StepKind::Published, principal, at: context.now, digest: &stored.digest, reason: Some(reason) };
        act_drafts::record(tx, id, &step).await?;
        let version = i32::try_from(effect.version).unwrap_or(i32::MAX);
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&import.file, &effect.act, &version, &id, principal, &context.now, &no_consultation_reason];
        tx.execute(statements::insert_publication, params).await?;
        cases::refresh(tx, import.file, (context.now, context.today), self.max_age_days).await?;
        changes::record_all(tx, Some(import.file)).await?;
        let data_version: i64 = tx.query_one(statements::bump_data_version, &[&import.file]).await?.try_get("version")?;
        let reply = Reply { status: 201, location: Some(format!("/v1/acts/{}", effect.act)), body: render(&effect) };
        let details = json!({
            "act": effect.act, "version": effect.version, "valid_from": effect.valid_from.to_string(), "digest": effect.digest,
            "reports_judged_again": effect.reports_judged_again, "approved_by": stored.approved_by,
            "contributors": contributors(&stored.steps), "no_consultation_reason": no_consultation_reason,
        });
        let action = AuditedAction { action: "publish_act", subject: id, reason: Some(reason), details };
        context.finish(tx, &action, &reply).await?;
        append::append(tx).await?;
        import.tx.commit().await?;
        self.database.latest_version.observe(data_version);
        Ok(reply)
    }

    /// Publishes in a transaction that is rolled back: the answer is what publication would really do. Verdicts that would change are
    /// counted and not written, and the table of medicines stays. Of the draft as `variant` supposes it to be.
    pub async fn preview_act_draft(&self, id: &str, variant: &DraftVariant, today: Date) -> Result<Effect, WorkflowError> {
        let _turn = self.write_lock().await?;
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        tx.batch_execute(statements::patient_transaction).await?;
        import::lock(&tx).await?;
        let mut stored = locked(&tx, id).await?;
        if stored.state == "published" {
            require_state(&stored, "approved")?;
        }
        let supposed = (*variant != DraftVariant::default()).then(|| variant.clone());
        if supposed.is_some() {
            stored.draft = variant.of(stored.draft).map_err(not_so)?;
            refuse_faulty(&stored.draft)?;
        }
        let (import, effect) = self.apply(tx, &stored, today, Purpose::Preview).await?;
        import.tx.rollback().await?;
        Ok(Effect { variant: supposed, ..effect })
    }

    async fn apply<'a>(
        &self,
        tx: Transaction<'a>,
        stored: &StoredDraft,
        today: Date,
        purpose: Purpose,
    ) -> Result<(Import<'a>, Effect), WorkflowError> {
        let head = &stored.draft.head;
        if let Some((act, day)) = publication::superseded_act_starts_later(&tx, stored).await? {
            let es = format!("{act} rige desde {day}, después que este acto: corríjalo con su propio nombre, o empiece ese día");
            let en = format!("{act} begins on {day}, after this act: correct it under its own name, or begin on that day");
            return Err(WorkflowError::refused("conflict", es, en));
        }
        let in_force = publication::in_force(&tx, stored).await?;
        let version: i64 = tx.query_one(statements::publication_version, &[&head.act_id]).await?.try_get("versions")?;
        let mut withdrawn = in_force.withdrawn(stored);
        // A ceiling that ends keeps its name.
        describe(&tx, &mut withdrawn).await?;
        let withdrawn_markets = in_force.withdrawn_markets(stored);
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] = &[
            &head.act_id, &head.title, &head.issued_on, &head.published_in, &head.valid_from, &head.subject_es, &head.subject_en,
            &head.source,
        ];
        tx.execute(statements::insert_published_act, params).await?;
        let speaks_until = head.valid_from.max(today);
        let import = begin(tx, stored, version + 1, speaks_until).await?;
        if let Some(overlap) = publication::end_superseded_and_find_overlap(&import.tx, stored, import.file).await? {
            return Err(overlapping(&overlap));
        }
        publication::write(&import, stored, &withdrawn, &withdrawn_markets).await.map_err(or_overlapping)?;
        let affected = publication::affected_registrations(&import.tx, stored, &withdrawn, &withdrawn_markets).await?;
        let by_market = by_market(stored, publication::ingredients(&import.tx, stored).await?);
        let judged = self.judged(&import, affected.as_deref(), purpose).await?;
        let Rejudged { bases_changed, reports, moved, verdicts, excess, excess_unstated, .. } = judged;
        let effect = Effect {
            draft: stored.id.clone(),
            digest: act_drafts::digest(&stored.draft),
            variant: None,
            act: head.act_id.clone(),
            version: version + 1,
            valid_from: head.valid_from,
            speaks_until,
            change: change(stored, &in_force, &withdrawn),
            descriptions: stored.draft.ceilings.iter().chain(&withdrawn).map(|row| (row.cum, row.description.clone())).collect(),
            withdrawn: withdrawn.len(),
            withdrawn_markets,
            markets: stored.draft.markets.len(),
            bases_changed,
            reports_judged_again: reports,
            moved,
            verdicts: verdicts.into_iter().collect(),
            excess,
            excess_unstated,
            by_market,
            published_at: None,
        };
        Ok((import, effect))
    }

    async fn judged(&self, import: &Import<'_>, affected: Option<&[i32]>, purpose: Purpose) -> Result<Rejudged, WorkflowError> {
        match purpose {
            Purpose::Preview => Ok(rejudge::preview(&import.tx, self.max_age_days, affected, &self.previewed).await?),
            Purpose::Publish => {
                medicines::rebuild(import).await?;
                Ok(rejudge::rejudge(import, self.max_age_days, affected).await?)
            }
        }
    }
}

async fn begin<'a>(
    tx: Transaction<'a>,
    stored: &StoredDraft,
    version: i64,
    speaks_until: Date,
) -> Result<Import<'a>, WorkflowError> {
    let name = format!("{} v{version}", stored.draft.head.act_id);
    let text = format!("{}\n{}", stored.id, stored.digest);
    let sha256 = sha256(text);
    let bytes = i64::try_from(stored.draft.canonical().len()).unwrap_or(i64::MAX);
    let file = NewFile { kind: "publication", name: &name, sha256: &sha256, bytes, sample: false };
    let mut import = Import::on(tx, &file).await?;
    let rows = stored.draft.ceilings.len() + stored.draft.markets.len();
    (0..rows).for_each(|_| import.accepted());
    let facts = ReadFacts {
        layout: "act-publication",
        encoding: "utf-8",
        number_format: "1234.56",
        cut_date: Some((speaks_until, CutDateFrom::File)),
        ..ReadFacts::default()
    };
    import.state_facts(&facts).await?;
    Ok(import)
}

fn by_market(stored: &StoredDraft, mut known: BTreeMap<String, String>) -> Vec<MarketRows> {
    known.extend(stored.draft.markets.iter().map(|row| (row.market.clone(), row.ingredient.clone())));
    let rows = stored.draft.rows_by_market();
    rows.into_iter()
        .map(|(market, rows)| MarketRows { market: market.to_owned(), ingredient: known.remove(market), rows })
        .collect()
}

fn not_so(fault: VariantFault) -> WorkflowError {
    let (es, en) = match fault {
        VariantFault::UnknownMarket(market) => {
            (format!("el borrador no nombra el mercado {market}"), format!("the draft does not name the market {market}"))
        }
        VariantFault::TooLarge(amount) => {
            (format!("con ese cambio {amount} es demasiado grande"), format!("with that change {amount} is too large"))
        }
    };
    WorkflowError::refused("unprocessable", es, en)
}

/// Against what is in force on the act's first day.
fn change(stored: &StoredDraft, in_force: &InForce, withdrawn: &[DraftCeiling]) -> ActDiff {
    let bound = stored.draft.ceilings.iter().map(|row| ((row.cum, row.column), row.amount));
    let named: BTreeMap<_, _> = bound.chain(withdrawn.iter().map(|row| ((row.cum, row.column), None))).collect();
    let before = in_force.ceilings.iter().filter(|(key, _)| named.contains_key(key));
    let before = before.filter_map(|(key, (amount, _))| Some((*key, (*amount)?))).collect();
    let after = named.into_iter().filter_map(|(key, amount)| Some((key, amount?))).collect();
    diff(&before, &after)
}

fn overlapping(overlap: &Overlap) -> WorkflowError {
    let Overlap { act, subject, place, valid_from } = overlap;
    let es =
        format!("{act} ya rige para {subject} ({place}) desde {valid_from}; nómbrelo en `supersedes` si este acto lo reemplaza");
    let en =
        format!("{act} already binds {subject} ({place}) from {valid_from}; name it in `supersedes` if this act replaces it");
    let fault = RefusalFault::new("/supersedes", "act_overlaps", act.clone(), act.clone());
    match WorkflowError::refused("act_overlaps", es, en) {
        WorkflowError::Refused(refusal) => {
            WorkflowError::Refused(crate::workflow::common::error::Refusal { faults: vec![fault], ..refusal })
        }
        other => other,
    }
}

/// The constraint itself, should anything ever get past the question before it.
fn or_overlapping(error: crate::store::postgres::error::StoreError) -> WorkflowError {
    if error.violates("ceiling_validity_no_overlap") {
        let (es, en) = ("otro acto ya rige ahí en esas fechas", "another act already binds there on those dates");
        return WorkflowError::refused("act_overlaps", es, en);
    }
    error.into()
}
