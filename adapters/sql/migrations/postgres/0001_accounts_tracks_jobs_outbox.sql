-- Texts that lists are sorted by have the collation of their bytes, which is the same everywhere.

CREATE TABLE users (
    id            uuid             NOT NULL PRIMARY KEY,
    email         text             NOT NULL,
    username      text             NOT NULL,
    role          text             NOT NULL,
    password_hash text             NOT NULL,
    created_at    timestamptz      NOT NULL,
    updated_at    timestamptz      NOT NULL
);

CREATE UNIQUE INDEX idx_users_email ON users (email);
CREATE UNIQUE INDEX idx_users_username ON users (username);
CREATE INDEX idx_users_created_at ON users (created_at, id);
CREATE INDEX idx_users_search ON users USING gin (to_tsvector('english', username));

CREATE TABLE tracks (
    id                  uuid             NOT NULL PRIMARY KEY,
    artist_id           uuid             NOT NULL,
    title               text             NOT NULL,
    title_key           text COLLATE "C" NOT NULL,
    genre               text,
    genre_key           text COLLATE "C",
    description         text,
    visibility          text             NOT NULL CHECK (visibility IN ('public', 'private')),
    status              text             NOT NULL CHECK (status IN ('queued', 'processing', 'ready', 'failed')),
    progress            double precision NOT NULL DEFAULT 0,
    failure_code        text,
    failure_detail      text,
    revision            uuid,
    duration_seconds    double precision,
    sample_rate         bigint,
    channels            bigint,
    integrated_lufs     double precision,
    loudness_range_lu   double precision,
    true_peak_dbtp      double precision,
    sample_peak_dbfs    double precision,
    momentary_max_lufs  double precision,
    short_term_max_lufs double precision,
    source_key          text             NOT NULL,
    source_size         bigint           NOT NULL,
    created_at          timestamptz      NOT NULL,
    updated_at          timestamptz      NOT NULL,
    CONSTRAINT fk_tracks_users FOREIGN KEY (artist_id) REFERENCES users (id),
    -- No track is playable without its media, and none fails without a reason.
    CHECK (status <> 'ready' OR (revision IS NOT NULL AND duration_seconds IS NOT NULL
        AND sample_rate IS NOT NULL AND channels IS NOT NULL)),
    CHECK (status <> 'failed' OR (failure_code IS NOT NULL AND failure_detail IS NOT NULL))
);

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
CREATE INDEX idx_tracks_search ON tracks
    USING gin (to_tsvector('english', title || ' ' || coalesce(genre, '')));

CREATE TABLE jobs (
    id           uuid             NOT NULL PRIMARY KEY,
    kind         text             NOT NULL,
    payload      jsonb            NOT NULL,
    status       text             NOT NULL CHECK (status IN ('queued', 'running', 'done', 'dead')),
    attempt      bigint           NOT NULL,
    max_attempts bigint           NOT NULL,
    run_at       timestamptz      NOT NULL,
    lease_until  timestamptz,
    worker       text,
    progress     double precision NOT NULL,
    last_error   text,
    created_at   timestamptz      NOT NULL,
    updated_at   timestamptz      NOT NULL
);

CREATE INDEX idx_jobs_run_at ON jobs (run_at, id) WHERE status IN ('queued', 'running');

CREATE TABLE outbox_events (
    -- The order in which events were stored, which is the order in which they are published.
    seq            bigint           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id       uuid             NOT NULL,
    event_type     text             NOT NULL,
    aggregate_id   uuid             NOT NULL,
    aggregate_type text             NOT NULL,
    occurred_at    timestamptz      NOT NULL,
    version        bigint           NOT NULL,
    data           jsonb            NOT NULL,
    metadata       jsonb            NOT NULL,
    published_at   timestamptz
);

CREATE UNIQUE INDEX idx_outbox_events_event_id ON outbox_events (event_id);
CREATE INDEX idx_outbox_events_seq ON outbox_events (seq) WHERE published_at IS NULL;
