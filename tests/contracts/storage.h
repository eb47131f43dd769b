// The stores that transcripts are played on.
#pragma once

#include "fakes.h"

#include <filesystem>
#include <memory>

namespace dialproof::contracts {

enum class StoreKind { memory, sqlite };

// An empty store; its file, where it has one, goes with it.
class Storage {
public:
    explicit Storage(StoreKind kind);
    ~Storage();
    Storage(const Storage&) = delete;
    Storage& operator=(const Storage&) = delete;

    [[nodiscard]] ports::Store& store() { return *store_; }

private:
    ports::RecordingMeter meter_;
    ports::RecordingLog log_;
    std::filesystem::path folder_; // empty: none was made
    std::unique_ptr<ports::Store> store_;
};

} // namespace dialproof::contracts
