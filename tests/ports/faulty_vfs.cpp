#include "faulty_vfs.h"

#include <sqlite3.h>

#include <new>
#include <stdexcept>

namespace dialproof::test {

namespace {

Faults faults;

// SQLite allocates this and the system's own file behind it.
struct File {
    sqlite3_file base;
    sqlite3_file* real;
    bool is_database;
};

sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<File*>(file)->real; }

template <auto method, typename... Args>
int forward(sqlite3_file* file, Args... args) {
    return (real(file)->pMethods->*method)(real(file), args...);
}

template <auto method, auto fault, typename... Args>
int forward_or_fail(sqlite3_file* file, Args... args) {
    if (const int code = (faults.*fault).load())
        return code;
    return (real(file)->pMethods->*method)(real(file), args...);
}

constexpr sqlite3_io_methods methods{
    2,
    [](sqlite3_file* file) { return forward<&sqlite3_io_methods::xClose>(file); },
    [](sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
        return forward_or_fail<&sqlite3_io_methods::xRead, &Faults::read>(file, into, bytes, offset);
    },
    [](sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
        const int code = faults.write_database;
        if (code != 0 && reinterpret_cast<File*>(file)->is_database)
            return code;
        return forward_or_fail<&sqlite3_io_methods::xWrite, &Faults::write>(file, from, bytes, offset);
    },
    [](sqlite3_file* file, sqlite3_int64 size) {
        return forward<&sqlite3_io_methods::xTruncate>(file, size);
    },
    [](sqlite3_file* file, int flags) {
        return forward_or_fail<&sqlite3_io_methods::xSync, &Faults::sync>(file, flags);
    },
    [](sqlite3_file* file, sqlite3_int64* size) {
        return forward<&sqlite3_io_methods::xFileSize>(file, size);
    },
    [](sqlite3_file* file, int lock) { return forward<&sqlite3_io_methods::xLock>(file, lock); },
    [](sqlite3_file* file, int lock) { return forward<&sqlite3_io_methods::xUnlock>(file, lock); },
    [](sqlite3_file* file, int* out) { return forward<&sqlite3_io_methods::xCheckReservedLock>(file, out); },
    [](sqlite3_file* file, int what, void* argument) {
        return forward<&sqlite3_io_methods::xFileControl>(file, what, argument);
    },
    [](sqlite3_file* file) { return forward<&sqlite3_io_methods::xSectorSize>(file); },
    [](sqlite3_file* file) { return forward<&sqlite3_io_methods::xDeviceCharacteristics>(file); },
    [](sqlite3_file* file, int page, int bytes, int extend, void volatile** out) {
        return forward<&sqlite3_io_methods::xShmMap>(file, page, bytes, extend, out);
    },
    [](sqlite3_file* file, int offset, int count, int flags) {
        return forward<&sqlite3_io_methods::xShmLock>(file, offset, count, flags);
    },
    [](sqlite3_file* file) { real(file)->pMethods->xShmBarrier(real(file)); },
    [](sqlite3_file* file, int remove) { return forward<&sqlite3_io_methods::xShmUnmap>(file, remove); },
    nullptr,
    nullptr,
};

constexpr sqlite3_io_methods methods_without_shared_memory = [] {
    sqlite3_io_methods first_version = methods;
    first_version.iVersion = 1;
    return first_version;
}();

sqlite3_vfs* system_layer() {
    static sqlite3_vfs* const layer = sqlite3_vfs_find(nullptr);
    return layer;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_given) {
    auto* const made = new (file) File{};
    made->real = reinterpret_cast<sqlite3_file*>(made + 1);
    made->is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
    const int opened = system_layer()->xOpen(system_layer(), name, made->real, flags, flags_given);
    // Without methods SQLite does not close it.
    if (opened == SQLITE_OK)
        made->base.pMethods = faults.no_shared_memory ? &methods_without_shared_memory : &methods;
    return opened;
}

} // namespace

Faults& install_faulty_vfs() {
    static sqlite3_vfs layer = [] {
        sqlite3_vfs copy = *system_layer();
        copy.zName = faulty_vfs;
        copy.pNext = nullptr;
        copy.szOsFile += static_cast<int>(sizeof(File));
        copy.xOpen = open_file;
        return copy;
    }();
    if (sqlite3_vfs_find(faulty_vfs) == nullptr && sqlite3_vfs_register(&layer, 0) != SQLITE_OK)
        throw std::runtime_error("the faulty file layer was not taken");
    faults.heal();
    return faults;
}

} // namespace dialproof::test
