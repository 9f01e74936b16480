//! The words of each mail.

use crate::kernel::Timestamp;

use super::model::MailContent;
use super::render::{Block, Draft, MailStyle};

/// To the minute: `2026-11-02 10:30 UTC`.
fn minute(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} {} UTC", &text[..10], &text[11..16])
}

fn text(words: impl Into<String>) -> Block {
    Block::Text(words.into())
}

/// What to do when it was not oneself.
fn not_you(style: &MailStyle) -> [Block; 2] {
    [
        text("If that was not you, set a new password now: it ends every session."),
        style.link("Set a new password", "reset-password", None),
    ]
}

impl MailContent {
    /// The words, for the mails of an installation.
    pub(super) fn draft(&self, style: &MailStyle) -> Draft {
        let service = &style.service;
        match self {
            Self::VerifyAddress { username, token } => Draft::new(
                format!("Confirm your address for {service}"),
                username,
                vec![
                    text(format!(
                        "this address was used to register at {service}. To open the account, confirm that it is yours:"
                    )),
                    style.link("Confirm the address", "verify", Some(token)),
                    text("If you did not register, do nothing: no account will be made."),
                ],
            ),
            Self::AddressInUse { username } => Draft::new(
                format!("Your account at {service}"),
                username,
                vec![
                    text(format!(
                        "somebody, perhaps you, tried to register at {service} with this address. It has an account already. You can sign in:"
                    )),
                    style.link("Sign in", "sign-in", None),
                    text("If you have forgotten your password, set a new one:"),
                    style.link("Set a new password", "reset-password", None),
                    text("If it was not you, do nothing: nothing was changed."),
                ],
            ),
            Self::ResetPassword { username, token } => Draft::new(
                format!("Set a new password for {service}"),
                username,
                vec![
                    text(format!(
                        "a new password was asked for your account at {service}. To set one:"
                    )),
                    style.link("Set a new password", "reset-password", Some(token)),
                    text(
                        "The link works once and for a short time. If you did not ask for it, do nothing: your password stays as it is.",
                    ),
                ],
            ),
            Self::NoAccount {} => Draft::new(
                format!("No account at {service}"),
                "there",
                vec![
                    text(format!(
                        "somebody, perhaps you, asked for a link to an account at {service} with this address. It has none; perhaps yours has another address, or was never confirmed. You can register:"
                    )),
                    style.link("Register", "sign-up", None),
                    text("If it was not you, do nothing."),
                ],
            ),
            Self::PasswordChanged { username, at } => {
                let mut blocks = vec![text(format!(
                    "the password of your account at {service} was changed on {}.",
                    minute(*at)
                ))];
                blocks.extend(not_you(style));
                Draft::new(
                    format!("Your password for {service} was changed"),
                    username,
                    blocks,
                )
            }
            Self::ConfirmNewAddress { username, token } => Draft::new(
                format!("Confirm your new address for {service}"),
                username,
                vec![
                    text(format!(
                        "this is to be the new address of your account at {service}. Confirm that it is yours:"
                    )),
                    style.link("Confirm the address", "confirm-address", Some(token)),
                    text("If you did not ask for this, do nothing: the address will not be used."),
                ],
            ),
            Self::AddressChanged { username, at } => {
                let mut blocks = vec![text(format!(
                    "the mail address of your account at {service} was changed on {}. This one is no longer used.",
                    minute(*at)
                ))];
                blocks.extend(not_you(style));
                Draft::new(
                    format!("Your address for {service} was changed"),
                    username,
                    blocks,
                )
            }
            Self::SecondFactorChanged {
                username,
                enabled,
                at,
            } => {
                let now = if *enabled {
                    "switched on"
                } else {
                    "switched off"
                };
                let mut blocks = vec![text(format!(
                    "the second factor of your account at {service} was {now} on {}.",
                    minute(*at)
                ))];
                blocks.extend(not_you(style));
                Draft::new(
                    format!("Second factor {now} at {service}"),
                    username,
                    blocks,
                )
            }
            Self::IdentityChanged {
                username,
                provider,
                linked,
                at,
            } => {
                let now = if *linked { "linked" } else { "unlinked" };
                let mut blocks = vec![text(format!(
                    "signing in with {provider} was {now} at your account at {service} on {}.",
                    minute(*at)
                ))];
                blocks.extend(not_you(style));
                Draft::new(
                    format!("Signing in with {provider} was {now} at {service}"),
                    username,
                    blocks,
                )
            }
            Self::ExportReady { username, until } => Draft::new(
                format!("Your export from {service} is ready"),
                username,
                vec![
                    text(format!(
                        "the export of your account at {service} can be fetched until {}. Sign in to do so:",
                        minute(*until)
                    )),
                    style.link("Fetch the export", "account", None),
                ],
            ),
            Self::DeletionScheduled { username, on } => Draft::new(
                format!("Your account at {service} will be deleted"),
                username,
                vec![
                    text(format!(
                        "your account at {service} will be deleted on {}, as you asked. Signing in before that keeps it:",
                        minute(*on)
                    )),
                    style.link("Sign in", "sign-in", None),
                ],
            ),
        }
    }
}
