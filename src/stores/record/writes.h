// ports::Changes with its rows encoded already: the thread that writes is one, encoding can be done by many.
#pragma once

#include "ports/store.h"

#include <utility>
#include <vector>

namespace dialproof::stores {

// `RowWrite` is a Put as the store writes it.
template <typename RowWrite>
struct WritesOf {
    Instant now;
    std::vector<RowWrite> puts;
    std::vector<ports::Erase> erases;
    std::vector<ports::EventRecord> events;
    std::vector<ports::NewMessage> messages;
    std::vector<ports::Charge> charges;
};

template <typename RowWrite>
WritesOf<RowWrite> encode_changes(ports::Changes changes, RowWrite (*encode_put)(const ports::Put&)) {
    WritesOf<RowWrite> writes{changes.now,
                              {},
                              std::move(changes.erases),
                              std::move(changes.events),
                              std::move(changes.messages),
                              std::move(changes.charges)};
    writes.puts.reserve(changes.puts.size());
    for (const auto& put : changes.puts)
        writes.puts.push_back(encode_put(put));
    return writes;
}

} // namespace dialproof::stores
