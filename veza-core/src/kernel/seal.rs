//! Secrets that have to be stored and read again, such as the seed of a second factor or a
//! token in a letter that is not sent yet.

use super::error::PortError;

/// Keeps secrets so that what is stored is of no use without the key, and cannot be changed or
/// moved to another place unnoticed.
///
/// What was sealed can be opened as long as its key is kept: keys are replaced by newer ones for
/// sealing, while all of them go on opening.
pub trait Sealer: Send + Sync {
    /// Seals `plain` for one `context`: a name of what it is and whose, such as
    /// `auth.totp:0193…`. The context is not secret and is not stored with it, and only the very
    /// same opens it. Sealing the same twice gives different bytes. The result is at most 64
    /// bytes longer than `plain`.
    ///
    /// # Errors
    /// `Internal` when it cannot be sealed.
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError>;

    /// What was sealed for this context.
    ///
    /// # Errors
    /// `Corrupt` for another context, for bytes that were changed or cut, and for those that
    /// were sealed by a key which is not kept here.
    fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, PortError>;
}
