-- Priorities, unique keys, jobs that are called off, dead letters, and schedules.

DROP INDEX idx_jobs_run_at;

ALTER TABLE jobs
    DROP CONSTRAINT jobs_status_check,
    ADD CONSTRAINT jobs_status_check
        CHECK (status IN ('queued', 'running', 'done', 'dead', 'cancelled')),
    ADD COLUMN priority bigint NOT NULL DEFAULT 1 CHECK (priority IN (0, 1, 2)),
    ADD COLUMN unique_key text;

ALTER TABLE jobs ALTER COLUMN priority DROP DEFAULT;

-- What waits, in the order in which it is claimed, and what may have lost its worker.
CREATE INDEX idx_jobs_kind_priority_run_at ON jobs (kind, priority, run_at, id)
    WHERE status = 'queued';
CREATE INDEX idx_jobs_kind_lease_until ON jobs (kind, lease_until) WHERE status = 'running';
CREATE UNIQUE INDEX idx_jobs_kind_unique_key ON jobs (kind, unique_key)
    WHERE status IN ('queued', 'running');
-- Dead letters.
CREATE INDEX idx_jobs_id ON jobs (id) WHERE status = 'dead';
CREATE INDEX idx_jobs_unique_key ON jobs (unique_key)
    WHERE status = 'dead' AND unique_key IS NOT NULL;

CREATE TABLE schedules (
    name    text        NOT NULL PRIMARY KEY,
    next_at timestamptz NOT NULL
);
