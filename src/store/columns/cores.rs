//! Work on many things with all processors: each takes the next stretch as soon as it is done with the last.

use std::{
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// What the stretches give, in order. A stretch has at most `size` things.
pub fn by_stretches<T: Send>(things: usize, size: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let (size, next) = (size.max(1), AtomicUsize::new(0));
    let stretches = things.div_ceil(size);
    let one_processor = || {
        let mut done = Vec::new();
        loop {
            let stretch = next.fetch_add(1, Ordering::Relaxed);
            if stretch >= stretches {
                return done;
            }
            done.push((stretch, work(stretch * size..((stretch + 1) * size).min(things))));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(stretches);
    if threads <= 1 {
        return one_processor().into_iter().map(|(_, given)| given).collect();
    }
    let mut done: Vec<(usize, T)> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(one_processor)).collect();
        let mut done = one_processor();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(stretch, _)| *stretch);
    done.into_iter().map(|(_, given)| given).collect()
}

#[cfg(test)]
mod tests {
    use super::by_stretches;

    #[test]
    fn everything_is_done_once_and_told_in_order() {
        for (things, size) in [(0, 5), (1, 5), (5, 5), (101, 7), (1_000, 1)] {
            let told: Vec<usize> = by_stretches(things, size, |stretch| stretch.collect::<Vec<_>>()).concat();
            assert_eq!(told, (0..things).collect::<Vec<_>>(), "{things} in stretches of {size}");
        }
    }
}
