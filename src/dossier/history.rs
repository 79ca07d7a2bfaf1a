//! Checks that the history of a case is consistent: each step starts from the state that the step before led to.

use jiff::Timestamp;

use super::{json::Node, report::DossierFault};

/// A step is dated when its request came, which may be a little before the step that it had to wait for.
const SLACK_SECONDS: i64 = 60;

/// Returns how many steps there are.
pub fn check(root: &Node<'_>) -> Result<usize, DossierFault> {
    let made = root.get("generated_at")?;
    let made: Timestamp = made.parsed()?;
    let steps = root.get("history")?.items()?;
    let (mut latest, mut state) = (i64::MIN, None::<&str>);
    for (index, step) in steps.iter().enumerate() {
        let ordinal = step.get("ordinal")?;
        if ordinal.integer()? != index as u64 + 1 {
            return Err(ordinal.differs(index + 1));
        }
        let at: Timestamp = step.get("at")?.parsed()?;
        if at.as_second() + SLACK_SECONDS < latest || made.as_second() + SLACK_SECONDS < at.as_second() {
            return Err(step.get("at")?.malformed());
        }
        latest = latest.max(at.as_second());
        // A proposal waits for a second person: it names the state it would lead to, and changes nothing.
        if step.get("kind")?.text()? == "proposal" {
            continue;
        }
        if let (Some(from), Some(state)) = (step.optional("from"), state) {
            from.must_be_text(state)?;
        }
        if let Some(to) = step.optional("to") {
            state = Some(to.text()?);
        }
    }
    root.get("case")?.get("state")?.must_be_text(state.unwrap_or_default())?;
    Ok(steps.len())
}
