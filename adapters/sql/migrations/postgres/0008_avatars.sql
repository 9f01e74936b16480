-- The picture that is shown of a person, and the one that is being made.

CREATE TABLE avatars (
    user_id     uuid        NOT NULL PRIMARY KEY,
    revision    uuid,
    format      text        CHECK (format IN ('jpeg', 'png')),
    pending_key text,
    failure     text,
    updated_at  timestamptz NOT NULL,
    CONSTRAINT fk_avatars_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CHECK ((revision IS NULL) = (format IS NULL))
);
