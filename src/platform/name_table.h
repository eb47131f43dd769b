// A table from a few names to objects that, once made, stay in their place: finding one takes no lock.
// For what is made on first use and used on every request. Bounded: when it is full, `find_or_make` gives
// null for names that are not in it.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace dialproof::platform {

// `name_count` names together are one key.
template <typename T, std::size_t name_count, std::size_t capacity>
class NameTable {
public:
    using Names = std::array<std::string_view, name_count>;

    NameTable() = default;
    NameTable(const NameTable&) = delete;
    NameTable& operator=(const NameTable&) = delete;
    ~NameTable() {
        for (auto& slot : slots_)
            delete slot.load(std::memory_order_relaxed);
    }

    // `make` gives a T; it is called at most once for each key.
    template <typename Make>
    T* find_or_make(const Names& names, const Make& make) {
        if (T* found = find(names))
            return found;
        const std::lock_guard lock(making_);
        std::size_t at = start_of(names);
        for (std::size_t tries = 0; tries < slots_.size(); ++tries, at = (at + 1) % slots_.size()) {
            Entry* entry = slots_[at].load(std::memory_order_relaxed);
            if (entry != nullptr && entry->is_for(names))
                return &entry->content;
            if (entry == nullptr) {
                if (made_ == capacity)
                    return nullptr;
                ++made_;
                entry = new Entry(names, make);
                slots_[at].store(entry, std::memory_order_release);
                return &entry->content;
            }
        }
        return nullptr;
    }

private:
    struct Entry {
        template <typename Make>
        Entry(const Names& n, const Make& make) : content(make()) {
            std::copy(n.begin(), n.end(), names.begin());
        }
        [[nodiscard]] bool is_for(const Names& other) const {
            return std::equal(names.begin(), names.end(), other.begin());
        }

        std::array<std::string, name_count> names;
        T content;
    };

    static std::size_t start_of(const Names& names) {
        std::size_t mixed = 0;
        for (const auto name : names)
            mixed = mixed * 31 + std::hash<std::string_view>{}(name);
        return mixed % (2 * capacity);
    }

    T* find(const Names& names) {
        std::size_t at = start_of(names);
        for (std::size_t tries = 0; tries < slots_.size(); ++tries, at = (at + 1) % slots_.size()) {
            Entry* entry = slots_[at].load(std::memory_order_acquire);
            if (entry == nullptr)
                return nullptr;
            if (entry->is_for(names))
                return &entry->content;
        }
        return nullptr;
    }

    std::array<std::atomic<Entry*>, 2 * capacity> slots_{}; // half of them stay empty, so searches are short
    std::mutex making_;
    std::size_t made_ = 0;
};

} // namespace dialproof::platform
