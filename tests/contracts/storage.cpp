#include "storage.h"

#include "stores/memory/memory_store.h"
#include "stores/sqlite/sqlite_store.h"

#include <cstdlib>
#include <stdexcept>

namespace dialproof::contracts {

Storage::Storage(StoreKind kind) {
    if (kind == StoreKind::memory) {
        store_ = std::make_unique<stores::MemoryStore>();
        return;
    }
    std::string name = std::filesystem::temp_directory_path() / "dialproof-contracts-XXXXXX";
    if (!mkdtemp(name.data()))
        throw std::runtime_error("no temporary folder");
    folder_ = name;
    stores::SqliteConfig config;
    config.path = folder_ / "contracts.db";
    config.wal_bytes = 512 * 1024;
    auto opened = stores::SqliteStore::open(config, meter_, log_);
    if (!opened)
        throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
}

Storage::~Storage() {
    store_.reset();
    if (!folder_.empty())
        std::filesystem::remove_all(folder_);
}

} // namespace dialproof::contracts
