//! Another address for an account: wanted by who has just proved who they are, and proved at the
//! new address.

mod confirm;
mod request;

pub use confirm::{ConfirmEmailChange, ConfirmEmailChangeError, confirm_email_change};
pub use request::{RequestEmailChange, RequestEmailChangeError, request_email_change};
