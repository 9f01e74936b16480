//! Invitations: codes by which people may register, with a role, some times, for some time.
//!
//! A code counts when the registration it was shown with is proved; of two who are proved with its
//! last use, one has an account.

mod consume;
mod create;
mod list;
mod model;
mod ports;
mod withdraw;

pub(crate) use consume::consume;
pub use create::{CreateInvitation, CreatedInvitation, create_invitation};
pub use list::list_invitations;
pub use model::{
    Invitation, InvitationError, InvitationId, MAX_INVITATIONS, MAX_USES, RegistrationPolicy,
};
pub use ports::Invitations;
pub use withdraw::{WithdrawInvitation, withdraw_invitation};
