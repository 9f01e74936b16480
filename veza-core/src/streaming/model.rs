//! The track.

use serde::{Deserialize, Serialize};

use crate::auth::UserId;
use crate::files::BlobKey;
use crate::kernel::{Permission, Principal, Timestamp};
use crate::typed_ids;

use super::error::TrackError;

typed_ids! {
    /// The id of a track.
    TrackId,
    /// The id of one making of a track's media. Each attempt has its own, so that two never write
    /// to the same place, and an address with it in never changes what it stands for.
    RevisionId,
}

/// Who a track is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artist {
    /// The account.
    pub id: UserId,
    /// Its name.
    pub username: String,
}

/// Who may see a track that is ready. Its owner sees it always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    #[default]
    Public,
    /// Only its owner.
    Private,
}

impl Visibility {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Public, Self::Private];

    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }

    /// The visibility of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|visibility| visibility.as_str() == name)
    }
}

/// The file that was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is kept.
    pub key: BlobKey,
    /// How many bytes it has.
    pub size: u64,
}

/// How loud a track is (EBU R 128, ITU-R BS.1770). What cannot be told, as of silence, is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Loudness {
    /// Integrated loudness, in LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342), in LU.
    pub loudness_range_lu: Option<f64>,
    /// The highest true peak of all channels, in dBTP.
    pub true_peak_dbtp: Option<f64>,
    /// The highest absolute sample of all channels, in dBFS.
    pub sample_peak_dbfs: Option<f64>,
    /// The highest momentary loudness (400 ms), in LUFS.
    pub momentary_max_lufs: Option<f64>,
    /// The highest short-term loudness (3 s), in LUFS.
    pub short_term_max_lufs: Option<f64>,
}

impl Loudness {
    /// The same without what is no finite number: a meter says minus infinity of silence.
    #[must_use]
    pub fn finite(self) -> Self {
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        Self {
            integrated_lufs: finite(self.integrated_lufs),
            loudness_range_lu: finite(self.loudness_range_lu),
            true_peak_dbtp: finite(self.true_peak_dbtp),
            sample_peak_dbfs: finite(self.sample_peak_dbfs),
            momentary_max_lufs: finite(self.momentary_max_lufs),
            short_term_max_lufs: finite(self.short_term_max_lufs),
        }
    }
}

/// What was measured of a track's sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurements {
    /// How long it is, in seconds.
    pub duration_seconds: f64,
    /// The sample rate of the source, in Hz.
    pub sample_rate: u32,
    /// The number of channels of the source.
    pub channels: u16,
    /// How loud the source is.
    pub loudness: Loudness,
}

/// Media that can be played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Media {
    /// Which making of it.
    pub revision: RevisionId,
    /// What was measured on the way.
    pub measurements: Measurements,
}

/// Why a track cannot be played, for its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A stable name for machines: `audio.malformed`.
    pub code: String,
    /// What is wrong, in words.
    pub detail: String,
}

/// Where a track stands.
#[derive(Clone, Debug, PartialEq)]
pub enum TrackState {
    /// It waits for a worker.
    Queued,
    /// A worker makes its media.
    Processing {
        /// How much is done, 0 to 1.
        progress: f32,
    },
    /// It can be played.
    Ready(Media),
    /// It never will.
    Failed(Failure),
}

impl TrackState {
    /// The name on the wire and in the store.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Processing { .. } => "processing",
            Self::Ready(_) => "ready",
            Self::Failed(_) => "failed",
        }
    }

    /// How much of the work is done, 0 to 1.
    pub fn progress(&self) -> f32 {
        match self {
            Self::Queued | Self::Failed(_) => 0.0,
            Self::Processing { progress } => *progress,
            Self::Ready(_) => 1.0,
        }
    }
}

/// A piece of sound that somebody uploaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its id.
    pub id: TrackId,
    /// Who it is by. The name is the present one: stores keep the id and look it up.
    pub artist: Artist,
    /// Its title.
    pub title: String,
    /// Its genre, in the words of its owner.
    pub genre: Option<String>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
    /// Where it stands.
    pub state: TrackState,
    /// The file that was uploaded.
    pub source: Source,
    /// Which version of it this is: 1 at first, and one more with every change; progress is none.
    pub version: u64,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it was last changed; progress does not count.
    pub updated_at: Timestamp,
}

impl Track {
    /// The title in the form titles are sorted by.
    pub fn title_key(&self) -> String {
        fold(&self.title)
    }

    /// The genre in the form genres are compared in.
    pub fn genre_key(&self) -> Option<String> {
        self.genre.as_deref().map(fold)
    }

    /// The media, if the track is ready.
    pub fn media(&self) -> Option<&Media> {
        match &self.state {
            TrackState::Ready(media) => Some(media),
            _ => None,
        }
    }

    /// Whether everybody may see it.
    pub fn is_published(&self) -> bool {
        self.visibility == Visibility::Public && self.media().is_some()
    }

    /// Whether `viewer` may see it.
    pub fn is_visible_to(&self, viewer: Option<&Principal>) -> bool {
        self.is_published() || viewer.is_some_and(|viewer| self.is_owned_by(viewer))
    }

    /// Whether it is by `principal`.
    pub fn is_owned_by(&self, principal: &Principal) -> bool {
        principal.user_id == self.artist.id
    }

    /// Whether `principal` may remove it.
    pub fn may_be_deleted_by(&self, principal: &Principal) -> bool {
        principal.may(Permission::TrackDeleteAny)
            || self.is_owned_by(principal) && principal.may(Permission::TrackDeleteOwn)
    }

    /// Whether `principal` may change what is said of it.
    pub fn may_be_changed_by(&self, principal: &Principal) -> bool {
        self.is_owned_by(principal) && principal.may(Permission::TrackCreate)
    }

    /// What somebody is told who may not do what they want with it: that, if they may see it.
    pub(super) fn refusal_to(&self, principal: &Principal) -> TrackError {
        if self.is_visible_to(Some(principal)) {
            TrackError::Forbidden
        } else {
            TrackError::NotFound
        }
    }

    /// Where all its media lie.
    pub fn media_root(id: TrackId) -> BlobKey {
        format!("media/{id}")
            .parse()
            .expect("a UUID is made of hex digits and '-'")
    }

    /// Where the media of one revision lie.
    pub fn media_prefix(id: TrackId, revision: RevisionId) -> BlobKey {
        Self::media_root(id)
            .join(&revision.to_string())
            .expect("a UUID is made of hex digits and '-'")
    }
}

/// Lower case: how texts are compared and sorted, the same in every store.
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}
