//! What the route table costs: the same trivial handler behind 1, 20 and 60 routes.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::sync::Arc;
use termometro::http::{Answer, Endpoint, Limits, Problem, Request, routing::router::router};

async fn answer(_: (), _: Request) -> Result<Answer, Problem> {
    Ok(Answer::text("ok"))
}

fn routes(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut group = c.benchmark_group("router");
    for count in [1, 20, 60] {
        let endpoints =
            (0..count).map(|i| Endpoint::plain(warp::http::Method::GET, &format!("/v1/things{i}/{{id}}"), answer)).collect();
        let service = warp::service(router((), endpoints, Arc::new(Limits::default())));
        let path = format!("/v1/things{}/7", count - 1);
        group.bench_with_input(BenchmarkId::from_parameter(count), &path, |b, path| {
            b.to_async(&runtime).iter(|| async {
                let request = warp::http::Request::builder()
                    .uri(path)
                    .body(warp::hyper::body::Bytes::new())
                    .map(|r| r.map(http_body_util::Full::new));
                tower::ServiceExt::oneshot(service.clone(), request.expect("a request")).await.expect("infallible").status()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, routes);
criterion_main!(benches);
