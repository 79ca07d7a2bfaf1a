//! One key: who made and who confirmed it, and what its owner, a second person or an operator may do with it.

use serde_json::{Value, json};

use super::{
    super::{
        form::{FormFields, ONCE},
        operation::{Call, permits, write},
        page::{FormOutcome, WorkPage, errors_of, once, shown, taken},
        visit::Visit,
    },
    keys::{PATH as LIST, keys},
};
use crate::{
    domain::access::principal::{Actor, Scope},
    http::{App, Endpoint, Problem, Request, view::messages::say},
};

const PATH: &str = "/trabajo/personas/{id}";
/// Fields of the forms.
const STEP: &str = "paso";
const HOLDER: &str = "titular";
const SUBJECT: &str = "sujeto";
const REASON: &str = "motivo";
/// The reason's field in the form that revokes.
const END_REASON: &str = "motivo-fin";
/// What the forms do.
const CONFIRM: &str = "confirm";
const REVOKE: &str = "revoke";

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown(PATH, show), taken(PATH, is_decision, take)]
}

/// From then on somebody makes law with it.
fn is_decision(form: &FormFields) -> bool {
    form.get(STEP) == CONFIRM
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let done = request.query_pairs.get("hecho").is_some();
    page(&app, &request, &visit.session.actor, &FormFields::default(), json!([]), done).await
}

async fn page(
    app: &App,
    request: &Request,
    actor: &Actor,
    typed: &FormFields,
    errors: Value,
    done: bool,
) -> Result<WorkPage, Problem> {
    let id: String = request.path("id")?;
    let found = keys(app, request, true).await?.into_iter().find(|key| key["id"] == id.as_str());
    let key = found.ok_or_else(|| Problem::not_found(("la llave", "key"), &id))?;
    let content = json!({
        "confirms": confirms(actor, &key), "revokes": revokes(actor, &key), "makes": permits(actor, "request_key"),
        "own": key["principal"] == actor.principal.as_str(), "in_use": key["id"] == actor.key.as_str(), "key": key, "errors": errors,
        "done": done, "once": once()?, "typed_step": typed.get(STEP), "typed_holder": typed.get(HOLDER),
        "typed_subject": typed.get(SUBJECT), "typed_reason": typed.get(REASON),
    });
    Ok(WorkPage::new("work_key.html", content))
}

/// A second person: neither who requested it nor whose it is. The operation looks at more.
fn confirms(actor: &Actor, key: &Value) -> bool {
    let had_a_part = [&key["principal"], &key["created_by"]].into_iter().any(|person| *person == actor.principal.as_str());
    key["state"] == "waiting" && key["confirmation"] == "pending" && permits(actor, "confirm_key") && !had_a_part
}

fn revokes(actor: &Actor, key: &Value) -> bool {
    let is_open = key["state"] == "waiting" || key["state"] == "living";
    let may = actor.has(Scope::KeysAdmin) || key["principal"] == actor.principal.as_str();
    is_open && may && key["id"] != actor.key.as_str()
}

async fn take(app: App, request: Request, visit: Visit, form: FormFields) -> Result<FormOutcome, Problem> {
    let id: String = request.path("id")?;
    let (actor, reason, language) = (&visit.session.actor, form.get(REASON), request.language);
    let (name, body, field) = match form.get(STEP) {
        CONFIRM => {
            let subject = Some(form.get(SUBJECT).trim()).filter(|subject| !subject.is_empty());
            ("confirm_key", json!({ "holder": form.get(HOLDER).trim(), "subject": subject, "reason": reason }), REASON)
        }
        REVOKE => ("revoke_key", json!({ "reason": reason }), END_REASON),
        _ => {
            let error = json!([{ "field": "llave", "text": say(language, "work.choose_step", &[]) }]);
            return Ok(FormOutcome::Page(page(&app, &request, actor, &form, error, false).await?.unprocessable()));
        }
    };
    let mut missing = Vec::new();
    if name == "confirm_key" && form.get(HOLDER).trim().is_empty() {
        missing.push(json!({ "field": HOLDER, "text": say(language, "work.write_holder", &[]) }));
    }
    if reason.trim().is_empty() {
        missing.push(json!({ "field": field, "text": say(language, "work.write_reason", &[]) }));
    }
    if !missing.is_empty() {
        return Ok(FormOutcome::Page(page(&app, &request, actor, &form, missing.into(), false).await?.unprocessable()));
    }
    match write(&app, &request, Call { name, path: &[("id", &id)] }, &body, form.get(ONCE)).await {
        Ok(_) => Ok(FormOutcome::Done(format!("{LIST}/{id}?hecho=1&lang={}", language.code()))),
        Err(problem) if problem.status().is_server_error() => Err(problem),
        Err(problem) => {
            let errors = errors_of(&problem, &request, field)?;
            let page = page(&app, &request, actor, &form, errors, false).await?;
            Ok(FormOutcome::Page(WorkPage { status: problem.status(), ..page }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::principal::PrincipalKind;

    fn actor(kind: PrincipalKind, principal: &str) -> Actor {
        let (principal, key, name) = (principal.to_owned(), format!("key of {principal}"), principal.to_owned());
        Actor { principal, key, kind, name, nit: None, scopes: kind.scopes().to_vec() }
    }

    #[test]
    fn who_had_a_part_in_a_key_is_not_offered_to_confirm_it() {
        let key = json!({ "id": "k", "principal": "ana", "created_by": "olga", "state": "waiting", "confirmation": "pending" });
        let (operator, regulator) = (PrincipalKind::Operator, PrincipalKind::Regulator);
        for (kind, who, confirm, revoke) in [
            (operator, "olga", false, true),
            (operator, "ivan", true, true),
            (regulator, "luis", true, false),
            (regulator, "ana", false, true),
            (PrincipalKind::Auditor, "eva", false, false),
        ] {
            let actor = actor(kind, who);
            assert_eq!((confirms(&actor, &key), revokes(&actor, &key)), (confirm, revoke), "{who}");
        }
        let used = json!({ "id": "key of ana", "principal": "ana", "created_by": "olga", "state": "living", "confirmation": "confirmed" });
        assert!(!revokes(&actor(regulator, "ana"), &used), "it is the one that she is signed in with");
    }
}
