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

/// What the migrations made and a dump only names. Nothing is granted that is held already: who is a member may not be allowed to make members.
const ENSURE_ROLE: &str = "DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        CREATE ROLE termometro_service NOLOGIN;
    END IF;
    IF NOT pg_has_role(current_user, 'termometro_service', 'MEMBER') THEN
        EXECUTE format('GRANT termometro_service TO %I', current_user);
    END IF;
END $$";

/// The role of the service, before a database is restored that grants to it.
///
/// # Errors
/// When this log-in may not create it, or may not become its member.
pub async fn ensure_role(database: &Database) -> Result<(), StoreError> {
    let client = database.import_connection().await?;
    client.batch_execute("SET ROLE NONE").await?;
    client.batch_execute(ENSURE_ROLE).await?;
    Ok(())
}

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
