#include "stores/sqlite/database_file.h"

#include "stores/sqlite/migrations.h"

#include <sqlite3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

namespace dialproof::stores::sqlite {

namespace {

constexpr mode_t private_mode = 0600;
constexpr std::size_t growth_step_bytes = 1024 * 1024;
constexpr int backup_pages_a_step = 1024;
constexpr Milliseconds retry_pause{10};

class FileDescriptor {
public:
    explicit FileDescriptor(int fd) : fd_(fd) {}
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }

private:
    int fd_;
};

StoreError refused(const std::string& path, const SqlError& error, Milliseconds busy_timeout) {
    switch (error.code()) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {path + " is locked by another process and was not free within " +
                std::to_string(busy_timeout.count()) + " ms. Stop the other process, then start again."};
    case SQLITE_NOTADB:
        return {path + " is not a SQLite database. Expected a file made by Dialproof: restore a backup, or "
                       "choose another data folder."};
    case SQLITE_CORRUPT:
        return {path + " is damaged (" + error.what() +
                "). Restore the newest backup; keep this file for study."};
    case SQLITE_FULL:
        return {path + " cannot be written because the disk is full. Free some space, then start again."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return {path + " cannot be opened for writing (" + error.what() +
                "). Expected a file and a folder that this user may write: check owner, mode and mount."};
    default:
        return {path + " cannot be used: " + error.what() + " (SQLite code " +
                std::to_string(error.extended_code()) + "). Check the disk, then start again."};
    }
}

// SQLite gives its other files the mode of this one. A file that is there already is never opened here:
// closing it would drop the locks that SQLite holds on it in this process.
Result<void, StoreError> make_file(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, private_mode));
    if (file.is_open() || errno == EEXIST)
        return {};
    return fail(
        StoreError{path + " cannot be made: " + std::strerror(errno) +
                   ". Expected a folder that exists and that this user may write: check the data folder."});
}

Result<void, StoreError> check_whole(Connection& connection, const SqliteConfig& config) {
    const auto bytes = static_cast<std::uint64_t>(connection.integer("PRAGMA page_count")) *
                       static_cast<std::uint64_t>(connection.integer("PRAGMA page_size"));
    if (bytes > config.check_bytes_max)
        return {};
    const std::string found = connection.text("PRAGMA quick_check(1)");
    if (found == "ok")
        return {};
    return fail(StoreError{config.path + " is damaged (" + found +
                           "). Restore the newest backup; keep this file for study."});
}

// With a log of its full size a commit changes no file's size, and its sync does not wait for the file
// system's journal. The write lock keeps every other writer away, and SQLite takes what follows its last
// frame for the end of the log.
std::optional<int> grow(const std::string& wal_path, std::uint64_t bytes) {
    const FileDescriptor file(::open(wal_path.c_str(), O_WRONLY | O_CLOEXEC));
    struct stat status {};
    if (!file.is_open() || ::fstat(file.get(), &status) != 0)
        return errno;
    const std::vector<char> zeros(growth_step_bytes);
    const auto before = static_cast<std::uint64_t>(status.st_size);
    for (std::uint64_t at = before; at < bytes;) {
        const auto written =
            ::pwrite(file.get(), zeros.data(), std::min<std::uint64_t>(zeros.size(), bytes - at),
                     static_cast<off_t>(at));
        if (written <= 0) {
            const int error = errno;
            // Without room for all of it, the rest of the disk is left to what needs it more.
            if (::ftruncate(file.get(), static_cast<off_t>(before)) != 0)
                return errno;
            return error;
        }
        at += static_cast<std::uint64_t>(written);
    }
    if (::fsync(file.get()) != 0)
        return errno;
    return {};
}

void grow_wal(Connection& connection, const SqliteConfig& config, ports::Log& log) {
    connection.execute("BEGIN IMMEDIATE");
    const auto error = grow(config.path + "-wal", config.wal_bytes);
    connection.execute("ROLLBACK");
    if (error)
        log.warning("store_log_not_grown", {{"error", std::strerror(*error)}});
}

Result<void, StoreError> set_up(Connection& connection, const std::string& path) {
    // The log stays, at its size, when the last connection closes; no `journal_size_limit` cuts it.
    int keep = 1;
    sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    const std::string mode = connection.text("PRAGMA journal_mode = WAL");
    if (mode != "wal")
        return fail(StoreError{path + " cannot have a write-ahead log: its journal mode stays \"" + mode +
                               "\". Expected a local disk that processes can share memory on: choose another "
                               "data folder."});
    connection.execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; "
                       "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA foreign_keys = OFF");
    return {};
}

Result<std::unique_ptr<Connection>, StoreError> open_checked(const SqliteConfig& config, ports::Log& log) {
    auto connection =
        std::make_unique<Connection>(config.path, Access::read_write, config.busy_timeout, config.vfs);
    if (sqlite3_db_readonly(connection->handle(), "main") != 0)
        throw SqlError(SQLITE_READONLY, "it can only be read");
    if (const auto ours = check_ours(*connection, embedded_migrations(), config.path); !ours)
        return fail(ours.error());
    if (const auto ready = set_up(*connection, config.path); !ready)
        return fail(ready.error());
    if (const auto whole = check_whole(*connection, config); !whole)
        return fail(whole.error());
    if (const auto migrated = migrate(*connection, embedded_migrations(), config.path); !migrated)
        return fail(migrated.error());
    grow_wal(*connection, config, log);
    return connection;
}

struct BackupFinisher {
    void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

// The read transaction is one snapshot for all steps: what others commit meanwhile starts nothing anew.
void copy(Connection& source, Connection& target) {
    source.execute("BEGIN");
    static_cast<void>(source.integer("SELECT count(*) FROM sqlite_schema"));
    const std::unique_ptr<sqlite3_backup, BackupFinisher> backup(
        sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
    if (!backup)
        throw SqlError(sqlite3_extended_errcode(target.handle()), sqlite3_errmsg(target.handle()));
    int result = SQLITE_OK;
    while (result == SQLITE_OK)
        result = sqlite3_backup_step(backup.get(), backup_pages_a_step);
    if (result != SQLITE_DONE)
        throw SqlError(result, sqlite3_errstr(result));
}

} // namespace

Result<std::unique_ptr<Connection>, StoreError> open_database(const SqliteConfig& config, ports::Log& log) {
    if (const auto made = make_file(config.path); !made)
        return fail(made.error());
    // Two that make the same file a write-ahead-log database at once would wait for each other for ever, so
    // SQLite lets one fail without waiting. That one tries again.
    const auto deadline = std::chrono::steady_clock::now() + config.busy_timeout;
    for (;;) {
        try {
            return open_checked(config, log);
        } catch (const SqlError& error) {
            if (error.code() != SQLITE_BUSY || std::chrono::steady_clock::now() >= deadline)
                return fail(refused(config.path, error, config.busy_timeout));
        }
        std::this_thread::sleep_for(retry_pause);
    }
}

Result<void, StoreError> back_up(const std::string& path, const std::string& target,
                                 Milliseconds busy_timeout) {
    {
        const FileDescriptor file(
            ::open(target.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, private_mode));
        if (!file.is_open() && errno == EEXIST)
            return fail(StoreError{target +
                                   " exists already. A backup never replaces a file: give a name that is "
                                   "not taken, or move the file away."});
        if (!file.is_open())
            return fail(StoreError{target + " cannot be made: " + std::strerror(errno) +
                                   ". Expected a folder that exists and that this user may write."});
    }
    try {
        Connection from(path, Access::read, busy_timeout);
        Connection to(target, Access::read_write, busy_timeout);
        to.execute("PRAGMA synchronous = FULL");
        copy(from, to);
        return {};
    } catch (const SqlError& error) {
        ::unlink(target.c_str());
        return fail(StoreError{"The backup of " + path + " to " + target + " failed: " + error.what() +
                               ". Nothing was left at the target; check space and modes, then try again."});
    }
}

} // namespace dialproof::stores::sqlite
