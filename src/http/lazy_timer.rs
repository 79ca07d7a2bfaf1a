//! hyper's deadline for the head of a request, with one alarm a connection that is set anew only when it rings.
//!
//! Setting and taking away an alarm in the runtime for every request would cost more than answering it from memory.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};

/// One for each connection: its alarm wakes the task that polled last.
#[derive(Clone, Default)]
pub struct LazyTimer(Arc<Mutex<Option<Alarm>>>);

struct Alarm {
    rings: Pin<Box<tokio::time::Sleep>>,
    at: Instant,
}

impl Timer for LazyTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(Instant::now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(LazySleep { timer: self.clone(), deadline })
    }
}

struct LazySleep {
    timer: LazyTimer,
    deadline: Instant,
}

impl Sleep for LazySleep {}

impl Future for LazySleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.timer.0.lock().unwrap_or_else(PoisonError::into_inner);
        let alarm = alarm
            .get_or_insert_with(|| Alarm { rings: Box::pin(tokio::time::sleep_until(self.deadline.into())), at: self.deadline });
        // An alarm of an earlier request rings too early, never too late.
        if alarm.at > self.deadline {
            alarm.rings.as_mut().reset(self.deadline.into());
            alarm.at = self.deadline;
        }
        while alarm.rings.as_mut().poll(cx).is_ready() {
            if alarm.at >= self.deadline {
                return Poll::Ready(());
            }
            alarm.rings.as_mut().reset(self.deadline.into());
            alarm.at = self.deadline;
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_sleep_ends_at_its_own_time() {
        let (timer, start) = (LazyTimer::default(), Instant::now());
        let ms = Duration::from_millis;
        // Taken away before it rings, as for a request that came in time.
        let early = timer.sleep_until(start + ms(20));
        assert!(tokio::time::timeout(ms(5), early).await.is_err());
        timer.sleep_until(start + ms(60)).await;
        assert!(start.elapsed() >= ms(60) && start.elapsed() < ms(500), "{:?}", start.elapsed());
        timer.sleep(ms(30)).await;
        assert!(start.elapsed() >= ms(90));
        let far = timer.sleep_until(start + Duration::from_secs(60));
        assert!(tokio::time::timeout(ms(5), far).await.is_err());
        timer.sleep(ms(10)).await;
        assert!(start.elapsed() < ms(900), "{:?}", start.elapsed());
    }
}
