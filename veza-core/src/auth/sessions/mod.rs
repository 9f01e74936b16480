//! Sessions: logging in, staying logged in, logging out.
//!
//! A session is kept alive by **refresh tokens**, opaque and stored as digests. Each is used once:
//! refreshing answers the next one. The chain of a session is its family:
//!
//! | the token shown is | answer |
//! |---|---|
//! | the current one | a child; the token becomes the parent, the parent before it is spent |
//! | the parent, whose child is unused | another child; the unused one is replaced |
//! | replaced, within a minute | refused: two requests crossed |
//! | replaced, later | refused, and the session ends |
//! | spent | refused, and the session ends: whoever shows it was left behind, or is a thief |
//!
//! So a lost answer costs nothing, any number of parallel refreshes leave one chain, and a stolen
//! token is found out as soon as the other side goes on.

mod end;
mod issue;
mod known;
mod list;
mod log_in;
mod log_out;
mod model;
mod ports;
mod prune;
mod reauthenticate;
mod refresh;
mod step_up;

pub use end::{EndSession, EndSessionError, end_other_sessions, end_session};
pub(crate) use end::{end_all_but, revoke};
pub(crate) use issue::grant_for;
pub use issue::{LoggedIn, OpenSession, Opened, open_session};
pub use known::is_known_visitor;
pub use list::list_sessions;
pub(crate) use log_in::let_in;
pub use log_in::{Credentials, LogIn, LogInError, LogInOutcome, check_credentials, log_in};
pub use log_out::{LogOut, log_out};
pub use model::{
    MAX_SESSIONS, REMEMBERED_LIFETIME, RefreshToken, RefreshTokenState, SESSION_LIFETIME,
    STEP_UP_WINDOW, Session, SessionId,
};
pub use ports::Sessions;
pub use prune::prune_sessions;
pub(crate) use reauthenticate::check_own_password;
pub use reauthenticate::{Reauthenticate, ReauthenticateError, reauthenticate};
pub use refresh::{Refresh, RefreshError, refresh};
pub(crate) use step_up::present;
pub use step_up::{StepUpError, require_step_up};
