//! Makes a track of an upload.

use crate::files::{FileUploaded, ReceivedUpload};
use crate::jobs::NewJob;
use crate::kernel::text::FieldErrors;
use crate::kernel::{Environment, Metadata, Permission, Principal};

use super::INGEST_JOB;
use super::begin_ingest::IngestPayload;
use super::details::{Details, MAX_TITLE};
use super::error::TrackError;
use super::events::TrackUploaded;
use super::model::{Artist, Source, Track, TrackState, Visibility};

/// The wish to publish an upload.
#[derive(Clone, Debug)]
pub struct UploadTrack {
    /// What was uploaded.
    pub upload: ReceivedUpload,
    /// The name of the file, from which the title is taken when there is none.
    pub file_name: Option<String>,
    /// A title of 1 to 200 characters.
    pub title: Option<String>,
    /// A genre of at most 50 characters.
    pub genre: Option<String>,
    /// A description of at most 5000 characters.
    pub description: Option<String>,
    /// Who may see the track.
    pub visibility: Visibility,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// Makes a track, queues the job that makes its media, and tells `files.file.uploaded.v1` and
/// `streaming.track.uploaded.v1`: all or nothing. After a refusal the upload is the caller's to
/// [discard](crate::files::discard_upload).
///
/// # Errors
/// `Forbidden`, `Invalid`, `Port`. After a `Port` that is not known for certain to have undone
/// everything, the upload has to stay: the track may be there.
pub async fn upload_track(
    env: &Environment,
    principal: &Principal,
    command: UploadTrack,
) -> Result<Track, TrackError> {
    if !principal.may(Permission::TrackCreate) {
        return Err(TrackError::Forbidden);
    }
    let from_file = || title_of_file(command.file_name.as_deref());
    let title = command.title.as_deref().map(str::trim);
    let Details {
        title,
        genre,
        description,
    } = Details::check(
        &title
            .filter(|title| !title.is_empty())
            .map_or_else(from_file, str::to_owned),
        command.genre.as_deref(),
        command.description.as_deref(),
    )?;

    let now = env.now();
    let track = Track {
        id: env.new_id(),
        artist: Artist {
            id: principal.user_id,
            username: principal.username.clone(),
        },
        title,
        genre,
        description,
        visibility: command.visibility,
        state: TrackState::Queued,
        source: Source {
            key: command.upload.key,
            size: command.upload.size,
        },
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let job = NewJob::new(INGEST_JOB, IngestPayload { track_id: track.id }.to_json());
    let file_uploaded = FileUploaded {
        file_id: command.upload.id,
        owner_id: principal.user_id,
        size: command.upload.size,
    };
    let track_uploaded = TrackUploaded {
        track_id: track.id,
        owner_id: principal.user_id,
        title: track.title.clone(),
    };
    let mut unit = env.store.begin().await?;
    unit.tracks().add(&track).await?;
    unit.jobs().enqueue(&job.into_job(env)).await?;
    unit.outbox()
        .append(&env.event(&file_uploaded, &command.metadata))
        .await?;
    unit.outbox()
        .append(&env.event(&track_uploaded, &command.metadata))
        .await?;
    unit.commit().await?;
    Ok(track)
}

/// The name of a file without folders and extension, as far as it can be a title.
fn title_of_file(name: Option<&str>) -> String {
    let name = name.unwrap_or_default();
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let stem: String = stem.replace('_', " ").chars().take(MAX_TITLE).collect();
    let mut faults = FieldErrors::default();
    let title = faults.line("title", &stem, MAX_TITLE);
    faults
        .into_result()
        .map_or_else(|_| "Untitled".into(), |()| title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_made_of_the_name_of_the_file() {
        assert_eq!(
            title_of_file(Some("C:\\Music\\my_first.song.flac")),
            "my first.song"
        );
        assert_eq!(title_of_file(Some("/tmp/été.wav")), "été");
        assert_eq!(title_of_file(Some(".wav")), "Untitled");
        assert_eq!(title_of_file(Some("a\u{1b}[0m.wav")), "Untitled");
        assert_eq!(title_of_file(None), "Untitled");
        assert_eq!(
            title_of_file(Some(&"é".repeat(300))).chars().count(),
            MAX_TITLE
        );
    }
}
