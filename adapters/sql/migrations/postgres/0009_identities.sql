-- Who signs in with a provider of identities, and who was sent to one and has not come back.

CREATE TABLE identities (
    id         uuid        NOT NULL PRIMARY KEY,
    user_id    uuid        NOT NULL,
    provider   text        NOT NULL,
    subject    text        NOT NULL,
    email      text,
    created_at timestamptz NOT NULL,
    CONSTRAINT fk_identities_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_identities_provider_subject ON identities (provider, subject);
CREATE INDEX idx_identities_user_id_created_at ON identities (user_id, created_at, id);

CREATE TABLE pending_authorizations (
    state_digest      bytea       NOT NULL PRIMARY KEY,
    provider          text        NOT NULL,
    browser_digest    bytea       NOT NULL,
    nonce_digest      bytea       NOT NULL,
    sealed_verifier   bytea       NOT NULL,
    purpose           text        NOT NULL CHECK (purpose IN ('sign_in', 'link', 'reauthenticate')),
    remember_me       boolean     NOT NULL,
    user_id           uuid,
    session_id        uuid,
    invitation_digest bytea,
    return_to         text,
    created_at        timestamptz NOT NULL,
    expires_at        timestamptz NOT NULL,
    CONSTRAINT fk_pending_authorizations_users FOREIGN KEY (user_id) REFERENCES users (id)
        ON DELETE CASCADE,
    CHECK ((purpose = 'sign_in') = (user_id IS NULL)),
    CHECK ((purpose = 'sign_in') = (session_id IS NULL))
);

CREATE INDEX idx_pending_authorizations_user_id ON pending_authorizations (user_id);
CREATE INDEX idx_pending_authorizations_expires_at ON pending_authorizations (expires_at);
