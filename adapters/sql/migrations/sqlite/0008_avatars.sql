-- The picture that is shown of a person, and the one that is being made.

CREATE TABLE avatars (
    user_id     BLOB    NOT NULL PRIMARY KEY,
    revision    BLOB,
    format      TEXT    CHECK (format IN ('jpeg', 'png')),
    pending_key TEXT,
    failure     TEXT,
    updated_at  INTEGER NOT NULL,
    CONSTRAINT fk_avatars_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CHECK ((revision IS NULL) = (format IS NULL))
) STRICT;
