//! What is said differently in each SQL dialect. The statements of the repositories are written
//! once, with `$1` parameters, in the SQL which SQLite and PostgreSQL share.

pub(crate) mod sqlite;
