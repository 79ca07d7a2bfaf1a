//! Every statement of the read side, one per file, by name: a test prepares them all against the migrated schema.
macro_rules! statements {
    ($($name:ident),* $(,)?) => {
        $(pub const $name: &str = include_str!(concat!("sql/", stringify!($name), ".sql"));)*
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

#[expect(non_upper_case_globals, reason = "one name, five places: a statement is named as its file")]
mod list {
    statements! {
        ceiling_source, data_version, market_source, medicine_exists, newest_import_at,
    }
}
pub use list::*;
