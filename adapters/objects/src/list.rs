//! Walks through the folders in the order of keys.

use std::fs;
use std::io;
use std::path::Path;

use veza_core::files::{BlobInfo, BlobKey};

/// The blobs in `folder`, whose key is `prefix`, in the order of their keys, after the key
/// `after`, until there are `limit` in `found`.
pub(crate) fn walk(
    folder: &Path,
    prefix: &BlobKey,
    after: Option<&BlobKey>,
    limit: usize,
    found: &mut Vec<BlobInfo>,
) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        // It was removed meanwhile, or is the file of a blob.
        Err(error) if is_absent(&error) => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        // What has no name of ours, and links, are no blobs.
        let key = entry
            .file_name()
            .to_str()
            .and_then(|name| prefix.join(name).ok());
        if let Some(key) = key.filter(|_| kind.is_file() || kind.is_dir()) {
            // A folder sorts as the keys in it do: with the '/' behind its name.
            let place = if kind.is_dir() {
                format!("{key}/")
            } else {
                key.to_string()
            };
            names.push((place, key, kind.is_dir()));
        }
    }
    names.sort();
    for (place, key, is_folder) in names {
        if found.len() >= limit {
            return Ok(());
        }
        // A folder is not passed while the key to go on after is in it.
        let passed = after.map(BlobKey::as_str).is_some_and(|after| {
            after >= place.as_str() && !(is_folder && after.starts_with(&place))
        });
        if passed {
            continue;
        }
        let path = folder.join(key.segments().last().unwrap_or_default());
        if is_folder {
            walk(&path, &key, after, limit, found)?;
        } else {
            match fs::metadata(&path) {
                Ok(metadata) => found.push(BlobInfo {
                    key,
                    size: metadata.len(),
                }),
                Err(error) if is_absent(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Whether an error means that there is nothing of this name.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
