//! The end of the last key that makes keys: known ahead, so that it does not come as a surprise.

use jiff::{SignedDuration, Timestamp};

/// How long before its end the last key that makes keys is warned of: two working weeks, time enough to make another.
const WARNING_DAYS: i64 = 14;

/// Something is wrong with the keys that make keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdminKeyWarning {
    /// There were keys that make keys, and none is alive.
    NoneAlive,
    /// The last one ends soon.
    LastEnds(Timestamp),
}

impl AdminKeyWarning {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoneAlive => "no_admin_key",
            Self::LastEnds(_) => "last_admin_key_ends",
        }
    }

    pub fn ends_at(self) -> Option<Timestamp> {
        match self {
            Self::NoneAlive => None,
            Self::LastEnds(at) => Some(at),
        }
    }

    /// From the last end of the living ones, and whether there ever was one.
    pub(crate) fn of(last_end: Option<Timestamp>, ever: bool, now: Timestamp) -> Option<Self> {
        match last_end {
            None => ever.then_some(Self::NoneAlive),
            Some(end) => {
                let from = end.saturating_sub(SignedDuration::from_hours(24 * WARNING_DAYS)).unwrap_or(Timestamp::MIN);
                (now >= from).then_some(Self::LastEnds(end))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_key_is_warned_of_fourteen_days_before_its_end() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        let after = |hours| now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        assert_eq!(AdminKeyWarning::of(Some(after(14 * 24 + 1)), true, now), None);
        let end = after(14 * 24);
        assert_eq!(AdminKeyWarning::of(Some(end), true, now), Some(AdminKeyWarning::LastEnds(end)));
        assert_eq!(AdminKeyWarning::of(None, true, now), Some(AdminKeyWarning::NoneAlive));
        assert_eq!(AdminKeyWarning::of(None, false, now), None, "a new database has no key and needs no warning");
    }
}
