#include "postgres_server.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace dialproof::test {

namespace {

constexpr const char* programs = "/usr/lib/postgresql/15/bin/";
constexpr std::chrono::seconds start_time_max{30};

const passwd* other_user() { return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr; }

void wait_for_end(pid_t process) {
    int status = 0;
    ::waitpid(process, &status, 0);
}

} // namespace

PostgresServer& PostgresServer::shared() {
    static PostgresServer server;
    return server;
}

PostgresServer::PostgresServer() {
    if (const auto* user = other_user())
        if (::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error("the folder of the server could not be handed over");
    wait_for_end(run(
        {"initdb", "-D", data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"}));
    start();
}

PostgresServer::~PostgresServer() { stop(); }

// Without output; it ends with this program, however that ends.
pid_t PostgresServer::run(const std::vector<std::string>& command) const {
    const auto* user = other_user();
    const std::string program = programs + command.front();
    std::vector<char*> arguments;
    for (const auto& argument : command)
        arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    const std::string log = folder_.file("log");
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(program.c_str(), arguments.data());
    ::_exit(127);
}

void PostgresServer::start() {
    // What is under test is not the disk.
    server_ = run({"postgres", "-D", data(), "-k", folder_.path().string(), "-h", "", "-F", "-c",
                   "max_connections=200", "-c", "max_locks_per_transaction=256"});
    const auto until = std::chrono::steady_clock::now() + start_time_max;
    while (PQping(url().c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("PostgreSQL does not start: is postgresql-15 installed?");
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void PostgresServer::stop() {
    if (server_ == 0)
        return;
    ::kill(server_, SIGINT);
    wait_for_end(server_);
    server_ = 0;
}

std::string PostgresServer::url() const {
    return "host=" + folder_.path().string() + " user=postgres dbname=postgres";
}

stores::PostgresConfig PostgresServer::fresh_config() {
    const std::string schema = "s" + std::to_string(++schemas_);
    RawPostgres(url()).run("CREATE SCHEMA " + schema);
    stores::PostgresConfig config;
    config.url = url() + " options='-c search_path=" + schema + "'";
    return config;
}

RawPostgres::RawPostgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK)
        throw std::runtime_error(PQerrorMessage(connection_));
    PQsetNoticeProcessor(
        connection_, [](void*, const char*) {}, nullptr);
}

RawPostgres::~RawPostgres() { PQfinish(connection_); }

std::string RawPostgres::run(const std::string& sql) {
    PGresult* const result = PQexec(connection_, sql.c_str());
    const auto status = PQresultStatus(result);
    std::string value;
    if (status == PGRES_TUPLES_OK && PQntuples(result) > 0)
        value = PQgetvalue(result, 0, 0);
    const bool worked = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
    PQclear(result);
    if (!worked)
        throw std::runtime_error(PQerrorMessage(connection_));
    return value;
}

} // namespace dialproof::test
