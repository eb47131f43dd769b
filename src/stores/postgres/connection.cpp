#include "stores/postgres/connection.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <utility>

#include <libpq-fe.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace dialproof::stores::postgres {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

namespace {

constexpr Milliseconds answer_grace{1000};

// The first line of what libpq says of a connection, which may go on with hints; it never shows a password.
std::string first_line(const char* text) {
    const std::string_view all = text;
    return std::string(all.substr(0, all.find('\n')));
}

SqlError error_of(const PGresult* result) {
    const auto field = [result](int name) {
        const char* const text = PQresultErrorField(result, name);
        return std::string(text ? text : "");
    };
    SqlError error{field(PG_DIAG_SQLSTATE), field(PG_DIAG_MESSAGE_PRIMARY)};
    if (error.state.empty())
        error.message = first_line(PQresultErrorMessage(result));
    // What has no SQLSTATE is said by libpq, not by the server.
    error.lost = error.state.empty() || ends_the_connection(error.state);
    return error;
}

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

struct Keywords {
    std::vector<const char*> names, values;

    void add(const char* name, const char* value) {
        names.push_back(name);
        values.push_back(value);
    }
    [[nodiscard]] bool has(std::string_view name) const {
        return std::find(names.begin(), names.end(), name) != names.end();
    }
};

// What libpq says of a text that it cannot read may show the text, and so a password in it: it is not kept.
Options parse(const std::string& url) {
    char* message = nullptr;
    Options options(PQconninfoParse(url.c_str(), &message));
    PQfreemem(message);
    return options;
}

Keywords keywords_of(const PQconninfoOption* option) {
    Keywords keywords;
    for (; option && option->keyword; ++option)
        if (option->val)
            keywords.add(option->keyword, option->val);
    return keywords;
}

// So that a host that is silent is given up, and the next one asked.
void add_defaults(Keywords& keywords) {
    constexpr std::array<std::pair<const char*, const char*>, 6> defaults{{
        {"target_session_attrs", "read-write"},
        {"tcp_user_timeout", "4000"},
        {"keepalives_idle", "10"},
        {"keepalives_interval", "5"},
        {"keepalives_count", "3"},
        {"fallback_application_name", "dialproof"},
    }};
    for (const auto& [name, value] : defaults)
        if (!keywords.has(name))
            keywords.add(name, value);
}

} // namespace

Result<void, StoreError> check_url(const PostgresConfig& config) {
    const Options options = parse(config.url);
    if (!options)
        return fail(
            StoreError{"The url of the PostgreSQL store cannot be read. Expected a URI such as "
                       "\"postgres://user@host/database\" or keywords such as \"host=... dbname=...\"."});
    for (const auto* secret : {"password", "sslpassword"})
        if (keywords_of(options.get()).has(secret))
            return fail(
                StoreError{"The url of the PostgreSQL store holds a password. Configuration files are no "
                           "place for it: use store.postgres.password_file, PGPASSWORD, PGPASSFILE or a "
                           "service file."});
    return {};
}

Rows::Rows(PGresult* result) : result_(result) {}
void Rows::Clear::operator()(PGresult* result) const { PQclear(result); }
std::size_t Rows::size() const { return static_cast<std::size_t>(PQntuples(result_.get())); }
bool Rows::is_null(std::size_t row, int column) const {
    return PQgetisnull(result_.get(), static_cast<int>(row), column) == 1;
}
std::string_view Rows::text(std::size_t row, int column) const {
    const int place = static_cast<int>(row);
    return {PQgetvalue(result_.get(), place, column),
            static_cast<std::size_t>(PQgetlength(result_.get(), place, column))};
}
std::int64_t Rows::integer(std::size_t row, int column) const {
    return std::strtoll(PQgetvalue(result_.get(), static_cast<int>(row), column), nullptr, 10);
}
std::string_view Rows::what_was_done() const { return PQcmdStatus(result_.get()); }
std::uint64_t Rows::changed() const { return std::strtoull(PQcmdTuples(result_.get()), nullptr, 10); }

// libpq's socket, watched; libpq closes it.
struct Connection::Socket {
    Socket(asio::io_context& context, int number) : descriptor(context, number), timer(context) {}

    void wake(Wake how) {
        if (auto waiting = std::exchange(done, {}))
            (*waiting)(how);
    }

    asio::posix::stream_descriptor descriptor;
    asio::steady_timer timer;
    std::optional<Completer<Wake>> done;
    std::uint64_t waits = 0; // so that what comes late is not taken for what is waited for now
};

Connection::Connection(Loop& loop, const PostgresConfig& config) : loop_(loop), config_(config) {}

Connection::~Connection() { close(); }

void Connection::close() {
    if (socket_) {
        socket_->timer.cancel();
        socket_->descriptor.release();
        socket_.reset();
    }
    PQfinish(std::exchange(connection_, nullptr));
    prepared_.clear();
    in_transaction_ = false;
}

SqlError Connection::lose(std::string message, std::string state) {
    close();
    return SqlError{std::move(state), std::move(message), true};
}

void Connection::start_connecting() {
    const Options options = parse(config_.url);
    Keywords keywords = keywords_of(options.get());
    if (!config_.password.empty())
        keywords.add("password", config_.password.reveal().c_str());
    add_defaults(keywords);
    keywords.add("client_encoding", "UTF8");
    keywords.add(nullptr, nullptr);
    connection_ = PQconnectStartParams(keywords.names.data(), keywords.values.data(), 0);
    // What the server notes may show rows, and libpq would print it.
    PQsetNoticeProcessor(
        connection_, [](void*, const char*) {}, nullptr);
}

// While it connects, libpq may go to another host and so to another socket.
void Connection::watch_socket() {
    const int number = PQsocket(connection_);
    if (socket_)
        socket_->descriptor.release();
    socket_ = std::make_shared<Socket>(loop_.context(), number);
}

Task<Connection::Wake> Connection::wait(Want want, TimePoint until) {
    auto waiting = suspend_until<Wake>([socket = socket_, want, until](Completer<Wake> done) {
        socket->done = done;
        const std::uint64_t this_wait = ++socket->waits;
        const auto ready = [socket, this_wait](const auto& error) {
            if (!error && socket->waits == this_wait)
                socket->wake(Wake::ready);
        };
        if (want != Want::write)
            socket->descriptor.async_wait(asio::posix::stream_descriptor::wait_read, ready);
        if (want != Want::read)
            socket->descriptor.async_wait(asio::posix::stream_descriptor::wait_write, ready);
        socket->timer.expires_at(until);
        socket->timer.async_wait([socket, this_wait](const auto& error) {
            if (!error && socket->waits == this_wait)
                socket->wake(Wake::timed_out);
        });
    });
    const Wake how = co_await waiting;
    if (socket_) {
        ++socket_->waits;
        socket_->timer.cancel();
        socket_->descriptor.cancel();
    }
    co_return how;
}

Task<Result<void, SqlError>> Connection::connect() {
    close();
    start_connecting();
    const auto until = Clock::now() + config_.connect_timeout;
    auto step = PGRES_POLLING_WRITING;
    if (PQstatus(connection_) == CONNECTION_BAD)
        co_return fail(lose(first_line(PQerrorMessage(connection_))));
    while (step != PGRES_POLLING_OK) {
        watch_socket();
        auto waiting = wait(step == PGRES_POLLING_READING ? Want::read : Want::write, until);
        const Wake how = co_await waiting;
        if (how == Wake::timed_out)
            co_return fail(lose("no connection within the time"));
        socket_->descriptor.release(); // libpq may close it now
        step = PQconnectPoll(connection_);
        if (step == PGRES_POLLING_FAILED) {
            socket_.reset();
            co_return fail(lose(first_line(PQerrorMessage(connection_))));
        }
    }
    watch_socket();
    if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1)
        co_return fail(lose("the connection takes no pipeline"));
    co_return Result<void, SqlError>();
}

bool Connection::send(const std::vector<Statement>& statements) {
    sent_.clear();
    std::unordered_set<const char*> preparing;
    for (const auto& statement : statements) {
        std::vector<const char*> values;
        for (const auto& parameter : statement.parameters())
            values.push_back(parameter ? parameter->c_str() : nullptr);
        const int count = static_cast<int>(values.size());
        const char* const sql = statement.sql();
        int sent = 0;
        if (config_.prepared_statements) {
            const std::string name = "s" + std::to_string(reinterpret_cast<std::uintptr_t>(sql));
            if (!prepared_.contains(sql) && preparing.insert(sql).second) {
                if (PQsendPrepare(connection_, name.c_str(), sql, 0, nullptr) != 1)
                    return false;
                sent_.push_back(sql);
            }
            sent = PQsendQueryPrepared(connection_, name.c_str(), count, values.data(), nullptr, nullptr, 0);
        } else {
            sent = PQsendQueryParams(connection_, sql, count, nullptr, values.data(), nullptr, nullptr, 0);
        }
        if (sent != 1)
            return false;
        sent_.push_back(nullptr);
    }
    return PQpipelineSync(connection_) == 1;
}

// Returns once libpq has something to give: what is still to be sent is sent meanwhile.
Task<Result<void, SqlError>> Connection::arrived(TimePoint until) {
    for (;;) {
        const int unsent = PQflush(connection_);
        if (unsent < 0)
            co_return fail(lose(first_line(PQerrorMessage(connection_))));
        if (unsent == 0 && PQisBusy(connection_) == 0)
            co_return Result<void, SqlError>();
        auto waiting = wait(unsent == 1 ? Want::both : Want::read, until);
        const Wake how = co_await waiting;
        if (how == Wake::timed_out)
            co_return fail(lose("no answer within the time"));
        if (PQconsumeInput(connection_) != 1) {
            // The server may have said why, before it closed.
            const std::string said = first_line(PQerrorMessage(connection_));
            co_return fail(lose(said));
        }
    }
}

Task<Result<Results, SqlError>> Connection::receive(TimePoint until) {
    Results results;
    std::optional<SqlError> error;
    std::size_t ended = 0; // of what was sent
    for (;;) {
        auto arriving = arrived(until);
        const auto there = co_await arriving;
        if (!there)
            co_return fail(error && error->lost ? *error : there.error());
        PGresult* const result = PQgetResult(connection_);
        if (!result) {
            if (++ended > sent_.size())
                co_return fail(lose("an answer is missing"));
            continue;
        }
        Rows rows(result);
        switch (PQresultStatus(result)) {
        case PGRES_PIPELINE_SYNC:
            if (error)
                co_return fail(*error);
            co_return std::move(results);
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            if (ended == sent_.size())
                co_return fail(lose("an answer too many"));
            if (sent_[ended])
                prepared_.insert(sent_[ended]);
            else
                results.push_back(std::move(rows));
            break;
        case PGRES_PIPELINE_ABORTED:
            break;
        default:
            if (!error)
                error = error_of(result);
            if (PQstatus(connection_) == CONNECTION_BAD)
                error->lost = true;
            if (error->lost) {
                close();
                co_return fail(*error);
            }
        }
    }
}

Task<Result<Results, SqlError>> Connection::talk(std::vector<Statement> statements, Milliseconds time_max) {
    if (!connection_)
        co_return fail(SqlError{"", "not connected", true});
    if (!send(statements))
        co_return fail(lose(first_line(PQerrorMessage(connection_))));
    auto receiving = receive(Clock::now() + time_max);
    auto results = co_await receiving;
    if (results && results->size() != statements.size())
        co_return fail(lose("an answer is missing"));
    co_return std::move(results);
}

Task<Result<Results, SqlError>> Connection::run(std::vector<Statement> statements) {
    return talk(std::move(statements), config_.statement_timeout + answer_grace);
}

Statement Connection::time_outs() const {
    // The last one is for us who may be gone without the server knowing, while others wait for what we
    // locked.
    return Statement(
               "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true), "
               "set_config('idle_in_transaction_session_timeout', $3, true)")
        .with(std::to_string(config_.statement_timeout.count()))
        .with(std::to_string(config_.lock_timeout.count()))
        .with(std::to_string((config_.statement_timeout + answer_grace).count()));
}

Task<Result<Results, SqlError>> Connection::query(Statement statement) {
    std::vector<Statement> both;
    both.push_back(time_outs());
    both.push_back(std::move(statement));
    auto running = run(std::move(both));
    auto results = co_await running;
    if (results)
        results->erase(results->begin());
    co_return std::move(results);
}

Task<Result<Results, SqlError>> Connection::begin(std::vector<Statement> statements) {
    std::vector<Statement> all;
    all.reserve(statements.size() + 2);
    all.emplace_back("BEGIN");
    all.push_back(time_outs());
    std::move(statements.begin(), statements.end(), std::back_inserter(all));
    in_transaction_ = true;
    auto running = run(std::move(all));
    auto results = co_await running;
    if (results)
        results->erase(results->begin(), results->begin() + 2);
    co_return std::move(results);
}

Task<Result<Results, SqlError>> Connection::commit(std::vector<Statement> statements) {
    statements.emplace_back("COMMIT");
    auto running = run(std::move(statements));
    auto results = co_await running;
    if (!results) {
        SqlError error = results.error();
        error.maybe_done = error.lost || error.state == "40003";
        co_return fail(error);
    }
    in_transaction_ = false;
    // A COMMIT of what had failed is a ROLLBACK.
    if (results->back().what_was_done() != "COMMIT")
        co_return fail(SqlError{"40000", "the transaction was undone"});
    results->pop_back();
    co_return std::move(results);
}

Task<Result<void, SqlError>> Connection::roll_back() {
    if (!connection_ || !std::exchange(in_transaction_, false))
        co_return Result<void, SqlError>();
    std::vector<Statement> statements;
    statements.emplace_back("ROLLBACK");
    auto running = run(std::move(statements));
    const auto done = co_await running;
    if (!done)
        co_return fail(lose(done.error().message, done.error().state));
    co_return Result<void, SqlError>();
}

} // namespace dialproof::stores::postgres
