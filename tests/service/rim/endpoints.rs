//! Endpoints that exist only to be asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};
use termometro::http::{
    Answer, Endpoint, Problem, Request,
    base::csv::CsvText,
    openapi::document::UniversalParameters,
    request::{negotiate::Format, pagination::PageParameters},
    routing::deprecation::Deprecated,
    values::numbers::Whole,
};
use utoipa::{IntoParams, OpenApi, ToSchema};

#[derive(Clone, Default)]
pub struct State {
    pub unready: Arc<AtomicBool>,
    /// Requests wait for the database.
    pub queueing: Arc<AtomicBool>,
    pub data_version: Arc<std::sync::atomic::AtomicUsize>,
}

impl State {
    pub fn ready(&self) -> Result<(), Problem> {
        if self.unready.load(Ordering::Relaxed) { Err(Problem::database_unavailable()) } else { Ok(()) }
    }
}

/// Every module here is written as an operation of the product is: one `handler`, its path in its annotation.
macro_rules! api {
    ($($endpoint:ident),* $(,)?) => {
        #[derive(OpenApi)]
        #[openapi(paths($($endpoint::handler),*), modifiers(&UniversalParameters))]
        pub struct TestDocument;

        pub fn endpoints() -> Vec<Endpoint<State>> {
            vec![$(Endpoint::new::<$endpoint::__path_handler, _, _, _>($endpoint::handler)),*]
        }
    };
}

api! { list_things, list_old_things, show_thing, count_bytes, add_checks, panic, sleep, big }

pub mod list_things {
    use super::*;

    #[derive(Deserialize, IntoParams)]
    #[into_params(parameter_in = Query)]
    pub struct Query {
        /// Starts with.
        pub name: Option<String>,
        #[param(value_type = Option<u16>)]
        pub year: Option<Whole<0, 9999>>,
    }

    #[derive(Serialize, ToSchema)]
    pub struct Things {
        data: Vec<String>,
        next_cursor: Option<String>,
    }

    /// Twenty things named by their number.
    #[utoipa::path(get, operation_id = "list_things", path = "/v1/things", params(Query, PageParameters),
        responses((status = 200, content((Things = "application/json"), (String = "text/csv"))),
            (status = "4XX", body = Problem, content_type = "application/problem+json")))]
    pub async fn handler(state: State, request: Request) -> Result<Answer, Problem> {
        let query: Query = request.query()?;
        let page = request.page()?;
        let version = state.data_version.load(Ordering::Relaxed).to_string();
        let validator = request.validator(&[&version]);
        if let Some(answer) = validator.not_modified() {
            return Ok(answer);
        }
        let after: Option<u32> = page.after()?;
        let prefix = query.name.or(query.year.map(|Whole(year)| year.to_string())).unwrap_or_default();
        let first = after.map_or(0, |after| after + 1);
        let numbers: Vec<u32> = (first..20).filter(|number| number.to_string().starts_with(&prefix)).take(page.limit).collect();
        let last = numbers.last().filter(|last| **last < 19);
        let next_cursor = last.map(|last| page.cursor_after(last)).transpose()?;
        let answer = match request.format {
            Format::Json => {
                let data = numbers.iter().map(u32::to_string).collect();
                Answer::json(&Things { data, next_cursor: next_cursor.clone() })?
            }
            _ => {
                let mut csv = CsvText::new(&["number", "name"]);
                for number in numbers {
                    csv.number(&number.to_string()).text(&format!("=thing {number}")).end_row();
                }
                Answer::csv(csv.into_bytes())
            }
        };
        Ok(page.link(validator.apply(answer), next_cursor.as_deref()))
    }
}

/// What `list_things` does better.
pub const DEPRECATED: &[Deprecated] = &[Deprecated {
    operation: "list_old_things",
    since: jiff::civil::date(2027, 1, 1),
    sunset: jiff::civil::date(2027, 7, 1),
    successor: "/v1/things",
    guide: "/docs/old-things",
}];

pub mod list_old_things {
    use super::*;

    /// As `list_things`, in the old way.
    #[utoipa::path(get, operation_id = "list_old_things", path = "/v1/old-things", params(PageParameters),
        responses((status = 200, body = Vec<u32>)))]
    pub async fn handler(_: State, request: Request) -> Result<Answer, Problem> {
        let page = request.page()?;
        let validator = request.validator(&["1"]);
        if let Some(answer) = validator.not_modified() {
            return Ok(answer);
        }
        let cursor = page.cursor_after(&1)?;
        Ok(page.link(validator.apply(Answer::json(&[1])?), Some(&cursor)))
    }
}

pub mod show_thing {
    use super::*;

    #[utoipa::path(get, operation_id = "show_thing", path = "/v1/things/{number}", params(("number" = u32, Path)),
        responses((status = 200, body = String)))]
    pub async fn handler(_: State, request: Request) -> Result<Answer, Problem> {
        let number: u32 = request.path("number")?;
        if number > 19 {
            return Err(Problem::not_found(("la cosa", "thing"), number));
        }
        Answer::json(&format!("thing {number} for {}", request.context.peer.unwrap().ip()))
    }
}

pub mod count_bytes {
    use super::*;

    #[utoipa::path(post, operation_id = "count_bytes", path = "/v1/things/{number}", params(("number" = u32, Path)),
        responses((status = 200, body = usize)))]
    pub async fn handler(_: State, mut request: Request) -> Result<Answer, Problem> {
        Answer::json(&request.body(1000).await?.len())
    }
}

pub mod add_checks {
    use super::*;

    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Checks {
        checks: Vec<Check>,
    }

    #[derive(Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    pub struct Check {
        amount: String,
    }

    #[utoipa::path(post, operation_id = "add_checks", path = "/v1/checks", request_body = Checks,
        responses((status = 200, body = usize)))]
    pub async fn handler(_: State, mut request: Request) -> Result<Answer, Problem> {
        let checks: Checks = request.json(1000).await?;
        Answer::json(&checks.checks.iter().map(|check| check.amount.len()).sum::<usize>())
    }
}

pub mod panic {
    use super::*;

    #[utoipa::path(get, operation_id = "panic", path = "/v1/panic", responses((status = 200)))]
    pub async fn handler(_: State, _: Request) -> Result<Answer, Problem> {
        panic!("secret reason");
    }
}

pub mod sleep {
    use super::*;

    #[utoipa::path(get, operation_id = "sleep", path = "/v1/sleep/{ms}", params(("ms" = u64, Path)), responses((status = 200)))]
    pub async fn handler(_: State, request: Request) -> Result<Answer, Problem> {
        tokio::time::sleep(Duration::from_millis(request.path("ms")?)).await;
        Ok(Answer::text("slept"))
    }
}

pub mod big {
    use super::*;

    #[utoipa::path(get, operation_id = "big", path = "/v1/big/{kilobytes}", params(("kilobytes" = usize, Path)),
        responses((status = 200)))]
    pub async fn handler(_: State, request: Request) -> Result<Answer, Problem> {
        let kilobytes: usize = request.path("kilobytes")?;
        let validator = request.validator(&["1"]);
        if let Some(answer) = validator.not_modified() {
            return Ok(answer);
        }
        Ok(validator.apply(Answer::text("termómetro ".repeat(kilobytes * 1024 / 12))))
    }
}
