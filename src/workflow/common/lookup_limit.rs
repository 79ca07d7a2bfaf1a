//! How often one holder may try something in a minute or an hour: have names looked up, so that the answers of this service are no way to try out the
//! names of its network; or sign in, so that they are no way to try out keys.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

const LOOKUPS_MAX: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
const HOLDERS_MAX: usize = 10_000;

#[derive(Default)]
pub struct LookupLimit {
    /// Begin, length and what is taken.
    windows: Mutex<HashMap<String, (Instant, Duration, u32)>>,
}

impl LookupLimit {
    /// Takes one look-up.
    ///
    /// # Errors
    /// With the seconds until the next one when there is none left.
    pub fn take(&self, holder: &str) -> Result<(), u32> {
        self.take_of(LOOKUPS_MAX, holder)
    }

    /// Takes one of so many a minute.
    ///
    /// # Errors
    /// As [`LookupLimit::take`].
    pub fn take_of(&self, most: u32, holder: &str) -> Result<(), u32> {
        self.take_within(WINDOW, most, holder)
    }

    /// Takes one of so many in a window of this length.
    ///
    /// # Errors
    /// As [`LookupLimit::take`].
    pub fn take_within(&self, window: Duration, most: u32, holder: &str) -> Result<(), u32> {
        self.take_at((window, most), holder, Instant::now())
    }

    fn take_at(&self, (window, most): (Duration, u32), holder: &str, now: Instant) -> Result<(), u32> {
        let Ok(mut windows) = self.windows.lock() else { return Ok(()) };
        if windows.len() >= HOLDERS_MAX {
            windows.retain(|_, (since, length, _)| now.duration_since(*since) < *length);
        }
        let (since, _, taken) = windows.entry(holder.to_owned()).or_insert((now, window, 0));
        let passed = now.duration_since(*since);
        if passed >= window {
            (*since, *taken) = (now, 0);
        }
        if *taken < most {
            *taken += 1;
            return Ok(());
        }
        Err(u32::try_from(window.saturating_sub(passed).as_secs()).unwrap_or(u32::MAX).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holder_has_a_few_a_minute() {
        let (limit, start) = (LookupLimit::default(), Instant::now());
        for _ in 0..LOOKUPS_MAX {
            assert_eq!(limit.take_at((WINDOW, LOOKUPS_MAX), "p1", start), Ok(()));
        }
        assert_eq!(limit.take_at((WINDOW, LOOKUPS_MAX), "p1", start + Duration::from_secs(20)), Err(40));
        assert_eq!(limit.take_at((WINDOW, LOOKUPS_MAX), "p2", start), Ok(()));
        assert_eq!(limit.take_at((WINDOW, LOOKUPS_MAX), "p1", start + WINDOW), Ok(()));
        let hour = 60 * WINDOW;
        assert_eq!(limit.take_at((hour, 1), "p3", start), Ok(()));
        assert_eq!(limit.take_at((hour, 1), "p3", start + WINDOW), Err(59 * 60));
        assert_eq!(limit.take_at((hour, 1), "p3", start + hour), Ok(()));
    }
}
