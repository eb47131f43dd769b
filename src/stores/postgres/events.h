// The two tables of events: those of verifications lie by day, those of users stay together.
#pragma once

#include "ports/store.h"
#include "stores/postgres/connection.h"

#include <optional>
#include <string>
#include <vector>

namespace dialproof::stores::postgres {

std::string lock_name(ports::StreamKind kind, std::string_view stream, std::uint64_t sequence);

// Gives stream and sequence of those that were not taken. All of one kind.
std::optional<Statement> append_events(ports::StreamKind kind,
                                       const std::vector<const ports::EventRecord*>& events);

Statement select_events(ports::StreamKind kind, const std::string& stream);
std::vector<ports::EventRecord> events_in(const Rows& rows, ports::StreamKind kind,
                                          const std::string& stream);

} // namespace dialproof::stores::postgres
