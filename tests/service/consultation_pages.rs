//! Pages of consultations: a draft laid open, a comment by its form, one reply to those alike, and the report.

use serde_json::json;

use crate::{
    consultations::{commented, line, opened},
    pages::{page, text},
    regulators::fresh,
    sessions::{HERE, OURS, field, post, shown, sign_in},
};

const LONG_REPLY: &str = "La Comisión revisó los reportes del último año y los precios de los equivalentes, y deja el precio como está en el proyecto.";

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_lead_from_a_line_to_the_reply_and_the_report() {
    let (world, id) = opened("consultation_pages").await;
    let ours = format!("{HERE}{OURS}");
    assert!(text(&page(&world.now, "/consultas").await.body).contains("Circular 41 de 2027"));
    let one = format!("/consultas/{id}");
    let shown_lines = page(&world.now, &one).await;
    assert!(shown_lines.body.contains("/comentar?linea="), "{}", shown_lines.body);
    for (query, found) in [("cum=1-1", false), ("palabras=nada+asi", false), ("cambiadas=1", false), ("cum=x", false), ("", true)]
    {
        let body = page(&world.now, &format!("{one}?{query}")).await.body;
        assert_eq!(body.contains("/comentar?linea="), found, "{query}");
    }

    let at = line(&id, 1, 1);
    let path = format!("{one}/comentar");
    let typed = [
        ("linea", at.as_str()),
        ("clase", "error_of_fact"),
        ("comentario", "El envase tiene 30 tabletas."),
        ("valor", "1.500,00"),
    ];
    let with_step = |step: &'static str| [("paso", step)].into_iter().chain(typed).collect::<Vec<_>>();
    assert_eq!(post(&world.now, &path, HERE, &with_step("enviar")).await.status, 403, "from another site");
    let missing = post(&world.now, &path, &ours, &[("paso", "revisar")]).await;
    assert!(missing.status == 422 && missing.body.contains("href=\"#comentario\""), "{}", missing.body);
    let check = post(&world.now, &path, &ours, &with_step("revisar")).await;
    assert_eq!(check.status, 200, "{}", check.body);
    let once = field(&check, "una_vez");
    let mut fields = with_step("enviar");
    fields.push(("una_vez", &once));
    let received = post(&world.now, &path, &ours, &fields).await;
    assert!(received.status == 200 && received.body.contains("TMO-"), "{}", received.body);
    let comments = world.now.data(&format!("/v1/consultations/{id}/comments")).await;
    assert_eq!(comments[0]["proposed_value"], "1500.00", "{comments}");
    let (second, ticket) = commented(&world, &id, &at, "El envase  tiene 30 TABLETAS.").await;
    let listed = text(&page(&world.now, &format!("{one}/comentarios?estado=abiertos")).await.body);
    assert!(listed.contains("2 comentarios con las mismas palabras"), "{listed}");

    let cookie = sign_in(&world.now, &world.ana).await;
    let queue = shown(&world.now, &cookie, &format!("/trabajo/consultas/{id}")).await;
    // Those alike stand there once.
    let links: Vec<&str> = queue.body.split("/trabajo/comentarios/").skip(1).map(|rest| &rest[..13]).collect();
    let [first] = links.as_slice() else { panic!("{}", queue.body) };
    assert!(comments[0]["id"] == *first || second == *first, "{links:?}");
    let work_path = format!("/trabajo/comentarios/{first}");
    let work = shown(&world.now, &cookie, &work_path).await;
    let (token, once) = (field(&work, "token"), fresh());
    let signed = format!("{ours}cookie: {cookie}\r\n");
    let mut reply = vec![
        ("token", token.as_str()),
        ("una_vez", &once),
        ("formulario", "respuesta"),
        ("decision", "not_accepted"),
        ("respuesta", "No."),
    ];
    assert_eq!(post(&world.now, &work_path, &signed, &reply).await.status, 422);
    let once = fresh();
    (reply[1], reply[4]) = (("una_vez", once.as_str()), ("respuesta", LONG_REPLY));
    let done = post(&world.now, &work_path, &signed, &reply).await;
    assert_eq!(done.status, 303, "{}", done.body);
    let answered = world.now.data(&format!("/v1/consultations/{id}")).await["consultation"].clone();
    assert_eq!((&answered["without_reply"], &answered["comments"]), (&json!(0), &json!(2)), "both at once: {answered}");
    let report = text(&page(&world.now, &format!("{one}/informe?lang=en")).await.body);
    assert!(report.contains("not accepted") && report.contains("deja el precio"), "{report}");
    let seen = text(&page(&world.now, &format!("/comentarios/{first}")).await.body);
    assert!(seen.contains("no aceptado") && seen.contains("dentro del término"), "{seen}");

    let at = format!("/comentarios/{second}");
    assert_eq!(post(&world.now, &at, &ours, &[("tiquete", "TMO-1")]).await.status, 404);
    let gone = post(&world.now, &at, &ours, &[("tiquete", &ticket)]).await;
    assert!(text(&gone.body).contains("Su comentario está retirado"), "{}", gone.body);

    let more = shown(&world.now, &cookie, &format!("/trabajo/consultas/{id}")).await;
    let (token, once) = (field(&more, "token"), field(&more, "una_vez"));
    let longer = [
        ("token", token.as_str()),
        ("una_vez", &once),
        ("formulario", "ampliar"),
        ("cierra", "2026-12-12"),
        ("motivo", "Lo pidieron los pacientes"),
    ];
    assert_eq!(post(&world.now, &format!("/trabajo/consultas/{id}"), &signed, &longer).await.status, 303);
    assert!(text(&page(&world.now, &one).await.body).contains("Lo pidieron los pacientes"));
    world.now.get("/consultas/d0000000000").await.problem(404, "not_found");
}
