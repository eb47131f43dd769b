#include "stores/sqlite/outbox_table.h"

#include "stores/record/lifetimes.h"
#include "stores/record/outbox_rules.h"
#include "stores/record/tries.h"
#include "stores/sqlite/row_table.h"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace dialproof::stores::sqlite {

namespace {

#define DIALPROOF_MESSAGE_COLUMNS                                                                            \
    "id, verification, generation, recipient, service, channel, locale, state, created_at, changed_at, "     \
    "due_at, expires_at, attempts, error, tries, web_domain, app_hash"
constexpr const char* select_due = "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages "
                                   "WHERE available_at <= ?1 ORDER BY available_at, position LIMIT ?2";
constexpr const char* select_by_id =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages WHERE id = ?1";
constexpr int lease_column = 17;
constexpr const char* select_by_verification =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS " FROM messages WHERE verification = ?1 ORDER BY position";
constexpr const char* insert_message =
    "INSERT INTO messages (" DIALPROOF_MESSAGE_COLUMNS ", ended_at, available_at, lease) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20) "
    "ON CONFLICT (id) DO NOTHING";
#undef DIALPROOF_MESSAGE_COLUMNS

constexpr const char* lease_message =
    "UPDATE messages SET lease = ?3, available_at = ?2, attempts = ?4, tries = ?5 WHERE id = ?1";
#define DIALPROOF_UPDATE                                                                                     \
    "UPDATE messages SET state = ?2, changed_at = ?3, due_at = ?4, error = ?5, tries = ?6, ended_at = ?7"
constexpr const char* settle_message =
    DIALPROOF_UPDATE ", available_at = ?4, lease = NULL WHERE id = ?1 AND lease = ?8";
// Nearly always nothing was heard of it meanwhile: then the settlement is all there is to say.
constexpr const char* settle_first =
    DIALPROOF_UPDATE ", available_at = ?4, lease = NULL "
                     "WHERE id = ?1 AND lease = ?8 AND state = 'queued' AND tries = '[]'";
// The lease stays, so that its holder may still say what the provider answered.
constexpr const char* move_message = DIALPROOF_UPDATE ", available_at = ?4 WHERE id = ?1";
constexpr const char* move_leased = DIALPROOF_UPDATE " WHERE id = ?1"; // and ends when it would have
#undef DIALPROOF_UPDATE
constexpr const char* insert_reference =
    "INSERT INTO sent_references (provider, reference, recipient, message, attempt, at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
#define DIALPROOF_SELECT_REFERENCES                                                                          \
    "SELECT message, attempt, reference, recipient, at FROM sent_references WHERE "
constexpr const char* references_by_id =
    DIALPROOF_SELECT_REFERENCES "reference = ?1 AND provider = ?2 ORDER BY position DESC LIMIT ?3";
constexpr const char* references_by_recipient =
    DIALPROOF_SELECT_REFERENCES "recipient = ?1 AND provider = ?2 ORDER BY position DESC LIMIT ?3";
#undef DIALPROOF_SELECT_REFERENCES

// The columns hold what `insert` wrote; anything else was written by someone else.
[[noreturn]] void damaged(const char* what) {
    throw SqlError(SQLITE_CORRUPT, std::string("a message has an unknown ") + what);
}

core::Channel channel_of(std::string_view text) {
    if (text != core::to_text(core::Channel::sms))
        damaged("channel");
    return core::Channel::sms;
}

core::PhoneNumber recipient_of(std::string_view text) {
    auto to = core::PhoneNumber::parse(text);
    if (!to)
        damaged("recipient");
    return *std::move(to);
}

ports::Message message_of(const Statement& row, TriesReader& reader) {
    const auto state = ports::parse_message_state(row.text(7));
    if (!state)
        damaged("state");
    auto tries = reader.read(row.text(14));
    if (!tries)
        damaged("list of tries");
    return ports::Message{.id = core::MessageId(std::string(row.text(0))),
                          .verification = core::VerificationId(std::string(row.text(1))),
                          .generation = static_cast<unsigned>(row.integer(2)),
                          .to = recipient_of(row.text(3)),
                          .service = core::ServiceName(std::string(row.text(4))),
                          .channel = channel_of(row.text(5)),
                          .locale = std::string(row.text(6)),
                          .state = *state,
                          .created_at = to_instant(row.integer(8)),
                          .changed_at = to_instant(row.integer(9)),
                          .due_at =
                              row.is_null(10) ? std::nullopt : std::optional(to_instant(row.integer(10))),
                          .expires_at = to_instant(row.integer(11)),
                          .attempts = static_cast<unsigned>(row.integer(12)),
                          .error = std::string(row.text(13)),
                          .tries = *std::move(tries),
                          .autofill = {std::string(row.text(15)), std::string(row.text(16))}};
}

struct StoredMessage {
    ports::Message message;
    std::optional<std::string> lease;
};

std::optional<StoredMessage> find(Session& session, const core::MessageId& id) {
    Statement statement = session.connection->prepared(select_by_id);
    statement.bind(1, id.text);
    if (!statement.step())
        return {};
    StoredMessage stored{message_of(statement, session.tries_reader), {}};
    if (!statement.is_null(lease_column))
        stored.lease = std::string(statement.text(lease_column));
    return stored;
}

void bind_due(Statement& statement, int index, const std::optional<Instant>& due_at) {
    if (due_at)
        statement.bind(index, to_integer(*due_at));
}

// True: there was such a row.
bool update(Connection& connection, const char* sql, const ports::Message& message,
            const std::string* lease = nullptr) {
    Statement statement = connection.prepared(sql);
    statement.bind(1, message.id.text)
        .bind(2, ports::to_text(message.state))
        .bind(3, to_integer(message.changed_at))
        .bind(5, message.error);
    bind_due(statement, 4, message.due_at);
    const std::string tries = encode_tries(message.tries);
    statement.bind(6, tries).bind(7, to_integer(*ended_at(message)));
    if (lease)
        statement.bind(8, *lease);
    statement.run();
    return connection.changes() == 1;
}

void keep_reference(Connection& connection, const ports::Message& message) {
    const auto& attempt = message.tries.back();
    connection.prepared(insert_reference)
        .bind(1, attempt.provider)
        .bind(2, attempt.reference)
        .bind(3, message.to.e164())
        .bind(4, message.id.text)
        .bind(5, std::int64_t{attempt.number})
        .bind(6, to_integer(attempt.at))
        .run();
}

void find_references(Connection& connection, const char* sql, const std::string& key,
                     const std::string& provider, unsigned limit, std::vector<ports::SentReference>& found) {
    Statement statement = connection.prepared(sql);
    statement.bind(1, key).bind(2, provider).bind(3, std::int64_t{limit});
    while (found.size() < limit && statement.step())
        found.push_back({core::MessageId(std::string(statement.text(0))),
                         static_cast<unsigned>(statement.integer(1)), std::string(statement.text(2)),
                         recipient_of(statement.text(3)), to_instant(statement.integer(4))});
}

// What the leases of one claim begin with.
std::string new_claim(Connection& connection) {
    Statement statement = connection.prepared("SELECT lower(hex(randomblob(16)))");
    return statement.step() ? std::string(statement.text(0)) : std::string();
}

} // namespace

bool insert(Connection& connection, const ports::NewMessage& fresh) {
    const ports::Message& message = fresh.message;
    Statement statement = connection.prepared(insert_message);
    const std::string tries = encode_tries(message.tries);
    statement.bind(1, message.id.text)
        .bind(2, message.verification.text)
        .bind(3, std::int64_t{message.generation})
        .bind(4, message.to.e164())
        .bind(5, message.service.text)
        .bind(6, core::to_text(message.channel))
        .bind(7, message.locale)
        .bind(8, ports::to_text(message.state))
        .bind(9, to_integer(message.created_at))
        .bind(10, to_integer(message.changed_at))
        .bind(12, to_integer(message.expires_at))
        .bind(13, std::int64_t{message.attempts})
        .bind(14, message.error)
        .bind(15, tries)
        .bind(16, message.autofill.domain)
        .bind(17, message.autofill.app_hash)
        .bind(18, to_integer(*ended_at(message)));
    bind_due(statement, 11, message.due_at);
    if (fresh.lease.empty())
        bind_due(statement, 19, message.due_at);
    else
        statement.bind(19, to_integer(fresh.leased_until)).bind(20, fresh.lease);
    statement.run();
    return connection.changes() == 1;
}

std::vector<ports::ClaimedMessage> claim(Session& session, unsigned limit, Milliseconds lease, Instant now) {
    Connection& connection = *session.connection;
    std::vector<ports::ClaimedMessage> claimed;
    {
        Statement statement = connection.prepared(select_due);
        statement.bind(1, to_integer(now)).bind(2, std::int64_t{limit});
        while (statement.step())
            claimed.push_back(ports::ClaimedMessage{message_of(statement, session.tries_reader), "",
                                                    !statement.is_null(lease_column)});
    }
    if (claimed.empty())
        return claimed;
    const std::string claim = new_claim(connection);
    for (auto& each : claimed) {
        each.lease = claim + "-" + std::to_string(&each - claimed.data());
        each.message = after_claim(each.message, each.abandoned);
        const std::string tries = encode_tries(each.message.tries);
        connection.prepared(lease_message)
            .bind(1, each.message.id.text)
            .bind(2, to_integer(now + lease))
            .bind(3, each.lease)
            .bind(4, std::int64_t{each.message.attempts})
            .bind(5, tries)
            .run();
    }
    return claimed;
}

Result<ports::Committed, ports::Fault> settle(Session& session, const ports::Settlement& settlement) {
    Connection& connection = *session.connection;
    const auto& [message, lease, by_reference] = settlement;
    if (message.tries.size() > 1 || !update(connection, settle_first, message, &lease)) {
        const auto stored = find(session, message.id);
        if (!stored || stored->lease != lease)
            return dialproof::fail(ports::Fault::conflict);
        update(connection, settle_message, after_settlement(stored->message, message), &lease);
    }
    if (by_reference && !message.tries.empty())
        keep_reference(connection, message);
    return ports::Committed{};
}

ports::Recorded record(Session& session, const ports::Receipt& receipt) {
    const auto stored = find(session, receipt.message);
    if (!stored)
        return {};
    const bool leased = stored->lease.has_value();
    const auto moved = after_receipt(stored->message, leased, receipt);
    if (!moved)
        return recorded(stored->message, moved);
    const bool lease_runs = leased && !ports::is_final(moved->state);
    update(*session.connection, lease_runs ? move_leased : move_message, *moved);
    return recorded(stored->message, moved);
}

std::vector<ports::SentReference> sent_references(Connection& connection, const std::string& provider,
                                                  const std::vector<std::string>& references,
                                                  const std::optional<core::PhoneNumber>& to,
                                                  unsigned limit) {
    std::vector<ports::SentReference> found;
    for (const auto& reference : references)
        find_references(connection, references_by_id, reference, provider, limit, found);
    if (found.empty() && to)
        find_references(connection, references_by_recipient, to->e164(), provider, limit, found);
    return found;
}

void end_leases(Connection& connection, Instant now) {
    connection.prepared("UPDATE messages SET available_at = ?1 WHERE available_at > ?1 AND lease IS NOT NULL")
        .bind(1, to_integer(now))
        .run();
}

std::optional<Instant> next_due(Connection& connection) {
    Statement statement = connection.prepared(
        "SELECT available_at FROM messages WHERE available_at IS NOT NULL ORDER BY available_at LIMIT 1");
    if (!statement.step())
        return {};
    return to_instant(statement.integer(0));
}

std::vector<ports::Message> messages_of(Session& session, const core::VerificationId& verification) {
    Statement statement = session.connection->prepared(select_by_verification);
    statement.bind(1, verification.text);
    std::vector<ports::Message> messages;
    while (statement.step())
        messages.push_back(message_of(statement, session.tries_reader));
    return messages;
}

} // namespace dialproof::stores::sqlite
