-- Priorities, unique keys, jobs that are called off, dead letters, and schedules.
-- SQLite changes no CHECK: the table is made anew.

CREATE TABLE jobs_with_priority (
    id           BLOB    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    status       TEXT    NOT NULL
        CHECK (status IN ('queued', 'running', 'done', 'dead', 'cancelled')),
    priority     INTEGER NOT NULL CHECK (priority IN (0, 1, 2)),
    unique_key   TEXT,
    attempt      INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    lease_until  INTEGER,
    worker       TEXT,
    progress     REAL    NOT NULL,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

INSERT INTO jobs_with_priority (
    id, kind, payload, status, priority, attempt, max_attempts, run_at, lease_until, worker,
    progress, last_error, created_at, updated_at)
SELECT
    id, kind, payload, status, 1, attempt, max_attempts, run_at, lease_until, worker,
    progress, last_error, created_at, updated_at
FROM jobs;

DROP TABLE jobs;
ALTER TABLE jobs_with_priority RENAME TO jobs;

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
    name    TEXT    NOT NULL PRIMARY KEY,
    next_at INTEGER NOT NULL
) STRICT;
