-- A message keeps each of its tries; `available_at` is none where nothing is to be done about it. What its text
-- ends with, for the reader of its code, stands with it.

CREATE TABLE messages_with_tries (
    position     INTEGER PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    verification TEXT    NOT NULL,
    generation   INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    service      TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    locale       TEXT    NOT NULL,
    web_domain   TEXT    NOT NULL,
    app_hash     TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    due_at       INTEGER,
    expires_at   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL,
    error        TEXT    NOT NULL,
    tries        TEXT    NOT NULL, -- JSON
    ended_at     INTEGER NOT NULL,
    available_at INTEGER, -- when it is due, or its lease runs out
    lease        TEXT     -- of whoever may send it now
) STRICT;

INSERT INTO messages_with_tries
SELECT position, id, verification, generation, recipient, service, channel, locale, '', '', state, created_at,
       changed_at, iif(state = 'queued', due_at, NULL), expires_at, attempts, error,
       iif(provider = '', '[]', json_array(json_object(
           'number', max(attempts, 1), 'at', changed_at,
           'outcome', iif(state IN ('sent', 'delivered') OR (state = 'failed' AND provider_reference <> ''),
                          'accepted', iif(state = 'unknown', 'unknown', 'unavailable')),
           'provider', provider, 'reference', provider_reference, 'error', error))),
       ended_at, iif(state = 'queued', available_at, NULL), lease
FROM messages;

DROP TABLE messages;
ALTER TABLE messages_with_tries RENAME TO messages;
CREATE INDEX messages_available ON messages (available_at) WHERE available_at IS NOT NULL;
CREATE INDEX messages_by_verification ON messages (verification);

-- Attempts whose receipts name them by the provider's id alone.
CREATE TABLE sent_references (
    position  INTEGER PRIMARY KEY,
    provider  TEXT    NOT NULL,
    reference TEXT    NOT NULL,
    recipient TEXT    NOT NULL,
    message   TEXT    NOT NULL,
    attempt   INTEGER NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

CREATE INDEX sent_references_by_reference ON sent_references (reference, provider);
CREATE INDEX sent_references_by_recipient ON sent_references (recipient, provider);
