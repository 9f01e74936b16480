//! What an owner says of a track, checked.

use crate::kernel::text::FieldErrors;

use super::error::TrackError;

/// The longest title, in characters.
pub(super) const MAX_TITLE: usize = 200;
const MAX_GENRE: usize = 50;
const MAX_DESCRIPTION: usize = 5_000;

/// Texts as they are stored.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) title: String,
    pub(super) genre: Option<String>,
    pub(super) description: Option<String>,
}

impl Details {
    /// Trims and checks the texts.
    ///
    /// # Errors
    /// `Invalid`, with every fault.
    pub(super) fn check(
        title: &str,
        genre: Option<&str>,
        description: Option<&str>,
    ) -> Result<Self, TrackError> {
        let mut faults = FieldErrors::default();
        let title = faults.line("title", title, MAX_TITLE);
        let genre = faults.optional_line("genre", genre, MAX_GENRE);
        let description = faults.optional_text("description", description, MAX_DESCRIPTION);
        faults.into_result().map_err(TrackError::Invalid)?;
        Ok(Self {
            title,
            genre,
            description,
        })
    }
}
