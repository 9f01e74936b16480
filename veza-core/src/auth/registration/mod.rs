//! Registration: nobody has an account by an address that is not theirs, and nobody is told
//! whether an address has one.

mod add_account;
mod model;
mod ports;
mod register;
mod resend;
mod verify_email;

pub use add_account::{AddAccount, AddAccountError, add_account};
pub use model::{PENDING_LIFETIME, PendingRegistration, PendingRegistrationId};
pub use ports::PendingRegistrations;
pub use register::{Register, RegisterError, register};
pub use resend::{ResendVerification, resend_verification};
pub(crate) use verify_email::keep;
pub use verify_email::{VerifyEmail, VerifyEmailError, verify_email};

use crate::kernel::FieldError;
use crate::kernel::text::FieldErrors;

use super::passwords::Password;
use super::validate::{email_fault, fold_email, username_fault};

/// The address and the name in the form in which they are stored, if an account may have them and
/// the password.
fn check(
    email: &str,
    username: &str,
    password: &Password,
) -> Result<(String, String), Vec<FieldError>> {
    let email = fold_email(email);
    let username = username.trim().to_ascii_lowercase();
    let mut faults = FieldErrors::default();
    if let Some(fault) = email_fault(&email) {
        faults.push("email", fault);
    }
    if let Some(fault) = username_fault(&username) {
        faults.push("username", fault);
    }
    if let Some(fault) = password.weakness(&email, &username) {
        faults.push("password", fault);
    }
    faults.into_result()?;
    Ok((email, username))
}
