//! The parameters `as_of` and `known_at`: the day in question, and the state of knowledge.

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::{
    App, Problem,
    values::{
        calendar::{Day, Instant},
        value::Invalid,
    },
};

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct KnownAt {
    /// Answer only from what this service knew at that instant (RFC 3339).
    #[param(value_type = Option<Instant>, example = "2026-11-23T00:00:00Z")]
    known_at: Option<String>,
}

impl KnownAt {
    /// Whether everything known until now is wanted.
    pub fn is_now(&self) -> bool {
        self.known_at.is_none()
    }

    pub fn read(&self, app: &App) -> Result<Option<Timestamp>, Problem> {
        known_at(app, self.known_at.as_deref())
    }
}

/// The day in question, and the state of knowledge.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// The day whose law is asked for; today in Bogotá when absent.
    #[param(example = "2020-06-15")]
    as_of: Option<Day>,
    /// Answer only from what this service knew at that instant (RFC 3339).
    #[param(value_type = Option<Instant>)]
    known_at: Option<String>,
}

impl AsOf {
    /// Whether it is of today, as known now.
    pub fn is_now(&self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }

    pub fn read(self, app: &App) -> Result<(Date, Option<Timestamp>), Problem> {
        Ok((day(app, self.as_of), known_at(app, self.known_at.as_deref())?))
    }
}

/// Today in Bogotá when absent.
pub fn day(app: &App, day: Option<Day>) -> Date {
    day.map_or_else(|| app.today(), |Day(day)| day)
}

/// An instant that has been: it is read after the other parameters, since that depends on the clock.
pub fn known_at(app: &App, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let future = ("de un instante que no ha sido nada se puede saber", "nothing can be known at an instant that has not been");
    let read = text.map(|text| match text.parse() {
        Ok(Instant(instant)) if instant > app.now() => Err(Invalid::new("in_the_future", future)),
        read => read.map(|Instant(instant)| instant),
    });
    read.transpose().map_err(|Invalid { code, detail }| Problem::bad_parameter("known_at", code, detail))
}
