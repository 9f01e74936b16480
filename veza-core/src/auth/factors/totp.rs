//! Codes of an authenticator (RFC 6238): six digits of SHA-1, every 30 s. Authenticators know no
//! other settings, or ignore them.

use totp_rs::{Builder, Totp};

use crate::auth::UserId;
use crate::kernel::{Entropy, Environment, PortError, PortErrorKind, Timestamp};

/// Bytes of a secret: 160 bits, as RFC 4226 recommends.
const SECRET_LEN: usize = 20;
/// Steps before and after the present one whose codes are taken.
const SKEW: u16 = 1;
/// The name that authenticators show beside the account's.
const ISSUER: &str = "Veza";

/// A secret and the account it is of.
pub(super) struct Authenticator(Totp);

impl Authenticator {
    pub(super) fn generate(entropy: &dyn Entropy, email: &str) -> Result<Self, PortError> {
        let mut secret = vec![0; SECRET_LEN];
        entropy.fill(&mut secret);
        Self::of(secret, email)
    }

    fn of(secret: Vec<u8>, email: &str) -> Result<Self, PortError> {
        // A colon divides issuer and account in the address of an authenticator.
        let account = email.replace(':', " ");
        Builder::new()
            .with_secret(secret)
            .with_skew(SKEW)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .map(Self)
            .map_err(|_| PortError::new(PortErrorKind::Corrupt, "totp.secret"))
    }

    pub(super) fn seal(&self, env: &Environment, user: UserId) -> Result<Vec<u8>, PortError> {
        env.sealer.seal(&context(user), self.0.secret().as_bytes())
    }

    pub(super) fn open(
        env: &Environment,
        user: UserId,
        sealed: &[u8],
        email: &str,
    ) -> Result<Self, PortError> {
        Self::of(env.sealer.open(&context(user), sealed)?, email)
    }

    /// The step whose code this is, if it is one of those around now. Compares in constant time.
    pub(super) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let code: String = code
            .chars()
            .filter(|c| !c.is_whitespace())
            .take(7)
            .collect();
        if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now.as_seconds()).ok()?;
        i64::try_from(self.0.check(&code, seconds)?).ok()
    }

    /// The secret, to be typed into an authenticator.
    pub(super) fn secret(&self) -> String {
        self.0.secret().to_base32()
    }

    /// The address that an authenticator reads from a picture.
    pub(super) fn uri(&self) -> Result<String, PortError> {
        self.0
            .to_url()
            .map_err(|_| PortError::new(PortErrorKind::Internal, "totp.uri"))
    }
}

/// A sealed secret opens for its own account only.
fn context(user: UserId) -> String {
    format!("auth.totp:{user}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test vectors of RFC 6238, appendix B, for SHA-1, cut to six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let authenticator =
            Authenticator::of(b"12345678901234567890".to_vec(), "a@example.com").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
            let step = Some(seconds / 30);
            assert_eq!(authenticator.step_of(code, at(seconds)), step);
            assert_eq!(authenticator.step_of(code, at(seconds + 30)), step);
            assert_eq!(authenticator.step_of(code, at(seconds - 30)), step);
            assert_eq!(authenticator.step_of(code, at(seconds + 60)), None);
            assert_eq!(authenticator.step_of(&code[1..], at(seconds)), None);
        }
    }

    #[test]
    fn what_is_typed_may_have_blanks_and_nothing_else() {
        let authenticator =
            Authenticator::of(b"12345678901234567890".to_vec(), "a@example.com").unwrap();
        let at = Timestamp::from_millis(59_000);
        assert_eq!(authenticator.step_of(" 287 082 ", at), Some(1));
        for code in [
            "",
            "28708２",
            "287082x",
            "2870820",
            "-287082",
            &"1".repeat(100_000),
        ] {
            assert_eq!(authenticator.step_of(code, at), None);
        }
    }

    #[test]
    fn the_address_names_issuer_and_account() {
        let authenticator =
            Authenticator::of(b"12345678901234567890".to_vec(), "a:b@example.com").unwrap();
        let uri = authenticator.uri().unwrap();
        assert!(
            uri.starts_with("otpauth://totp/Veza:a%20b%40example.com?"),
            "{uri}"
        );
        assert!(
            uri.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{uri}"
        );
    }
}
