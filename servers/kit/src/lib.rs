//! What every Veza service shares: configuration, telemetry, problem documents, the auth
//! extractor, health, shutdown.
//!
//! A service is an axum `Router`; [`layers::standard`] puts around it what every request passes
//! through, and [`serve::serve`] puts it on a listener with the limits a stranger meets.

pub mod auth;
pub mod client_address;
pub mod config;
pub mod events;
pub mod health;
pub mod json;
pub mod layers;
mod paced;
pub mod problem;
pub mod rate_limit;
pub mod serve;
mod shutdown;
mod stalled;
pub mod telemetry;
mod use_case;
mod worded;

pub use auth::{Auth, MaybeAuth};
pub use client_address::{ClientAddress, TrustedProxies};
pub use json::{StrictJson, StrictPath, StrictQuery};
pub use paced::{Pace, TooSlow};
pub use problem::{FieldProblem, Problem};
pub use serve::{ServeLimits, serve};
pub use shutdown::Shutdown;
