-- A revocation may be of one token of a service.
CREATE TABLE revocations_next (
    id               BLOB    NOT NULL PRIMARY KEY,
    session_id       BLOB,
    user_id          BLOB,
    service_token_id BLOB,
    issued_before    INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    CHECK ((session_id IS NOT NULL) + (user_id IS NOT NULL) + (service_token_id IS NOT NULL) = 1)
) STRICT, WITHOUT ROWID;

INSERT INTO revocations_next (id, session_id, user_id, issued_before, expires_at)
SELECT id, session_id, user_id, issued_before, expires_at FROM revocations;

DROP TABLE revocations;
ALTER TABLE revocations_next RENAME TO revocations;

CREATE INDEX idx_revocations_expires_at_issued_before ON revocations (expires_at, issued_before);
