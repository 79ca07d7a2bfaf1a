//! The day, step by step.

use std::{path::Path, process::Command};

use serde_json::{Value, json};

use crate::{
    client::{Answer, Client},
    kit::program::Program,
};

use super::transcript::{Transcript, excerpt};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const FILE: &str = "sample/submission-lantus-2020-q2.csv";

struct Day {
    program: Program,
    server: Client,
    told: Transcript,
    admin: String,
}

/// Who holds a key, and the name of the shell variable it is in.
struct Person {
    key: String,
    variable: &'static str,
}

impl Day {
    fn keys(&mut self, arguments: &[&str], variable: &'static str) -> Person {
        let admin = (!self.admin.is_empty()).then_some(self.admin.as_str());
        let all: Vec<&str> = ["keys"].iter().chain(arguments).copied().chain(["--json"]).collect();
        let output = self.program.command(&all, admin);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        let key = made["key"].as_str().unwrap().to_owned();
        for (member, name) in [("key", "tmo_live_…"), ("id", "…"), ("principal", "…"), ("expires_at", "…")] {
            self.told.call(made[member].as_str().unwrap(), name);
        }
        let quoted: Vec<String> =
            arguments.iter().map(|one| if one.contains(' ') { format!("\"{one}\"") } else { (*one).to_owned() }).collect();
        self.told.exchange(&format!("termometro keys {} --json", quoted.join(" ")), &made.to_string());
        Person { key, variable }
    }

    fn confirm(&mut self, made: &Person, holder: &str, by: &Person) {
        let id = made.key.split('_').nth(3).unwrap();
        let output = self.program.command(&["keys", "confirm", id, "--holder", holder], Some(&by.key));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let command = format!("TERMOMETRO_ADMIN_KEY=${} termometro keys confirm {id} --holder \"{holder}\"", by.variable);
        self.told.exchange(&command, &String::from_utf8(output.stdout).unwrap());
    }

    /// A GET, told as `curl`.
    async fn get(&mut self, who: Option<&Person>, path: &str, shown: &[&str]) -> Value {
        let (header, told) = bearer(who);
        let answer = self.server.ask("GET", path, &header, None).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let body = answer.json();
        self.told.exchange(&format!("curl \"$URL{path}\"{told}"), &excerpt(&body, shown));
        body
    }

    /// A POST of JSON, told as `curl`.
    async fn post(&mut self, who: &Person, deed: &str, path: &str, body: &Value, status: u16, shown: &[&str]) -> Value {
        let (header, told) = bearer(Some(who));
        let headers = format!("{header}idempotency-key: {deed}\r\ncontent-type: application/json\r\n");
        let answer = self.server.ask("POST", path, &headers, Some(&body.to_string())).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        let told = format!(
            "curl \"$URL{path}\"{told} \\\n    -H 'Idempotency-Key: {deed}' -H 'Content-Type: application/json' \\\n    -d '{body}'"
        );
        self.tell(&told, &answer, shown)
    }

    fn tell(&mut self, command: &str, answer: &Answer, shown: &[&str]) -> Value {
        let body = answer.json();
        self.told.exchange(command, &format!("HTTP {}\n{}", answer.status, excerpt(&body, shown)));
        body
    }
}

fn bearer(who: Option<&Person>) -> (String, String) {
    match who {
        Some(Person { key, variable }) => {
            (format!("authorization: Bearer {key}\r\n"), format!(" -H \"Authorization: Bearer ${variable}\""))
        }
        None => (String::new(), String::new()),
    }
}

const INTRODUCTION: [&str; 2] = [
    "# Un día del regulador\n\nUn recorrido completo, con respuestas reales: la prueba `tests/service/regulators_day` lo hace entero con el programa \
de verdad y escribe esta página. Los datos son la muestra incluida; la «Circular 30 de 2026» y las empresas son inventadas. Lo que cambia \
de una vez a otra (llaves, instantes, firmas) está acortado. `$URL` es `http://127.0.0.1:8080`, con `make run` en otra terminal.\n\n*English: \
[A regulator's day](a-regulators-day.md)*\n",
    "# A regulator's day\n\nThe whole way, with real answers: the test `tests/service/regulators_day` goes all of it with the real program and writes \
this page. The data are the bundled sample; \"Circular 30 de 2026\" and the companies are invented. What differs from run to run (keys, \
instants, signatures) is cut short. `$URL` is `http://127.0.0.1:8080`, with `make run` in another terminal.\n\n*Español: [Un día del \
regulador](un-dia-del-regulador.md)*\n",
];

fn act(valid_from: &str, supersedes: &[&str], amount: &str) -> Value {
    let ceiling = json!({"cum": "19914312-20", "column": "institutional",
        "amount": {"amount": amount, "currency": "COP", "per": "pack"}, "ips_margin": "rule"});
    json!({"title": "Circular 30 de 2026", "valid_from": valid_from, "subject_es": "Ejemplo: baja el precio de una insulina.",
        "subject_en": "Example: lowers the price of one insulin.", "source": "Acta de ejemplo", "supersedes": supersedes,
        "reason": "ejemplo", "ceilings": [ceiling]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_day() {
    let program = tokio::task::spawn_blocking(|| Program::run(&["run"])).await.unwrap();
    let server = Client::at(program.address);
    let told = Transcript::new(INTRODUCTION[0], INTRODUCTION[1]);
    let mut day = Day { program, server, told, admin: String::new() };
    let [ana, luis, reporter, auditor] = keys(&mut day);
    publish(&mut day, &ana, &luis, "2020-05-01", &[], "30000.00", "circular-30").await;
    submit(&mut day, &reporter).await;
    correct(&mut day, &ana, &luis).await;
    let case = open_case(&mut day, &ana, &reporter).await;
    confirm(&mut day, &ana, &luis, &case).await;
    dossier(&mut day, &ana, &case).await;
    afterwards(&mut day, &auditor).await;
    day.told.hold_against(&Path::new(ROOT).join("docs"));
}

fn keys(day: &mut Day) -> [Person; 4] {
    day.told.say(
        "## 1. Llaves\n\nQuien posee la máquina hace una llave que hace otras y vive un día, siempre que no haya viva ninguna así.",
        "## 1. Keys\n\nWhoever owns the machine makes a key that makes others and lives one day, whenever no such key is alive.",
    );
    day.admin = day.keys(&["bootstrap"], "TERMOMETRO_ADMIN_KEY").key;
    let again = day.program.command(&["keys", "bootstrap"], None);
    assert!(!again.status.success(), "a second bootstrap");
    day.told.say(
        "Con ella en `TERMOMETRO_ADMIN_KEY`, dos operadores: hacen las demás llaves, y cada uno confirma las de reguladores que hizo el otro.",
        "With it in `TERMOMETRO_ADMIN_KEY`, two operators: they make all other keys, and each confirms the regulators' keys that the other made.",
    );
    let olga = day.keys(&["create", "--kind", "operator", "--name", "Olga Paz"], "OLGA");
    let ivan = day.keys(&["create", "--kind", "operator", "--name", "Iván Gil"], "IVAN");
    day.told.say(
        "Con la de Olga en `TERMOMETRO_ADMIN_KEY`, una llave para cada persona: dos reguladores, un informante (con su NIT) y un auditor. La de un \
regulador no abre nada hasta que la confirma una segunda persona; aquí, Iván.",
        "With Olga's in `TERMOMETRO_ADMIN_KEY`, a key for each person: two regulators, a reporter (with its NIT) and an auditor. A regulator's opens \
nothing until a second person confirms it; here, Iván.",
    );
    day.admin = olga.key;
    let mut regulator = |name, variable| {
        let made = day.keys(&["create", "--kind", "regulator", "--name", name], variable);
        day.confirm(&made, name, &ivan);
        made
    };
    let (ana, luis) = (regulator("Ana Ruiz", "ANA"), regulator("Luis Mora", "LUIS"));
    let reporter = day.keys(
        &["create", "--kind", "reporter", "--name", "Mayorista SAS", "--nit", "900123456-8", "--actor", "wholesaler"],
        "MAYORISTA",
    );
    let auditor = day.keys(&["create", "--kind", "auditor", "--name", "Contraloría"], "AUDITORA");
    [ana, luis, reporter, auditor]
}

async fn publish(day: &mut Day, ana: &Person, luis: &Person, from: &str, supersedes: &[&str], amount: &str, deed: &str) {
    let first = supersedes.is_empty();
    if first {
        day.told.say(
            "## 2. Un acto, por dos personas\n\nAna redacta. Nadie fuera de los reguladores y auditores lo ve aún.",
            "## 2. An act, by two persons\n\nAna drafts. Nobody but regulators and auditors sees it yet.",
        );
    }
    let body = act(from, supersedes, amount);
    let draft = day
        .post(ana, &format!("{deed}-1"), "/v1/act-drafts", &body, 201, &["/data/id", "/data/act", "/data/state", "/data/digest"])
        .await;
    let (id, digest) = (draft["data"]["id"].as_str().unwrap().to_owned(), draft["data"]["digest"].clone());
    day.told.call(&id, if first { "dBORRADOR01" } else { "dBORRADOR02" });
    day.told.say(
        "Luis mira qué cambiaría: se hace de veras y se deshace.",
        "Luis looks at what would change: it is really done, and undone.",
    );
    let path = format!("/v1/act-drafts/{id}");
    let counts = ["/data/counts/added", "/data/counts/lowered", "/data/counts/raised", "/data/reports"];
    let foreseen = day.get(Some(luis), &format!("{path}/preview"), &counts).await;
    if first {
        day.told.say(
            "Quien redactó o añadió filas no aprueba, use la llave que use.",
            "Whoever drafted or added rows does not approve, whatever key is used.",
        );
        let approval = json!({"digest": digest, "reason": "mío"});
        day.post(ana, &format!("{deed}-2"), &format!("{path}/approval"), &approval, 403, &["/code", "/detail"]).await;
    }
    let approval = json!({"digest": digest, "reason": "revisado contra el acta"});
    let shown = ["/data/state", "/data/approved_by"];
    day.post(luis, &format!("{deed}-3"), &format!("{path}/approval"), &approval, 200, &shown).await;
    let shown = ["/data/act", "/data/version", "/data/valid_from", "/data/reports"];
    let reason = json!({"reason": "aprobado", "no_consultation_reason": "corrección urgente de un error"});
    let done = day.post(luis, &format!("{deed}-4"), &format!("{path}/publication"), &reason, 201, &shown).await;
    assert_eq!(done["data"]["reports"], foreseen["data"]["reports"], "what was foreseen is what happened");
    if first {
        day.told.say(
            "Desde ese instante lo ve todo el mundo, y rige. Quién hizo qué queda en su historia: para todos por números, para quien puede leer \
el borrador por nombres.",
            "From that instant everyone sees it, and it binds. Who did what stays in its history: by numbers for everyone, by names for who may \
read the draft.",
        );
        let steps =
            |index: usize| [format!("/data/history/0/steps/{index}/step"), format!("/data/history/0/steps/{index}/person")];
        let shown: Vec<String> = (0..3).flat_map(steps).collect();
        let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
        let act = day.get(None, "/v1/acts/circular-30-2026", &shown).await;
        let persons: Vec<i64> = (0..3).filter_map(|step| act["data"]["history"][0]["steps"][step]["person"].as_i64()).collect();
        assert_eq!(persons, [1, 2, 2], "Ana drafted, Luis approved and published");
        let names = ["/data/contributors/0/name", "/data/contributors/0/kind", "/data/approved_by"];
        day.get(Some(luis), &path, &names).await;
        let check = "/v1/check?cum=19914312-20&amount=31000&per=pack&date=2020-06&transaction=3&lang=en";
        let shown = ["/data/verdict", "/data/ceiling/act", "/data/ceiling/amount", "/data/excess_percent"];
        let verdict = day.get(None, check, &shown).await;
        assert_eq!(
            (verdict["data"]["verdict"].as_str(), verdict["data"]["excess_percent"].as_str()),
            (Some("above"), Some("3.3333"))
        );
    }
}

async fn submit(day: &mut Day, reporter: &Person) {
    day.told.say(
        "## 3. Un informante reporta\n\nEl mayorista envía su trimestre de Lantus. La respuesta trae el recibo firmado.",
        "## 3. A reporter reports\n\nThe wholesaler sends its quarter of Lantus. The answer holds the signed receipt.",
    );
    let body = std::fs::read(Path::new(ROOT).join(FILE)).unwrap();
    let path = "/v1/submissions?period=2020-Q2&name=lantus.csv";
    let headers = format!("{}idempotency-key: lantus-2020-t2\r\ncontent-type: text/csv\r\n", bearer(Some(reporter)).0);
    let answer = day.server.send("POST", path, &headers, Some(&body)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let one = answer.json();
    let id = one["data"]["id"].as_str().unwrap().to_owned();
    day.told.call(&id, "sENVIO00001");
    let command = format!(
        "curl \"$URL{path}\" -H \"Authorization: Bearer $MAYORISTA\" \\\n    -H 'Idempotency-Key: lantus-2020-t2' -H 'Content-Type: text/csv' --data-binary @{FILE}"
    );
    let shown = [
        "/data/id", "/data/state", "/data/sha256", "/data/rows_read", "/data/rows_accepted", "/data/rows_quarantined",
        "/data/flags", "/data/reasons", "/data/verdicts", "/data/position", "/data/receipt",
    ];
    day.tell(&command, &answer, &shown);
    let again = day.server.send("POST", path, &headers, Some(&body)).await;
    assert_eq!(again.json()["data"], one["data"], "a second try is the first");
    day.told.say("Las filas que no se tomaron, con su regla:", "The rows that were not taken, with their rule:");
    let shown = ["/data/0/line", "/data/0/column", "/data/0/value", "/data/0/rule", "/data/0/explanation"];
    day.get(Some(reporter), &format!("/v1/submissions/{id}/errors?lang=en"), &shown).await;
}

async fn correct(day: &mut Day, ana: &Person, luis: &Person) {
    day.told.say(
        "## 4. Una corrección, y todo se juzga de nuevo\n\nEl precio publicado tenía un error. Una corrección nombra al mismo acto: nada se \
edita, lo anterior queda legible, y exactamente los reportes que toca se juzgan otra vez.",
        "## 4. A correction, and everything is judged again\n\nThe published price had an error. A correction names the same act: nothing is \
edited, what was before stays readable, and exactly the reports it touches are judged again.",
    );
    publish(day, ana, luis, "2020-05-01", &["circular-30-2026"], "31000.00", "correccion").await;
}

async fn open_case(day: &mut Day, ana: &Person, reporter: &Person) -> String {
    day.told.say(
        "## 5. Del veredicto al caso\n\nLas ventas sobre el máximo se agrupan por vendedor, producto, acto y trimestre. La que cabría en otra \
unidad no acusa a nadie: espera como `ask_reporter`.",
        "## 5. From verdict to case\n\nSales above the ceiling are grouped by seller, product, act and quarter. One that would fit another unit \
accuses nobody: it waits as `ask_reporter`.",
    );
    let listed = day.get(Some(ana), "/v1/cases?state=suspected", &["/data/0/id", "/data/0/state", "/data/0/act/id"]).await;
    let case = listed["data"].as_array().unwrap().iter().find(|one| one["act"]["id"] == "circular-30-2026").unwrap();
    let id = case["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/cases/{id}");
    let shown = ["/data/case/seller", "/data/case/reports", "/data/case/total_excess", "/data/case/clock/limitation_first"];
    let file = day.get(Some(ana), &path, &shown).await;
    day.told.say(
        "El reloj legal está a la vista: ventas de 2020 ya habrían caducado; aquí son solo un ejemplo. Ana notifica; el plazo para responder \
se cuenta en días hábiles.",
        "The legal clock is in sight: sales of 2020 would be time-barred by now; here they are only an example. Ana notifies; the term to \
reply counts in working days.",
    );
    let step = json!({"to": "notified", "reason": "venta sobre el máximo", "version": file["data"]["version"]});
    let moved = day.post(ana, "caso-1", &format!("{path}/transitions"), &step, 200, &["/data/state", "/data/version"]).await;
    if let Some(due) = moved["data"]["reply_due"].as_str() {
        day.told.day(due.to_owned(), "(15 días hábiles / working days)");
    }
    day.told.say("El mayorista responde, y su respuesta queda junto al hallazgo.", "The wholesaler replies, beside the finding.");
    let reply = json!({"text": "Fue un error del sistema; devolvimos la diferencia."});
    day.post(reporter, "respuesta-1", &format!("{path}/replies"), &reply, 201, &["/data/state"]).await;
    id
}

async fn confirm(day: &mut Day, ana: &Person, luis: &Person, id: &str) {
    day.told.say("## 6. Confirmar exige dos personas", "## 6. To confirm takes two persons");
    let path = format!("/v1/cases/{id}");
    let version = |file: Value| file["data"]["version"].clone();
    let step =
        |version: Value| json!({"to": "confirmed", "reason": "la devolución no excluye la infracción", "version": version});
    let now = version(day.get(Some(ana), &path, &["/data/case/state", "/data/version"]).await);
    let shown = ["/data/state", "/data/proposed"];
    day.post(ana, "caso-2", &format!("{path}/transitions"), &step(now), 200, &shown).await;
    let now = version(day.get(Some(luis), &path, &["/data/case/state", "/data/version"]).await);
    day.post(ana, "caso-3", &format!("{path}/transitions"), &step(now.clone()), 403, &["/code"]).await;
    day.post(luis, "caso-4", &format!("{path}/transitions"), &step(now), 200, &shown).await;
    day.told.say("Solo ahora está en el registro público.", "Only now it is in the public register.");
    let register = day.get(None, "/v1/register", &["/data/0/id", "/data/0/state"]).await;
    assert_eq!(register["data"].as_array().unwrap().len(), 1);
}

async fn dossier(day: &mut Day, ana: &Person, id: &str) {
    day.told.say(
        "## 7. El expediente se comprueba sin nosotros\n\nUn zip con el caso, cada fila, cada hoja de cálculo, hashes y firma. Dos programas lo \
recalculan sin red ni base de datos: el nuestro, y ciento veinte líneas de Python.",
        "## 7. The dossier is checked without us\n\nOne zip with the case, each row, each worksheet, hashes and a signature. Two programs work \
it out again with neither network nor database: ours, and a hundred and twenty lines of Python.",
    );
    let keys = day.server.get("/v1/keys").await.json();
    let public = keys["data"][0]["public_key"].as_str().unwrap().to_owned();
    day.told.call(&public, "LLAVE_PUBLICA");
    day.get(None, "/v1/keys", &["/data/0/algorithm", "/data/0/public_key"]).await;
    let answer = day.server.get_as(&ana.key, &format!("/v1/cases/{id}/dossier")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let path = day.program.folder.join("expediente.zip");
    std::fs::write(&path, &answer.bytes).unwrap();
    day.told.exchange(&format!("curl \"$URL/v1/cases/{id}/dossier\" -H \"Authorization: Bearer $ANA\" -o expediente.zip"), "");
    let shown = path.display().to_string();
    day.told.call(&shown, "expediente.zip");
    let ours = day.program.command(&["verify-dossier", &shown, "--public-key", &public], None);
    let text = String::from_utf8(ours.stdout).unwrap();
    assert!(ours.status.success() && text.trim_end().ends_with("OK"), "{text}{}", String::from_utf8_lossy(&ours.stderr));
    day.told.exchange(&format!("termometro verify-dossier {shown} --public-key {public}"), &text);
    let python = Command::new("python3").arg(Path::new(ROOT).join("scripts/verify_dossier.py")).arg(&path).output().unwrap();
    let text = String::from_utf8(python.stdout).unwrap();
    assert!(python.status.success() && text.contains("OK"), "{text}");
    day.told.exchange(&format!("python3 scripts/verify_dossier.py {shown}"), &text);
    // One altered byte, and neither believes it.
    let mut altered = answer.bytes;
    let middle = altered.len() / 2;
    altered[middle] ^= 1;
    std::fs::write(&path, &altered).unwrap();
    assert!(!day.program.command(&["verify-dossier", &shown], None).status.success());
    let python = Command::new("python3").arg(Path::new(ROOT).join("scripts/verify_dossier.py")).arg(&path).output().unwrap();
    assert!(!python.status.success());
}

async fn afterwards(day: &mut Day, auditor: &Person) {
    day.told.say(
        "## 8. Quién reportó y quién hizo qué\n\nEl cumplimiento es público; el registro de auditoría lo lee la auditora.",
        "## 8. Who reported, and who did what\n\nCompliance is public; the audit log is the auditor's to read.",
    );
    day.get(None, "/v1/compliance?period=2020-Q2", &["/data/0/nit", "/data/0/period", "/data/0/standing"]).await;
    let audit = day.get(Some(auditor), "/v1/audit", &["/data/0/position", "/data/0/action", "/data/0/actor"]).await;
    let actions: Vec<&str> = audit["data"].as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    for action in ["bootstrap_keys", "publish_act", "accept_submission", "move_case", "reply_to_case"] {
        assert!(actions.contains(&action), "{action} is not among {actions:?}");
    }
    let positions: Vec<i64> = audit["data"].as_array().unwrap().iter().map(|entry| entry["position"].as_i64().unwrap()).collect();
    assert!(positions.iter().copied().eq(1..=positions.len() as i64), "{positions:?}");
}
