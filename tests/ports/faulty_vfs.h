// A SQLite file layer over the system's own that fails when it is told to (sqlite.org/vfs.html).
#pragma once

#include <atomic>

namespace dialproof::test {

// The SQLite result that each such call gives from now on; 0: it works. Set from any thread.
struct Faults {
    std::atomic<int> write{0}, sync{0}, read{0};
    std::atomic<int> write_database{0}; // as `write`, but the write-ahead log takes what is written
    // Files that are opened from now on have none, as on some network disks.
    std::atomic<bool> no_shared_memory{false};

    void heal() {
        write = sync = read = write_database = 0;
        no_shared_memory = false;
    }
};

inline constexpr const char* faulty_vfs = "dialproof_faulty";

// Registers the layer for this process and gives its switches, all off.
Faults& install_faulty_vfs();

} // namespace dialproof::test
