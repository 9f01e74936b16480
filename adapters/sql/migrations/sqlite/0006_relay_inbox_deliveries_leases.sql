-- An event that the bus did not take waits until `retry_at`, and the later ones of its aggregate
-- with it; it is parked when it is given up.
ALTER TABLE outbox_events ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox_events ADD COLUMN retry_at INTEGER;
ALTER TABLE outbox_events ADD COLUMN last_error TEXT;
ALTER TABLE outbox_events ADD COLUMN parked_at INTEGER;

DROP INDEX idx_outbox_events_seq;
CREATE INDEX idx_outbox_events_seq ON outbox_events (seq)
    WHERE published_at IS NULL AND parked_at IS NULL;
CREATE INDEX idx_outbox_events_aggregate_id_seq ON outbox_events (aggregate_id, seq)
    WHERE retry_at IS NOT NULL;
CREATE INDEX idx_outbox_events_parked_at_seq ON outbox_events (parked_at, seq)
    WHERE parked_at IS NOT NULL;
CREATE INDEX idx_outbox_events_published_at ON outbox_events (published_at)
    WHERE published_at IS NOT NULL;

-- Which consumer has seen which event.
CREATE TABLE inbox_events (
    consumer TEXT    NOT NULL,
    event_id BLOB    NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (consumer, event_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX idx_inbox_events_seen_at ON inbox_events (seen_at);

-- The queues of the consumers of one process. A dead letter stays until it is replayed.
CREATE TABLE event_deliveries (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    consumer     TEXT    NOT NULL,
    event_id     BLOB    NOT NULL,
    aggregate_id BLOB    NOT NULL,
    event        TEXT    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    retry_at     INTEGER,
    last_error   TEXT,
    dead_at      INTEGER
) STRICT;

CREATE UNIQUE INDEX idx_event_deliveries_consumer_event_id
    ON event_deliveries (consumer, event_id);
CREATE INDEX idx_event_deliveries_consumer_seq ON event_deliveries (consumer, seq)
    WHERE dead_at IS NULL;
CREATE INDEX idx_event_deliveries_consumer_aggregate_id_seq
    ON event_deliveries (consumer, aggregate_id, seq) WHERE retry_at IS NOT NULL;
CREATE INDEX idx_event_deliveries_consumer_dead_at_seq
    ON event_deliveries (consumer, dead_at, seq) WHERE dead_at IS NOT NULL;

-- Who does alone what has to be done by one. A lease that was given back has run out long ago.
CREATE TABLE leases (
    name       TEXT    NOT NULL PRIMARY KEY,
    holder     TEXT    NOT NULL,
    fence      INTEGER NOT NULL,
    held_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
