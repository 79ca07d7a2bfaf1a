//! RFC 9457 problem details: the only error body this service ever sends.

use serde::Serialize;
use utoipa::ToSchema;
use warp::{
    Reply,
    http::{HeaderValue, StatusCode, header},
};

use super::{asked::Fault, language::Language};
use crate::store::error::{RETRY_AFTER, StoreError};

/// What went wrong (RFC 9457). `code` is stable; `title` is in the language asked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    #[schema(example = "/problems/bad_parameter")]
    pub kind: String,
    #[schema(example = "Parámetro mal escrito")]
    pub title: String,
    #[schema(example = 400)]
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[schema(example = "bad_parameter")]
    pub code: &'static str,
    /// Each fault with its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip)]
    titles: (&'static str, &'static str),
    #[serde(skip)]
    allow: Option<String>,
}

/// One fault: where (a query parameter or a JSON pointer), what, and what to write instead.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemError {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "amount")]
    pub parameter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/checks/17/price/amount")]
    pub pointer: Option<String>,
    #[schema(example = "malformed_amount")]
    pub code: &'static str,
    pub detail: String,
}

macro_rules! problems {
    ($($name:ident = $status:ident, $es:literal, $en:literal;)*) => {
        impl Problem {
            $(pub fn $name() -> Self {
                Self::new(StatusCode::$status, stringify!($name), ($es, $en))
            })*
        }
    };
}

problems! {
    route_not_found = NOT_FOUND, "No existe esa ruta", "No such route";
    not_found = NOT_FOUND, "No existe ese recurso", "No such resource";
    bad_parameter_problem = BAD_REQUEST, "Parámetro mal escrito", "Malformed parameter";
    bad_body = BAD_REQUEST, "Cuerpo mal escrito", "Malformed body";
    method_not_allowed = METHOD_NOT_ALLOWED, "Método no permitido", "Method not allowed";
    not_acceptable = NOT_ACCEPTABLE, "Formato no disponible", "Format not available";
    body_too_large = PAYLOAD_TOO_LARGE, "Cuerpo demasiado grande", "Request body too large";
    body_too_slow = REQUEST_TIMEOUT, "El cuerpo llegó demasiado despacio", "Request body arrived too slowly";
    unsupported_media_type = UNSUPPORTED_MEDIA_TYPE, "Tipo de contenido no admitido", "Unsupported media type";
    bad_request = BAD_REQUEST, "Petición mal formada", "Malformed request";
    internal = INTERNAL_SERVER_ERROR, "Error interno", "Internal error";
    timed_out = SERVICE_UNAVAILABLE, "La petición tardó demasiado", "The request took too long";
    database_unavailable = SERVICE_UNAVAILABLE, "La base de datos no está disponible", "The database is not available";
    not_ready = SERVICE_UNAVAILABLE, "El servicio aún no está listo", "The service is not ready";
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, titles: (&'static str, &'static str)) -> Self {
        let code = if code == "bad_parameter_problem" { "bad_parameter" } else { code };
        Self {
            kind: format!("/problems/{code}"),
            title: titles.0.to_owned(),
            status: status.as_u16(),
            detail: None,
            code,
            errors: Vec::new(),
            request_id: None,
            titles,
            allow: None,
        }
    }

    pub fn detail(mut self, detail: impl ToString) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    pub fn allowing(methods: String) -> Self {
        Self { allow: Some(methods), ..Self::method_not_allowed() }
    }

    pub fn bad_parameter(name: &str, code: &'static str, detail: impl ToString) -> Self {
        Self::bad_parameters(vec![Fault { place: name.to_owned(), code, detail: detail.to_string() }])
    }

    pub fn bad_parameters(faults: Vec<Fault>) -> Self {
        let summary = faults.iter().map(|fault| format!("{}: {}", fault.place, fault.detail)).collect::<Vec<_>>().join("; ");
        let error =
            |fault: Fault| ProblemError { parameter: Some(fault.place), pointer: None, code: fault.code, detail: fault.detail };
        Self { errors: faults.into_iter().map(error).collect(), ..Self::bad_parameter_problem().detail(summary) }
    }

    pub fn bad_pointer(pointer: &str, code: &'static str, detail: impl ToString) -> Self {
        Self::bad_pointers(vec![Fault { place: pointer.to_owned(), code, detail: detail.to_string() }])
    }

    pub fn bad_pointers(faults: Vec<Fault>) -> Self {
        let count = faults.len();
        let error =
            |fault: Fault| ProblemError { parameter: None, pointer: Some(fault.place), code: fault.code, detail: fault.detail };
        let errors = faults.into_iter().map(error).collect();
        Self { errors, ..Self::bad_body().detail(format!("{count} fault(s) in the body; nothing was done")) }
    }

    pub fn unknown(what: &str, id: impl std::fmt::Display) -> Self {
        Self::not_found().detail(format!("no {what} {id}"))
    }

    /// Finished at the rim: language and request id.
    pub fn finish(mut self, language: Language, request_id: &str) -> Self {
        self.title = language.pick(self.titles.0, self.titles.1).to_owned();
        self.request_id = Some(request_id.to_owned());
        self
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::CannotWrite(_) => {
                tracing::warn!(error = ?error, "database not available");
                Self::database_unavailable()
            }
            StoreError::Timeout => Self::timed_out(),
            StoreError::Corrupt { .. } | StoreError::Bug(_) => {
                tracing::error!(error = ?error, "answered 500");
                Self::internal()
            }
        }
    }
}

impl Reply for Problem {
    fn into_response(self) -> warp::reply::Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = warp::reply::json(&self).into_response();
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER.as_secs()));
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| HeaderValue::from_str(allow).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response
    }
}
