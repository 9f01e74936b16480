ALTER TABLE tracks ADD COLUMN version bigint NOT NULL DEFAULT 1;

CREATE TABLE idempotency_keys (
    owner_id     uuid        NOT NULL,
    key          text        NOT NULL,
    attempt_id   uuid        NOT NULL,
    operation    text        NOT NULL,
    request_hash bytea       NOT NULL,
    progress     text        NOT NULL CHECK (progress IN ('begun', 'took_effect', 'answered')),
    -- Sealed: an answer may hold what is shown only once.
    answer       bytea,
    began_at     timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    PRIMARY KEY (owner_id, key),
    CHECK ((progress = 'answered') = (answer IS NOT NULL))
);

CREATE INDEX idx_idempotency_keys_expires_at ON idempotency_keys (expires_at);
