//! How lines were read: counts, and how often what people say that a line is lies among its candidates.

use std::{collections::BTreeMap, sync::Arc};

use tokio_postgres::Row;

use crate::{
    domain::{
        identifier::cum::Cum,
        item_text::read::read,
        purchases::label_quality::{LabelTruth, settled},
        verdict::judge::Verdict,
    },
    read_model::{
        ReadModel,
        purchase_cache::{LabelledSample, PurchaseQuality},
        statements,
    },
    store::postgres::error::{StoreError, corrupt},
};

impl ReadModel {
    /// Counted once for each version of the data.
    pub async fn purchase_quality(&self) -> Result<Arc<PurchaseQuality>, StoreError> {
        let version = self.data_version().await?.version;
        let mut held = self.purchases.0.lock().await;
        let mut connection = self.database.read_connection().await?;
        let rows = connection.query(statements::purchase_label_count, &[]).await?;
        let labels: i64 = rows.first().map_or(Ok(0), |row| row.try_get("labels"))?;
        drop(connection);
        if let Some((_, _, quality)) = held.as_ref().filter(|(of, with, _)| (*of, *with) == (version, labels)) {
            return Ok(quality.clone());
        }
        let quality = Arc::new(self.count_purchases().await?);
        *held = Some((version, labels, quality.clone()));
        Ok(quality)
    }

    async fn count_purchases(&self) -> Result<PurchaseQuality, StoreError> {
        let mut connection = self.database.read_connection().await?;
        let mut quality = PurchaseQuality::default();
        for row in connection.query(statements::purchase_counts, &[]).await? {
            quality.add(&row)?;
        }
        for row in connection.query(statements::purchase_implausible_counts, &[]).await? {
            quality.implausible.insert(row.try_get("reason")?, row.try_get("lines")?);
        }
        let rows = connection.query(statements::purchase_labels, &[]).await?;
        drop(connection);
        let mut labelled: BTreeMap<i64, (String, Vec<LabelTruth>)> = BTreeMap::new();
        for row in &rows {
            let (_, truths) = labelled.entry(row.try_get("purchase_id")?).or_insert((row.try_get("item_text")?, Vec::new()));
            truths.push(truth(row)?);
        }
        quality.labels = self.covered(labelled).await?;
        Ok(quality)
    }

    /// The texts are read again, by today's lists.
    async fn covered(&self, labelled: BTreeMap<i64, (String, Vec<LabelTruth>)>) -> Result<LabelledSample, StoreError> {
        let mut sample = LabelledSample { labelled: labelled.len(), ..LabelledSample::default() };
        if labelled.is_empty() {
            return Ok(sample);
        }
        let index = self.item_index().await?;
        let count = move || {
            for (text, truths) in labelled.values() {
                let Some(truth) = settled(truths) else { continue };
                sample.settled += 1;
                if let LabelTruth::Product(cum) = truth {
                    sample.products += 1;
                    let candidates = index.candidates(&read(text, index.vocabulary()));
                    sample.covered += usize::from(candidates.cums.contains(cum));
                }
            }
            sample
        };
        tokio::task::spawn_blocking(count).await.map_err(|error| StoreError::Bug(Box::new(error)))
    }
}

impl PurchaseQuality {
    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        let (lines, counts): (i64, bool) = (row.try_get("lines")?, row.try_get("counts")?);
        let (verdict, described): (&str, Option<String>) = (row.try_get("verdict")?, row.try_get("described")?);
        self.lines += lines;
        self.cancelled += if row.try_get("cancelled")? { lines } else { 0 };
        self.returned += if row.try_get("is_return")? { lines } else { 0 };
        if counts {
            self.counted += lines;
            self.decided += if verdict == Verdict::CannotCompare.code() { 0 } else { lines };
            if let Some(described) = described {
                *self.described.entry(described).or_default() += lines;
            }
        }
        Ok(())
    }
}

fn truth(row: &Row) -> Result<LabelTruth, StoreError> {
    let (expediente, consecutive): (Option<i32>, Option<i32>) = (row.try_get("expediente")?, row.try_get("consecutive")?);
    let market: Option<String> = row.try_get("market")?;
    let code: &str = row.try_get("truth")?;
    match (code, expediente.zip(consecutive), market) {
        ("product", Some((expediente, consecutive)), _) => Ok(LabelTruth::Product(Cum::new(expediente, consecutive))),
        ("market", _, Some(market)) => Ok(LabelTruth::Market(market)),
        ("not_a_medicine", ..) => Ok(LabelTruth::NotAMedicine),
        ("cannot_tell", ..) => Ok(LabelTruth::CannotTell),
        _ => Err(corrupt("purchase_label", code)),
    }
}
