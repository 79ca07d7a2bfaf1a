//! Which schema this program knows, and which one a database has.

use std::collections::BTreeSet;

use deadpool_postgres::GenericClient;

use crate::store::postgres::{error::StoreError, statements};

pub(super) mod embedded {
    refinery::embed_migrations!("migrations");
}

/// A database whose schema this program cannot work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaMismatch {
    #[error(
        "the database is of a newer version of this program (schema {found}, this one knows up to {known}): run that version, \
         or restore a backup from before it"
    )]
    Newer { found: i32, known: i32 },
    #[error(
        "the database is of an older version (schema {found}, this program needs {known}): `termometro migrate` brings it up to date"
    )]
    Older { found: i32, known: i32 },
}

/// The newest migration that this program knows.
pub fn newest() -> i32 {
    known().last().copied().unwrap_or_default()
}

/// Whether a database has exactly this program's schema, changing nothing. One without any schema is older.
pub async fn compare(client: &impl GenericClient) -> Result<Result<(), SchemaMismatch>, StoreError> {
    let exists: bool = client.query_one(statements::schema_exists, &[]).await?.try_get("found")?;
    let rows = if exists { client.query(statements::schema_migrations, &[]).await? } else { Vec::new() };
    let applied = rows.iter().map(|row| row.try_get("version")).collect::<Result<BTreeSet<i32>, _>>()?;
    Ok(difference(&applied, &known()))
}

/// What another program applied and this one does not know makes a database newer, wherever it stands in the order.
fn difference(applied: &BTreeSet<i32>, known: &BTreeSet<i32>) -> Result<(), SchemaMismatch> {
    let newest = known.last().copied().unwrap_or_default();
    let found = applied.last().copied().unwrap_or_default();
    match applied.difference(known).last() {
        Some(_) => Err(SchemaMismatch::Newer { found, known: newest }),
        None if applied != known => Err(SchemaMismatch::Older { found, known: newest }),
        None => Ok(()),
    }
}

fn known() -> BTreeSet<i32> {
    embedded::migrations::runner().get_migrations().iter().map(refinery::Migration::version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_that_is_not_known_makes_a_database_newer() {
        let set = |versions: &[i32]| versions.iter().copied().collect::<BTreeSet<_>>();
        let known = set(&[1, 2, 4]);
        assert_eq!(difference(&known, &known), Ok(()));
        assert_eq!(difference(&set(&[]), &known), Err(SchemaMismatch::Older { found: 0, known: 4 }));
        assert_eq!(difference(&set(&[1, 2]), &known), Err(SchemaMismatch::Older { found: 2, known: 4 }));
        assert_eq!(difference(&set(&[1, 2, 4, 5]), &known), Err(SchemaMismatch::Newer { found: 5, known: 4 }));
        assert_eq!(difference(&set(&[1, 2, 3, 4]), &known), Err(SchemaMismatch::Newer { found: 4, known: 4 }));
        for mismatch in [SchemaMismatch::Older { found: 2, known: 4 }, SchemaMismatch::Newer { found: 5, known: 4 }] {
            let line = mismatch.to_string();
            assert!(!line.contains('\n') && !line.contains("  "), "{line}");
        }
    }
}
