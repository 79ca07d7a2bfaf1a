//! Every statement of the service can be prepared against the migrated schema: a misspelt column fails here, by name.

use termometro::{read_model, store};

use crate::support;

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_fits_the_schema() {
    let database = support::database("statements").await;
    let client = database.import_connection().await.unwrap();
    let mut faults = Vec::new();
    for (name, sql) in store::postgres::statements::ALL.iter().chain(read_model::statements::ALL) {
        // A COPY only names its columns.
        assert!(sql.starts_with("-- ") || sql.starts_with("COPY "), "{name}: the first line says what it answers");
        if let Err(error) = client.prepare(sql).await {
            let told = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            faults.push(format!("{name}: {told}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// A statement beside the list would never be checked.
#[test]
fn every_statement_file_is_listed() {
    for (folder, listed) in
        [("src/store/sql", store::postgres::statements::ALL), ("src/read_model/sql", read_model::statements::ALL)]
    {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let rooms = std::fs::read_dir(folder).unwrap().map(|room| room.unwrap().path());
        for path in rooms.flat_map(|room| std::fs::read_dir(room).unwrap()).map(|file| file.unwrap().path()) {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(listed.iter().any(|(known, _)| *known == name), "{} is in no list", path.display());
        }
    }
}
