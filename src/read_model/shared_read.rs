//! One read of the database for all who want the same at the same time.
//!
//! Whoever asks gets what a read found that began after the question, so the answer is as new as one of its own; those who ask while a read
//! is under way share the next one. Under load the statements a request fall below one, and nobody waits longer than for two reads. One that
//! fails, fails for all who waited for it: a database that stands still must not be waited for twice.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::sync::Mutex;

use crate::store::postgres::error::StoreError;

#[derive(Debug)]
pub struct SharedRead<T> {
    /// How many questions there were so far.
    questions: AtomicU64,
    /// Held while a read is under way.
    newest: Mutex<Option<Finished<T>>>,
}

#[derive(Debug)]
struct Finished<T> {
    /// The last question that it answers.
    covers: u64,
    found: Result<T, Failure>,
}

/// What can be said of a failed read to all who shared it.
#[derive(Clone, Debug)]
enum Failure {
    Timeout,
    Busy,
    Other(String),
}

impl<T> Default for SharedRead<T> {
    fn default() -> Self {
        Self { questions: AtomicU64::new(0), newest: Mutex::default() }
    }
}

impl<T: Copy> SharedRead<T> {
    /// What `read` finds, or what another one's read found that began after this call.
    pub async fn read(&self, read: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let question = self.questions.fetch_add(1, Ordering::SeqCst) + 1;
        let mut newest = self.newest.lock().await;
        if let Some(finished) = newest.as_ref().filter(|finished| finished.covers >= question) {
            return finished.found.clone().map_err(StoreError::from);
        }
        let before = self.questions.load(Ordering::SeqCst);
        let found = read.await;
        let covers = if found.is_ok() { before } else { self.questions.load(Ordering::SeqCst) };
        *newest = Some(Finished { covers, found: found.as_ref().map_err(Failure::of).copied() });
        found
    }
}

impl Failure {
    fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Timeout => Self::Timeout,
            StoreError::Busy => Self::Busy,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Timeout => Self::Timeout,
            Failure::Busy => Self::Busy,
            Failure::Other(text) => Self::Unavailable(text.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future::join_all;

    use super::*;

    /// A database whose state rises with every look at it.
    #[derive(Default)]
    struct Rising(AtomicU64);

    impl Rising {
        async fn look(&self) -> Result<u64, StoreError> {
            let began = self.0.fetch_add(1, Ordering::SeqCst) + 1;
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            Ok(began)
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn what_was_read_before_the_question_is_no_answer_and_few_reads_serve_many() {
        let (shared, state) = (Arc::new(SharedRead::default()), Arc::new(Rising::default()));
        let one = |number: u64| {
            let (shared, state) = (shared.clone(), state.clone());
            tokio::spawn(async move {
                tokio::time::sleep(std::time::Duration::from_micros(number * 37 % 9_000)).await;
                let before = state.0.load(Ordering::SeqCst);
                let found = shared.read(state.look()).await.unwrap();
                assert!(found > before, "{found} was read when {before} was known");
            })
        };
        for ended in join_all((0..2_000).map(one)).await {
            ended.unwrap();
        }
        let reads = state.0.load(Ordering::SeqCst);
        assert!((1..500).contains(&reads), "{reads} reads for 2,000 questions");
    }

    #[tokio::test]
    async fn a_failed_read_fails_for_all_who_waited_and_the_next_one_reads_anew() {
        let shared = SharedRead::<u8>::default();
        let failing = async {
            tokio::task::yield_now().await;
            Err(StoreError::Timeout)
        };
        let (first, second) = tokio::join!(shared.read(failing), shared.read(async { Ok(2) }));
        assert!(matches!(first, Err(StoreError::Timeout)));
        assert!(matches!(second, Err(StoreError::Timeout)));
        assert_eq!(shared.read(async { Ok(3) }).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_leaves_the_next_one_to_read() {
        let shared = SharedRead::<u8>::default();
        let never = shared.read(std::future::pending());
        assert!(tokio::time::timeout(std::time::Duration::from_millis(5), never).await.is_err());
        assert_eq!(shared.read(async { Ok(1) }).await.unwrap(), 1);
    }
}
