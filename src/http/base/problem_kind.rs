//! The closed list of problems: a stable code, its status, and its title in both languages.

use hyper::StatusCode;

use crate::http::Language;

#[derive(Debug)]
pub struct ProblemKind {
    pub code: &'static str,
    pub status: StatusCode,
    pub title_es: &'static str,
    pub title_en: &'static str,
}

impl ProblemKind {
    /// Where this kind of problem is explained; also its RFC 9457 `type`.
    pub fn uri(&self) -> String {
        format!("/problems/{}", self.code)
    }

    pub fn title(&self, language: Language) -> &'static str {
        match language {
            Language::Spanish => self.title_es,
            Language::English => self.title_en,
        }
    }

    pub fn from_code(code: &str) -> Option<&'static ProblemKind> {
        ALL.iter().find(|kind| kind.code == code).copied()
    }
}

macro_rules! kinds {
    ($($name:ident $status:ident $code:literal $es:literal $en:literal;)*) => {
        $(pub static $name: ProblemKind =
            ProblemKind { code: $code, status: StatusCode::$status, title_es: $es, title_en: $en };)*
        /// Every problem this service can answer with.
        pub static ALL: &[&ProblemKind] = &[$(&$name),*];
    };
}

kinds! {
    BAD_REQUEST BAD_REQUEST "bad_request" "La petición no es HTTP válido" "The request is not valid HTTP";
    BAD_PARAMETER BAD_REQUEST "bad_parameter" "Hay un parámetro inválido" "A parameter is not valid";
    BAD_BODY BAD_REQUEST "bad_body" "El cuerpo de la petición no es válido" "The request body is not valid";
    ROUTE_NOT_FOUND NOT_FOUND "route_not_found" "Esa ruta no existe" "No such route";
    NOT_FOUND NOT_FOUND "not_found" "No se encontró lo que se pide" "What was asked for was not found";
    GONE GONE "gone" "Eso existió y ya no se guarda" "That was there and is no longer kept";
    METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED "method_not_allowed" "Ese método no se permite aquí" "That method is not allowed here";
    UNAUTHENTICATED UNAUTHORIZED "unauthenticated" "Hace falta una llave vigente" "A live key is needed";
    FORBIDDEN FORBIDDEN "forbidden" "La llave no permite eso" "The key does not allow that";
    SECOND_PERSON_NEEDED FORBIDDEN "second_person_needed" "Eso lo hace otra persona" "Another person must do that";
    CONFLICT CONFLICT "conflict" "El estado actual no lo permite" "The present state does not allow it";
    ACT_OVERLAPS CONFLICT "act_overlaps" "Otro acto ya rige ahí en esas fechas" "Another act already binds there on those dates";
    STALE_VERSION CONFLICT "stale_version" "Alguien lo cambió antes" "Somebody changed it first";
    DUPLICATE_CONTENT CONFLICT "duplicate_content" "Ese contenido ya se recibió" "That content was received before";
    CONSULTATION_NEEDED CONFLICT "consultation_needed" "Falta la consulta, o la razón de no hacerla" "The consultation is missing, or the reason for none";
    CONSULTATION_OPEN CONFLICT "consultation_open" "La consulta del borrador sigue abierta" "The consultation of the draft is still open";
    CONSULTATION_CLOSED CONFLICT "consultation_closed" "La consulta ya cerró" "The consultation is closed";
    DRAFT_VERSION_SUPERSEDED CONFLICT "draft_version_superseded" "El borrador tiene una versión más nueva" "The draft has a newer version";
    COMMENTS_WITHOUT_REPLY CONFLICT "comments_without_reply" "Hay comentarios sin respuesta" "Comments have no reply";
    ACCEPTANCE_NOT_SHOWN CONFLICT "acceptance_not_shown" "Lo aceptado no está en el borrador" "What was accepted is not in the draft";
    LINE_UNKNOWN BAD_REQUEST "line_unknown" "Esa línea no está en el borrador" "That line is not in the draft";
    UNPROCESSABLE UNPROCESSABLE_ENTITY "unprocessable" "El contenido no se puede usar" "The content cannot be used";
    IDEMPOTENCY_KEY_REUSED UNPROCESSABLE_ENTITY "idempotency_key_reused" "La Idempotency-Key es de otra petición" "The Idempotency-Key belongs to another request";
    NOT_ACCEPTABLE NOT_ACCEPTABLE "not_acceptable" "Ese formato no está disponible" "That format is not available";
    PRECONDITION_FAILED PRECONDITION_FAILED "precondition_failed" "Lo pedido cambió entretanto" "What was asked for has changed meanwhile";
    BODY_TOO_SLOW REQUEST_TIMEOUT "body_too_slow" "El cuerpo llega demasiado despacio" "The request body arrives too slowly";
    BODY_TOO_LARGE PAYLOAD_TOO_LARGE "body_too_large" "El cuerpo es demasiado grande" "The request body is too large";
    URI_TOO_LONG URI_TOO_LONG "uri_too_long" "La dirección es demasiado larga" "The address is too long";
    RANGE_NOT_SATISFIABLE RANGE_NOT_SATISFIABLE "range_not_satisfiable" "El archivo no tiene esos bytes" "The file has no such bytes";
    UNSUPPORTED_MEDIA_TYPE UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "El tipo de contenido no se admite" "The content type is not supported";
    TOO_BROAD BAD_REQUEST "too_broad" "La consulta abarca demasiado" "The query is too broad";
    TOO_MANY_REQUESTS TOO_MANY_REQUESTS "too_many_requests" "Demasiadas peticiones en poco tiempo" "Too many requests in a short time";
    INTERNAL INTERNAL_SERVER_ERROR "internal" "Error interno del servicio" "Internal error of the service";
    UNSUPPORTED_TRANSFER_CODING NOT_IMPLEMENTED "unsupported_transfer_coding" "Esa codificación de transferencia no se admite" "That transfer coding is not supported";
    TIMED_OUT SERVICE_UNAVAILABLE "timed_out" "La petición tardó demasiado" "The request took too long";
    OVERLOADED SERVICE_UNAVAILABLE "overloaded" "El servicio está al límite de su capacidad" "The service is at the limit of its capacity";
    DATABASE_UNAVAILABLE SERVICE_UNAVAILABLE "database_unavailable" "La base de datos no responde" "The database does not answer";
    DATABASE_RESTARTING SERVICE_UNAVAILABLE "database_restarting" "La base de datos se está reiniciando" "The database is restarting";
    SCHEMA_OUTDATED SERVICE_UNAVAILABLE "schema_outdated" "La base de datos es de una versión anterior de este programa" "The database is of an older version of this program";
    SCHEMA_NEWER SERVICE_UNAVAILABLE "schema_newer" "La base de datos es de una versión más nueva de este programa" "The database is of a newer version of this program";
    STORAGE_FULL INSUFFICIENT_STORAGE "storage_full" "No queda espacio en el disco del servicio" "No room is left on the disk of the service";
    NOT_READY SERVICE_UNAVAILABLE "not_ready" "El servicio aún no tiene datos publicados" "The service has no published data yet";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    #[test]
    fn codes_are_unique() {
        let codes: HashSet<_> = super::ALL.iter().map(|kind| kind.code).collect();
        assert_eq!(codes.len(), super::ALL.len());
    }
}
