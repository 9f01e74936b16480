-- Ids are UUIDs of 16 bytes. Times are milliseconds since 1970 in UTC.

CREATE TABLE users (
    id            BLOB    NOT NULL PRIMARY KEY,
    email         TEXT    NOT NULL,
    username      TEXT    NOT NULL,
    role          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX idx_users_email ON users (email);
CREATE UNIQUE INDEX idx_users_username ON users (username);
CREATE INDEX idx_users_created_at ON users (created_at, id);

CREATE TABLE tracks (
    id                  BLOB    NOT NULL PRIMARY KEY,
    artist_id           BLOB    NOT NULL,
    title               TEXT    NOT NULL,
    title_key           TEXT    NOT NULL,
    genre               TEXT,
    genre_key           TEXT,
    description         TEXT,
    visibility          TEXT    NOT NULL CHECK (visibility IN ('public', 'private')),
    status              TEXT    NOT NULL CHECK (status IN ('queued', 'processing', 'ready', 'failed')),
    progress            REAL    NOT NULL DEFAULT 0,
    failure_code        TEXT,
    failure_detail      TEXT,
    revision            BLOB,
    duration_seconds    REAL,
    sample_rate         INTEGER,
    channels            INTEGER,
    integrated_lufs     REAL,
    loudness_range_lu   REAL,
    true_peak_dbtp      REAL,
    sample_peak_dbfs    REAL,
    momentary_max_lufs  REAL,
    short_term_max_lufs REAL,
    source_key          TEXT    NOT NULL,
    source_size         INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    CONSTRAINT fk_tracks_users FOREIGN KEY (artist_id) REFERENCES users (id),
    -- No track is playable without its media, and none fails without a reason.
    CHECK (status <> 'ready' OR (revision IS NOT NULL AND duration_seconds IS NOT NULL
        AND sample_rate IS NOT NULL AND channels IS NOT NULL)),
    CHECK (status <> 'failed' OR (failure_code IS NOT NULL AND failure_detail IS NOT NULL))
) STRICT;

CREATE INDEX idx_tracks_created_at ON tracks (created_at, id)
    WHERE visibility = 'public' AND status = 'ready';
CREATE INDEX idx_tracks_title_key ON tracks (title_key, id)
    WHERE visibility = 'public' AND status = 'ready';
CREATE INDEX idx_tracks_genre_key_created_at ON tracks (genre_key, created_at, id)
    WHERE visibility = 'public' AND status = 'ready';
CREATE INDEX idx_tracks_genre_key_title_key ON tracks (genre_key, title_key, id)
    WHERE visibility = 'public' AND status = 'ready';
CREATE INDEX idx_tracks_artist_id_created_at ON tracks (artist_id, created_at, id);
CREATE INDEX idx_tracks_source_key ON tracks (source_key);

CREATE TABLE jobs (
    id           BLOB    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('queued', 'running', 'done', 'dead')),
    attempt      INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    lease_until  INTEGER,
    worker       TEXT,
    progress     REAL    NOT NULL,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX idx_jobs_run_at ON jobs (run_at, id) WHERE status IN ('queued', 'running');

CREATE TABLE outbox_events (
    -- The order in which events were stored, which is the order in which they are published.
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id       BLOB    NOT NULL,
    event_type     TEXT    NOT NULL,
    aggregate_id   BLOB    NOT NULL,
    aggregate_type TEXT    NOT NULL,
    occurred_at    INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    data           TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    published_at   INTEGER
) STRICT;

CREATE UNIQUE INDEX idx_outbox_events_event_id ON outbox_events (event_id);
CREATE INDEX idx_outbox_events_seq ON outbox_events (seq) WHERE published_at IS NULL;
