#include "stores/sqlite/outbox_table.h"

#include "stores/record/lifetimes.h"
#include "stores/record/outbox_rules.h"
#include "stores/sqlite/row_table.h"

#include <sqlite3.h>

#include <string>
#include <utility>

namespace dialproof::stores::sqlite {

namespace {

#define DIALPROOF_MESSAGE_COLUMNS                                                                            \
    "id, verification, generation, recipient, service, channel, locale, state, created_at, changed_at, "     \
    "due_at, expires_at, attempts, provider, provider_reference, error"
constexpr const char* select_queued = "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages "
                                      "WHERE state = 'queued' AND available_at <= ?1 "
                                      "ORDER BY available_at, position LIMIT ?2";
constexpr const char* select_by_id =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages WHERE id = ?1";
constexpr int lease_column = 16;
constexpr const char* select_by_verification =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS " FROM messages WHERE verification = ?1 ORDER BY position";
constexpr const char* insert_message =
    "INSERT INTO messages (" DIALPROOF_MESSAGE_COLUMNS ", ended_at, available_at) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?11) "
    "ON CONFLICT (id) DO NOTHING";
#undef DIALPROOF_MESSAGE_COLUMNS

constexpr const char* lease_message =
    "UPDATE messages SET lease = ?3, available_at = ?2, attempts = attempts + 1 WHERE id = ?1";
// Where nothing is known of its end yet, which is nearly always: then the settlement is all there is to say.
#define DIALPROOF_SETTLE                                                                                     \
    "UPDATE messages SET state = ?2, changed_at = ?3, due_at = ?4, provider = ?5, "                          \
    "provider_reference = ?6, error = ?7, ended_at = coalesce(?8, expires_at), available_at = ?4, lease = "  \
    "NULL "                                                                                                  \
    "WHERE id = ?1 AND lease = ?9"
constexpr const char* settle_queued = DIALPROOF_SETTLE " AND state = 'queued'";
constexpr const char* settle_message = DIALPROOF_SETTLE;
#undef DIALPROOF_SETTLE
constexpr const char* move_message =
    "UPDATE messages SET state = ?2, changed_at = ?3, error = ?4, ended_at = ?5 WHERE id = ?1";

// The columns hold what `insert` wrote; anything else was written by someone else.
[[noreturn]] void damaged(const char* what) {
    throw SqlError(SQLITE_CORRUPT, std::string("a message has an unknown ") + what);
}

core::Channel channel_of(std::string_view text) {
    if (text != core::to_text(core::Channel::sms))
        damaged("channel");
    return core::Channel::sms;
}

ports::Message message_of(const Statement& row) {
    auto to = core::PhoneNumber::parse(row.text(3));
    if (!to)
        damaged("recipient");
    const auto state = ports::parse_message_state(row.text(7));
    if (!state)
        damaged("state");
    return ports::Message{.id = core::MessageId(std::string(row.text(0))),
                          .verification = core::VerificationId(std::string(row.text(1))),
                          .generation = static_cast<unsigned>(row.integer(2)),
                          .to = *std::move(to),
                          .service = core::ServiceName(std::string(row.text(4))),
                          .channel = channel_of(row.text(5)),
                          .locale = std::string(row.text(6)),
                          .state = *state,
                          .created_at = to_instant(row.integer(8)),
                          .changed_at = to_instant(row.integer(9)),
                          .due_at = to_instant(row.integer(10)),
                          .expires_at = to_instant(row.integer(11)),
                          .attempts = static_cast<unsigned>(row.integer(12)),
                          .provider = std::string(row.text(13)),
                          .provider_reference = std::string(row.text(14)),
                          .error = std::string(row.text(15))};
}

struct StoredMessage {
    ports::Message message;
    std::optional<std::string> lease;
};

std::optional<StoredMessage> find(Connection& connection, const core::MessageId& id) {
    Statement statement = connection.prepared(select_by_id);
    statement.bind(1, id.text);
    if (!statement.step())
        return {};
    StoredMessage stored{message_of(statement), {}};
    if (!statement.is_null(lease_column))
        stored.lease = std::string(statement.text(lease_column));
    return stored;
}

bool settle_as(Connection& connection, const char* statement, const ports::Message& message,
               const std::string& lease) {
    Statement settle = connection.prepared(statement);
    settle.bind(1, message.id.text)
        .bind(2, ports::to_text(message.state))
        .bind(3, to_integer(message.changed_at))
        .bind(4, to_integer(message.due_at))
        .bind(5, message.provider)
        .bind(6, message.provider_reference)
        .bind(7, message.error)
        .bind(9, lease);
    if (ports::is_final(message.state))
        settle.bind(8, to_integer(*ended_at(message)));
    settle.run();
    return connection.changes() == 1;
}

// What the leases of one claim begin with.
std::string new_claim(Connection& connection) {
    Statement statement = connection.prepared("SELECT lower(hex(randomblob(16)))");
    return statement.step() ? std::string(statement.text(0)) : std::string();
}

} // namespace

bool insert(Connection& connection, const ports::Message& message) {
    connection.prepared(insert_message)
        .bind(1, message.id.text)
        .bind(2, message.verification.text)
        .bind(3, std::int64_t{message.generation})
        .bind(4, message.to.e164())
        .bind(5, message.service.text)
        .bind(6, core::to_text(message.channel))
        .bind(7, message.locale)
        .bind(8, ports::to_text(message.state))
        .bind(9, to_integer(message.created_at))
        .bind(10, to_integer(message.changed_at))
        .bind(11, to_integer(message.due_at))
        .bind(12, to_integer(message.expires_at))
        .bind(13, std::int64_t{message.attempts})
        .bind(14, message.provider)
        .bind(15, message.provider_reference)
        .bind(16, message.error)
        .bind(17, to_integer(*ended_at(message)))
        .run();
    return connection.changes() == 1;
}

std::vector<ports::ClaimedMessage> claim(Connection& connection, unsigned limit, Milliseconds lease,
                                         Instant now) {
    std::vector<ports::ClaimedMessage> claimed;
    {
        Statement statement = connection.prepared(select_queued);
        statement.bind(1, to_integer(now)).bind(2, std::int64_t{limit});
        while (statement.step())
            claimed.push_back(
                ports::ClaimedMessage{message_of(statement), "", !statement.is_null(lease_column)});
    }
    if (claimed.empty())
        return claimed;
    const std::string claim = new_claim(connection);
    for (auto& each : claimed) {
        each.lease = claim + "-" + std::to_string(&each - claimed.data());
        ++each.message.attempts;
        connection.prepared(lease_message)
            .bind(1, each.message.id.text)
            .bind(2, to_integer(now + lease))
            .bind(3, each.lease)
            .run();
    }
    return claimed;
}

Result<ports::Committed, ports::Fault> settle(Connection& connection, const ports::Settlement& settlement) {
    if (settle_as(connection, settle_queued, settlement.message, settlement.lease))
        return ports::Committed{};
    const auto stored = find(connection, settlement.message.id);
    if (!stored || stored->lease != settlement.lease)
        return dialproof::fail(ports::Fault::conflict);
    const ports::Message message = after_settlement(stored->message, settlement.message);
    settle_as(connection, settle_message, message, settlement.lease);
    return ports::Committed{};
}

void record(Connection& connection, const ports::Receipt& receipt) {
    const auto stored = find(connection, receipt.message);
    if (!stored)
        return;
    const auto message = after_receipt(stored->message, stored->lease.has_value(), receipt);
    if (!message)
        return;
    connection.prepared(move_message)
        .bind(1, message->id.text)
        .bind(2, ports::to_text(message->state))
        .bind(3, to_integer(message->changed_at))
        .bind(4, message->error)
        .bind(5, to_integer(*ended_at(*message)))
        .run();
}

std::optional<Instant> next_due(Connection& connection) {
    Statement statement = connection.prepared(
        "SELECT available_at FROM messages WHERE state = 'queued' ORDER BY available_at LIMIT 1");
    if (!statement.step())
        return {};
    return to_instant(statement.integer(0));
}

std::vector<ports::Message> messages_of(Connection& connection, const core::VerificationId& verification) {
    Statement statement = connection.prepared(select_by_verification);
    statement.bind(1, verification.text);
    std::vector<ports::Message> messages;
    while (statement.step())
        messages.push_back(message_of(statement));
    return messages;
}

} // namespace dialproof::stores::sqlite
