ALTER TABLE tracks ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE TABLE idempotency_keys (
    owner_id     BLOB    NOT NULL,
    key          TEXT    NOT NULL,
    attempt_id   BLOB    NOT NULL,
    operation    TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    progress     TEXT    NOT NULL CHECK (progress IN ('begun', 'took_effect', 'answered')),
    -- Sealed: an answer may hold what is shown only once.
    answer       BLOB,
    began_at     INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (owner_id, key),
    CHECK ((progress = 'answered') = (answer IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_idempotency_keys_expires_at ON idempotency_keys (expires_at);
