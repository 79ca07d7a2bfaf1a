//! The words of each message: Spanish first, English below, plain text, and nothing that its reader may not see in the work area.

use super::outbox::MailKind;

/// Subject and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailWords {
    pub subject: String,
    pub text: String,
}

/// What a message speaks of.
#[derive(Clone, Copy, Debug)]
pub struct MailFacts<'a> {
    pub kind: MailKind,
    /// Of a confirmation, the code.
    pub subject: &'a str,
    pub detail: &'a str,
    /// The scheme and host of the service, without a slash at the end.
    pub origin: &'a str,
}

pub fn write(facts: &MailFacts<'_>) -> MailWords {
    let MailFacts { kind, subject, detail, origin } = *facts;
    let path = match kind {
        MailKind::ConfirmAddress => format!("/trabajo/correo?codigo={subject}"),
        MailKind::CaseNotified | MailKind::CaseReplyDue | MailKind::CaseDecided => format!("/trabajo/casos/{subject}"),
        MailKind::SubmissionEnded => format!("/trabajo/envios/{subject}"),
        MailKind::KeyRequested | MailKind::KeyConfirmed | MailKind::KeyRevoked => format!("/trabajo/personas/{subject}"),
    };
    let (title, es, en) = sentences(kind, subject, detail);
    let (why_es, why_en) = (
        "Recibe este correo porque dio esta dirección en el área de trabajo; allí la puede quitar.",
        "You get this message because you gave this address in the work area; you can remove it there.",
    );
    let why = if kind == MailKind::ConfirmAddress { String::new() } else { format!("{why_es}\n{origin}/trabajo/correo\n\n") };
    let why_below =
        if kind == MailKind::ConfirmAddress { String::new() } else { format!("{why_en}\n{origin}/trabajo/correo?lang=en\n") };
    let mark = if path.contains('?') { '&' } else { '?' };
    let text = format!("{es}\n\n{origin}{path}\n\n{why}--- English ---\n\n{en}\n\n{origin}{path}{mark}lang=en\n\n{why_below}");
    MailWords { subject: format!("Termómetro: {title}"), text }
}

/// The title, and what is said in Spanish and in English.
fn sentences(kind: MailKind, subject: &str, detail: &str) -> (String, String, String) {
    match kind {
        MailKind::ConfirmAddress => (
            "confirme su dirección / confirm your address".to_owned(),
            "Alguien que tiene una llave de Termómetro dio esta dirección para recibir avisos. Si fue usted, abra esta página, entre y confírmela en los tres días siguientes. Si no fue usted, no haga nada: no recibirá nada más.".to_owned(),
            "Somebody who holds a key of Termómetro gave this address to get messages. If it was you, open this page, sign in and confirm it within three days. If it was not you, do nothing: nothing else will be sent.".to_owned(),
        ),
        MailKind::CaseNotified => (
            format!("caso {subject} notificado / case {subject} notified"),
            format!("Se le notificó el caso {subject}. {}", if detail.is_empty() { "Puede responder en la página del caso.".to_owned() } else { format!("Puede responder hasta el {detail}.") }),
            format!("Case {subject} was notified to you. {}", if detail.is_empty() { "You may reply on the page of the case.".to_owned() } else { format!("You may reply until {detail}.") }),
        ),
        MailKind::CaseReplyDue => (
            format!("el plazo del caso {subject} termina el {detail} / the term of case {subject} ends on {detail}"),
            format!("El caso {subject} no tiene respuesta suya. El último día para responder es el {detail}."),
            format!("Case {subject} has no reply of yours. The last day to reply is {detail}."),
        ),
        MailKind::CaseDecided => {
            let (es, en) = if detail == "confirmed" { ("confirmado", "confirmed") } else { ("desestimado", "dismissed") };
            (
                format!("caso {subject} decidido / case {subject} decided"),
                format!("El caso {subject} fue {es}. Las razones están en la página del caso."),
                format!("Case {subject} was {en}. The reasons are on the page of the case."),
            )
        }
        MailKind::SubmissionEnded => {
            let (es, en) = match detail {
                "accepted" => ("se aceptó completo; su recibo está en la página", "was accepted as a whole; its receipt is on the page"),
                "refused" => ("no se aceptó; la página dice por qué", "was refused; the page says why"),
                _ => ("se aceptó en parte; las filas con errores están en la página", "was accepted in part; the rows with faults are on the page"),
            };
            (
                format!("envío {subject} validado / submission {subject} validated"),
                format!("El envío {subject} {es}."),
                format!("Submission {subject} {en}."),
            )
        }
        MailKind::KeyRequested => (
            "se hizo una llave a su nombre / a key was made in your name".to_owned(),
            format!("Se pidió o hizo la llave {subject} a su nombre. Si no la espera, revóquela o avise a quien opera el servicio."),
            format!("Key {subject} was requested or made in your name. If you do not expect it, revoke it or tell whoever runs the service."),
        ),
        MailKind::KeyConfirmed => (
            "se confirmó una llave a su nombre / a key was confirmed in your name".to_owned(),
            format!("Se confirmó la llave {subject} a su nombre: ya abre. Si no la espera, revóquela o avise a quien opera el servicio."),
            format!("Key {subject} was confirmed in your name: it opens now. If you do not expect it, revoke it or tell whoever runs the service."),
        ),
        MailKind::KeyRevoked => (
            "se revocó una llave suya / a key of yours was revoked".to_owned(),
            format!("Se revocó la llave {subject}, que estaba a su nombre: ya no abre nada. Si no lo esperaba, avise a quien opera el servicio."),
            format!("Key {subject}, which was in your name, was revoked: it opens nothing any more. If you did not expect it, tell whoever runs the service."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_said_in_both_languages_with_its_page() {
        for kind in MailKind::ALL {
            let facts = MailFacts { kind: *kind, subject: "c000001", detail: "2026-12-15", origin: "https://t.example" };
            let MailWords { subject, text } = write(&facts);
            assert!(subject.starts_with("Termómetro: ") && subject.contains(" / ") && !subject.contains('\n'), "{subject}");
            let (es, en) = text.split_once("--- English ---").unwrap();
            for part in [es, en] {
                assert!(part.contains("https://t.example/trabajo/") && part.contains("c000001"), "{text}");
            }
            assert!(en.contains("lang=en") && !es.contains("lang=en"), "{text}");
            assert_eq!(MailKind::from_code(kind.code()), Some(*kind));
        }
    }

    #[test]
    fn a_term_and_a_decision_are_stated() {
        let said = |kind, detail| write(&MailFacts { kind, subject: "c1", detail, origin: "https://t.example" }).text;
        assert!(said(MailKind::CaseNotified, "2026-12-15").contains("hasta el 2026-12-15"));
        assert!(said(MailKind::CaseDecided, "confirmed").contains("fue confirmado"));
        assert!(said(MailKind::CaseDecided, "dismissed").contains("was dismissed"));
        assert!(said(MailKind::SubmissionEnded, "partly_quarantined").contains("se aceptó en parte"));
    }
}
