//! The quotas of the architecture document, section 5.4.

use std::time::Duration;

use veza_core::kernel::rate::Quota;

const MINUTE: Duration = Duration::from_secs(60);
const QUARTER: Duration = Duration::from_secs(15 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Logins of one network to one account.
pub const LOGIN: Quota = Quota::new("login", 5, QUARTER, 2);
/// Logins of one network to all accounts: one that tries each of them once.
pub const LOGIN_NETWORK: Quota = Quota::new("login-network", 100, QUARTER, 20);
/// Logins of everybody whom an account does not know to that account: guesses from many networks.
pub const LOGIN_STRANGERS: Quota = Quota::new("login-strangers", 30, QUARTER, 10);
/// Registrations of one network.
pub const REGISTER: Quota = Quota::new("register", 3, HOUR, 1);
/// Mails that one network asks for to one address.
pub const MAIL: Quota = Quota::new("mail", 3, HOUR, 1);
/// Mails that one network asks for.
pub const MAIL_NETWORK: Quota = Quota::new("mail-network", 20, HOUR, 5);
/// Exports that one account asks for.
pub const EXPORT: Quota = Quota::new("export", 2, DAY, 1);
/// Requests of one account.
pub const AUTHENTICATED: Quota = Quota::new("authenticated", 1_000, MINUTE, 100);
/// Requests of one network without an account.
pub const GUEST: Quota = Quota::new("guest", 100, MINUTE, 20);
/// WebSockets that one network opens.
pub const SOCKETS: Quota = Quota::new("sockets", 10, MINUTE, 2);
