// A SQLite store with its file, which a test may close, look at, spoil and open again.
#pragma once

#include "store_under_test.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace dialproof::test {

class SqliteSuite : public testing::Test {
protected:
    [[nodiscard]] Result<std::unique_ptr<stores::SqliteStore>, stores::StoreError> try_open() {
        return stores::SqliteStore::open(config, meter, log);
    }
    // Empty where it opens.
    [[nodiscard]] std::string refusal() {
        const auto opened = try_open();
        return opened ? "" : opened.error().message;
    }
    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        store = *std::move(opened);
        caller.emplace(*store);
    }
    void close() {
        caller.reset();
        store.reset();
    }
    void reopen() {
        close();
        open();
    }
    [[nodiscard]] std::uintmax_t wal_bytes() const {
        return std::filesystem::file_size(config.path + "-wal");
    }

    TempFolder folder;
    stores::SqliteConfig config = small_sqlite(folder.file("test.db"));
    CountingMeter meter;
    RecordingLog log;
    std::unique_ptr<stores::SqliteStore> store;
    std::optional<Caller> caller;
};

} // namespace dialproof::test
