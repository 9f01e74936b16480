-- The export of an account: asked for, being written, or to be fetched until its time is over.

CREATE TABLE account_exports (
    user_id      uuid        NOT NULL PRIMARY KEY,
    id           uuid        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('pending', 'ready', 'failed')),
    attempt      bigint,
    size_bytes   bigint,
    expires_at   timestamptz,
    requested_at timestamptz NOT NULL,
    CONSTRAINT fk_account_exports_users FOREIGN KEY (user_id) REFERENCES users (id)
        ON DELETE CASCADE,
    CHECK ((state = 'ready') = (attempt IS NOT NULL)),
    CHECK ((state = 'ready') = (size_bytes IS NOT NULL)),
    CHECK ((state = 'ready') = (expires_at IS NOT NULL))
);

CREATE INDEX idx_account_exports_expires_at ON account_exports (expires_at, user_id);
