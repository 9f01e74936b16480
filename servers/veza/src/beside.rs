//! What commands beside the services work with: the store and keys of an installation, whether
//! it runs or not.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;

use veza_core::kernel::{CursorKey, Entropy as _, Environment, ReadCache};
use veza_crypto::{SealingKeys, SecretFileError, SystemClock, SystemEntropy};
use veza_sql::SqlStore;

use crate::keys::sealing_keys;
use crate::serve::open_database;
use crate::settings::{DatabaseSetting, Secret};

/// To PostgreSQL, at most.
const CONNECTIONS: u32 = 10;

/// Why an installation cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error("{0}: {1}")]
    Folder(String, io::Error),
    #[error(transparent)]
    Store(#[from] veza_sql::OpenError),
    #[error(transparent)]
    Keys(#[from] SecretFileError),
}

/// The installation in this folder, which is made where it is missing, or with this database. The
/// store is to be closed in the end.
pub(crate) async fn open(
    data: &Path,
    database_url: Option<&Secret>,
) -> Result<(Environment, SqlStore), OpenError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    for folder in [data.to_owned(), data.join("keys")] {
        let name = folder.display().to_string();
        let made = builder.create(&folder);
        made.map_err(|error| OpenError::Folder(name, error))?;
    }
    let database = match database_url {
        Some(url) => DatabaseSetting::Postgres {
            url: url.clone(),
            direct_url: None,
            connections: CONNECTIONS,
        },
        None => DatabaseSetting::Sqlite,
    };
    let store = open_database(&database, data).await?;
    // No cursor is given away here.
    let mut cursors = [0; 32];
    SystemEntropy.fill(&mut cursors);
    let env = Environment {
        store: Arc::new(store.clone()),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        sealer: Arc::new(SealingKeys::open(&sealing_keys(data))?),
        cursors: CursorKey::new(cursors),
        cache: ReadCache::none(),
    };
    Ok((env, store))
}
