//! The lane before hyper: plain questions that memory can answer are read, answered and written here, with nothing in between.
//!
//! Invariant: whatever is not a complete, ordinary GET that memory answers goes to hyper, with every byte that was read, and the
//! connection stays there. So nothing is refused here, and no rule of HTTP has a second reading.

use std::{
    future::poll_fn,
    io,
    pin::{Pin, pin},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, Sleep},
};

use super::{Limits, memory::Memory, plain_head};

/// How a connection leaves the lane.
#[derive(Debug, PartialEq, Eq)]
pub enum Leaves {
    Closed,
    /// With what was read and not answered.
    ForHyper(Vec<u8>),
}

/// What all lanes of a server know of its end.
#[derive(Debug, Default)]
pub struct Lanes {
    stopping: AtomicBool,
    /// Connections in the middle of an answer.
    writing: AtomicUsize,
}

impl Lanes {
    /// Returns when no answer is half-written; what waits for a question then may be dropped.
    pub async fn drain(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        while self.writing.load(Ordering::SeqCst) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// More answers than this are not gathered for a client who asks ahead.
const GATHERED_BYTES_MAX: usize = 64 * 1024;
/// Room for the head of a usual question.
const READ_BYTES: usize = 1024;
/// Room for a usual answer.
const KEPT_BYTES: usize = 8 * 1024;

pub async fn serve(socket: &mut TcpStream, memory: &Memory, limits: &Limits, lanes: &Lanes) -> Leaves {
    let (mut asked, mut answers) = (Vec::with_capacity(READ_BYTES), Vec::new());
    let mut patience = Patience::new(limits.header_read_timeout());
    loop {
        if !matches!(read(socket, &mut asked, &mut patience).await, Ok(true)) {
            return Leaves::Closed;
        }
        let start = answer_all(memory, &asked, limits.headers_max, &mut answers);
        if !answers.is_empty() {
            lanes.writing.fetch_add(1, Ordering::SeqCst);
            let written = write(socket, &answers, limits.write_stall_timeout()).await;
            lanes.writing.fetch_sub(1, Ordering::SeqCst);
            if written.is_err() {
                return Leaves::Closed;
            }
            answers.clear();
            // Many connections wait; what one of them once needed is not kept for all.
            answers.shrink_to(KEPT_BYTES);
        }
        asked.drain(..start);
        if !asked.is_empty() {
            return Leaves::ForHyper(asked);
        }
        if lanes.stopping.load(Ordering::Relaxed) {
            return Leaves::Closed;
        }
    }
}

/// Answers one question after the other, and returns where those end that were answered.
fn answer_all(memory: &Memory, asked: &[u8], headers_max: usize, answers: &mut Vec<u8>) -> usize {
    let mut start = 0;
    while start < asked.len() && answers.len() < GATHERED_BYTES_MAX {
        let Some(question) = plain_head::read(&asked[start..], headers_max) else { break };
        if !memory.write(&question, answers) {
            break;
        }
        start += question.length;
    }
    start
}

/// How long a connection may say nothing: one alarm for all its questions, set anew only when it rings.
struct Patience {
    most: Duration,
    alarm: Option<Pin<Box<Sleep>>>,
}

impl Patience {
    fn new(most: Duration) -> Self {
        Self { most, alarm: None }
    }

    /// Ready when nothing came since `since` for too long.
    fn poll(&mut self, since: Instant, context: &mut Context<'_>) -> Poll<()> {
        let end = since + self.most;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(end)));
        while alarm.as_mut().poll(context).is_ready() {
            if alarm.deadline() >= end {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(end);
        }
        Poll::Pending
    }
}

/// False at the end of the stream, and when nothing comes for too long.
async fn read(socket: &mut TcpStream, asked: &mut Vec<u8>, patience: &mut Patience) -> io::Result<bool> {
    let mut since = None;
    poll_fn(|context| {
        if let Poll::Ready(read) = pin!(socket.read_buf(asked)).poll(context) {
            return Poll::Ready(read.map(|bytes| bytes > 0));
        }
        patience.poll(*since.get_or_insert_with(Instant::now), context).map(|()| Ok(false))
    })
    .await
}

/// Nearly always one call; a reader who takes nothing is given up.
async fn write(socket: &mut TcpStream, mut answers: &[u8], patience: Duration) -> io::Result<()> {
    if let Ok(written) = socket.try_write(answers) {
        answers = &answers[written..];
    }
    while !answers.is_empty() {
        let written = tokio::time::timeout(patience, socket.write(answers)).await??;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        answers = &answers[written..];
    }
    Ok(())
}
