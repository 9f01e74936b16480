//! Work that goes on beside the services: keys that change.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use veza_core::auth::privacy::ErasureOutcome;
use veza_core::auth::{RevocationList, erase_due, refresh_revocations};
use veza_core::kernel::{Clock, Environment, Partitions};
use veza_crypto::TokenKeys;
use veza_server_kit::Shutdown;

/// How often revoked tokens are looked for. With how often open sockets are asked again who they
/// belong to, it is the time in which a ban reaches everybody: below five seconds.
const REVOCATIONS_EVERY: Duration = Duration::from_secs(1);
/// How long to wait after the store has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How often partitions are made before they are needed.
const PARTITIONS_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often accounts that are due are erased.
const ERASE_EVERY: Duration = Duration::from_secs(10 * 60);
/// How often the folder of keys is looked at: a key that was stolen has to end within seconds.
const KEYS_EVERY: Duration = Duration::from_secs(3);

/// Keeps the keys of access tokens as the folder has them, and adds one when it is time, until
/// the end is asked for.
pub(super) async fn keys(keys: Arc<TokenKeys>, shutdown: &Shutdown) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(KEYS_EVERY) => {}
            () = shutdown.requested() => return,
        }
        let looked = Arc::clone(&keys);
        match tokio::task::spawn_blocking(move || looked.refresh()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the folder of keys cannot be read; the keys stay")
            }
            Err(error) => tracing::error!(%error, "looking at the keys failed"),
        }
    }
}

/// Erases the accounts whose time has come, until the end is asked for.
pub(super) async fn erase(env: Environment, shutdown: &Shutdown) {
    loop {
        match erase_due(&env).await {
            Ok(ErasureOutcome { erased: 0, kept: 0 }) => {}
            Ok(ErasureOutcome { erased, kept }) => {
                tracing::info!(erased, kept, "accounts whose time had come");
            }
            Err(error) => tracing::warn!(%error, "accounts could not be erased"),
        }
        tokio::select! {
            () = tokio::time::sleep(ERASE_EVERY) => {}
            () = shutdown.requested() => return,
        }
    }
}

/// Makes partitions before they are needed, until the end is asked for.
pub(super) async fn partitions(
    clock: &dyn Clock,
    partitions: &dyn Partitions,
    shutdown: &Shutdown,
) {
    loop {
        let pause = match partitions.make_ahead(clock.now()).await {
            Ok(made) => {
                if made > 0 {
                    tracing::info!(made, "partitions are made");
                }
                PARTITIONS_EVERY
            }
            // What is written goes to the default one meanwhile.
            Err(error) => {
                tracing::warn!(%error, "partitions could not be made");
                AFTER_FAILURE * 15
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.requested() => return,
        }
    }
}

/// Keeps the list of revoked tokens fresh, until the end is asked for: each second, and when it is
/// told of a change. While the store does not answer the list grows stale, and nobody is let in.
pub(super) async fn revocations(
    env: Environment,
    list: &RevocationList,
    told: &Notify,
    shutdown: &Shutdown,
) {
    let mut failing = false;
    loop {
        // Tried again each second, whatever keeps the store from answering.
        let refreshed =
            tokio::time::timeout(REVOCATIONS_EVERY * 2, refresh_revocations(&env, list));
        let failed = !matches!(refreshed.await, Ok(Ok(())));
        if failed && !failing {
            tracing::warn!("revoked tokens cannot be learnt of; soon none is accepted");
        }
        failing = failed;
        tokio::select! {
            () = tokio::time::sleep(REVOCATIONS_EVERY) => {}
            () = told.notified(), if !failed => {}
            () = shutdown.requested() => return,
        }
    }
}
