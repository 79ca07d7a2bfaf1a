//! The very front of a connection's service: what memory knows is answered here, before layers, futures and routes.

use std::{convert::Infallible, future::Ready, pin::Pin};

use bytes::Bytes;
use futures_util::{TryFutureExt, future};
use http_body_util::{Either, Full};
use hyper::{
    Request, Response, StatusCode,
    body::Incoming,
    header::{ACCEPT_ENCODING, CONNECTION, HeaderValue},
    service::Service,
};

use super::hot::Hot;

pub struct Front<Behind> {
    hot: Hot,
    headers_max: usize,
    behind: Behind,
}

impl<Behind> Front<Behind> {
    pub fn new(hot: Hot, headers_max: usize, behind: Behind) -> Self {
        Self { hot, headers_max, behind }
    }
}

/// What comes from behind is boxed, so that what is answered here is small and quickly passed on.
type Answer<Body> = Response<Either<Full<Bytes>, Pin<Box<Body>>>>;
type Pending<Body> = Pin<Box<dyn Future<Output = Result<Answer<Body>, Infallible>> + Send>>;

impl<Behind, Body> Service<Request<Incoming>> for Front<Behind>
where
    Behind: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send + 'static>,
    Body: 'static,
{
    type Response = Answer<Body>;
    type Error = Infallible;
    type Future = future::Either<Ready<Result<Answer<Body>, Infallible>>, Pending<Body>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let now = |response: Response<Bytes>| {
            future::Either::Left(std::future::ready(Ok(response.map(|body| Either::Left(Full::new(body))))))
        };
        if request.headers().len() > self.headers_max {
            return now(too_many_headers());
        }
        let plain = !request.headers().contains_key(ACCEPT_ENCODING);
        if let Some(hot) = plain.then(|| self.hot.answer(&request)).flatten() {
            return now(hot);
        }
        let behind = self.behind.call(request).map_ok(|response| response.map(|body| Either::Right(Box::pin(body))));
        future::Either::Right(Box::pin(behind))
    }
}

/// As hyper answers to a head that is too large. (Its own limit on the number would cost every request an allocation.)
fn too_many_headers() -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
