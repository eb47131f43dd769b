// Rows as a verification leaves them, for programs that fill a store without a server.
#pragma once

#include "ports/store.h"

#include <cstdint>
#include <string>

namespace dialproof::bench {

// Ids that begin with their time, as the server's do, are neighbours in the index when they are neighbours in
// time; random ones each touch a page of their own.
enum class Ids { random, by_time };

// The n-th of all, of the n-th number, just started.
core::Verification verification_of(std::uint64_t n, Ids ids, Instant at);

ports::EventRecord event_of(const core::Verification& v, std::uint64_t sequence, const char* type);

// Its message, not sent yet.
ports::Message message_of(const core::Verification& v);

} // namespace dialproof::bench
