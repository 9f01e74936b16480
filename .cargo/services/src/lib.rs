//! Throw-away PostgreSQL, Redis, RabbitMQ and mail servers, and providers of identities, for tests
//! and benchmarks.
//!
//! Each server gets a folder and ports of its own and ends with the value that stands for it, or
//! with this process, however that ends. [`postgres::shared`] and its like start one server for
//! the whole process, or take the one that the environment names ([`postgres::VARIABLE`] …):
//! `cargo xtask test` starts each of them once for all tests.
//!
//! The programs are those of Debian's packages `postgresql`, `pgbouncer`, `redis-server` and
//! `rabbitmq-server`, and Python with `python3-aiosmtpd`; `cargo xtask` installs them. Providers of
//! identities take Node; their packages are installed below cargo's target folder.

mod guard;
pub mod oidc;
pub mod pgbouncer;
pub mod postgres;
pub mod rabbitmq;
pub mod redis;
pub mod smtp;
mod start;

pub use guard::Server;
pub use start::StartError;
