//! The contract of sealing.

use crate::kernel::{PortErrorKind, Sealer};

/// The whole contract of a [`Sealer`]; `foreign` is one of the same kind with another key.
///
/// # Panics
/// Where the contract is broken.
pub fn sealer(sealer: &dyn Sealer, foreign: &dyn Sealer) {
    for plain in [&b""[..], b"JBSWY3DPEHPK3PXP", &[0x5a; 70_000]] {
        let sealed = sealer.seal("auth.totp:1", plain).expect("seal");
        assert_eq!(sealer.open("auth.totp:1", &sealed).expect("open"), plain);
        assert!(sealed.len() <= plain.len() + 64, "sealing adds little");
        assert!(
            plain.is_empty() || !sealed.windows(plain.len()).any(|part| part == plain),
            "what is sealed does not show"
        );
        assert_ne!(
            sealer.seal("auth.totp:1", plain).expect("seal"),
            sealed,
            "the same is not sealed the same way twice"
        );
    }

    let sealed = sealer.seal("auth.totp:1", b"a secret").expect("seal");
    let refused = |what: &str, sealer: &dyn Sealer, context: &str, sealed: &[u8]| {
        let error = sealer.open(context, sealed).expect_err(what);
        assert_eq!(error.kind, PortErrorKind::Corrupt, "{what}");
    };
    for context in ["auth.totp:2", "auth.totp:", "auth.totp:11", ""] {
        refused("another context", sealer, context, &sealed);
    }
    refused("another key", foreign, "auth.totp:1", &sealed);
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        refused("a flipped bit", sealer, "auth.totp:1", &changed);
    }
    for len in 0..sealed.len() {
        refused("cut short", sealer, "auth.totp:1", &sealed[..len]);
    }
    let longer = [&sealed[..], &[0]].concat();
    refused("with something behind it", sealer, "auth.totp:1", &longer);
}
