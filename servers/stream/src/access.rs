//! Who may have the media of a track, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use veza_core::auth::UserId;
use veza_core::files::BlobKey;
use veza_core::kernel::{Environment, Principal};
use veza_core::streaming::{RevisionId, Track, TrackError, TrackId, Visibility, media_file};

/// How long a track that was taken back may still be served: a player fetches segments faster
/// than this, and would else ask the store for each.
const REMEMBERED: Duration = Duration::from_secs(5);
/// Grants that are remembered at most.
const MAX_GRANTS: usize = 10_000;

/// Grants, each for one track, one revision and one viewer. Refusals are not remembered: a track
/// that has just become ready is there at once.
#[derive(Default)]
pub(crate) struct AccessCache {
    grants: Mutex<HashMap<Asked, Granted>>,
}

type Asked = (TrackId, RevisionId, Option<UserId>);

#[derive(Clone, Copy)]
struct Granted {
    until: Instant,
    visibility: Visibility,
}

impl AccessCache {
    /// The blob of a file of the media, and who may see it.
    ///
    /// # Errors
    /// Those of [`media_file`].
    pub(crate) async fn find(
        &self,
        env: &Environment,
        viewer: Option<&Principal>,
        id: TrackId,
        revision: RevisionId,
        path: &str,
    ) -> Result<(BlobKey, Visibility), TrackError> {
        let asked = (id, revision, viewer.map(|viewer| viewer.user_id));
        if let Some(visibility) = self.remembered(&asked, Instant::now()) {
            let key = Track::media_prefix(id, revision).join(path);
            return Ok((key.map_err(|_| TrackError::NotFound)?, visibility));
        }
        let (track, key) = media_file(env, viewer, id, revision, path).await?;
        self.remember(asked, track.visibility, Instant::now());
        Ok((key, track.visibility))
    }

    fn remembered(&self, asked: &Asked, now: Instant) -> Option<Visibility> {
        let grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        grants
            .get(asked)
            .filter(|granted| now < granted.until)
            .map(|granted| granted.visibility)
    }

    fn remember(&self, asked: Asked, visibility: Visibility, now: Instant) {
        let mut grants = self.grants.lock().unwrap_or_else(PoisonError::into_inner);
        if grants.len() >= MAX_GRANTS {
            grants.retain(|_, granted| now < granted.until);
        }
        // Full of grants that still hold: this one is asked for again next time.
        if grants.len() < MAX_GRANTS {
            grants.insert(
                asked,
                Granted {
                    until: now + REMEMBERED,
                    visibility,
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use veza_core::kernel::Timestamp;
    use veza_core::kernel::TypedId as _;
    use veza_core::memory::SeededEntropy;

    #[test]
    fn a_grant_is_forgotten_after_seconds_and_there_are_not_too_many() {
        let cache = AccessCache::default();
        let entropy = SeededEntropy::new(1);
        let track = || TrackId::generate(Timestamp::from_millis(1), &entropy);
        let revision = RevisionId::generate(Timestamp::from_millis(1), &entropy);
        let (now, asked) = (Instant::now(), (track(), revision, None));
        cache.remember(asked, Visibility::Public, now);
        assert_eq!(cache.remembered(&asked, now), Some(Visibility::Public));
        assert_eq!(cache.remembered(&asked, now + REMEMBERED), None);
        for _ in 0..MAX_GRANTS + 100 {
            cache.remember((track(), revision, None), Visibility::Public, now);
        }
        assert_eq!(cache.grants.lock().unwrap().len(), MAX_GRANTS);
        cache.remember(
            (track(), revision, None),
            Visibility::Public,
            now + REMEMBERED,
        );
        assert_eq!(cache.grants.lock().unwrap().len(), 1);
    }
}
