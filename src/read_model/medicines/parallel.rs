//! Runs tasks on all processors: each thread takes the next task when it is free.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// The results of tasks 0 to `tasks` - 1, in order.
pub fn in_parallel<T: Send>(tasks: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return done;
            }
            done.push((task, work(task)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(tasks);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::in_parallel;

    #[test]
    fn every_task_is_done_once_and_results_stand_in_order() {
        for tasks in [0, 1, 5, 1_000] {
            assert_eq!(in_parallel(tasks, |task| task), (0..tasks).collect::<Vec<_>>(), "{tasks} tasks");
        }
    }
}
