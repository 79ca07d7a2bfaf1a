//! Pages for those who hold a key: a session in a browser, the queue of cases, drafts of acts, submissions of reporters, who reported, the
//! audit log, data sets and keys. They work without a script.
//!
//! Invariant: a page asks operations of the API as its visitor (`operation`), so it can do nothing that the API cannot, and leaves the same
//! entry in the audit log. A cookie opens these pages and nothing else; nothing changes by GET, but that a
//! sign-in which went to an identity provider comes back by it (`provider`).
mod acts;
mod audit;
mod cases;
mod compliance;
mod consultations;
mod corrections;
pub(crate) mod form;
mod mail;
mod operating;
pub(crate) mod operation;
pub(crate) mod page;
mod periods;
mod petitions;
mod price_reports;
mod provider;
mod receipt;
mod report_template;
mod send;
mod sessions;
mod sign_in;
mod submission;
mod submission_files;
mod submissions;
pub(crate) mod visit;

use super::{App, Endpoint};

pub fn endpoints() -> Vec<Endpoint<App>> {
    let of_rooms = [
        sign_in::endpoints(),
        provider::endpoints(),
        acts::endpoints(),
        cases::endpoints(),
        petitions::endpoints(),
        consultations::endpoints(),
        price_reports::endpoints(),
        corrections::endpoints(),
        submissions::endpoints(),
        send::endpoints(),
        report_template::endpoints(),
        submission::endpoints(),
        submission_files::endpoints(),
        receipt::endpoints(),
        compliance::endpoints(),
        audit::endpoints(),
        operating::endpoints(),
        sessions::endpoints(),
        mail::endpoints(),
    ];
    of_rooms.into_iter().flatten().collect()
}
