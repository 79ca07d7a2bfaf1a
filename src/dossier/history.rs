//! The history of a case must hang together: one step after the other, each from the state that the one before led to.

use jiff::Timestamp;

use super::{json::Node, report::Fault};

/// Returns how many steps there are.
pub fn check(root: &Node<'_>) -> Result<usize, Fault> {
    let made = root.get("generated_at")?;
    let made: Timestamp = made.parsed()?;
    let steps = root.get("history")?.items()?;
    let (mut latest, mut state) = (Timestamp::MIN, None::<&str>);
    for (index, step) in steps.iter().enumerate() {
        let ordinal = step.get("ordinal")?;
        if ordinal.integer()? != index as u64 + 1 {
            return Err(ordinal.differs(index + 1));
        }
        let at: Timestamp = step.get("at")?.parsed()?;
        // Whole seconds: the bundle need not be dated as finely as the steps.
        if at < latest || made.as_second() < at.as_second() {
            return Err(step.get("at")?.malformed());
        }
        latest = at;
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
    if let Some(state) = state {
        root.get("case")?.get("state")?.must_be_text(state)?;
    }
    Ok(steps.len())
}
