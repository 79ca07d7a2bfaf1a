//! The lane before hyper: plain questions that memory can answer are read, answered and written here, with nothing in between.
//!
//! Invariant: whatever is not a complete, ordinary GET that memory answers goes to hyper, with every byte that was read, and the
//! connection stays there. So nothing is refused here, and no rule of HTTP has a second reading.

use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep},
};

use super::{Limits, memory::Memory, plain_head, rates::Meter};

/// How a connection leaves the lane.
#[derive(Debug, PartialEq, Eq)]
pub enum Leaves {
    Closed,
    /// With what was read and not answered.
    ForHyper(Vec<u8>),
}

/// Who answers, and who counts what this connection asks.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub memory: &'a Memory,
    pub meter: Meter<'a>,
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
        loop {
            // First a moment for those who just found that a socket takes no more, and have not said so yet.
            tokio::time::sleep(Duration::from_millis(20)).await;
            if self.writing.load(Ordering::SeqCst) == 0 {
                break;
            }
        }
    }
}

/// More answers than this are not gathered for a client who asks ahead.
const GATHERED_BYTES_MAX: usize = 64 * 1024;
/// Room for the head of a usual question; what is longer goes to hyper.
const READ_BYTES: usize = 4 * 1024;
/// Room for a usual answer.
const KEPT_BYTES: usize = 16 * 1024;

thread_local! {
    /// One of each for all connections of a thread: what is read and written over and over stays near the processor.
    static BUFFERS: RefCell<(Box<[u8]>, Vec<u8>)> = RefCell::new((vec![0; READ_BYTES].into(), Vec::with_capacity(KEPT_BYTES)));
}

pub async fn serve(socket: &mut TcpStream, asked: Asked<'_>, limits: &Limits, lanes: &Lanes) -> Leaves {
    let mut patience = Patience::new(limits.header_read_timeout());
    loop {
        let Ok(Some(left)) = exchange(socket, asked, limits.headers_max, &mut patience).await else { return Leaves::Closed };
        if !left.answers.is_empty() {
            lanes.writing.fetch_add(1, Ordering::SeqCst);
            let written = write(socket, &left.answers, limits.write_stall_timeout()).await;
            lanes.writing.fetch_sub(1, Ordering::SeqCst);
            if written.is_err() {
                return Leaves::Closed;
            }
        }
        if !left.asked.is_empty() {
            return Leaves::ForHyper(left.asked);
        }
        if lanes.stopping.load(Ordering::Relaxed) {
            return Leaves::Closed;
        }
    }
}

/// What one reading left over; usually nothing, which takes no memory.
#[derive(Default)]
struct Left {
    /// Not answered.
    asked: Vec<u8>,
    /// Not taken by the socket.
    answers: Vec<u8>,
}

/// Waits for questions, answers them, and writes as much as the socket takes at once. `None` at the end of the stream, and when
/// nothing comes for too long.
async fn exchange(
    socket: &mut TcpStream,
    asked_of: Asked<'_>,
    headers_max: usize,
    patience: &mut Patience,
) -> io::Result<Option<Left>> {
    let mut since = None;
    poll_fn(|context| {
        let exchanged = BUFFERS.with_borrow_mut(|(asked, answers)| {
            let mut asked = ReadBuf::new(asked);
            ready!(Pin::new(&mut *socket).poll_read(context, &mut asked))?;
            Poll::Ready(Ok(respond(socket, asked_of, asked.filled(), headers_max, answers)))
        });
        if exchanged.is_ready() {
            return exchanged;
        }
        patience.poll(*since.get_or_insert_with(Instant::now), context).map(|()| Ok(None))
    })
    .await
}

fn respond(socket: &TcpStream, of: Asked<'_>, asked: &[u8], headers_max: usize, answers: &mut Vec<u8>) -> Option<Left> {
    if asked.is_empty() {
        return None;
    }
    answers.clear();
    let answered = answer_all(of, asked, headers_max, answers);
    let written = if answers.is_empty() { 0 } else { socket.try_write(answers).unwrap_or_default() };
    let left = Left { asked: asked[answered..].to_vec(), answers: answers[written..].to_vec() };
    answers.shrink_to(KEPT_BYTES);
    Some(left)
}

/// Answers one question after the other, and returns where those end that were answered.
fn answer_all(of: Asked<'_>, asked: &[u8], headers_max: usize, answers: &mut Vec<u8>) -> usize {
    let mut start = 0;
    while start < asked.len() && answers.len() < GATHERED_BYTES_MAX {
        let Some(question) = plain_head::read(&asked[start..], headers_max) else { break };
        if !of.memory.write(&question, of.meter, answers) {
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

/// A reader who takes nothing is given up.
async fn write(socket: &mut TcpStream, mut answers: &[u8], patience: Duration) -> io::Result<()> {
    while !answers.is_empty() {
        let written = tokio::time::timeout(patience, socket.write(answers)).await??;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        answers = &answers[written..];
    }
    Ok(())
}
