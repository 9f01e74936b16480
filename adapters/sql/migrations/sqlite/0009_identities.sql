-- Who signs in with a provider of identities, and who was sent to one and has not come back.

CREATE TABLE identities (
    id         BLOB    NOT NULL PRIMARY KEY,
    user_id    BLOB    NOT NULL,
    provider   TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    email      TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT fk_identities_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) STRICT;

CREATE UNIQUE INDEX idx_identities_provider_subject ON identities (provider, subject);
CREATE INDEX idx_identities_user_id_created_at ON identities (user_id, created_at, id);

CREATE TABLE pending_authorizations (
    state_digest      BLOB    NOT NULL PRIMARY KEY,
    provider          TEXT    NOT NULL,
    browser_digest    BLOB    NOT NULL,
    nonce_digest      BLOB    NOT NULL,
    sealed_verifier   BLOB    NOT NULL,
    purpose           TEXT    NOT NULL CHECK (purpose IN ('sign_in', 'link', 'reauthenticate')),
    remember_me       INTEGER NOT NULL,
    user_id           BLOB,
    session_id        BLOB,
    invitation_digest BLOB,
    return_to         TEXT,
    created_at        INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    CONSTRAINT fk_pending_authorizations_users FOREIGN KEY (user_id) REFERENCES users (id)
        ON DELETE CASCADE,
    CHECK ((purpose = 'sign_in') = (user_id IS NULL)),
    CHECK ((purpose = 'sign_in') = (session_id IS NULL))
) STRICT;

CREATE INDEX idx_pending_authorizations_user_id ON pending_authorizations (user_id);
CREATE INDEX idx_pending_authorizations_expires_at ON pending_authorizations (expires_at);
