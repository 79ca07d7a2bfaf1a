//! A socket whose reader must keep a pace: no answer is held in memory for ever for somebody who takes it byte by byte.

use std::{
    future::Future,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

pub(super) struct PacedWriter<S> {
    socket: S,
    /// What is done with a socket that is given up.
    give_up: fn(&S),
    grace: Duration,
    bytes_per_s_min: u64,
    /// Since a write had to wait, and until all that was given is written.
    waiting: Option<Waiting>,
}

struct Waiting {
    until: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl<S: Unpin> PacedWriter<S> {
    pub(super) fn new(socket: S, give_up: fn(&S), grace: Duration, bytes_per_s_min: u64) -> Self {
        Self { socket, give_up, grace, bytes_per_s_min: bytes_per_s_min.max(1), waiting: None }
    }

    /// After a write: a reader earns time with each byte it takes, and never more than the grace.
    fn judge(&mut self, context: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                let millis = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1_000) / self.bytes_per_s_min;
                if let Some(waiting) = &mut self.waiting {
                    waiting.until = (waiting.until + Duration::from_millis(millis)).min(Instant::now() + self.grace);
                }
                Poll::Ready(Ok(bytes))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let until = Instant::now() + self.grace;
                let begin = || Waiting { until, sleep: Box::pin(tokio::time::sleep_until(until)) };
                let waiting = self.waiting.get_or_insert_with(begin);
                waiting.sleep.as_mut().reset(waiting.until);
                ready!(waiting.sleep.as_mut().poll(context));
                (self.give_up)(&self.socket);
                Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes its answer too slowly")))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PacedWriter<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PacedWriter<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(context, parts);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// Called once everything given is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waiting = None;
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const GRACE: Duration = Duration::from_secs(15);

    /// Writes 100,000 bytes to a reader that takes `bytes` of them every second.
    async fn written_to(bytes: usize) -> io::Result<()> {
        let (ours, mut theirs) = tokio::io::duplex(1_000);
        let reading = tokio::spawn(async move {
            let mut taken = vec![0; bytes];
            while bytes > 0 && theirs.read(&mut taken).await.is_ok_and(|read| read > 0) {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            std::future::pending::<()>().await;
        });
        let mut socket = PacedWriter::new(ours, |_| {}, GRACE, 500);
        let written = socket.write_all(&[7; 100_000]).await;
        reading.abort();
        written
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_earns_time_and_one_that_drips_is_given_up() {
        assert!(written_to(900).await.is_ok());
        for bytes in [0, 10, 400] {
            let start = Instant::now();
            assert_eq!(written_to(bytes).await.unwrap_err().kind(), io::ErrorKind::TimedOut, "{bytes}");
            assert!(start.elapsed() >= GRACE && start.elapsed() < Duration::from_secs(120), "{bytes}: {:?}", start.elapsed());
        }
    }
}
