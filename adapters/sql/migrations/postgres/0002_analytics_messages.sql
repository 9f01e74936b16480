-- Partitions are made by the maintenance (src/partitions.rs); what comes before its partition is
-- there goes to the default one. A key of a partitioned table has to hold what it is parted by. A
-- foreign key would lock the table it refers to whenever a partition is attached.

CREATE TABLE analytics_events (
    event_id     uuid             NOT NULL,
    event_type   text COLLATE "C" NOT NULL,
    aggregate_id uuid             NOT NULL,
    occurred_at  timestamptz      NOT NULL,
    recorded_at  timestamptz      NOT NULL,
    PRIMARY KEY (event_id, occurred_at)
) PARTITION BY RANGE (occurred_at);

CREATE TABLE analytics_events_default PARTITION OF analytics_events DEFAULT;

CREATE INDEX idx_analytics_events_occurred_at
    ON analytics_events (occurred_at, event_type, aggregate_id);

CREATE TABLE analytics_reports (
    id           uuid        NOT NULL PRIMARY KEY,
    -- The first moment of the day.
    day          timestamptz NOT NULL,
    generated_at timestamptz NOT NULL
);

CREATE UNIQUE INDEX idx_analytics_reports_day ON analytics_reports (day);

CREATE TABLE analytics_daily (
    day        timestamptz      NOT NULL,
    event_type text COLLATE "C" NOT NULL,
    events     bigint           NOT NULL,
    aggregates bigint           NOT NULL,
    PRIMARY KEY (day, event_type),
    CONSTRAINT fk_analytics_daily_analytics_reports
        FOREIGN KEY (day) REFERENCES analytics_reports (day)
);

CREATE INDEX idx_analytics_daily_event_type_day ON analytics_daily (event_type, day);

CREATE TABLE messages (
    id           uuid        NOT NULL,
    room_id      uuid        NOT NULL,
    sender_id    uuid        NOT NULL,
    content      text        NOT NULL,
    message_type text        NOT NULL,
    reply_to     uuid,
    metadata     jsonb       NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE messages_default PARTITION OF messages DEFAULT;

CREATE INDEX idx_messages_room_id_created_at ON messages (room_id, created_at DESC);
CREATE INDEX idx_messages_sender_id ON messages (sender_id);
