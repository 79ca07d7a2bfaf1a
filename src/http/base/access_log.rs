//! The access log: one structured line per request, without query values and without the caller's address.

use std::time::Duration;

use hyper::{Method, StatusCode};

use super::request_context::Context;

pub fn log(method: &Method, template: &str, status: StatusCode, elapsed: Duration, context: &Context) {
    let duration_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
    let (method, status, request_id) = (method.as_str(), status.as_u16(), &*context.request_id);
    if status >= 500 {
        tracing::error!(target: "access", method, template, status, duration_us, request_id);
    } else {
        tracing::info!(target: "access", method, template, status, duration_us, request_id);
    }
}
