//! Backups: of one state while others write, found sound or not, brought back; never half of one, and never over what is there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::Value;
use termometro::{
    cluster::scratch::ScratchCluster,
    exports::build::{BuildOutcome, Builder},
    read_model::ReadModel,
    store::{
        made_again,
        postgres::{database::Database, limits::PoolLimits},
    },
};
use tokio_postgres::Config;

use crate::{
    kit::{
        client::{Answer, Client},
        folder::folder,
        people::{People, now, server},
        program::{self, Program},
        server::Server,
        support::{self, as_owner, number},
        tables,
    },
    verify::{filled_by, said, url_of},
};

/// The program on a database, with a data folder and secrets of one's own.
fn command(config: &Config, data: &Path, secrets: &Path, arguments: &[&str]) -> Command {
    let mut command = program::command(data);
    command.env("DATABASE_URL", url_of(config)).env("TERMOMETRO_SECRETS_DIR", secrets).args(arguments);
    command
}

async fn run(config: &Config, secrets: &Path, arguments: &[&str]) -> Output {
    let mut command = command(config, &folder(), secrets, arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// A backup of this database.
async fn back_up(database: &Database) -> PathBuf {
    let to = folder().join("backup");
    let made = run(database.connection_config(), support::secrets(), &["backup", "--to", to.to_str().unwrap()]).await;
    assert!(made.status.success(), "{}", said(&made));
    to
}

/// `backup verify` needs no database and no secrets: it is given none.
async fn verified(from: &Path) -> (Option<i32>, String) {
    let mut command = program::command(&folder());
    command.args(["backup", "verify"]).arg(from);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.code(), said(&output))
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_slice(&fs::read(backup.join("manifest.json")).unwrap()).unwrap()
}

/// As somebody would who knows how a manifest is held together.
fn write_manifest(backup: &Path, manifest: &Value) {
    let text = manifest.to_string();
    fs::write(backup.join("manifest.sha256"), format!("{}  manifest.json\n", sha256(text.as_bytes()))).unwrap();
    fs::write(backup.join("manifest.json"), text).unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn empty(name: &'static str) -> Config {
    tokio::task::spawn_blocking(move || ScratchCluster::shared().create_database(name)).await.unwrap().unwrap()
}

fn open(config: &Config) -> Database {
    Database::new(config.clone(), &PoolLimits::default()).unwrap()
}

const QUESTIONS: [&str; 7] = [
    "/v1/check?cum=19914312-20&amount=171764&per=pack&date=2020-06-15&transaction=1",
    "/v1/medicines?q=losartan",
    "/v1/medicines/19914312-20",
    "/v1/acts",
    "/v1/assessments?limit=5",
    "/v1/changes?limit=50",
    "/v1/log",
];

async fn answers(server: &Server, people: &People) -> Vec<String> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        answers.push(server.get(question).await);
    }
    for (key, question) in [(&people.auditor, "/v1/audit"), (&people.reporter, "/v1/submissions"), (&people.reporter, "/v1/me")] {
        answers.push(server.get_as(key, question).await);
    }
    let body = |answer: Answer| {
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    answers.into_iter().map(body).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_writers_is_of_one_state_and_the_restored_service_answers_the_same() {
    let (database, people) = filled_by("backup_busy").await;
    let server = Arc::new(server(&database).await);
    let done = Arc::new(AtomicBool::new(false));
    let writer = {
        let (server, done, key) = (server.clone(), done.clone(), people.reporter.clone());
        let rows = tables::SISMED.lines().next().unwrap().to_owned();
        tokio::spawn(async move {
            let mut sent = 1;
            while !done.load(Ordering::Relaxed) {
                let rows = format!("{rows}\n19914312,20,2020,6,2,VN,1,A,{sent},{sent},1,{sent}\n");
                let headers = format!("authorization: Bearer {key}\r\nidempotency-key: busy{sent}\r\ncontent-type: text/csv\r\n");
                let path = "/v1/submissions?period=2020-Q2";
                assert_eq!(server.send("POST", path, &headers, Some(rows.as_bytes())).await.status, 201);
                sent += 1;
            }
            sent
        })
    };
    let busy = back_up(&database).await;
    let busier = back_up(&database).await;
    done.store(true, Ordering::Relaxed);
    assert!(writer.await.unwrap() > 2, "somebody wrote meanwhile");
    let submissions = |backup: &Path| manifest(backup)["state"]["tables"]["submission"].as_i64().unwrap();
    assert!(submissions(&busy) < submissions(&busier), "each is of another state");
    let (code, words) = verified(&busy).await;
    assert_eq!(code, Some(0), "{words}");
    for line in
        ["files: data version ", "database: ", "state: ", "made again: ", "secrets: pepper ", "log: ", "verdicts: ", "audit: "]
    {
        assert!(words.lines().any(|said| said.starts_with(line)), "{line}: {words}");
    }
    assert!(words.ends_with("sound: this backup can be restored\n"), "{words}");

    let before = answers(&server, &people).await;
    let backup = back_up(&database).await;
    let left_out: Vec<_> = manifest(&backup)["left_out"].as_array().unwrap().iter().map(|one| one["table"].clone()).collect();
    for table in &left_out {
        let passing = ["browser_session", "mail_message", "sign_in_attempt"].iter().any(|passing| *table == *passing);
        let known = *table == "medicine" || passing || table.as_str().unwrap().starts_with("export_");
        assert!(known, "{left_out:?}");
    }
    assert!(
        ["browser_session", "export_mark", "export_piece", "mail_message", "medicine", "sign_in_attempt"]
            .iter()
            .all(|table| left_out.contains(&Value::from(*table))),
        "{left_out:?}"
    );
    let (config, secrets) = (empty("backup_restored").await, folder().join("secrets"));
    let restored = run(&config, &secrets, &["restore", backup.to_str().unwrap()]).await;
    assert!(restored.status.success() && said(&restored).contains("not in the backup: export_piece"), "{}", said(&restored));
    for name in ["pepper", "signing-key"] {
        assert_eq!(fs::read(secrets.join(name)).unwrap(), fs::read(support::secrets().join(name)).unwrap());
    }
    let restored = open(&config);
    let again = crate::kit::people::server(&restored).await;
    assert_eq!(answers(&again, &people).await, before);
    assert_eq!(number(&restored, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relowner <> 'termometro'::regrole AND relnamespace = 'public'::regnamespace").await, 0);
    let key = people.reporter;
    let rows = format!("{}\n19914312,20,2020,6,2,VN,1,A,999,999,1,999\n", tables::SISMED.lines().next().unwrap());
    let headers = format!("authorization: Bearer {key}\r\nidempotency-key: after\r\ncontent-type: text/csv\r\n");
    let sent = again.send("POST", "/v1/submissions?period=2020-Q2", &headers, Some(rows.as_bytes())).await;
    assert_eq!(sent.status, 201, "the restored service takes work: {}", sent.body);
    exports_are_made_again(&database, &restored, &again).await;
    let sound = run(&config, &secrets, &["verify"]).await;
    assert!(sound.status.success(), "{}", said(&sound));
}

/// The newest files are there again under names of their own, byte for byte what the first service makes; those of before are gone, and said to be.
async fn exports_are_made_again(database: &Database, restored: &Database, server: &Client) {
    let builder =
        |database: &Database| Builder { database: database.clone(), folder: folder(), kept: 12, reports_every: Duration::ZERO };
    const VERSIONS: &str = "SELECT data_set || '/' || version FROM export ORDER BY id";
    let names = async |database: &Database| -> Vec<String> {
        let rows = database.read_connection().await.unwrap().query(VERSIONS, &[]).await.unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    };
    let before = names(restored).await;
    assert!(before.len() >= 7 && server.data("/v1/exports").await[0]["newest"].is_null());
    let BuildOutcome::Built(made) = builder(restored).refresh(true).await.unwrap() else { panic!("nothing was made") };
    assert_eq!(made.len(), 7, "{made:?}");
    assert!(made.iter().all(|name| !before.contains(name)), "no name is given twice: {made:?}, {before:?}");
    for data_set in server.data("/v1/exports").await.as_array().unwrap() {
        for file in data_set["newest"]["files"].as_array().unwrap() {
            let answer = server.get(file["path"].as_str().unwrap()).await;
            assert_eq!((answer.status, sha256(&answer.bytes)), (200, file["sha256"].as_str().unwrap().to_owned()), "{file}");
        }
    }
    let (data_set, version) = before.last().unwrap().split_once('/').unwrap();
    server.get(&format!("/v1/exports/{data_set}/{version}/schema.json")).await.problem(410, "gone");
    // What the lists give is the same as in the first database, which made no new version of it.
    const DIGEST: &str = "SELECT digest FROM export WHERE data_set = 'medicines' ORDER BY ordinal DESC LIMIT 1";
    builder(database).refresh(true).await.unwrap();
    let digest = async |database: &Database| -> String {
        database.read_connection().await.unwrap().query(DIGEST, &[]).await.unwrap()[0].get(0)
    };
    assert_eq!(digest(database).await, digest(restored).await);
    assert!(!made_again::catch_up(restored).await.unwrap(), "nothing is left to do");
}

/// A copy that can be harmed.
fn copy(backup: &Path) -> PathBuf {
    let copy = folder().join("copy");
    assert!(Command::new("cp").arg("-a").arg(backup).arg(&copy).status().unwrap().success());
    copy
}

fn change(path: PathBuf, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(&path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

type Harm = fn(&Path);

/// What happens to a backup, and what is said of it.
const HARMS: &[(Harm, &str)] = &[
    (
        |backup| {
            change(backup.join("database.dump"), |bytes| {
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
            })
        },
        "files: FAULT database.dump: its bytes are not those of the manifest",
    ),
    (
        |backup| change(backup.join("database.dump"), |bytes| bytes.truncate(bytes.len() / 2)),
        "files: FAULT database.dump: it has ",
    ),
    (|backup| fs::remove_file(backup.join("database.dump")).unwrap(), "files: FAULT database.dump: it is not there"),
    (|backup| fs::remove_file(backup.join("secrets/pepper")).unwrap(), "files: FAULT secrets/pepper: it is not there"),
    (
        |backup| fs::remove_file(backup.join("manifest.json")).unwrap(),
        "files: FAULT manifest.json cannot be read: this is no whole backup",
    ),
    (
        |backup| change(backup.join("manifest.json"), |bytes| bytes[20] ^= 1),
        "files: FAULT manifest.json: its bytes are not those",
    ),
    (
        |backup| change(backup.join("secrets/pepper"), |bytes| bytes[0] ^= 1),
        "files: FAULT secrets/pepper: its bytes are not those",
    ),
    (
        |backup| {
            // Those of another installation, with everything that holds the files together.
            let other = "ab".repeat(32);
            fs::write(backup.join("secrets/pepper"), &other).unwrap();
            restate(backup, "secrets/pepper", other.as_bytes());
        },
        "secrets: FAULT the pepper in ",
    ),
    (
        |backup| {
            let mut manifest = manifest(backup);
            manifest["state"]["tables"]["audit_entry"] = 1_000_000.into();
            write_manifest(backup, &manifest);
        },
        "state: FAULT audit_entry: ",
    ),
    (
        |backup| {
            let mut manifest = manifest(backup);
            manifest["state"]["log_root"] = "00".repeat(32).into();
            write_manifest(backup, &manifest);
        },
        "state: FAULT root of the log: ",
    ),
    (
        |backup| {
            // A dump that ends too early, and says nothing of it.
            change(backup.join("database.dump"), |bytes| bytes.truncate(bytes.len() - 2_000));
            let dump = fs::read(backup.join("database.dump")).unwrap();
            restate(backup, "database.dump", &dump);
        },
        "database: FAULT pg_restore failed: ",
    ),
    (
        |backup| {
            let mut manifest = manifest(backup);
            manifest["format"] = "termometro-backup/9".into();
            write_manifest(backup, &manifest);
        },
        "files: FAULT manifest.json: its format is ",
    ),
];

/// The manifest says of this file what it now is.
fn restate(backup: &Path, name: &str, content: &[u8]) {
    let mut manifest = manifest(backup);
    let files = manifest["files"].as_array_mut().unwrap();
    let file = files.iter_mut().find(|file| file["name"] == name).unwrap();
    file["bytes"] = content.len().into();
    file["sha256"] = sha256(content).into();
    write_manifest(backup, &manifest);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_to_a_backup_is_found_and_named() {
    let (database, _) = filled_by("backup_harms").await;
    // Whatever works with these secrets lets the database know their names; this one needs a key too, and has none.
    let without_key = run(database.connection_config(), support::secrets(), &["keys", "list"]).await;
    assert_eq!(without_key.status.code(), Some(1), "{}", said(&without_key));
    let backup = back_up(&database).await;
    for (harm, found) in HARMS {
        let harmed = copy(&backup);
        harm(&harmed);
        let (code, words) = verified(&harmed).await;
        assert!(code == Some(1) && words.contains(found) && words.contains("NOT SOUND"), "{found}: {words}");
    }
    let (code, words) = verified(&backup).await;
    assert_eq!(code, Some(0), "the harms were those of copies: {words}");
    // What is not whole is not restored either, not even in part.
    let (harmed, config) = (copy(&backup), empty("backup_harmed").await);
    change(harmed.join("database.dump"), |bytes| bytes.truncate(1_000));
    let refused = run(&config, &folder(), &["restore", harmed.to_str().unwrap()]).await;
    assert!(refused.status.code() == Some(1) && said(&refused).contains("nothing was restored"), "{}", said(&refused));
    let dump = fs::read(harmed.join("database.dump")).unwrap();
    restate(&harmed, "database.dump", &dump);
    let refused = run(&config, &folder(), &["restore", harmed.to_str().unwrap()]).await;
    assert!(refused.status.code() == Some(1) && said(&refused).contains("pg_restore failed"), "{}", said(&refused));
    assert_eq!(number(&open(&config), "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_there_is_left_alone_until_somebody_says_otherwise() {
    let (database, _) = filled_by("backup_source").await;
    let backup = back_up(&database).await;
    let backup = backup.to_str().unwrap();
    let (config, secrets) = (empty("backup_target").await, folder().join("secrets"));
    assert!(run(&config, &secrets, &["keys", "bootstrap"]).await.status.success(), "a database with other secrets");
    let pepper = fs::read(secrets.join("pepper")).unwrap();
    let refused = run(&config, &secrets, &["restore", backup]).await;
    assert!(
        refused.status.code() == Some(1) && said(&refused).contains("pepper is another one than the backup's"),
        "{}",
        said(&refused)
    );
    let refused = run(&config, &folder(), &["restore", backup]).await;
    assert!(refused.status.code() == Some(1) && said(&refused).contains("backup_target is not empty"), "{}", said(&refused));
    // Somebody is at work there.
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let refused = run(&config, &secrets, &["restore", "--replace", backup]).await;
    assert!(refused.status.code() == Some(1) && said(&refused).contains("in use by 1 other"), "{}", said(&refused));
    let audit: i64 = client.query_one("SELECT count(*) FROM audit_entry", &[]).await.unwrap().get(0);
    assert_eq!(audit, 1, "nothing was touched");
    drop(client);
    connection.await.unwrap().unwrap();
    assert_eq!(fs::read(secrets.join("pepper")).unwrap(), pepper);
    let replaced = run(&config, &secrets, &["restore", "--replace", backup]).await;
    let words = said(&replaced);
    assert!(replaced.status.success(), "{words}");
    let kept = words
        .split("is kept as ")
        .filter_map(|rest| rest.split(':').next())
        .find(|name| name.starts_with("backup_target_before_"));
    let kept = open(&ScratchCluster::shared().connection_config(kept.unwrap_or_else(|| panic!("{words}"))));
    assert_eq!(number(&kept, "SELECT count(*) FROM audit_entry").await, 1);
    let there = number(&open(&config), "SELECT count(*) FROM audit_entry").await;
    assert_eq!(there, number(&database, "SELECT count(*) FROM audit_entry").await);
    assert_eq!(fs::read(secrets.join("pepper")).unwrap(), fs::read(support::secrets().join("pepper")).unwrap());
    let before = fs::read_dir(&secrets)
        .unwrap()
        .map(|entry| entry.unwrap())
        .find(|entry| entry.file_name().to_string_lossy().starts_with("pepper_before_"));
    assert_eq!(fs::read(before.unwrap().path()).unwrap(), pepper);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_stopped_half_way_leaves_nothing_under_its_name() {
    let (database, _) = filled_by("backup_stopped").await;
    let base = folder();
    let to = base.join("backup");
    let unfinished = || {
        let names = fs::read_dir(&base).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with(".termometro-backup")).count()
    };
    let (client, connection) = database.connection_config().connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for (signal, code) in [("-KILL", None), ("-TERM", Some(130))] {
        // Whoever reads this table waits.
        client.batch_execute("BEGIN; LOCK TABLE submission_body").await.unwrap();
        let arguments = ["backup", "--to", to.to_str().unwrap()];
        let mut child = command(database.connection_config(), &folder(), support::secrets(), &arguments).spawn().unwrap();
        const WAITING: &str = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = 'backup_stopped'";
        while number(&database, WAITING).await == 0 {
            assert!(child.try_wait().unwrap().is_none(), "it ended before it could be stopped");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(unfinished(), 1);
        assert!(Command::new("kill").arg(signal).arg(child.id().to_string()).status().unwrap().success());
        let status = tokio::task::spawn_blocking(move || child.wait().unwrap()).await.unwrap();
        client.batch_execute("ROLLBACK").await.unwrap();
        assert_eq!(status.code(), code);
        assert!(!to.exists());
        assert_eq!(unfinished(), usize::from(code.is_none()), "whoever was asked to end tidies up");
    }
    let made = run(database.connection_config(), support::secrets(), &["backup", "--to", to.to_str().unwrap()]).await;
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(unfinished(), 0, "the next one removes what was left behind");
    // There is no way over one that is there.
    let again = run(database.connection_config(), support::secrets(), &["backup", "--to", to.to_str().unwrap()]).await;
    assert!(again.status.code() == Some(1) && said(&again).contains("is there already"), "{}", said(&again));
    assert_eq!(verified(&to).await.0, Some(0));
    // A backup without the secrets of its database would be of no use.
    let other = folder().join("other");
    let lacking = run(database.connection_config(), &folder(), &["backup", "--to", other.to_str().unwrap()]).await;
    assert!(lacking.status.code() == Some(5) && !other.exists(), "{}", said(&lacking));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_a_backup_too_and_age_keeps_it_secret() {
    let (database, _) = filled_by("backup_stream").await;
    let base = folder();
    let (stream, encrypted, identity) = (base.join("stream.tar"), base.join("stream.age"), base.join("identity"));
    let streaming = command(database.connection_config(), &folder(), support::secrets(), &["backup", "--to", "-"])
        .stdout(fs::File::create(&stream).unwrap())
        .output()
        .unwrap();
    assert!(streaming.status.success() && said(&streaming).contains("-: data version"), "{}", said(&streaming));
    let (code, words) = verified(&stream).await;
    assert_eq!(code, Some(0), "{words}");
    let mut command = program::command(&folder());
    let piped = command.args(["backup", "verify", "-"]).stdin(fs::File::open(&stream).unwrap()).output().unwrap();
    assert!(piped.status.success(), "{}", said(&piped));
    change(stream.clone(), |bytes| bytes.truncate(bytes.len() / 2));
    let (code, words) = verified(&stream).await;
    assert!(code == Some(1) && words.contains("is no whole backup"), "{words}");

    let made = Command::new("age-keygen").arg("-o").arg(&identity).stderr(Stdio::piped()).output();
    let made = made.expect("age is needed (scripts/ensure-tools.sh age)");
    let words = String::from_utf8(made.stderr).unwrap();
    let recipient = words.split_whitespace().find(|word| word.starts_with("age1")).unwrap();
    let arguments = ["backup", "--to", encrypted.to_str().unwrap(), "--recipient", recipient];
    let made = run(database.connection_config(), support::secrets(), &arguments).await;
    assert!(made.status.success(), "{}", said(&made));
    let pepper = fs::read(support::secrets().join("pepper")).unwrap();
    let bytes = fs::read(&encrypted).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/") && !bytes.windows(pepper.len()).any(|part| part == pepper));
    let (code, words) = verified(&encrypted).await;
    assert!(code == Some(1) && words.contains("--identity"), "{words}");
    let opened = |from: &Path| {
        let mut command = program::command(&folder());
        let output = command.args(["backup", "verify", "--identity"]).arg(&identity).arg(from).output().unwrap();
        (output.status.code(), said(&output))
    };
    let (code, words) = opened(&encrypted);
    assert_eq!(code, Some(0), "{words}");
    change(encrypted.clone(), |bytes| {
        let last = bytes.len() - 100;
        bytes[last] ^= 1;
    });
    let (code, words) = opened(&encrypted);
    assert!(code == Some(1) && words.contains("age failed"), "{words}");
}

/// The number in the metrics of a service.
async fn verified_at(program: &Program) -> u64 {
    let metrics = Client::at(program.address).get("/metrics").await.body;
    let line = metrics.lines().find_map(|line| line.strip_prefix("backup_verified_timestamp_seconds "));
    line.map_or(u64::MAX, |number| number.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_installation_moves_to_another_folder() {
    let first = Program::run(&["run"]);
    let question = "/v1/medicines/19914312-20/ceilings?as_of=2020-06-15";
    let before = Client::at(first.address).get(question).await;
    let made = first.command(&["keys", "bootstrap", "--json"], None);
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let key = made["key"].as_str().unwrap();
    let backups = folder();
    for (name, day) in [("20200101T000000Z", "2020-01-01"), ("mine", "2020-01-01"), ("20200102T000000Z", "now")] {
        fs::create_dir(backups.join(name)).unwrap();
        assert!(Command::new("touch").args(["-d", day]).arg(backups.join(name)).status().unwrap().success());
    }
    while verified_at(&first).await != 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let started = u64::try_from(now().as_second()).unwrap();
    // Beside the running service, as a timer does it.
    let mut nightly = Command::new("sh");
    nightly.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/ops/nightly-backup.sh")).arg(&backups).arg("7").env_remove("DATABASE_URL");
    nightly.env("PROGRAM", env!("CARGO_BIN_EXE_termometro")).env("TERMOMETRO_DATA_DIR", first.folder.join("data"));
    let nightly = nightly.output().unwrap();
    assert!(nightly.status.success(), "{}", said(&nightly));
    let mut names: Vec<_> =
        fs::read_dir(&backups).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() == 3 && names[0] == "20200102T000000Z" && names[2] == "mine", "{names:?}");
    let backup = backups.join(&names[1]);
    let backup = backup.to_str().unwrap();
    while verified_at(&first).await < started {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Into a running service: no.
    let refused = first.command(&["restore", "--replace", backup], None);
    assert!(refused.status.code() == Some(1) && said(&refused).contains("other connections"), "{}", said(&refused));
    drop(first);
    let second = folder();
    let restored = program::command(&second).args(["restore", backup]).output().unwrap();
    assert!(restored.status.success(), "{}", said(&restored));
    let second = Program::run_in(second, &["run", "--no-sample"]);
    let after = Client::at(second.address).get(question).await;
    assert_eq!((after.status, after.body), (200, before.body));
    assert!(second.command(&["keys", "list"], Some(key)).status.success(), "the key that was made before opens still");
}

/// Marks and functions that only the owner may use do not change hands: the restored database is limited as the first one is.
#[tokio::test(flavor = "multi_thread")]
async fn the_restored_service_may_do_no_more_than_before() {
    let (database, _) = filled_by("backup_rights").await;
    let backup = back_up(&database).await;
    let config = empty("backup_rights_restored").await;
    let restored = run(&config, &folder().join("secrets"), &["restore", backup.to_str().unwrap()]).await;
    assert!(restored.status.success(), "{}", said(&restored));
    const RIGHTS: &str = "SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
        SELECT table_name || ' ' || privilege_type AS line FROM information_schema.role_table_grants WHERE grantee = 'termometro_service'
        UNION ALL SELECT table_name || '.' || column_name || ' ' || privilege_type FROM information_schema.role_column_grants WHERE grantee = 'termometro_service'
        UNION ALL SELECT routine_name || ' ' || privilege_type FROM information_schema.role_routine_grants WHERE grantee = 'termometro_service'
        UNION ALL SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0
        UNION ALL SELECT indexrelid::regclass || ' ' || pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace
    ) rights";
    let rights = async |database: &Database| -> String {
        database.import_connection().await.unwrap().query_one(RIGHTS, &[]).await.unwrap().get(0)
    };
    let restored = open(&config);
    assert_eq!(rights(&database).await, rights(&restored).await);
    let refused = restored.import_connection().await.unwrap().batch_execute("DELETE FROM audit_entry").await;
    assert!(refused.is_err());
    as_owner(&restored, "SET session_replication_role = replica; DELETE FROM medicine").await;
    assert!(made_again::catch_up(&restored).await.unwrap());
    let read = ReadModel::new(restored.clone(), support::MAX_AGE_DAYS);
    assert_eq!(read.data_version().await.unwrap().version, number(&database, "SELECT version FROM data_version").await);
    assert_eq!(
        number(&restored, "SELECT count(*) FROM medicine").await,
        number(&database, "SELECT count(*) FROM medicine").await
    );
}
