//! What the services are told: by flags, by the environment, by a file.
//!
//! Each setting is declared once, in [`args`]. A flag wins over the environment, that over the
//! file, that over the default. What is missing, weak, unknown or cannot be used stops the start
//! and is named, never shown.

mod args;
mod checked;
mod file;
mod parse;
mod provider;
mod secret;
mod table;

pub(crate) use args::SettingsArgs;
pub(crate) use checked::{DatabaseSetting, Part, Settings};
pub(crate) use file::FileOnly;
pub(crate) use parse::parse;
pub(crate) use provider::ProviderSetting;
pub(crate) use secret::Secret;
pub(crate) use table::markdown;
