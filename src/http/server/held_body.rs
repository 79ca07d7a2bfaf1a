//! A body that keeps what its answer needs until it is sent: its share of the memory for large answers, and the permit of a download.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use hyper::body::{Body, Frame, SizeHint};

use crate::http::{access::fair_share::Share, base::answer::HeldUntilSent};

pub struct HeldBody<B> {
    body: B,
    _held: (Option<Share>, Option<HeldUntilSent>),
}

impl<B> HeldBody<B> {
    pub(super) fn new(body: B, held: (Option<Share>, Option<HeldUntilSent>)) -> Self {
        Self { body, _held: held }
    }
}

impl<B: Body + Unpin> Body for HeldBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
