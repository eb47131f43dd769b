-- Plain SQL for PostgreSQL and for engines that speak it: keys that can be spread by hash, no sequences, no
-- extensions. `body` is the row as JSON; the other columns are what statements look at. `day` counts days since
-- 1970 and follows from the id alone, so that an id is unique where (id, day) is. `ended_at` is the moment from
-- which the retention counts; none: the row stays. Moments are milliseconds since 1970, `stored_at` and `tat`
-- microseconds. {by day} becomes PARTITION BY RANGE (day), or nothing where partitions are not wanted.

CREATE TABLE verifications (
    id         text COLLATE "C" NOT NULL,
    day        integer NOT NULL,
    version    bigint  NOT NULL,
    ended_at   bigint,
    created_at bigint  NOT NULL,
    number     text,
    body       text    NOT NULL,
    PRIMARY KEY (id, day)
) {by day};

CREATE TABLE users (
    id       text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL,
    ended_at bigint,
    body     text   NOT NULL
);

-- By which numbers a user is found. `changed_at` is the user's.
CREATE TABLE user_numbers (
    number     text   NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    changed_at bigint NOT NULL,
    PRIMARY KEY (number, user_id)
);

CREATE INDEX user_numbers_by_user ON user_numbers (user_id);

-- The id is the number.
CREATE TABLE lines (
    id       text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL,
    ended_at bigint,
    body     text   NOT NULL
);

-- The id is the name.
CREATE TABLE bindings (
    id       text COLLATE "C" PRIMARY KEY,
    version  bigint NOT NULL,
    ended_at bigint,
    body     text   NOT NULL
);

-- The id is the keyed hash.
CREATE TABLE credentials (
    id         text COLLATE "C" PRIMARY KEY,
    version    bigint NOT NULL,
    ended_at   bigint,
    created_at bigint NOT NULL,
    kind       text   NOT NULL,
    body       text   NOT NULL
);

CREATE INDEX credentials_by_age ON credentials (kind, created_at, id);

-- The day is that of the stream's id.
CREATE TABLE verification_events (
    stream   text COLLATE "C" NOT NULL,
    sequence bigint  NOT NULL,
    day      integer NOT NULL,
    at       bigint  NOT NULL,
    type     text    NOT NULL,
    data     text    NOT NULL,
    PRIMARY KEY (stream, sequence, day)
) {by day};

CREATE TABLE user_events (
    stream   text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    at       bigint NOT NULL,
    type     text   NOT NULL,
    data     text   NOT NULL,
    PRIMARY KEY (stream, sequence)
);


CREATE TABLE messages (
    id           text COLLATE "C" NOT NULL,
    day          integer NOT NULL,
    verification text    NOT NULL,
    generation   bigint  NOT NULL,
    recipient    text    NOT NULL,
    service      text    NOT NULL,
    channel      text    NOT NULL,
    locale       text    NOT NULL,
    state        text    NOT NULL,
    created_at   bigint  NOT NULL,
    changed_at   bigint  NOT NULL,
    due_at       bigint,
    expires_at   bigint  NOT NULL,
    attempts     bigint  NOT NULL,
    error        text    NOT NULL,
    tries        text    NOT NULL, -- JSON
    web_domain   text    NOT NULL,
    app_hash     text    NOT NULL,
    ended_at     bigint  NOT NULL,
    available_at bigint, -- when it is due, or its lease runs out
    lease        text,   -- of whoever may send it now
    stored_at    bigint  NOT NULL,
    PRIMARY KEY (id, day)
) {by day};

CREATE INDEX messages_available ON messages (available_at) WHERE available_at IS NOT NULL;
CREATE INDEX messages_by_verification ON messages (verification);

-- Attempts whose receipts name them by the provider's id alone.
CREATE TABLE sent_references (
    message   text COLLATE "C" NOT NULL,
    attempt   bigint NOT NULL,
    provider  text   NOT NULL,
    reference text   NOT NULL,
    recipient text   NOT NULL,
    at        bigint NOT NULL,
    stored_at bigint NOT NULL,
    PRIMARY KEY (message, attempt)
);

CREATE INDEX sent_references_by_reference ON sent_references (reference, provider);
CREATE INDEX sent_references_by_recipient ON sent_references (recipient, provider);

CREATE TABLE limiters (
    id  text COLLATE "C" PRIMARY KEY,
    tat bigint NOT NULL
);

-- What `probe` writes.
CREATE TABLE probes (
    id    bigint PRIMARY KEY,
    count bigint NOT NULL
);

INSERT INTO probes (id, count) VALUES (1, 0);
