//! The second factor: codes of an authenticator (TOTP, RFC 6238), and recovery codes for the day
//! it is lost.
//!
//! Logging in with the right password gives a [ticket](MfaTicket) where a second factor is set up;
//! the ticket and a code open the session. What holds:
//!
//! - a ticket is good for five minutes and five tries, for the password that was shown;
//! - a code is good once: the step of the last one is stored under the lock of the account;
//! - wrong codes make the next try wait, up to a quarter of an hour, whatever tickets there are;
//!   recovery codes, which cannot be guessed, are taken all the same, so nobody is locked out;
//! - the secret is sealed, recovery codes are digests.

mod check;
mod confirm;
mod disable;
mod error;
mod log_in;
mod model;
mod ports;
mod recovery;
mod set_up;
mod status;
mod ticket;
mod totp;

pub use confirm::{ConfirmSecondFactor, confirm_second_factor};
pub use disable::{ChangeSecondFactor, disable_second_factor, regenerate_recovery_codes};
pub use error::SecondFactorError;
pub use log_in::{CompleteLogIn, CompleteLogInError, complete_log_in};
pub use model::{MfaConfig, SecondFactor};
pub use ports::{MfaConfigs, MfaTickets};
pub use recovery::RecoveryCodes;
pub use set_up::{SecondFactorSetUp, set_up_second_factor};
pub use status::{SecondFactorStatus, second_factor_status};
pub(crate) use ticket::challenge;
pub use ticket::{MfaChallenge, MfaTicket};

use crate::auth::{User, mails};
use crate::kernel::{Environment, PortError, UnitOfWork};
use crate::mail::MailContent;

/// Mails the owner of an account that its second factor was switched on or off.
async fn told(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    enabled: bool,
) -> Result<(), PortError> {
    let content = MailContent::SecondFactorChanged {
        username: user.username.clone(),
        enabled,
        at: env.now(),
    };
    mails::enqueue(env, unit, &user.email, content).await
}
