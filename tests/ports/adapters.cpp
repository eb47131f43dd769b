#include "postgres_server.h"
#include "store_under_test.h"

#include "stores/cache/cached_store.h"
#include "stores/memory/memory_store.h"
#include "stores/postgres/postgres_store.h"

#include <stdexcept>

namespace dialproof::test {

namespace {

class Memory final : public StoreUnderTest {
public:
    ports::Store& store() override { return store_; }

private:
    stores::MemoryStore store_;
};

class Sqlite final : public StoreUnderTest {
public:
    Sqlite() {
        auto opened = stores::SqliteStore::open(small_sqlite(folder_.file("test.db")), meter_, log_);
        if (!opened)
            throw std::runtime_error(opened.error().message);
        store_ = *std::move(opened);
    }
    ports::Store& store() override { return *store_; }

private:
    TempFolder folder_;
    CountingMeter meter_;
    RecordingLog log_;
    std::unique_ptr<stores::SqliteStore> store_;
};

// So small that rows come and go.
class Cached final : public StoreUnderTest {
public:
    ports::Store& store() override { return store_; }

private:
    Sqlite sqlite_;
    stores::CachedStore store_{sqlite_.store(), 64};
};

class Postgres final : public StoreUnderTest {
public:
    Postgres() {
        auto opened = stores::PostgresStore::open(PostgresServer::shared().fresh_config(), meter_, log_);
        if (!opened)
            throw std::runtime_error(opened.error().message);
        store_ = *std::move(opened);
    }
    ports::Store& store() override { return *store_; }

private:
    CountingMeter meter_;
    RecordingLog log_;
    std::unique_ptr<stores::PostgresStore> store_;
};

template <typename T>
std::unique_ptr<StoreUnderTest> make() {
    return std::make_unique<T>();
}

} // namespace

const std::vector<Adapter>& adapters() {
    static const std::vector<Adapter> all{{"memory", make<Memory>},
                                          {"sqlite", make<Sqlite>},
                                          {"cached", make<Cached>},
                                          {"postgres", make<Postgres>}};
    return all;
}

} // namespace dialproof::test
