//! Writes, and the pool that reads and writes share. PostgreSQL is the truth.
pub mod audit;
pub mod bulk;
pub mod cases;
pub mod error;
pub mod idempotency;
pub mod import;
pub mod import_catalogue;
pub mod import_ceilings;
pub mod import_sismed;
pub mod import_thermometer;
pub mod judgement;
pub mod law_library;
pub mod medicines;
pub mod migrate;
pub mod pool;
pub mod rejudge;
pub mod statements;
