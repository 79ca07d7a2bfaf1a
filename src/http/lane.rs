//! The lane before hyper: plain questions that memory can answer are read, answered and written here, with nothing in between.
//!
//! Invariant: whatever is not a complete, ordinary GET that memory answers goes to hyper, with every byte that was read, and the
//! connection stays there. So nothing is refused here, and no rule of HTTP has a second reading.

use std::{
    future::poll_fn,
    io,
    pin::pin,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    task::Poll,
    time::{Duration, Instant},
};

use hyper::{Request, rt::Timer};
use tokio::{
    io::{AsyncRead, AsyncWriteExt, ReadBuf},
    net::TcpStream,
};

use super::{Limits, lazy_timer::LazyTimer, memory::Memory, plain_head};

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
const READ_BYTES: usize = 4 * 1024;

pub async fn serve(socket: &mut TcpStream, memory: &Memory, limits: &Limits, lanes: &Lanes) -> Leaves {
    let (mut asked, mut answers, timer) = (Vec::new(), Vec::new(), LazyTimer::default());
    loop {
        match read(socket, &mut asked, &timer, limits.header_read_timeout()).await {
            Ok(true) => {}
            Ok(false) | Err(_) => return Leaves::Closed,
        }
        let mut start = 0;
        let mut more = true;
        while more && start < asked.len() && answers.len() < GATHERED_BYTES_MAX {
            more = match plain_head::read(&asked[start..], limits.headers_max) {
                Some((request, length)) if answer(memory, &request, &mut answers) => {
                    start += length;
                    true
                }
                _ => false,
            };
        }
        if !answers.is_empty() {
            lanes.writing.fetch_add(1, Ordering::SeqCst);
            let written = write(socket, &answers, limits.write_stall_timeout()).await;
            lanes.writing.fetch_sub(1, Ordering::SeqCst);
            if written.is_err() {
                return Leaves::Closed;
            }
            answers.clear();
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

fn answer(memory: &Memory, request: &Request<plain_head::NoBody>, out: &mut Vec<u8>) -> bool {
    let Some(response) = memory.answer(request) else { return false };
    plain_head::write(&response, out);
    true
}

/// False at the end of the stream, and when nothing comes for too long.
async fn read(socket: &mut TcpStream, asked: &mut Vec<u8>, timer: &LazyTimer, patience: Duration) -> io::Result<bool> {
    let mut bytes = [0; READ_BYTES];
    let mut buffer = ReadBuf::new(&mut bytes);
    let (deadline, mut alarm) = (Instant::now() + patience, None);
    poll_fn(|context| {
        if let Poll::Ready(read) = pin!(&mut *socket).poll_read(context, &mut buffer) {
            return Poll::Ready(read.map(|()| true));
        }
        alarm.get_or_insert_with(|| timer.sleep_until(deadline)).as_mut().poll(context).map(|()| Ok(false))
    })
    .await
    .map(|in_time| {
        asked.extend_from_slice(buffer.filled());
        in_time && !buffer.filled().is_empty()
    })
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
