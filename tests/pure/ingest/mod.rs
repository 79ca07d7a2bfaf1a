//! Files from outside: publishers' tables, reporters' submissions, good, spoiled and real.
mod flat_memory;
mod forms;
mod intake;
mod intake_formats;
mod people;
mod real;
mod text_mutations;
mod workbook_mutations;
