ALTER TABLE users ADD COLUMN ban_reason text;
ALTER TABLE users ADD COLUMN banned_by uuid;
ALTER TABLE users ADD COLUMN banned_at timestamptz;
ALTER TABLE users ADD COLUMN banned_until timestamptz;

CREATE INDEX idx_users_role ON users (role, id) WHERE role = 'admin';

CREATE TABLE pending_registrations (
    id                uuid        NOT NULL PRIMARY KEY,
    email             text        NOT NULL,
    username          text        NOT NULL,
    password_hash     text        NOT NULL,
    token_digest      bytea       NOT NULL,
    invitation_digest bytea,
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL
);

CREATE UNIQUE INDEX idx_pending_registrations_username ON pending_registrations (username);
CREATE UNIQUE INDEX idx_pending_registrations_token_digest ON pending_registrations (token_digest);
CREATE INDEX idx_pending_registrations_email ON pending_registrations (email, created_at, id);
CREATE INDEX idx_pending_registrations_expires_at ON pending_registrations (expires_at);

CREATE TABLE sessions (
    id               uuid        NOT NULL PRIMARY KEY,
    user_id          uuid        NOT NULL,
    user_agent       text,
    address          text,
    remember_me      boolean     NOT NULL,
    created_at       timestamptz NOT NULL,
    last_used_at     timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    CONSTRAINT fk_sessions_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_sessions_user_id_last_used_at ON sessions (user_id, last_used_at, id);
CREATE INDEX idx_sessions_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    digest     bytea       NOT NULL PRIMARY KEY,
    session_id uuid        NOT NULL,
    state      text        NOT NULL CHECK (state IN ('current', 'parent', 'spent', 'replaced')),
    changed_at timestamptz NOT NULL,
    CONSTRAINT fk_refresh_tokens_sessions FOREIGN KEY (session_id) REFERENCES sessions (id)
        ON DELETE CASCADE
);

CREATE INDEX idx_refresh_tokens_session_id_state ON refresh_tokens (session_id, state);
CREATE INDEX idx_refresh_tokens_changed_at ON refresh_tokens (changed_at)
    WHERE state IN ('spent', 'replaced');

CREATE TABLE account_links (
    digest     bytea       NOT NULL PRIMARY KEY,
    purpose    text        NOT NULL,
    user_id    uuid,
    email      text,
    expires_at timestamptz NOT NULL,
    CONSTRAINT fk_account_links_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_account_links_user_id_purpose ON account_links (user_id, purpose);
CREATE INDEX idx_account_links_expires_at ON account_links (expires_at);

CREATE TABLE revocations (
    id            uuid        NOT NULL PRIMARY KEY,
    session_id    uuid,
    user_id       uuid,
    issued_before timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    CHECK ((session_id IS NULL) <> (user_id IS NULL))
);

CREATE INDEX idx_revocations_expires_at_issued_before ON revocations (expires_at, issued_before);

CREATE TABLE audit_events (
    id             uuid        NOT NULL PRIMARY KEY,
    occurred_at    timestamptz NOT NULL,
    action         text        NOT NULL,
    outcome        text        NOT NULL CHECK (outcome IN ('success', 'failure')),
    actor_id       uuid,
    subject_id     uuid,
    detail         text,
    address        text,
    user_agent     text,
    correlation_id text
);

CREATE INDEX idx_audit_events_occurred_at ON audit_events (occurred_at, id);
CREATE INDEX idx_audit_events_action_occurred_at ON audit_events (action, occurred_at, id);
CREATE INDEX idx_audit_events_actor_id_occurred_at ON audit_events (actor_id, occurred_at, id);
CREATE INDEX idx_audit_events_subject_id_occurred_at ON audit_events (subject_id, occurred_at, id);

-- What is on record is neither changed nor removed.
CREATE FUNCTION refuse_change_of_audit_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;

CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit_events();
