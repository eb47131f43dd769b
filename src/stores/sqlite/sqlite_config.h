// What the SQLite store is told at the start.
#pragma once

#include "base/instant.h"
#include "stores/record/store_error.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace dialproof::stores {

struct SqliteConfig {
    std::string path; // of the database; its folder exists

    std::size_t writes_queued_max = 4096; // what comes when so many wait is `overloaded`
    std::size_t reads_queued_max = 4096;
    std::size_t group_max = 512; // commits in one transaction
    unsigned readers = 2;
    Milliseconds busy_timeout{2000};             // how long to wait for another process's write
    std::uint64_t wal_bytes = 32 * 1024 * 1024;  // what the write-ahead log is grown to at the start
    std::uint64_t check_bytes_max = 64ULL << 20; // a database up to this size is checked whole at the start
    std::string vfs;                             // a SQLite file layer by name; empty: the system's
};

} // namespace dialproof::stores
