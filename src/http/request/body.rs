//! An unread request body: its reader sets how many bytes it accepts; the time is fixed.

use std::{pin::Pin, sync::Arc};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use hyper::header::{CONTENT_LENGTH, HeaderMap};
use tokio::time::{Instant, timeout_at};

use crate::http::{Limits, Problem};

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, ()>> + Send + Sync>>;

pub struct Body {
    pub(crate) chunks: Chunks,
    pub(crate) limits: Arc<Limits>,
}

impl Body {
    pub fn new<S, B, E>(stream: S, limits: Arc<Limits>) -> Body
    where
        S: Stream<Item = Result<B, E>> + Send + Sync + 'static,
        B: Buf,
    {
        let chunks = stream.map(|chunk| match chunk {
            Ok(mut buffer) => Ok(buffer.copy_to_bytes(buffer.remaining())),
            Err(_) => Err(()),
        });
        Body { chunks: Box::pin(chunks), limits }
    }

    /// Counts what arrives rather than what `Content-Length` promises, so chunked bodies are limited too;
    /// a promise over the limit is refused before anything is read.
    pub async fn read(mut self, headers: &HeaderMap, bytes_max: usize) -> Result<Bytes, Problem> {
        let bytes_max = bytes_max.min(self.limits.body_bytes_max);
        if promised_bytes(headers).is_some_and(|promised| promised > bytes_max as u64) {
            return Err(Problem::body_too_large(bytes_max));
        }
        let start = Instant::now();
        let mut read = BytesMut::new();
        loop {
            let until = start + self.limits.body_time_allowed(read.len());
            let Ok(chunk) = timeout_at(until, self.chunks.next()).await else {
                return Err(Problem::body_too_slow());
            };
            match chunk {
                None => return Ok(read.freeze()),
                Some(Err(())) => return Err(unreadable()),
                Some(Ok(chunk)) if chunk.len() > bytes_max - read.len() => return Err(Problem::body_too_large(bytes_max)),
                Some(Ok(chunk)) => read.extend_from_slice(&chunk),
            }
            if start.elapsed() > self.limits.body_time_allowed(read.len()) {
                return Err(Problem::body_too_slow());
            }
        }
    }
}

pub(crate) fn promised_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

pub(crate) fn unreadable() -> Problem {
    Problem::bad_request(("el cuerpo no llegó completo", "the body did not arrive whole"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// On a clock that moves only when there is nothing to do.
    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_given_up_when_its_time_is_over() {
        // The pause between bytes, the required pace, and the time of failure: after the grace, or at the deadline for a client that keeps the pace.
        for (pause_ms, body_rate_min_bytes_per_s, expected_ms) in
            [(60, 1024, 300), (60, 1, 1_500), (60, 10, 1_500), (10_000, 1, 300)]
        {
            let limits =
                Limits { body_rate_min_bytes_per_s, body_rate_grace_ms: 300, body_read_timeout_ms: 1_500, ..Limits::default() };
            let bytes = futures_util::stream::unfold((), move |()| async move {
                tokio::time::sleep(Duration::from_millis(pause_ms)).await;
                Some((Ok::<_, ()>(Bytes::from_static(b"a")), ()))
            });
            let start = Instant::now();
            let refused = Body::new(bytes, Arc::new(limits)).read(&HeaderMap::new(), 900).await;
            assert!(refused.is_err_and(|problem| format!("{problem:?}").contains("body_too_slow")));
            let taken = start.elapsed().as_millis();
            assert!((expected_ms..expected_ms + 5).contains(&taken), "{pause_ms} {body_rate_min_bytes_per_s}: {taken}");
        }
    }
}
