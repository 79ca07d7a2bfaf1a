//! The ceilings of a draft from an upload in an official list layout: rows of this act, taken over as they stand.

use std::path::PathBuf;

use deadpool_postgres::Transaction;
use serde_json::json;

use super::{
    Desk,
    acts::{Render, locked, refuse_faulty, require_state},
    call::{Call, Deed},
    error::{DeskError, RefusalFault},
};
use crate::{
    domain::{
        act::act_id,
        act_draft::{Draft, DraftCeiling, DraftMarket, DraftSummary},
        law::IpsMargin,
        listed::{ListedAmount, ListedCeiling, ListedKind, ListedMargin, ListedRow},
        source_row::SourceRow,
    },
    ingest,
    store::{act_drafts, bindings::Bindings, idempotency::Reply, statements},
};

/// What an upload added, and what it did not.
#[derive(Clone, Debug)]
pub struct Uploaded {
    pub draft: DraftSummary,
    pub rows_read: u64,
    /// Rows of this act, now in the draft.
    pub taken: u64,
    /// Rows of other acts, notes, reference prices: not part of this draft.
    pub passed_over: u64,
}

/// A row that could not be read stops the upload: an act with a hole in it is not what was decided.
const FAULTS_SHOWN_MAX: usize = 100;

impl Desk {
    pub async fn upload_draft_list(
        &self,
        call: &Call,
        id: &str,
        path: PathBuf,
        render: Render<'_, Uploaded>,
    ) -> Result<Reply, DeskError> {
        let mut object = self.database.object().await?;
        let tx = object.transaction().await?;
        call.begin(&tx).await?;
        let mut stored = locked(&tx, id).await?;
        require_state(&stored, "draft")?;
        let read = tokio::task::spawn_blocking(move || read(&path))
            .await
            .map_err(|error| DeskError::machine("reading a list", error))??;
        let bindings = Bindings::load(&tx).await?;
        let mut uploaded = Draft { head: stored.draft.head.clone(), ceilings: Vec::new(), markets: Vec::new() };
        let mut faults = read.faults;
        for (line, row) in &read.rows {
            take(&mut uploaded, &bindings, *line, row, &mut faults);
        }
        if !faults.is_empty() {
            faults.truncate(FAULTS_SHOWN_MAX);
            return Err(DeskError::unprocessable(faults));
        }
        let (ceilings, markets) = (uploaded.ceilings.clone(), uploaded.markets.clone());
        stored.draft.ceilings.extend(uploaded.ceilings);
        stored.draft.markets.extend(uploaded.markets);
        refuse_faulty(&stored.draft)?;
        let (taken, summary) = add(&tx, id, &stored.draft, &ceilings, &markets).await?;
        let uploaded = Uploaded { draft: summary, rows_read: read.read, taken, passed_over: read.read.saturating_sub(taken) };
        let reply = Reply { status: 200, location: None, body: render(&uploaded) };
        let details = json!({"rows_read": read.read, "taken": taken, "digest": uploaded.draft.digest});
        let deed = Deed { action: "upload_draft_list", subject: id, reason: None, details };
        call.finish(&tx, &deed, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

async fn add(
    tx: &Transaction<'_>,
    id: &str,
    whole: &Draft,
    ceilings: &[DraftCeiling],
    markets: &[DraftMarket],
) -> Result<(u64, DraftSummary), DeskError> {
    act_drafts::insert_rows(tx, id, ceilings, markets).await?;
    tx.execute(statements::set_draft_digest, &[&id, &act_drafts::digest(whole)]).await?;
    let lines: std::collections::BTreeSet<i64> = ceilings.iter().map(|row| row.line).collect();
    Ok((lines.len() as u64 + markets.len() as u64, act_drafts::summary(tx, id).await?))
}

struct Read {
    rows: Vec<(i64, ListedRow)>,
    faults: Vec<RefusalFault>,
    read: u64,
}

fn read(path: &std::path::Path) -> Result<Read, DeskError> {
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let outcome = ingest::read_ceilings(path, &|_| (), &mut |row| {
        match row {
            SourceRow::Accepted { line, row } => rows.push((i64::try_from(line).unwrap_or(i64::MAX), row)),
            SourceRow::Quarantined(fault) => {
                let place = format!("/line/{}", fault.line);
                let column = fault.column.unwrap_or_default();
                faults.push(RefusalFault::new(
                    place,
                    fault.reason,
                    format!("{column}: {}", fault.value),
                    format!("{column}: {}", fault.value),
                ));
            }
            SourceRow::Refused(_) | SourceRow::Extra { .. } | SourceRow::Whole(_) => {}
        }
        Ok(())
    });
    match outcome {
        Ok((_, counts)) => Ok(Read { rows, faults, read: counts.read }),
        Err(error) => Err(DeskError::refused("unprocessable", error.es(), error.to_string())),
    }
}

fn take(draft: &mut Draft, bindings: &Bindings, line: i64, row: &ListedRow, faults: &mut Vec<RefusalFault>) {
    let (act, from) = match row {
        ListedRow::Ceiling(row) if row.kind == ListedKind::Maximum => (&row.act, row.valid_from),
        ListedRow::Market(row) => (&row.act, row.valid_from),
        _ => return,
    };
    if act_id(act) != draft.head.act_id {
        return;
    }
    if from != draft.head.valid_from {
        let (es, en) = (format!("rige desde {from}, el borrador no"), format!("binds from {from}, the draft does not"));
        faults.push(RefusalFault::new(format!("/line/{line}"), "valid_from_differs", es, en));
        return;
    }
    match row {
        ListedRow::Ceiling(row) => draft.ceilings.extend(ceilings(&draft.head.act_id, bindings, line, row)),
        ListedRow::Market(row) => draft.markets.push(DraftMarket {
            line,
            market: row.id.clone(),
            atc: row.atc.clone(),
            ingredient: row.ingredient.clone(),
            form_group: row.form_group.clone(),
            unit_price: row.unit_price,
            unit: row.unit.clone(),
        }),
        _ => {}
    }
}

fn ceilings(act: &str, bindings: &Bindings, line: i64, row: &ListedCeiling) -> Vec<DraftCeiling> {
    let margin = match row.ips_margin {
        ListedMargin::Pesos(pesos) => IpsMargin::Pesos(pesos),
        ListedMargin::DoesNotApply => IpsMargin::None,
        ListedMargin::Unstated => IpsMargin::ByRule,
    };
    let bound = bindings.bound(act, row).into_iter();
    let one = |(column, amount)| DraftCeiling {
        line,
        cum: row.cum,
        column,
        amount: if let ListedAmount::Pesos(pesos) = amount { Some(pesos) } else { None },
        margin,
        market: row.market.clone(),
        description: row.description.clone(),
        content: row.regulated_content.clone(),
    };
    bound.map(one).collect()
}
