//! What a file says of itself: title, artist and the like.

use std::collections::BTreeMap;

/// Tags by name.
///
/// Names are lower camel case: `title`, `artist`, `album`, `albumArtist`, `genre`, `date`,
/// `trackNumber`, `discNumber`, `composer`, `copyright`, `isrc`, `comment`. Each format writes
/// those it has a field for, and any other name as a free-form field where there is such a thing.
pub type Tags = BTreeMap<String, String>;
