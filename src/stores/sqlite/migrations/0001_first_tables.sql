-- Row tables: `body` is the row as JSON; the other columns are what statements look at. `position` grows
-- with each row that is stored, so it orders a table by age and pruning can walk along it. `ended_at` is
-- the moment from which the retention counts; none: the row stays. Moments are milliseconds since 1970.

CREATE TABLE verifications (
    position   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    version    INTEGER NOT NULL,
    ended_at   INTEGER,
    created_at INTEGER NOT NULL,
    number     TEXT,
    status     TEXT    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE users (
    position   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    version    INTEGER NOT NULL,
    ended_at   INTEGER,
    created_at INTEGER NOT NULL,
    service    TEXT    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE lines (
    position   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE, -- the number
    version    INTEGER NOT NULL,
    ended_at   INTEGER,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE bindings (
    position   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE, -- the name
    version    INTEGER NOT NULL,
    ended_at   INTEGER,
    target     TEXT    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE TABLE credentials (
    position   INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE, -- the keyed hash
    version    INTEGER NOT NULL,
    ended_at   INTEGER,
    created_at INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE INDEX credentials_by_age ON credentials (kind, created_at, id);

CREATE TABLE events (
    position   INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    stream     TEXT    NOT NULL,
    sequence   INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    type       TEXT    NOT NULL,
    data       TEXT    NOT NULL,
    UNIQUE (stream, sequence, kind)
) STRICT;

CREATE TABLE messages (
    position     INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    verification TEXT    NOT NULL,
    generation   INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    locale       TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    provider           TEXT NOT NULL,
    provider_reference TEXT NOT NULL,
    error        TEXT    NOT NULL,
    ended_at     INTEGER NOT NULL,
    available_at INTEGER NOT NULL, -- when it is due, or its lease runs out
    lease        TEXT              -- of whoever may send it now
) STRICT;

CREATE INDEX messages_queued ON messages (available_at) WHERE state = 'queued';
CREATE INDEX messages_by_verification ON messages (verification);

-- The state of a limiter is one moment, in microseconds.
CREATE TABLE limiters (
    id  TEXT    PRIMARY KEY,
    tat INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- version_floor: the highest version of a row that is gone; a new row starts above it.
CREATE TABLE counters (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('version_floor', 0), ('probes', 0);
