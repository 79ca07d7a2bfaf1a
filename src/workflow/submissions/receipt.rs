//! The signed receipt of a submission: what was stored, when, and at which position of the log.

use serde_json::json;

use crate::{
    store::{
        postgres::statements,
        transaction::{audit::Recorded, import::RowCounts},
        workflow::submissions::{Received, SubmissionOutcome},
    },
    workflow::{Workflow, common::error::WorkflowError},
};

pub struct Receipt(serde_json::Value);

impl Receipt {
    pub fn of(received: &Received, outcome: &SubmissionOutcome, recorded: &Recorded) -> Self {
        let RowCounts { read, accepted, quarantined, refused } = outcome.counts;
        Self(json!({
            "format": "termometro-receipt/1",
            "submission": received.id,
            "nit": received.nit,
            "period": received.period,
            "version": received.version,
            "rectifies": received.rectifies,
            "sha256": received.sha256,
            "bytes": received.bytes,
            "state": outcome.state,
            "read": read,
            "accepted": accepted,
            "quarantined": quarantined,
            "refused": refused,
            "zero_report": outcome.zero_report,
            "received_at": received.received_at.to_string(),
            "recorded_at": outcome.finished_at.to_string(),
            "position": recorded.position,
            "audit_hash": recorded.hash,
        }))
    }

    /// Of what is no report of sales.
    pub fn of_kind(mut self, kind: &str) -> Self {
        self.0["kind"] = json!(kind);
        self
    }

    /// What is signed, byte for byte.
    pub fn to_json(&self) -> String {
        self.0.to_string()
    }
}

impl Workflow {
    /// False where the account may not create roles: then only the triggers keep evidence from being changed.
    pub async fn is_limited(&self) -> Result<bool, WorkflowError> {
        Ok(self.database.write_connection().await?.query_one(statements::is_service_role, &[]).await?.try_get("limited")?)
    }

    /// At every start: the public halves of the signing keys are kept, so that a receipt can still be checked after the key was changed.
    pub async fn publish_signing_key(&self) -> Result<(), WorkflowError> {
        let object = self.database.write_connection().await?;
        let public = self.secrets.public_key();
        object.execute(statements::insert_signing_key, &[&self.secrets.kid, &public.as_slice()]).await?;
        Ok(())
    }
}
