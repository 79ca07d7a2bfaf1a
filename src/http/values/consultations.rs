//! Values of consultations: what a comment and a reply are, and the names of lines.

use super::{
    choices::{choice, chosen},
    schema::pattern,
    value::{Invalid, values},
};
use crate::domain::participation::consultation;

values! {
    /// That of the draft.
    ConsultationId(String), "ConsultationId", pattern("A d and 10 letters or digits.", "^d[0-9A-Za-z]{10}$"),
        |text| {
            let digits = text.strip_prefix('d').unwrap_or_default();
            let fits = digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let fault = || Invalid::value((
                "el id de una consulta es el del borrador, como d7Hq2LxV0aB", "a consultation's id is that of its draft, such as d7Hq2LxV0aB",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    CommentId(String), "CommentId", pattern("A k and 12 hexadecimal digits.", "^k[0-9a-f]{12}$"),
        |text| {
            let digits = text.strip_prefix('k').unwrap_or_default();
            let fits = digits.len() == 12 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let fault = || Invalid::value((
                "el id de un comentario es una k y 12 cifras hexadecimales, como k0123456789ab",
                "a comment's id is k and 12 hexadecimal digits, such as k0123456789ab",
            ));
            fits.then(|| text.to_owned()).ok_or_else(fault)
        };

    /// In one version of a draft.
    LineName(consultation::LineId), "LineName", pattern("Draft and version, part, CUM or ID MR, field.", LINE_NAME),
        |text| text.parse().map_err(|_| Invalid::value((
            "una línea es como d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional",
            "a line is like d7Hq2LxV0aB.v1/ceiling/19914312-20/institutional",
        )));

    /// In whatever version.
    LineOfDraft(consultation::LineKey), "LineOfDraft", pattern("Part, CUM or ID MR, field.", LINE_OF_DRAFT),
        |text| text.parse().map_err(|_| Invalid::value((
            "una línea, como ceiling/19914312-20/institutional o head/valid_from",
            "a line, such as ceiling/19914312-20/institutional or head/valid_from",
        )));

    ConsultationState(consultation::ConsultationState), "ConsultationState", choice("Estado de la consulta.", consultation_states()),
        |text| chosen(consultation::ConsultationState::from_code(text), "invalid_value", consultation_states());

    CommentKind(consultation::CommentKind), "CommentKind", choice("Lo que dice el comentario.", comment_kinds()),
        |text| chosen(consultation::CommentKind::from_code(text), "invalid_value", comment_kinds());

    CommentDisposition(consultation::CommentDisposition), "CommentDisposition", choice("Lo que se responde al comentario.", comment_dispositions()),
        |text| chosen(consultation::CommentDisposition::from_code(text), "invalid_value", comment_dispositions());
}

const LINE_NAME: &str = r"^d[0-9A-Za-z]{10}\.v[1-9][0-9]{0,5}/(head/[a-z_]{1,40}|market/[0-9A-Za-z-]{1,20}/[a-z_]{1,40}|ceiling/[1-9][0-9]{0,8}-[0-9]{1,4}/[a-z_]{1,40})$";
const LINE_OF_DRAFT: &str =
    "^(head/[a-z_]{1,40}|market/[0-9A-Za-z-]{1,20}/[a-z_]{1,40}|ceiling/[1-9][0-9]{0,8}-[0-9]{1,4}/[a-z_]{1,40})$";

fn consultation_states() -> impl Iterator<Item = &'static str> {
    consultation::ConsultationState::ALL.iter().map(|state| state.code())
}

fn comment_kinds() -> impl Iterator<Item = &'static str> {
    consultation::CommentKind::ALL.iter().map(|kind| kind.code())
}

fn comment_dispositions() -> impl Iterator<Item = &'static str> {
    consultation::CommentDisposition::ALL.iter().map(|disposition| disposition.code())
}
