//! What regulators keep beside cases, on the wire: who works on which, and their notes.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    http::wire::service::authority::PrincipalBody,
    read_model::cases::case_work::{CaseAssignee, CaseNote},
    workflow::{case_assignments::CasesAssigned, case_notes::CaseNoteAdded},
};

/// A regulator who works on cases.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseAssigneeBody {
    pub principal: String,
    pub name: String,
    /// Cases that are theirs and not closed.
    #[schema(example = 12)]
    pub cases: i64,
    /// Whether they can be given more: false without a living key that opens cases.
    pub able: bool,
}

/// Cases that were given to somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CasesAssignedBody {
    /// Who has them now; null: nobody.
    pub assignee: Option<PrincipalBody>,
    /// In order of id, each once.
    #[schema(example = json!(["c000001", "c000002"]))]
    pub cases: Vec<String>,
    /// Those of them that somebody else had before, or nobody.
    #[schema(example = json!(["c000002"]))]
    pub changed: Vec<String>,
}

/// A note of a regulator on a case (nota interna).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseNoteBody {
    /// From 1, in order.
    #[schema(example = 1)]
    pub number: i32,
    #[schema(format = DateTime)]
    pub at: String,
    pub by: PrincipalBody,
    pub text: String,
}

/// A note that is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseNoteAddedBody {
    #[schema(example = "c000001")]
    pub case: String,
    /// From 1, in order.
    #[schema(example = 1)]
    pub number: i32,
    #[schema(format = DateTime)]
    pub at: String,
}

/// A principal by id and name.
pub fn principal((id, name): &(String, String)) -> PrincipalBody {
    PrincipalBody { principal: id.clone(), name: name.clone() }
}

impl From<&CaseAssignee> for CaseAssigneeBody {
    fn from(one: &CaseAssignee) -> Self {
        let CaseAssignee { principal, name, cases, able } = one.clone();
        Self { principal, name, cases, able }
    }
}

impl From<&CasesAssigned> for CasesAssignedBody {
    fn from(assigned: &CasesAssigned) -> Self {
        let CasesAssigned { assignee, cases, changed } = assigned;
        Self { assignee: assignee.as_ref().map(principal), cases: cases.clone(), changed: changed.clone() }
    }
}

impl From<&CaseNote> for CaseNoteBody {
    fn from(note: &CaseNote) -> Self {
        Self { number: note.ordinal, at: note.at.to_string(), by: principal(&note.author), text: note.text.clone() }
    }
}

impl From<&CaseNoteAdded> for CaseNoteAddedBody {
    fn from(added: &CaseNoteAdded) -> Self {
        Self { case: added.case.clone(), number: added.number, at: added.at.to_string() }
    }
}
