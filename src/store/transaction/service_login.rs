//! The log-in under which a service of the private server serves: whoever could run SQL through it could take off the service's role, and
//! would then own nothing.

use crate::store::postgres::{database::Database, error::StoreError, statements};

/// Programs that start at once all come here. What may be granted is the role that the migrations made; where there is none, there is no log-in.
const ENSURE: &str = "DO $$
BEGIN
    CREATE ROLE termometro_login LOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT termometro_service TO termometro_login";

/// On a database whose log-in may create roles.
///
/// # Errors
/// When it may not, or the service's role does not exist.
pub async fn ensure(database: &Database) -> Result<(), StoreError> {
    let client = database.import_connection().await?;
    client.batch_execute("SET ROLE NONE").await?;
    client.batch_execute(ENSURE).await?;
    Ok(())
}

/// Whether this log-in is a superuser, whatever role it has put on.
///
/// # Errors
/// When the database does not answer.
pub async fn is_superuser(database: &Database) -> Result<bool, StoreError> {
    let rows = database.read_connection().await?.query(statements::is_superuser, &[]).await?;
    rows.first().map_or(Ok(false), |row| Ok(row.try_get("superuser")?))
}
