-- By which numbers a user is found: those of its phones, and the one that it is to prove. `changed_at` is
-- the user's.

CREATE TABLE user_numbers (
    number     TEXT    NOT NULL,
    user       TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (number, user)
) STRICT, WITHOUT ROWID;

CREATE INDEX user_numbers_by_user ON user_numbers (user);

-- What is pending for a user names its number from now on. Where the verification is gone, nothing is.
UPDATE users SET body = CASE
    WHEN EXISTS (SELECT 1 FROM verifications v WHERE v.id = json_extract(users.body, '$.pending') AND v.number IS NOT NULL)
    THEN json_set(body, '$.pending', json_object(
        'verification', json_extract(body, '$.pending'),
        'number', (SELECT v.number FROM verifications v WHERE v.id = json_extract(users.body, '$.pending'))))
    ELSE json_remove(body, '$.pending') END
WHERE json_type(body, '$.pending') = 'text';

INSERT OR IGNORE INTO user_numbers (number, user, changed_at)
SELECT json_extract(phone.value, '$.number'), users.id, json_extract(users.body, '$.changed_at')
FROM users, json_each(users.body, '$.phones') AS phone;

INSERT OR IGNORE INTO user_numbers (number, user, changed_at)
SELECT json_extract(body, '$.pending.number'), id, json_extract(body, '$.changed_at')
FROM users WHERE json_type(body, '$.pending') = 'object';
