//! When a feed is read again: after its interval, sooner after a failure, and not all feeds at the same instant.

use jiff::{SignedDuration, Timestamp};

/// The wait after the first failure in a row; it doubles with each one that follows, up to the interval.
const FIRST_RETRY: SignedDuration = SignedDuration::from_mins(15);
/// More than any interval has.
const DOUBLINGS_MAX: u32 = 16;
/// From so many failures in a row on, a person should look.
pub const FAILURES_TO_TELL: i64 = 3;

/// What is known of the runs of a feed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunHistory {
    /// When the newest run ended.
    pub ended_at: Option<Timestamp>,
    /// Runs that failed since the last one that did not.
    pub failures: i64,
}

/// Whether it is to be read now.
pub fn is_due(name: &str, history: &RunHistory, every: SignedDuration, now: Timestamp) -> bool {
    next_due(name, history, every).is_none_or(|due| due <= now)
}

/// The instant from which on it is due; `None`: at once.
pub fn next_due(name: &str, history: &RunHistory, every: SignedDuration) -> Option<Timestamp> {
    let ended = history.ended_at?;
    let wait = if history.failures <= 0 {
        every.saturating_add(spread(name, every))
    } else {
        let doublings = u32::try_from(history.failures - 1).map_or(DOUBLINGS_MAX, |times| times.min(DOUBLINGS_MAX));
        FIRST_RETRY.saturating_mul(1 << doublings).min(every)
    };
    Some(ended.checked_add(wait).unwrap_or(Timestamp::MAX))
}

/// Up to a tenth of the interval, the same for the same name.
fn spread(name: &str, every: SignedDuration) -> SignedDuration {
    let number = name.bytes().fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 1_000_003);
    let most = every.as_secs() / 10;
    SignedDuration::from_secs(if most > 0 { number % most } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: SignedDuration = SignedDuration::from_hours(12);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn after(failures: i64) -> RunHistory {
        RunHistory { ended_at: Some(at("2026-11-29T00:00:00Z")), failures }
    }

    #[test]
    fn what_never_ran_is_due() {
        let now = at("2026-11-29T00:00:01Z");
        assert!(is_due("ceilings", &RunHistory::default(), EVERY, now));
        assert!(!is_due("ceilings", &after(0), EVERY, now));
    }

    #[test]
    fn the_interval_is_kept_with_a_spread_of_its_own() {
        let due = |name: &str| next_due(name, &after(0), EVERY).unwrap();
        for name in ["ceilings", "catalogue", "thermometer"] {
            assert!(due(name) >= at("2026-11-29T12:00:00Z") && due(name) < at("2026-11-29T13:12:00Z"), "{name}");
            assert_eq!(due(name), due(name));
        }
        assert_ne!(due("ceilings"), due("catalogue"));
        // An interval of seconds has nothing to spread.
        assert_eq!(next_due("x", &after(0), SignedDuration::from_secs(5)), Some(at("2026-11-29T00:00:05Z")));
    }

    #[test]
    fn failures_wait_longer_and_longer_up_to_the_interval() {
        for (failures, minutes) in [(1, 15), (2, 30), (3, 60), (5, 240), (6, 480), (7, 720), (40, 720), (i64::MAX, 720)] {
            let due = next_due("ceilings", &after(failures), EVERY).unwrap();
            assert_eq!(due.duration_since(at("2026-11-29T00:00:00Z")).as_mins(), minutes, "{failures}");
        }
    }
}
