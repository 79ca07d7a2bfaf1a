//! Who works on which case: one or many are given to a regulator, or to nobody, all of them or none.

use std::collections::BTreeSet;

use deadpool_postgres::Transaction;
use serde_json::json;

use super::{
    Workflow,
    cases::may_work,
    common::{
        context::{AuditedAction, CommandContext, Render},
        error::{RefusalFault, WorkflowError},
    },
};
use crate::{
    domain::cases::case_file::CaseId,
    store::{postgres::statements, transaction::idempotency::Reply},
};

/// The subject of the audit entry when nobody has the cases any more.
const UNASSIGNED: &str = "none";

/// Who has the cases now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasesAssigned {
    /// Principal and name; `None`: nobody.
    pub assignee: Option<(String, String)>,
    /// In order, each once.
    pub cases: Vec<String>,
    /// Those that another had before, or nobody.
    pub changed: Vec<String>,
}

impl Workflow {
    /// Who has a case may do nothing that another regulator may not: it is for those who share the work.
    ///
    /// # Errors
    /// A case is unknown, or the person cannot be given cases: then nothing has changed.
    pub async fn assign_cases(
        &self,
        context: &CommandContext,
        cases: &[CaseId],
        assignee: Option<&str>,
        render: Render<'_, CasesAssigned>,
    ) -> Result<Reply, WorkflowError> {
        let mut object = self.database.write_connection().await?;
        let tx = object.transaction().await?;
        context.begin(&tx).await?;
        may_work(context)?;
        let ids: Vec<&str> = cases.iter().map(CaseId::as_str).collect::<BTreeSet<_>>().into_iter().collect();
        lock_all(&tx, cases, &ids).await?;
        let assignee = match assignee {
            Some(id) => Some((id.to_owned(), name_of(&tx, context, id).await?)),
            None => None,
        };
        let principal = assignee.as_ref().map(|(id, _)| id.as_str());
        let rows =
            tx.query(statements::insert_case_assignments, &[&ids, &principal, &context.now, &context.actor.principal]).await?;
        let mut changed = rows.iter().map(|row| row.try_get("case_id")).collect::<Result<Vec<String>, _>>()?;
        changed.sort_unstable();
        let details = json!({"cases": ids, "changed": changed.len()});
        let subject = principal.unwrap_or(UNASSIGNED).to_owned();
        let assigned = CasesAssigned { assignee, cases: ids.into_iter().map(str::to_owned).collect(), changed };
        let reply = Reply { status: 200, location: None, body: render(&assigned) };
        let action = AuditedAction { action: "assign_cases", subject: &subject, reason: None, details };
        context.finish(&tx, &action, &reply).await?;
        tx.commit().await?;
        Ok(reply)
    }
}

/// Of two who give the same cases at once, one goes after the other.
async fn lock_all(tx: &Transaction<'_>, cases: &[CaseId], ids: &[&str]) -> Result<(), WorkflowError> {
    let rows = tx.query(statements::lock_cases, &[&ids]).await?;
    let known = rows.iter().map(|row| row.try_get("id")).collect::<Result<BTreeSet<&str>, _>>()?;
    let unknown = cases.iter().enumerate().filter(|(_, case)| !known.contains(case.as_str()));
    let faults: Vec<RefusalFault> = unknown
        .map(|(index, case)| {
            let (es, en) = (format!("no existe el caso «{case}»"), format!("there is no case \"{case}\""));
            RefusalFault::new(format!("/cases/{index}"), "unknown_case", es, en)
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(WorkflowError::unprocessable(faults)) }
}

async fn name_of(tx: &Transaction<'_>, context: &CommandContext, id: &str) -> Result<String, WorkflowError> {
    let found = tx.query_opt(statements::find_case_assignee, &[&id, &context.now]).await?;
    let Some(row) = found else {
        let es = format!("«{id}» no es una persona del regulador con una llave que permita trabajar casos");
        let en = format!("\"{id}\" is no regulator whose key opens cases");
        return Err(WorkflowError::unprocessable(vec![RefusalFault::new("/assignee", "unknown_assignee", es, en)]));
    };
    Ok(row.try_get("name")?)
}
