//! The positions of the primary's log over time, and how far behind a standby with a given position is.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Bounds the memory; a standby that has not replayed what was dropped counts as infinitely late.
const SAMPLES_MAX: usize = 4_096;
const LOG_PAGE: u64 = 8_192;
/// The headers of a page and of the first page of a segment.
const PAGE_HEADERS: [u64; 2] = [24, 40];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sample {
    /// When this position was first seen.
    at: Instant,
    /// How many writes of this process had ended before the position was asked for.
    writes: u64,
    position: u64,
}

/// The primary's positions, oldest first.
#[derive(Debug, Default)]
pub struct LagTracker {
    samples: VecDeque<Sample>,
    dropped: u64,
}

/// How a standby compares with the primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// It holds every write of this process up to this count; `None` when nothing is known.
    pub writes: Option<u64>,
    /// For how long it has owed something that the primary had.
    pub lag: Duration,
}

impl LagTracker {
    /// Whether this changed anything.
    pub fn note(&mut self, at: Instant, writes: u64, position: u64) -> bool {
        let position = page_start(position);
        let newest = self.samples.back().copied();
        if newest.is_some_and(|newest| newest.position == position && newest.writes == writes) {
            return false;
        }
        if newest.is_some_and(|newest| newest.position > position) {
            // Another server was promoted, and its log begins earlier than the old one ended.
            *self = Self::default();
        }
        self.samples.push_back(Sample { at, writes, position });
        if self.samples.len() > SAMPLES_MAX
            && let Some(oldest) = self.samples.pop_front()
        {
            self.dropped = oldest.position;
        }
        true
    }

    pub fn lag(&self, replayed: u64, now: Instant) -> Lag {
        let has = |sample: &&Sample| sample.position <= replayed;
        let writes = self.samples.iter().rev().find(has).map(|sample| sample.writes);
        // Positions grow, so what is owed is the end of the list.
        let owed = self.samples.iter().rev().take_while(|sample| !has(sample)).last();
        let lag = match owed {
            _ if replayed < self.dropped => Duration::MAX,
            Some(owed) => now.saturating_duration_since(owed.at),
            None => Duration::ZERO,
        };
        Lag { writes, lag }
    }
}

/// At the end of a page the primary names the place after the next page's header, a standby the place before it.
/// No record ends inside that header, so going back to the page's start loses none.
fn page_start(position: u64) -> u64 {
    let within = position % LOG_PAGE;
    if PAGE_HEADERS.contains(&within) { position.saturating_sub(within) } else { position }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_standby_holds_the_writes_that_ended_before_the_position_it_replayed() {
        let (mut lag_tracker, start) = (LagTracker::default(), Instant::now());
        assert_eq!(lag_tracker.lag(900, start).writes, None);
        assert!(lag_tracker.note(start, 0, 100));
        assert!(!lag_tracker.note(after(start, 250), 0, 100), "nothing new");
        lag_tracker.note(after(start, 500), 1, 200);
        lag_tracker.note(after(start, 750), 3, 300);
        let lag = |replayed| lag_tracker.lag(replayed, after(start, 1_000));
        assert_eq!(lag(99), Lag { writes: None, lag: Duration::from_millis(1_000) });
        assert_eq!(lag(199), Lag { writes: Some(0), lag: Duration::from_millis(500) });
        assert_eq!(lag(299), Lag { writes: Some(1), lag: Duration::from_millis(250) });
        assert_eq!(lag(300), Lag { writes: Some(3), lag: Duration::ZERO });
    }

    #[test]
    fn a_write_without_a_log_record_needs_no_replay() {
        let (mut lag_tracker, start) = (LagTracker::default(), Instant::now());
        lag_tracker.note(start, 0, 100);
        lag_tracker.note(start, 1, 100);
        assert_eq!(lag_tracker.lag(100, start), Lag { writes: Some(1), lag: Duration::ZERO });
    }

    #[test]
    fn a_promoted_standby_begins_a_new_track() {
        let (mut lag_tracker, start) = (LagTracker::default(), Instant::now());
        lag_tracker.note(start, 4, 500);
        lag_tracker.note(after(start, 250), 4, 450);
        assert_eq!(lag_tracker.lag(450, after(start, 250)), Lag { writes: Some(4), lag: Duration::ZERO });
    }

    #[test]
    fn the_header_of_an_unwritten_page_is_not_owed() {
        assert_eq!([page_start(3 * 8_192 + 24), page_start(3 * 8_192 + 40)], [3 * 8_192; 2]);
        assert_eq!([page_start(3 * 8_192), page_start(3 * 8_192 + 48)], [3 * 8_192, 3 * 8_192 + 48]);
    }

    #[test]
    fn what_was_forgotten_is_never_taken_as_replayed() {
        let (mut lag_tracker, start) = (LagTracker::default(), Instant::now());
        for position in 1..=5_000 {
            lag_tracker.note(after(start, position), position, position * 1_000);
        }
        assert_eq!(lag_tracker.samples.len(), SAMPLES_MAX);
        assert_eq!(lag_tracker.lag(2_000, after(start, 5_000)), Lag { writes: None, lag: Duration::MAX });
    }
}
