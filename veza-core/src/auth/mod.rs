//! Accounts, passwords and access tokens.

mod events;
mod login;
mod me;
mod model;
mod password;
mod ports;
mod register;
mod validate;

pub use events::{UserLoggedIn, UserRegistered};
pub use login::{LogIn, LogInError, LoggedIn, log_in};
pub use me::{MeError, me};
pub use model::{AccessToken, TokenId, User, UserId};
pub use password::{Password, PasswordHash};
pub use ports::{
    ACCESS_TOKEN_LIFETIME, AccessGrant, JsonWebKey, JsonWebKeySet, PasswordHasher, PasswordMatch,
    PublicNumbers, TokenError, TokenIssuer, TokenVerifier, Users,
};
pub use register::{Register, RegisterError, register};
