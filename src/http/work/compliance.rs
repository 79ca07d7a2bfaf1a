//! Who had to report and how they stand, with the way to what each of them has sent.

use hyper::StatusCode;
use serde_json::{Value, json};

use super::{
    operation::{Call, permits, read},
    page::{WorkPage, errors_of, shown},
    send::CREATE,
    visit::Visit,
};
use crate::http::{
    App, Endpoint, Problem, Request,
    view::compliance_table::{ChosenRows, values},
};

pub fn endpoints() -> Vec<Endpoint<App>> {
    vec![shown("/trabajo/cumplimiento", show)]
}

async fn show(app: App, request: Request, visit: Visit) -> Result<WorkPage, Problem> {
    let given = |name: &str| request.query_pairs.get(name).unwrap_or_default().trim();
    let operation = Call { name: "show_compliance", path: &[] };
    let (answer, errors, status) = match read(&app, &request, operation, &[("period", given("periodo"))]).await {
        Ok(answer) => (answer, json!([]), StatusCode::OK),
        // A period that cannot be read: the form again, with what is wrong.
        Err(problem) if problem.status() == StatusCode::BAD_REQUEST => {
            let nothing = json!({ "data": [], "period": given("periodo"), "rules": [] });
            (nothing, errors_of(&problem, &request, "periodo")?, StatusCode::BAD_REQUEST)
        }
        Err(problem) => return Err(problem),
    };
    let mut content: Value = values(&answer, ChosenRows { standing: given("estado"), page: given("pagina") });
    content["errors"] = errors;
    content["with_links"] = (!permits(&visit.session.actor, CREATE)).into();
    Ok(WorkPage { status, ..WorkPage::new("work_compliance.html", content) })
}
