#include "stores/postgres/table_queries.h"

#include "stores/postgres/events.h"
#include "stores/postgres/rows.h"

#include <chrono>
#include <utility>

namespace dialproof::stores::postgres {

namespace {

// A row holds what this version does not know. What the reader says names a member, and no value.
SqlError unreadable(std::string what) { return SqlError{"XX001", std::move(what)}; }

// What `read` makes of the rows that the statement gives.
template <typename T, typename Read>
Task<Result<T, SqlError>> ask(Connection& connection, Statement statement, Read read) {
    auto asking = connection.query(std::move(statement));
    const auto asked = co_await asking;
    if (!asked)
        co_return fail(asked.error());
    Result<T, SqlError> answer = read(asked->front());
    co_return answer;
}

} // namespace

Task<Result<std::vector<core::PhoneNumber>, SqlError>> line_numbers(Connection& connection, std::string after,
                                                                    unsigned limit) {
    const auto read = [](const Rows& rows) -> Result<std::vector<core::PhoneNumber>, SqlError> {
        std::vector<core::PhoneNumber> numbers;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto number = core::PhoneNumber::parse(rows.text(row, 0));
            if (!number)
                return fail(unreadable("a line has an unknown number"));
            numbers.push_back(*std::move(number));
        }
        return numbers;
    };
    auto statement = Statement("SELECT id FROM lines WHERE id > $1 ORDER BY id LIMIT $2")
                         .with(after)
                         .with(std::int64_t{limit});
    return ask<std::vector<core::PhoneNumber>>(connection, std::move(statement), read);
}

Task<Result<ports::Loaded, SqlError>> users_of(Connection& connection, core::PhoneNumber number,
                                               unsigned limit) {
    const auto read = [](const Rows& rows) -> Result<ports::Loaded, SqlError> {
        RowReader reader;
        std::vector<std::pair<ports::Key, ports::Stored>> users;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto user = reader.read(RowKind::user, rows.text(row, 2));
            if (!user)
                return fail(unreadable(user.error().what));
            users.emplace_back(
                core::UserId(std::string(rows.text(row, 0))),
                ports::Stored{*std::move(user), static_cast<std::uint64_t>(rows.integer(row, 1))});
        }
        return ports::Loaded(std::move(users));
    };
    auto statement =
        Statement("SELECT u.id, u.version, u.body FROM user_numbers AS n JOIN users AS u ON u.id = n.user_id "
                  "WHERE n.number = $1 ORDER BY n.changed_at DESC, u.id LIMIT $2")
            .with(number.e164())
            .with(std::int64_t{limit});
    return ask<ports::Loaded>(connection, std::move(statement), read);
}

Task<Result<std::vector<ports::EventRecord>, SqlError>>
events_of(Connection& connection, ports::StreamKind kind, std::string stream) {
    auto statement = select_events(kind, stream);
    return ask<std::vector<ports::EventRecord>>(
        connection, std::move(statement),
        [kind, stream = std::move(stream)](const Rows& rows) { return events_in(rows, kind, stream); });
}

Task<Result<std::vector<core::VerificationId>, SqlError>>
verifications_of(Connection& connection, core::PhoneNumber number, unsigned limit) {
    const auto read = [](const Rows& rows) {
        std::vector<core::VerificationId> ids;
        for (std::size_t row = 0; row < rows.size(); ++row)
            ids.emplace_back(std::string(rows.text(row, 0)));
        return ids;
    };
    auto statement = Statement("SELECT id FROM verifications WHERE number = $1 "
                               "ORDER BY created_at DESC, id DESC LIMIT $2")
                         .with(number.e164())
                         .with(std::int64_t{limit});
    return ask<std::vector<core::VerificationId>>(connection, std::move(statement), read);
}

Task<Result<std::vector<ports::Credential>, SqlError>>
credentials(Connection& connection, ports::CredentialKind kind, unsigned limit) {
    const auto read = [](const Rows& rows) -> Result<std::vector<ports::Credential>, SqlError> {
        RowReader reader;
        std::vector<ports::Credential> list;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto credential = reader.read(RowKind::credential, rows.text(row, 0));
            if (!credential)
                return fail(unreadable(credential.error().what));
            list.push_back(std::get<ports::Credential>(*std::move(credential)));
        }
        return list;
    };
    auto statement = Statement("SELECT body FROM credentials WHERE kind = $1 "
                               "ORDER BY created_at DESC, id DESC LIMIT $2")
                         .with(to_text(kind))
                         .with(std::int64_t{limit});
    return ask<std::vector<ports::Credential>>(connection, std::move(statement), read);
}

Task<Result<ports::Committed, SqlError>> probe(Connection& connection) {
    std::vector<Statement> statements;
    statements.emplace_back("UPDATE probes SET count = count + 1 WHERE id = 1 RETURNING count");
    auto writing = connection.begin(std::move(statements));
    const auto written = co_await writing;
    if (!written)
        co_return fail(written.error());
    if (written->front().size() != 1)
        co_return fail(SqlError{"02000", "there is nothing to probe"});
    auto ending = connection.commit({});
    const auto ended = co_await ending;
    if (!ended)
        co_return fail(ended.error());
    co_return ports::Committed{};
}

Task<Result<DatabaseTime, SqlError>> database_time(Connection& connection) {
    const auto start = std::chrono::steady_clock::now();
    auto asking =
        connection.query(Statement("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
    const auto asked = co_await asking;
    if (!asked)
        co_return fail(asked.error());
    const auto took = std::chrono::steady_clock::now() - start;
    co_return DatabaseTime{to_instant(asked->front().integer(0, 0)), std::chrono::ceil<Milliseconds>(took)};
}

} // namespace dialproof::stores::postgres
