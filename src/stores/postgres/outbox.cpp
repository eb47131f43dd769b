#include "stores/postgres/outbox.h"

#include "stores/postgres/days.h"
#include "stores/postgres/rows.h"
#include "stores/record/lifetimes.h"
#include "stores/record/outbox_rules.h"

#include <array>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

#define DIALPROOF_MESSAGE_COLUMNS                                                                            \
    "id, verification, generation, recipient, service, channel, locale, state, created_at, changed_at, "     \
    "due_at, expires_at, attempts, error, tries, web_domain, app_hash"
#define DIALPROOF_MICROSECONDS "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"

constexpr const char* insert_message =
    "INSERT INTO messages (" DIALPROOF_MESSAGE_COLUMNS ", ended_at, available_at, lease, day, stored_at) "
    "SELECT n.*, " DIALPROOF_MICROSECONDS " FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], "
    "$5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[], "
    "$12::bigint[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::text[], $18::bigint[], "
    "$19::bigint[], $20::text[], $21::integer[]) AS n(" DIALPROOF_MESSAGE_COLUMNS
    ", ended_at, available_at, lease, day) ORDER BY n.id ON CONFLICT DO NOTHING RETURNING id";
constexpr const char* select_due =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages WHERE available_at <= $1 "
    "ORDER BY available_at, stored_at, id LIMIT $2 FOR UPDATE SKIP LOCKED";
constexpr const char* lock_by_id =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS ", lease FROM messages WHERE id = $1 AND day = $2 FOR UPDATE";
constexpr int lease_column = 17;
// A message is born with its verification or later.
constexpr const char* select_by_verification =
    "SELECT " DIALPROOF_MESSAGE_COLUMNS " FROM messages WHERE verification = $1 AND (day >= $2 OR day = 0) "
    "ORDER BY stored_at, id";
#undef DIALPROOF_MESSAGE_COLUMNS

constexpr const char* lease_messages =
    "UPDATE messages AS t SET lease = n.lease, available_at = $5, attempts = n.attempts, tries = n.tries "
    "FROM unnest($1::text[], $2::integer[], $3::text[], $4::bigint[], $6::text[]) "
    "AS n(id, day, lease, attempts, tries) WHERE t.id = n.id AND t.day = n.day";
#define DIALPROOF_UPDATE                                                                                     \
    "UPDATE messages SET state = $3, changed_at = $4, due_at = $5, error = $6, tries = $7, ended_at = $8"
// Nearly always nothing was heard of it meanwhile: then the settlement is all there is to say.
constexpr const char* settle_first =
    DIALPROOF_UPDATE ", available_at = $5, lease = NULL "
                     "WHERE id = $1 AND day = $2 AND lease = $9 AND state = 'queued' AND tries = '[]'";
constexpr const char* settle_message =
    DIALPROOF_UPDATE ", available_at = $5, lease = NULL WHERE id = $1 AND day = $2";
// The lease stays, so that its holder may still say what the provider answered.
constexpr const char* move_message = DIALPROOF_UPDATE ", available_at = $5 WHERE id = $1 AND day = $2";
constexpr const char* move_leased = DIALPROOF_UPDATE " WHERE id = $1 AND day = $2"; // ends when it would have
#undef DIALPROOF_UPDATE
constexpr const char* insert_reference =
    "INSERT INTO sent_references (provider, reference, recipient, message, attempt, at, stored_at) "
    "VALUES ($1, $2, $3, $4, $5, $6, " DIALPROOF_MICROSECONDS ") ON CONFLICT DO NOTHING";
#undef DIALPROOF_MICROSECONDS
#define DIALPROOF_SELECT_REFERENCES                                                                          \
    "SELECT message, attempt, reference, recipient, at FROM sent_references WHERE "
constexpr const char* references_by_id =
    DIALPROOF_SELECT_REFERENCES "reference = ANY($1::text[]) AND provider = $2 "
                                "ORDER BY stored_at DESC, message DESC LIMIT $3";
constexpr const char* references_by_recipient =
    DIALPROOF_SELECT_REFERENCES "recipient = $1 AND provider = $2 "
                                "ORDER BY stored_at DESC, message DESC LIMIT $3";
#undef DIALPROOF_SELECT_REFERENCES

// The columns hold what `insert_messages` wrote; anything else was written by someone else.
SqlError damaged() { return SqlError{"XX001", "a message is not readable"}; }

Result<ports::Message, SqlError> message_of(const Rows& rows, std::size_t row, TriesReader& reader) {
    const auto text = [&](int column) { return std::string(rows.text(row, column)); };
    const auto instant = [&](int column) { return to_instant(rows.integer(row, column)); };
    const auto state = ports::parse_message_state(rows.text(row, 7));
    auto to = core::PhoneNumber::parse(rows.text(row, 3));
    auto tries = reader.read(rows.text(row, 14));
    if (!state || !to || !tries || rows.text(row, 5) != core::to_text(core::Channel::sms))
        return fail(damaged());
    return ports::Message{.id = core::MessageId(text(0)),
                          .verification = core::VerificationId(text(1)),
                          .generation = static_cast<unsigned>(rows.integer(row, 2)),
                          .to = *std::move(to),
                          .service = core::ServiceName(text(4)),
                          .channel = core::Channel::sms,
                          .locale = text(6),
                          .state = *state,
                          .created_at = instant(8),
                          .changed_at = instant(9),
                          .due_at = rows.is_null(row, 10) ? std::nullopt : std::optional(instant(10)),
                          .expires_at = instant(11),
                          .attempts = static_cast<unsigned>(rows.integer(row, 12)),
                          .error = text(13),
                          .tries = *std::move(tries),
                          .autofill = {text(15), text(16)}};
}

// Parameters of DIALPROOF_UPDATE.
Statement update(const char* sql, const ports::Message& message) {
    Statement statement(sql);
    statement.with(message.id.text)
        .with(day_of(message.id.text))
        .with(ports::to_text(message.state))
        .with(to_integer(message.changed_at));
    if (message.due_at)
        statement.with(to_integer(*message.due_at));
    else
        statement.with_null();
    statement.with(message.error).with(encode_tries(message.tries)).with(to_integer(*ended_at(message)));
    return statement;
}

Statement keep_reference(const ports::Message& message) {
    const auto& attempt = message.tries.back();
    return Statement(insert_reference)
        .with(attempt.provider)
        .with(attempt.reference)
        .with(message.to.e164())
        .with(message.id.text)
        .with(std::int64_t{attempt.number})
        .with(to_integer(attempt.at));
}

std::vector<Statement> one(Statement statement) {
    std::vector<Statement> statements;
    statements.push_back(std::move(statement));
    return statements;
}

struct StoredMessage {
    ports::Message message;
    std::optional<std::string> lease;
};

// Begins a transaction in which nobody else moves the message; nothing where there is none.
Task<Result<std::optional<StoredMessage>, SqlError>> lock(Connection& connection, std::string id) {
    auto statements = one(Statement(lock_by_id).with(id).with(day_of(id)));
    auto locking = connection.begin(std::move(statements));
    const auto results = co_await locking;
    if (!results)
        co_return fail(results.error());
    const Rows& rows = results->front();
    std::optional<StoredMessage> stored;
    if (rows.size() == 0)
        co_return stored;
    TriesReader reader;
    auto message = message_of(rows, 0, reader);
    if (!message)
        co_return fail(message.error());
    stored = StoredMessage{*std::move(message), {}};
    if (!rows.is_null(0, lease_column))
        stored->lease = std::string(rows.text(0, lease_column));
    co_return stored;
}

Task<Result<bool, SqlError>> settle_at_once(Connection& connection, const ports::Settlement& settlement) {
    const auto& [message, lease, by_reference] = settlement;
    auto statements = one(update(settle_first, message).with(std::string_view(lease)));
    auto trying = connection.begin(std::move(statements));
    const auto tried = co_await trying;
    if (!tried)
        co_return fail(tried.error());
    if (tried->front().changed() != 1)
        co_return false;
    std::vector<Statement> last;
    if (by_reference && !message.tries.empty())
        last.push_back(keep_reference(message));
    auto ending = connection.commit(std::move(last));
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return true;
}

} // namespace

std::string message_lock_name(std::string_view id) { return "message " + std::string(id); }

std::optional<Statement> insert_messages(const std::vector<const ports::NewMessage*>& fresh) {
    if (fresh.empty())
        return {};
    std::array<Array, 21> columns;
    for (const auto* each : fresh) {
        const ports::Message& message = each->message;
        std::size_t next = 0;
        const auto add = [&](const auto& value) { columns[next++].add(value); };
        const auto add_text = [&](std::string_view text) { add(text); };
        const auto due_at = message.due_at ? std::optional(to_integer(*message.due_at)) : std::nullopt;
        const bool leased = !each->lease.empty();
        add_text(message.id.text);
        add_text(message.verification.text);
        add(std::int64_t{message.generation});
        add_text(message.to.e164());
        add_text(message.service.text);
        add_text(core::to_text(message.channel));
        add_text(message.locale);
        add_text(ports::to_text(message.state));
        add(to_integer(message.created_at));
        add(to_integer(message.changed_at));
        add(due_at);
        add(to_integer(message.expires_at));
        add(std::int64_t{message.attempts});
        add_text(message.error);
        add_text(encode_tries(message.tries));
        add_text(message.autofill.domain);
        add_text(message.autofill.app_hash);
        add(to_integer(*ended_at(message)));
        add(leased ? std::optional(to_integer(each->leased_until)) : due_at);
        add(leased ? std::optional(each->lease) : std::nullopt);
        add(day_of(message.id.text));
    }
    Statement statement(insert_message);
    for (const auto& column : columns)
        statement.with(column);
    return statement;
}

Task<Result<std::vector<ports::ClaimedMessage>, SqlError>>
claim(Connection& connection, unsigned limit, Milliseconds lease, Instant now, std::string lease_name) {
    auto statements = one(Statement(select_due).with(to_integer(now)).with(std::int64_t{limit}));
    auto looking = connection.begin(std::move(statements));
    const auto looked = co_await looking;
    if (!looked)
        co_return fail(looked.error());
    const Rows& rows = looked->front();
    std::vector<ports::ClaimedMessage> claimed;
    TriesReader reader;
    Array ids, days, leases, attempts, tries;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto stored = message_of(rows, row, reader);
        if (!stored)
            co_return fail(stored.error());
        const bool abandoned = !rows.is_null(row, lease_column);
        ports::ClaimedMessage each{after_claim(*stored, abandoned), lease_name + '-' + std::to_string(row),
                                   abandoned};
        ids.add(std::string_view(each.message.id.text));
        days.add(day_of(each.message.id.text));
        leases.add(std::string_view(each.lease));
        attempts.add(std::int64_t{each.message.attempts});
        tries.add(std::string_view(encode_tries(each.message.tries)));
        claimed.push_back(std::move(each));
    }
    std::vector<Statement> last;
    if (!claimed.empty())
        last.push_back(Statement(lease_messages)
                           .with(ids)
                           .with(days)
                           .with(leases)
                           .with(attempts)
                           .with(to_integer(now + lease))
                           .with(tries));
    auto ending = connection.commit(std::move(last));
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return claimed;
}

Task<Result<std::optional<ports::Committed>, SqlError>> settle(Connection& connection,
                                                               ports::Settlement settlement) {
    using Answer = std::optional<ports::Committed>;
    if (settlement.message.tries.size() <= 1) {
        auto trying = settle_at_once(connection, settlement);
        const auto tried = co_await trying;
        if (!tried)
            co_return fail(tried.error());
        if (*tried)
            co_return Answer(ports::Committed{});
        auto undoing = connection.roll_back();
        const auto undone = co_await undoing;
        if (!undone)
            co_return fail(undone.error());
    }
    auto locking = lock(connection, settlement.message.id.text);
    const auto locked = co_await locking;
    if (!locked)
        co_return fail(locked.error());
    const auto& stored = *locked;
    if (!stored || stored->lease != settlement.lease) {
        auto undoing = connection.roll_back();
        const auto undone = co_await undoing;
        if (!undone)
            co_return fail(undone.error());
        co_return Answer();
    }
    auto last = one(update(settle_message, after_settlement(stored->message, settlement.message)));
    if (settlement.by_reference && !settlement.message.tries.empty())
        last.push_back(keep_reference(settlement.message));
    auto ending = connection.commit(std::move(last));
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return Answer(ports::Committed{});
}

Task<Result<ports::Recorded, SqlError>> record(Connection& connection, ports::Receipt receipt) {
    auto locking = lock(connection, receipt.message.text);
    const auto locked = co_await locking;
    if (!locked)
        co_return fail(locked.error());
    const auto& stored = *locked;
    std::vector<Statement> last;
    ports::Recorded did;
    if (stored) {
        const bool leased = stored->lease.has_value();
        const auto moved = after_receipt(stored->message, leased, receipt);
        did = recorded(stored->message, moved);
        const bool lease_runs = leased && !ports::is_final(did.state);
        if (moved)
            last.push_back(update(lease_runs ? move_leased : move_message, *moved));
    }
    auto ending = connection.commit(std::move(last));
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return did;
}

namespace {

Task<Result<std::vector<ports::SentReference>, SqlError>> find_references(Connection& connection,
                                                                          Statement statement) {
    auto finding = connection.query(std::move(statement));
    const auto results = co_await finding;
    if (!results)
        co_return fail(results.error());
    const Rows& rows = results->front();
    std::vector<ports::SentReference> found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto to = core::PhoneNumber::parse(rows.text(row, 3));
        if (!to)
            co_return fail(damaged());
        found.push_back({core::MessageId(std::string(rows.text(row, 0))),
                         static_cast<unsigned>(rows.integer(row, 1)), std::string(rows.text(row, 2)),
                         *std::move(to), to_instant(rows.integer(row, 4))});
    }
    co_return found;
}

} // namespace

Task<Result<std::vector<ports::SentReference>, SqlError>>
sent_references(Connection& connection, std::string provider, std::vector<std::string> references,
                std::optional<core::PhoneNumber> to, unsigned limit) {
    Array ids;
    for (const auto& reference : references)
        ids.add(std::string_view(reference));
    Statement by_id = Statement(references_by_id).with(ids).with(provider).with(std::int64_t{limit});
    auto finding = find_references(connection, std::move(by_id));
    auto found = co_await finding;
    if (!found || !found->empty() || !to)
        co_return found;
    Statement by_recipient =
        Statement(references_by_recipient).with(to->e164()).with(provider).with(std::int64_t{limit});
    auto finding_others = find_references(connection, std::move(by_recipient));
    auto others = co_await finding_others;
    co_return others;
}

Task<Result<std::optional<Instant>, SqlError>> next_due(Connection& connection) {
    auto looking = connection.query(Statement(
        "SELECT available_at FROM messages WHERE available_at IS NOT NULL ORDER BY available_at LIMIT 1"));
    const auto looked = co_await looking;
    if (!looked)
        co_return fail(looked.error());
    std::optional<Instant> due;
    if (looked->front().size() > 0)
        due = to_instant(looked->front().integer(0, 0));
    co_return due;
}

Task<Result<std::vector<ports::Message>, SqlError>> messages_of(Connection& connection,
                                                                core::VerificationId verification) {
    Statement statement =
        Statement(select_by_verification).with(verification.text).with(day_of(verification.text));
    auto looking = connection.query(std::move(statement));
    const auto looked = co_await looking;
    if (!looked)
        co_return fail(looked.error());
    const Rows& rows = looked->front();
    std::vector<ports::Message> messages;
    TriesReader reader;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto message = message_of(rows, row, reader);
        if (!message)
            co_return fail(message.error());
        messages.push_back(*std::move(message));
    }
    co_return messages;
}

} // namespace dialproof::stores::postgres
