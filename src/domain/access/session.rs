//! How long a session in a browser lasts, and which of its steps want the person to have shown the key just before.

use jiff::{SignedDuration, Timestamp};

/// Unused for so long, it ends.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// However much it is used.
const WHOLE: SignedDuration = SignedDuration::from_hours(8);
/// What makes law or accuses somebody wants a key that was shown at most so long ago.
pub(crate) const RECENT: SignedDuration = SignedDuration::from_mins(10);

/// The instants of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// The key was shown, or the person authenticated at a provider.
    pub begun_at: Timestamp,
    pub seen_at: Timestamp,
    /// The end that no use moves.
    pub ends_at: Timestamp,
}

impl SessionTimes {
    /// From now on; never beyond the life of its key.
    pub fn begin(now: Timestamp, key_ends_at: Timestamp) -> Self {
        Self::since(now, now, key_ends_at)
    }

    /// The same for somebody who showed to another service who they are, a little before.
    pub fn since(begun_at: Timestamp, now: Timestamp, key_ends_at: Timestamp) -> Self {
        Self { begun_at, seen_at: now, ends_at: later(begun_at, WHOLE).min(key_ends_at) }
    }

    /// When it ends if it is not used again.
    pub fn idle_until(&self) -> Timestamp {
        later(self.seen_at, IDLE).min(self.ends_at)
    }

    pub fn is_alive(&self, now: Timestamp) -> bool {
        now < self.idle_until()
    }

    /// Whether the key was shown recently enough for a decision.
    pub fn is_recent(&self, now: Timestamp) -> bool {
        now <= later(self.begun_at, RECENT)
    }
}

/// Sessions that were used last before this have ended.
pub(crate) fn idle_since(now: Timestamp) -> Timestamp {
    now.checked_sub(IDLE).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-23T{text}Z").parse().unwrap()
    }

    #[test]
    fn a_session_ends_unused_after_half_an_hour_and_used_after_eight() {
        let mut times = SessionTimes::begin(at("12:00:00"), at("23:00:00"));
        assert!(times.is_alive(at("12:29:59")) && !times.is_alive(at("12:30:00")));
        for hour in 12..19 {
            for minute in [0, 25, 50] {
                let now = at(&format!("{hour}:{minute:02}:00"));
                assert!(times.is_alive(now), "{now}");
                times.seen_at = now;
            }
        }
        times.seen_at = at("19:40:00");
        assert!(times.is_alive(at("19:59:59")) && !times.is_alive(at("20:00:00")), "used until the end");
        assert_eq!(times.idle_until(), at("20:00:00"));
    }

    #[test]
    fn no_session_outlives_its_key() {
        let times = SessionTimes::begin(at("12:00:00"), at("12:10:00"));
        assert!(times.is_alive(at("12:09:59")) && !times.is_alive(at("12:10:00")));
    }

    #[test]
    fn a_decision_wants_a_key_that_was_shown_within_ten_minutes() {
        let mut times = SessionTimes::begin(at("12:00:00"), at("23:00:00"));
        times.seen_at = at("12:09:00");
        assert!(times.is_recent(at("12:10:00")) && !times.is_recent(at("12:10:01")));
    }
}
