ALTER TABLE users ADD COLUMN ban_reason TEXT;
ALTER TABLE users ADD COLUMN banned_by BLOB;
ALTER TABLE users ADD COLUMN banned_at INTEGER;
ALTER TABLE users ADD COLUMN banned_until INTEGER;

CREATE INDEX idx_users_role ON users (role, id) WHERE role = 'admin';

CREATE TABLE pending_registrations (
    id                BLOB    NOT NULL PRIMARY KEY,
    email             TEXT    NOT NULL,
    username          TEXT    NOT NULL,
    password_hash     TEXT    NOT NULL,
    token_digest      BLOB    NOT NULL,
    invitation_digest BLOB,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX idx_pending_registrations_username ON pending_registrations (username);
CREATE UNIQUE INDEX idx_pending_registrations_token_digest ON pending_registrations (token_digest);
CREATE INDEX idx_pending_registrations_email ON pending_registrations (email, created_at, id);
CREATE INDEX idx_pending_registrations_expires_at ON pending_registrations (expires_at);

CREATE TABLE sessions (
    id               BLOB    NOT NULL PRIMARY KEY,
    user_id          BLOB    NOT NULL,
    user_agent       TEXT,
    address          TEXT,
    remember_me      INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    last_used_at     INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    CONSTRAINT fk_sessions_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE INDEX idx_sessions_user_id_last_used_at ON sessions (user_id, last_used_at, id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    digest     BLOB    NOT NULL PRIMARY KEY,
    session_id BLOB    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('current', 'parent', 'spent', 'replaced')),
    changed_at INTEGER NOT NULL,
    CONSTRAINT fk_refresh_tokens_sessions FOREIGN KEY (session_id) REFERENCES sessions (id)
        ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_refresh_tokens_session_id_state ON refresh_tokens (session_id, state);
CREATE INDEX idx_refresh_tokens_changed_at ON refresh_tokens (changed_at)
    WHERE state IN ('spent', 'replaced');

CREATE TABLE account_links (
    digest     BLOB    NOT NULL PRIMARY KEY,
    purpose    TEXT    NOT NULL,
    user_id    BLOB,
    email      TEXT,
    expires_at INTEGER NOT NULL,
    CONSTRAINT fk_account_links_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_account_links_user_id_purpose ON account_links (user_id, purpose);
CREATE INDEX idx_account_links_expires_at ON account_links (expires_at);

CREATE TABLE revocations (
    id            BLOB    NOT NULL PRIMARY KEY,
    session_id    BLOB,
    user_id       BLOB,
    issued_before INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    CHECK ((session_id IS NULL) <> (user_id IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_revocations_expires_at_issued_before ON revocations (expires_at, issued_before);

CREATE TABLE audit_events (
    id             BLOB    NOT NULL PRIMARY KEY,
    occurred_at    INTEGER NOT NULL,
    action         TEXT    NOT NULL,
    outcome        TEXT    NOT NULL CHECK (outcome IN ('success', 'failure')),
    actor_id       BLOB,
    subject_id     BLOB,
    detail         TEXT,
    address        TEXT,
    user_agent     TEXT,
    correlation_id TEXT
) STRICT;

CREATE INDEX idx_audit_events_occurred_at ON audit_events (occurred_at, id);
CREATE INDEX idx_audit_events_action_occurred_at ON audit_events (action, occurred_at, id);
CREATE INDEX idx_audit_events_actor_id_occurred_at ON audit_events (actor_id, occurred_at, id);
CREATE INDEX idx_audit_events_subject_id_occurred_at ON audit_events (subject_id, occurred_at, id);

-- What is on record is neither changed nor removed.
CREATE TRIGGER audit_events_stay_as_they_are BEFORE UPDATE ON audit_events
BEGIN
    SELECT RAISE (ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_events_stay BEFORE DELETE ON audit_events
BEGIN
    SELECT RAISE (ABORT, 'the audit log is append-only');
END;
