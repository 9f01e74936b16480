CREATE TABLE mfa_configs (
    user_id        BLOB    NOT NULL PRIMARY KEY,
    sealed_secret  BLOB    NOT NULL,
    confirmed_at   INTEGER,
    last_step      INTEGER,
    recovery_codes TEXT    NOT NULL,
    failures       INTEGER NOT NULL,
    failed_at      INTEGER,
    created_at     INTEGER NOT NULL,
    CONSTRAINT fk_mfa_configs_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE TABLE mfa_tickets (
    digest      BLOB    NOT NULL PRIMARY KEY,
    user_id     BLOB    NOT NULL,
    credential  BLOB    NOT NULL,
    remember_me INTEGER NOT NULL,
    tries_left  INTEGER NOT NULL CHECK (tries_left >= 0),
    expires_at  INTEGER NOT NULL,
    CONSTRAINT fk_mfa_tickets_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_mfa_tickets_user_id ON mfa_tickets (user_id);
CREATE INDEX idx_mfa_tickets_expires_at ON mfa_tickets (expires_at);

CREATE TABLE api_keys (
    id           BLOB    NOT NULL PRIMARY KEY,
    user_id      BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    permissions  TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    CONSTRAINT fk_api_keys_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX idx_api_keys_user_id_created_at ON api_keys (user_id, created_at, id);

CREATE TABLE invitations (
    id         BLOB    NOT NULL PRIMARY KEY,
    digest     BLOB    NOT NULL,
    invited_by BLOB    NOT NULL,
    role       TEXT    NOT NULL,
    uses_left  INTEGER NOT NULL CHECK (uses_left >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    CONSTRAINT fk_invitations_users FOREIGN KEY (invited_by) REFERENCES users (id)
        ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX idx_invitations_digest ON invitations (digest);
CREATE INDEX idx_invitations_invited_by_created_at ON invitations (invited_by, created_at, id);
CREATE INDEX idx_invitations_expires_at ON invitations (expires_at);

CREATE TABLE erasures (
    user_id      BLOB    NOT NULL PRIMARY KEY,
    requested_at INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    CONSTRAINT fk_erasures_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX idx_erasures_due_at ON erasures (due_at, user_id);
