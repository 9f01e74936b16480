-- An event that the bus did not take waits until `retry_at`, and the later ones of its aggregate
-- with it; it is parked when it is given up.
ALTER TABLE outbox_events ADD COLUMN attempts bigint NOT NULL DEFAULT 0;
ALTER TABLE outbox_events ADD COLUMN retry_at timestamptz;
ALTER TABLE outbox_events ADD COLUMN last_error text;
ALTER TABLE outbox_events ADD COLUMN parked_at timestamptz;

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
    consumer text        NOT NULL,
    event_id uuid        NOT NULL,
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (consumer, event_id)
);

CREATE INDEX idx_inbox_events_seen_at ON inbox_events (seen_at);

-- The queues of the consumers of one process. A dead letter stays until it is replayed.
CREATE TABLE event_deliveries (
    seq          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    consumer     text        NOT NULL,
    event_id     uuid        NOT NULL,
    aggregate_id uuid        NOT NULL,
    event        jsonb       NOT NULL,
    attempts     bigint      NOT NULL DEFAULT 0,
    retry_at     timestamptz,
    last_error   text,
    dead_at      timestamptz
);

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
    name       text        NOT NULL PRIMARY KEY,
    holder     text        NOT NULL,
    fence      bigint      NOT NULL,
    held_until timestamptz NOT NULL
);
