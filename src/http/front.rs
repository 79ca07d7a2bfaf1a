//! The very front of a connection's service: what memory knows is answered here, before layers, futures and routes.

use std::{convert::Infallible, future::Ready, sync::Arc};

use bytes::Bytes;
use futures_util::{
    TryFutureExt,
    future::{self, MapOk},
};
use http_body_util::{Either, Full};
use hyper::{Request, Response, body::Incoming, header::ACCEPT_ENCODING, service::Service};

use super::memory::Memory;

pub struct Front<Behind> {
    memory: Option<Arc<Memory>>,
    behind: Behind,
}

impl<Behind> Front<Behind> {
    pub fn new(memory: Option<Arc<Memory>>, behind: Behind) -> Self {
        Self { memory, behind }
    }
}

type Answer<Body> = Response<Either<Full<Bytes>, Body>>;

impl<Behind, Body> Service<Request<Incoming>> for Front<Behind>
where
    Behind: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
{
    type Response = Answer<Body>;
    type Error = Infallible;
    type Future =
        future::Either<Ready<Result<Answer<Body>, Infallible>>, MapOk<Behind::Future, fn(Response<Body>) -> Answer<Body>>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let plain = self.memory.as_ref().filter(|_| !request.headers().contains_key(ACCEPT_ENCODING));
        if let Some(hot) = plain.and_then(|memory| memory.answer(&request)) {
            return future::Either::Left(std::future::ready(Ok(hot.map(|body| Either::Left(Full::new(body))))));
        }
        let mark: fn(Response<Body>) -> Answer<Body> = |response| response.map(Either::Right);
        future::Either::Right(self.behind.call(request).map_ok(mark))
    }
}
