//! Prints the result of an import, for a person or as JSON.

use std::{collections::BTreeMap, path::Path, time::Instant};

use serde_json::{Value, json};

use super::exit::{EXIT_DONE, EXIT_FAILED};
use crate::{
    domain::law::edition::{Edition, HoldReason},
    import::{
        report::{DayNotRecorded, ImportReport},
        undo::Undone,
    },
    ingest::SourceKind,
    store::transaction::import::CutDateFrom,
};

/// No usable row and no decision are failures: a script that went on would use the old data.
pub fn outcome_code(report: &ImportReport) -> u8 {
    let undecided = report.nothing_usable || report.held.is_some() || report.day_not_recorded.is_some();
    if undecided { EXIT_FAILED } else { EXIT_DONE }
}

pub fn as_json(kind: SourceKind, file: &Path, report: &ImportReport) -> serde_json::Value {
    let held = report.held.as_ref().map(|held| {
        let reasons: Vec<&str> = held.reasons.iter().map(HoldReason::code).collect();
        json!({"id": held.id.map(|id| format!("h{id}")), "reasons": reasons, "detail": said(&held.reasons)})
    });
    let mut object = json!({
        "file": file.display().to_string(),
        "kind": kind.code(),
        "sha256": report.sha256,
        "read": report.counts.read,
        "accepted": report.counts.accepted,
        "quarantined": report.counts.quarantined,
        "refused": report.counts.refused,
        "already_imported": report.already_imported,
        "import": report.import.map(|id| id.to_string()),
        "nothing_usable": report.nothing_usable,
        "held": held,
        "in_force": report.in_force.as_ref().map(edition),
        "cut_date": report.cut_date.map(|(day, _)| day),
        "cut_date_by": report.cut_date.map(|(_, from)| from.code()),
        "day_not_recorded": report.day_not_recorded.map(|DayNotRecorded { stored, given }| json!({"stored": stored, "given": given})),
        "sample_ended": report.sample_ended,
        "verdicts": report.verdicts,
        "cannot_compare": report.cannot_compare,
        "rejudged": report.rejudged,
        "reports_replaced": report.superseded.0,
        "reports_replaced_already": report.superseded.1,
        "quarantine_reasons": report.reasons,
    });
    if let (Some(facts), Some(object)) = (&report.facts, object.as_object_mut()) {
        object.insert("layout".to_owned(), json!(facts.layout));
        object.insert("encoding".to_owned(), json!(facts.encoding));
        object.insert("number_format".to_owned(), json!(facts.number_format));
        object.insert("extra_columns".to_owned(), json!(facts.extra_columns));
    }
    object
}

fn said(reasons: &[HoldReason]) -> String {
    reasons.iter().map(HoldReason::english).collect::<Vec<_>>().join("; ")
}

pub fn print_report(kind: SourceKind, file: &Path, report: &ImportReport, dry_run: bool, started: Instant) {
    let counts = report.counts;
    let state = match report {
        ImportReport { already_imported: true, .. } => " (already imported: nothing changed)",
        ImportReport { nothing_usable: true, .. } => " (no row could be used: nothing changed)",
        ImportReport { held: Some(_), .. } => " (held: nothing changed)",
        _ if dry_run => " (dry run: nothing kept)",
        _ => "",
    };
    say!(
        "{} {}: read {} = accepted {} + quarantined {} + refused {}{state} in {} ms",
        kind.code(),
        file.display(),
        counts.read,
        counts.accepted,
        counts.quarantined,
        counts.refused,
        started.elapsed().as_millis(),
    );
    if let Some(facts) = &report.facts {
        let cut_date = report.cut_date.map(|(day, from)| format!(", cut date {day} ({})", day_by(from))).unwrap_or_default();
        say!("  {}, {}, numbers {}{cut_date}", facts.layout, facts.encoding, facts.number_format);
        if !facts.extra_columns.is_empty() {
            say!("  columns that the layout does not know: {}", facts.extra_columns.join(", "));
        }
    }
    print_standing(report, dry_run);
    let list = |title: &str, counts: &BTreeMap<&str, u64>| {
        let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
        if !parts.is_empty() {
            say!("  {title}: {}", parts.join(", "));
        }
    };
    list("quarantined", &report.reasons);
    list("verdicts", &report.verdicts);
    list("cannot_compare because", &report.cannot_compare);
    if report.rejudged > 0 {
        say!("  judged again: {} reports", report.rejudged);
    }
}

fn day_by(from: CutDateFrom) -> &'static str {
    match from {
        CutDateFrom::Given => "as given",
        CutDateFrom::File => "as the file says",
        CutDateFrom::Name => "as its name says",
        CutDateFrom::Acts => "the first day of its newest act",
    }
}

/// The outcome of the file among the earlier imports.
fn print_standing(report: &ImportReport, dry_run: bool) {
    if let (Some(DayNotRecorded { stored, given }), Some(id)) = (report.day_not_recorded, report.import) {
        let stored = stored.map_or_else(|| "no day".to_owned(), |day| format!("the day {day}"));
        say!("  the day given, {given}, was not recorded: import {id} is there with {stored}");
        say!("  to record it: `termometro imports undo {id}`, then import the file again with --cut-date {given}");
    }
    if let Some(held) = &report.held {
        say!("  held because {}", said(&held.reasons));
        match held.id {
            Some(id) => say!(
                "  nothing changed. To let it in: `termometro imports release h{id} --reason …`, or import it again with --accept-smaller"
            ),
            None => say!("  to let it in all the same: --accept-smaller"),
        }
    }
    if let Some(current) = &report.in_force {
        let day = current.day.map_or_else(|| "of an unknown day".to_owned(), |day| format!("of {day}"));
        say!("  in force is {} {day} (import {}); this edition is history", current.name, current.import);
        if !dry_run {
            say!("  to make this one current: `termometro imports undo {}`", current.import);
        }
    }
    for kind in &report.sample_ended {
        say!("  the sample's {kind} data no longer count");
    }
    match report.superseded {
        (0, 0) => {}
        (replaced, already) => {
            say!("  {replaced} reports of older editions replaced, {already} stated by newer editions already")
        }
    }
}

pub fn print_undone(undone: &Undone, as_objects: bool) {
    if as_objects {
        let ended: Vec<Value> = undone.ended.iter().map(|(kind, name)| json!({"kind": kind, "name": name})).collect();
        let in_force = undone.in_force.as_ref().map(edition);
        say!(
            "{}",
            json!({"ended": ended, "reports_restored": undone.restored, "rejudged": undone.rejudged, "in_force": in_force})
        );
        return;
    }
    for (kind, name) in &undone.ended {
        say!("{kind} {name}: no longer counts");
    }
    if undone.restored > 0 {
        say!("  {} reports of earlier editions count again", undone.restored);
    }
    if undone.rejudged > 0 {
        say!("  judged again: {} reports", undone.rejudged);
    }
    if let Some(edition) = &undone.in_force {
        let day = edition.day.map_or_else(|| "no day".to_owned(), |day| day.to_string());
        say!("  in force now: {} ({day})", edition.name);
    }
}

pub fn edition(edition: &Edition) -> Value {
    json!({"import": edition.import.to_string(), "name": edition.name, "cut_date": edition.day, "accepted": edition.rows_accepted})
}
