//! What tracks tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::auth::UserId;
use crate::kernel::TypedId as _;
use crate::kernel::event::DomainEvent;

use super::model::{RevisionId, TrackId, Visibility};

macro_rules! track_events {
    ($($(#[$doc:meta])* $name:ident = $event_type:literal {
        $($(#[$field_doc:meta])* $field:ident: $kind:ty,)*
    })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The track.
            pub track_id: TrackId,
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl DomainEvent for $name {
            const TYPE: &'static str = $event_type;
            const AGGREGATE_TYPE: &'static str = "Track";

            fn aggregate_id(&self) -> Uuid {
                self.track_id.uuid()
            }
        }
    )+};
}

track_events! {
    /// A track was made of an upload.
    TrackUploaded = "streaming.track.uploaded.v1" {
        /// Who it is by.
        owner_id: UserId,
        /// Its title.
        title: String,
    }
    /// What is said of a track was changed.
    TrackUpdated = "streaming.track.updated.v1" {
        /// Its title now.
        title: String,
        /// Who may see it now.
        visibility: Visibility,
    }
    /// A track can be played.
    TrackReady = "streaming.track.ready.v1" {
        /// The media to play.
        revision: RevisionId,
        /// How long it is, in seconds.
        duration_seconds: f64,
    }
    /// A track can never be played.
    TrackFailed = "streaming.track.failed.v1" {
        /// Why, as a stable name.
        code: String,
    }
    /// A track was removed.
    TrackDeleted = "streaming.track.deleted.v1" {
        /// Who removed it.
        deleted_by: UserId,
    }
}
