//! The cache as a tower service in front of the routes.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::future::Either;
use hyper::Request;
use tower::Service;

use super::AnswerCache;
use crate::http::base::answer::Response;

#[derive(Clone)]
pub struct CacheService<Routes> {
    cache: Option<Arc<AnswerCache>>,
    routes: Routes,
}

impl<Routes> CacheService<Routes> {
    pub fn new(cache: Option<Arc<AnswerCache>>, routes: Routes) -> Self {
        Self { cache, routes }
    }
}

impl<Routes, B> Service<Request<B>> for CacheService<Routes>
where
    Routes: Service<Request<B>, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, Routes::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.routes.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match self.cache.as_ref().and_then(|cache| cache.answer(&request)) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.routes.call(request)),
        }
    }
}
