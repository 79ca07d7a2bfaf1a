//! Verdict codes as rows: one row of `judgement_code` for each stored code.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;

use crate::{
    domain::{
        reason::Reason,
        verdict::{judge::Verdict, verdict_code::VerdictCode},
    },
    store::postgres::{error::StoreError, statements},
};

/// Writes the words of codes that were not seen before.
pub async fn write_words(tx: &Transaction<'_>, codes: &BTreeSet<VerdictCode>) -> Result<(), StoreError> {
    for code in codes {
        let [minimum, average, maximum] = code.verdicts().map(Verdict::code);
        let (headline, reason, another) = (code.verdict().code(), code.reason().map(Reason::code), code.another_unit_fits());
        let params: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&code.0, &headline, &reason, &minimum, &average, &maximum, &another];
        tx.execute(statements::insert_judgement_code, params).await?;
    }
    Ok(())
}
