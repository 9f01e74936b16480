CREATE TABLE mfa_configs (
    user_id        uuid        NOT NULL PRIMARY KEY,
    sealed_secret  bytea       NOT NULL,
    confirmed_at   timestamptz,
    last_step      bigint,
    recovery_codes jsonb       NOT NULL,
    failures       bigint      NOT NULL,
    failed_at      timestamptz,
    created_at     timestamptz NOT NULL,
    CONSTRAINT fk_mfa_configs_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE mfa_tickets (
    digest      bytea       NOT NULL PRIMARY KEY,
    user_id     uuid        NOT NULL,
    credential  bytea       NOT NULL,
    remember_me boolean     NOT NULL,
    tries_left  bigint      NOT NULL CHECK (tries_left >= 0),
    expires_at  timestamptz NOT NULL,
    CONSTRAINT fk_mfa_tickets_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_mfa_tickets_user_id ON mfa_tickets (user_id);
CREATE INDEX idx_mfa_tickets_expires_at ON mfa_tickets (expires_at);

CREATE TABLE api_keys (
    id           uuid        NOT NULL PRIMARY KEY,
    user_id      uuid        NOT NULL,
    name         text        NOT NULL,
    digest       bytea       NOT NULL,
    permissions  jsonb       NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    CONSTRAINT fk_api_keys_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_api_keys_user_id_created_at ON api_keys (user_id, created_at, id);

CREATE TABLE invitations (
    id         uuid        NOT NULL PRIMARY KEY,
    digest     bytea       NOT NULL,
    invited_by uuid        NOT NULL,
    role       text        NOT NULL,
    uses_left  bigint      NOT NULL CHECK (uses_left >= 0),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT fk_invitations_users FOREIGN KEY (invited_by) REFERENCES users (id)
        ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_invitations_digest ON invitations (digest);
CREATE INDEX idx_invitations_invited_by_created_at ON invitations (invited_by, created_at, id);
CREATE INDEX idx_invitations_expires_at ON invitations (expires_at);

CREATE TABLE erasures (
    user_id      uuid        NOT NULL PRIMARY KEY,
    requested_at timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    CONSTRAINT fk_erasures_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX idx_erasures_due_at ON erasures (due_at, user_id);
