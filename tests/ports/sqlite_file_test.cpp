// The file of the SQLite store: how it is made, kept, copied, and when it is refused.
#include "raw_sqlite.h"
#include "sqlite_under_test.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <iterator>

namespace dialproof::test {
namespace {

using stores::SqliteStore;
using testing::AllOf;
using testing::HasSubstr;

mode_t mode_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0)
        return 0;
    return status.st_mode & 07777;
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// Root may do everything; so that modes mean something, the test goes on as nobody while this lives.
class Unprivileged {
public:
    Unprivileged() : was_root_(::geteuid() == 0) {
        if (was_root_ && ::seteuid(nobody) != 0)
            throw std::runtime_error("cannot act as nobody");
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;
    ~Unprivileged() {
        if (was_root_ && ::seteuid(0) != 0)
            std::abort();
    }

private:
    static constexpr uid_t nobody = 65534;
    bool was_root_;
};

class SqliteFile : public SqliteSuite {};

TEST_F(SqliteFile, ReopeningKeepsAll) {
    open();
    ASSERT_TRUE(caller->commits(Change()
                                    .put(user("u1"), 0)
                                    .put(line(1, 2), 0)
                                    .event(event("v1", 1))
                                    .message(message("m1", at(5)))
                                    .charge("l", core::Rate{1, Seconds(60)})));
    reopen();
    EXPECT_EQ(caller->find<core::User>(core::UserId("u1")), user("u1"));
    EXPECT_EQ(caller->find<core::Line>(number(1)), line(1, 2));
    EXPECT_EQ(caller->events(ports::StreamKind::verification, "v1").size(), 1U);
    EXPECT_EQ(caller->next_due(), at(5));
    EXPECT_FALSE(caller->commits(Change().charge("l", core::Rate{1, Seconds(60)})));
}

TEST_F(SqliteFile, ItsFilesAreForTheirOwnerAlone) {
    const mode_t before = ::umask(0);
    open();
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"})
        EXPECT_EQ(mode_of(config.path + suffix), 0600U) << suffix;
}

TEST_F(SqliteFile, TheLogIsGrownAtTheStartAndNeverCut) {
    open();
    EXPECT_EQ(wal_bytes(), config.wal_bytes);
    close();
    EXPECT_EQ(wal_bytes(), config.wal_bytes);
    open();
    EXPECT_EQ(wal_bytes(), config.wal_bytes);
}

TEST_F(SqliteFile, TheLogGoesRoundWhileOthersRead) {
    open();
    std::string padding(2000, 'x');
    std::atomic<bool> writing{true};
    in_parallel(3, [&](unsigned i) {
        Caller own(*store);
        for (unsigned n = 0; i == 0 && n < 1500; ++n)
            EXPECT_TRUE(own.commits(Change().put(binding("n" + std::to_string(n), padding), 0)));
        if (i == 0)
            writing = false;
        while (writing)
            static_cast<void>(own.load({name("n1"), name("n2")}));
    });
    EXPECT_GT(1500 * padding.size(), 4 * config.wal_bytes);
    EXPECT_LT(wal_bytes(), 4 * config.wal_bytes);
}

TEST_F(SqliteFile, PruningIsManySmallTransactions) {
    open();
    Change change;
    for (unsigned i = 0; i < 2600; ++i)
        change.put(verification("v" + std::to_string(i)), 0);
    ASSERT_TRUE(caller->commits(change));
    const std::size_t before = meter.batches;
    EXPECT_EQ(caller->prune(at(1000), at(1000)).verifications, 2600U);
    EXPECT_GE(meter.batches - before, 2600U / 500) << "commits could come between";
}

TEST_F(SqliteFile, EightMayOpenItAtOnceForTheFirstTime) {
    in_parallel(8, [&](unsigned i) {
        auto opened = try_open();
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        Caller own(**opened);
        EXPECT_TRUE(own.commits(Change().put(line(i, 0), 0)));
    });
    open();
    for (unsigned i = 0; i < 8; ++i)
        EXPECT_EQ(caller->version(number(i)), 1U);
}

TEST_F(SqliteFile, ASecondOpenerSeesAndMakesChanges) {
    open();
    ASSERT_TRUE(caller->commits(Change().put(line(1, 0), 0)));
    auto second = try_open();
    ASSERT_TRUE(second.has_value());
    Caller other(**second);
    EXPECT_EQ(other.version(number(1)), 1U);
    ASSERT_TRUE(other.commits(Change().put(line(1, 1), 1)));
    EXPECT_EQ(caller->version(number(1)), 2U);
    EXPECT_TRUE(caller->conflicts(Change().put(line(1, 2), 1)));
}

TEST_F(SqliteFile, ADatabaseOfANewerVersionIsRefused) {
    open();
    close();
    RawSqlite(config.path).run("INSERT INTO schema_migrations VALUES (2000, 'quantum_codes', 'x', 0)");
    EXPECT_THAT(refusal(),
                AllOf(HasSubstr(config.path), HasSubstr("newer version"), HasSubstr("quantum_codes")));
}

TEST_F(SqliteFile, OfTheFirstVersionIsUnderstoodByThisOne) {
    core::User waiting = user("waiting"), forgotten = user("forgotten");
    waiting.phones.clear();
    open();
    ASSERT_TRUE(caller->commits(Change()
                                    .put(user("u1"), 0)
                                    .put(waiting, 0)
                                    .put(forgotten, 0)
                                    .put(verification("v1"), 0)
                                    .put(line(5, 0), 0)));
    close();
    {
        RawSqlite database(config.path);
        database.run("UPDATE users SET body = json_set(body, '$.pending', 'v1') WHERE id = 'waiting'");
        database.run("UPDATE users SET body = json_set(body, '$.pending', 'gone') WHERE id = 'forgotten'");
        database.run("INSERT INTO bindings (id, version, ended_at, target, body) VALUES "
                     "('proof:django_phone_verify:default:' || (SELECT id FROM lines), 9, 1234, 'v1', '{}')");
        database.run("DROP TABLE user_numbers");
        database.run("DROP TABLE sent_references");
        database.run("DROP TABLE messages");
        database.run(
            "CREATE TABLE messages (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, verification "
            "TEXT, "
            "generation INTEGER, recipient TEXT, service TEXT, channel TEXT, locale TEXT, state TEXT, "
            "created_at INTEGER, changed_at INTEGER, due_at INTEGER, expires_at INTEGER, attempts INTEGER, "
            "provider TEXT, provider_reference TEXT, error TEXT, ended_at INTEGER, available_at INTEGER, "
            "lease TEXT)");
        database.run(
            "INSERT INTO messages SELECT 1, 'sent', 'v1', 1, '+41790000005', 'default', 'sms', 'en', "
            "'sent', 1000, 2000, 1000, 601000, 1, 'file', 'ref', '', 601000, 1000, NULL");
        database.run(
            "INSERT INTO messages SELECT 2, 'waits', 'v1', 2, '+41790000005', 'default', 'sms', 'en', "
            "'queued', 3000, 3000, 3000, 603000, 0, '', '', '', 603000, 3000, NULL");
        database.run("DELETE FROM schema_migrations WHERE number > 1");
    }
    open();
    const auto sent = caller->message("v1", 0);
    EXPECT_EQ(sent.state, ports::MessageState::sent);
    ASSERT_EQ(sent.tries.size(), 1U);
    EXPECT_EQ(sent.tries[0].provider, "file");
    EXPECT_EQ(sent.tries[0].reference, "ref");
    const auto claimed = caller->claim(10, Milliseconds(1000), at(10));
    ASSERT_EQ(claimed.size(), 1U) << "only what waits";
    EXPECT_EQ(claimed[0].message.id, core::MessageId("waits"));
    const core::LineProof newest{core::VerificationId("v1"), Instant(Milliseconds(1234))};
    EXPECT_EQ(caller->find<core::Line>(number(5))->proofs,
              (std::map<std::string, core::LineProof>{{"django_phone_verify:default", newest}}));
    const auto proven = *verification("v1").number;
    EXPECT_EQ(caller->find<core::User>(core::UserId("waiting"))->pending,
              (core::PendingProof{core::VerificationId("v1"), proven}));
    EXPECT_FALSE(caller->find<core::User>(core::UserId("forgotten"))->pending);
    EXPECT_THAT(caller->users_of(number(2), 10),
                testing::IsSupersetOf({core::UserId("u1"), core::UserId("forgotten")}));
    EXPECT_THAT(caller->users_of(proven, 10), testing::Contains(core::UserId("waiting")));
}

TEST_F(SqliteFile, AChangedMigrationIsRefused) {
    open();
    close();
    RawSqlite(config.path).run("UPDATE schema_migrations SET checksum = 'other' WHERE number = 1");
    EXPECT_THAT(refusal(), HasSubstr("another text of migration 1 (first_tables)"));
}

TEST_F(SqliteFile, AnotherProgramsDatabaseIsRefusedAndLeftAlone) {
    RawSqlite(config.path).run("CREATE TABLE recipes (name TEXT)");
    const std::string before = read_file(config.path);
    EXPECT_THAT(refusal(), HasSubstr("another program"));
    EXPECT_EQ(read_file(config.path), before);
    EXPECT_NO_THROW(RawSqlite(config.path).run("INSERT INTO recipes VALUES ('soup')"));
    EXPECT_THROW(RawSqlite(config.path).run("SELECT * FROM schema_migrations"), std::runtime_error);
}

TEST_F(SqliteFile, AFileThatIsNoDatabaseIsRefused) {
    write_file(config.path, std::string(8192, '?'));
    EXPECT_THAT(refusal(), HasSubstr("not a SQLite database"));
}

TEST_F(SqliteFile, ADamagedDatabaseIsRefused) {
    open();
    for (unsigned i = 0; i < 100; ++i)
        ASSERT_TRUE(caller->commits(Change().put(user("u" + std::to_string(i)), 0)));
    close();
    std::filesystem::remove(config.path + "-wal");
    std::fstream file(config.path, std::ios::binary | std::ios::in | std::ios::out);
    const auto size = std::filesystem::file_size(config.path);
    for (std::uintmax_t page = 4096; page < size; page += 8192) {
        file.seekp(static_cast<std::streamoff>(page));
        file << std::string(512, '\xFF');
    }
    file.close();
    EXPECT_THAT(refusal(), AllOf(HasSubstr("is damaged"), HasSubstr("Restore")));
}

TEST_F(SqliteFile, ATruncatedDatabaseIsRefused) {
    open();
    for (unsigned i = 0; i < 100; ++i)
        ASSERT_TRUE(caller->commits(Change().put(user("u" + std::to_string(i)), 0)));
    close();
    std::filesystem::remove(config.path + "-wal");
    std::filesystem::resize_file(config.path, std::filesystem::file_size(config.path) / 2);
    EXPECT_THAT(refusal(), HasSubstr("is damaged"));
}

TEST_F(SqliteFile, AMissingFolderIsNamed) {
    config.path = folder.file("nowhere/test.db");
    EXPECT_THAT(refusal(), AllOf(HasSubstr(config.path), HasSubstr("No such file or directory")));
}

TEST_F(SqliteFile, AFolderThatMayNotBeWrittenIsNamed) {
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    const Unprivileged nobody;
    EXPECT_THAT(refusal(), HasSubstr("Permission denied"));
}

TEST_F(SqliteFile, AFileThatMayOnlyBeReadIsRefused) {
    open();
    close();
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        std::filesystem::permissions(entry.path(), std::filesystem::perms(0444));
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0555));
    {
        const Unprivileged nobody;
        EXPECT_THAT(refusal(), AllOf(HasSubstr("cannot be opened for writing"), HasSubstr("owner, mode")));
    }
    std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
}

TEST_F(SqliteFile, AFileLockedByAnotherIsRefusedInTime) {
    open();
    close();
    RawSqlite other(config.path);
    other.run("BEGIN IMMEDIATE");
    config.busy_timeout = Milliseconds(30);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("locked by another process"), HasSubstr("30 ms")));
    other.run("ROLLBACK");
    EXPECT_EQ(refusal(), "");
}

// Backups

TEST_F(SqliteFile, ABackupHoldsWholeCommitsWhileOthersWrite) {
    open();
    const std::string copy = folder.file("copy.db");
    std::atomic<unsigned> written{0};
    std::atomic<bool> copied{false};
    std::string padding(1000, 'x');
    in_parallel(2, [&](unsigned i) {
        if (i == 1) {
            while (written < 50)
                std::this_thread::yield();
            const auto backed_up = SqliteStore::backup(config.path, copy);
            EXPECT_TRUE(backed_up.has_value()) << backed_up.error().message;
            copied = true;
            return;
        }
        Caller own(*store);
        for (unsigned n = 0; !copied || n < 100; ++n) {
            const std::string id = std::to_string(n);
            ASSERT_TRUE(
                own.commits(Change().put(binding("a" + id, padding), 0).put(binding("b" + id, id), 0)));
            ++written;
        }
    });
    EXPECT_EQ(mode_of(copy), 0600U);
    close();
    config.path = copy;
    open();
    unsigned pairs = 0;
    for (unsigned n = 0; n < written; ++n) {
        const std::string id = std::to_string(n);
        const auto a = caller->version(name("a" + id)), b = caller->version(name("b" + id));
        ASSERT_EQ(a, b) << n;
        pairs += a > 0 ? 1 : 0;
    }
    EXPECT_GE(pairs, 50U);
}

TEST_F(SqliteFile, ABackupNeverReplacesAFile) {
    open();
    const std::string taken = folder.file("taken");
    write_file(taken, "mine");
    const auto refused = SqliteStore::backup(config.path, taken);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("exists already"));
    EXPECT_EQ(std::filesystem::file_size(taken), 4U);
}

TEST_F(SqliteFile, AFailedBackupLeavesNothing) {
    const std::string copy = folder.file("copy.db");
    const auto refused = SqliteStore::backup(folder.file("nothing.db"), copy);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("failed"));
    EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(SqliteFile, ABackupToAFolderThatIsNotThereIsRefused) {
    open();
    const auto refused = SqliteStore::backup(config.path, folder.file("nowhere/copy.db"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().message, HasSubstr("cannot be made"));
}

} // namespace
} // namespace dialproof::test
