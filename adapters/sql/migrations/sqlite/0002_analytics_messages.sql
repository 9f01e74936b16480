-- What PostgreSQL keeps in partitions is one table here.

CREATE TABLE analytics_events (
    event_id     BLOB    NOT NULL,
    event_type   TEXT    NOT NULL,
    aggregate_id BLOB    NOT NULL,
    occurred_at  INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    PRIMARY KEY (event_id, occurred_at)
) STRICT;

CREATE INDEX idx_analytics_events_occurred_at
    ON analytics_events (occurred_at, event_type, aggregate_id);

CREATE TABLE analytics_reports (
    id           BLOB    NOT NULL PRIMARY KEY,
    -- The first moment of the day.
    day          INTEGER NOT NULL,
    generated_at INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX idx_analytics_reports_day ON analytics_reports (day);

CREATE TABLE analytics_daily (
    day        INTEGER NOT NULL,
    event_type TEXT    NOT NULL,
    events     INTEGER NOT NULL,
    aggregates INTEGER NOT NULL,
    PRIMARY KEY (day, event_type),
    CONSTRAINT fk_analytics_daily_analytics_reports
        FOREIGN KEY (day) REFERENCES analytics_reports (day)
) STRICT;

CREATE INDEX idx_analytics_daily_event_type_day ON analytics_daily (event_type, day);

CREATE TABLE messages (
    id           BLOB    NOT NULL,
    room_id      BLOB    NOT NULL,
    sender_id    BLOB    NOT NULL,
    content      TEXT    NOT NULL,
    message_type TEXT    NOT NULL,
    reply_to     BLOB,
    metadata     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (id, created_at)
) STRICT;

CREATE INDEX idx_messages_room_id_created_at ON messages (room_id, created_at DESC);
CREATE INDEX idx_messages_sender_id ON messages (sender_id);
