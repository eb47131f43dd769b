// One of the callers that make the load: it has a connection, and goes through one cycle after the other.
#pragma once

#include "bench/load/histogram.h"
#include "bench/load/http_client.h"
#include "bench/load/outgoing_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::bench {

// What all callers share.
struct Run {
    Loop& loop;
    const Target& target;
    OutgoingFile* outgoing; // null: no cycle may wait for a message
    std::string admin_token;
    std::string jwt_key;              // of techno_sso
    std::string run_name;             // makes the ids of this run's users its own
    std::size_t users_per_caller = 1; // of techno_sso
    std::uint64_t next_number = 0;

    // Counts what ends within it.
    Clock::time_point count_from = Clock::time_point::max(), count_until = Clock::time_point::max();
    Histogram request_times{}, cycle_times{}, message_times{};
    std::uint64_t failures = 0;
    std::string first_failure{};

    [[nodiscard]] bool counts(Clock::time_point ended) const {
        return count_from <= ended && ended < count_until;
    }
};

class Caller {
public:
    Caller(Run& run, std::size_t index) : run_(run), index_(index), client_(run.loop, run.target) {}

    [[nodiscard]] Run& run() { return run_; }
    [[nodiscard]] std::size_t index() const { return index_; }
    HttpClient& client() { return client_; }

    // The time that the next request should leave at: what it waits for a free caller counts as its time.
    void due_at(Clock::time_point due) { due_ = due; }

    // Asks, and notes how long the answer took. Nothing where it has another status than expected: that is
    // noted as a failure, and the cycle is over.
    Task<std::optional<std::string>> ask(std::string_view method, std::string path, std::string fields,
                                         std::string body, int expected);
    // The code that is sent to a number; empty, and a failure, where none comes.
    Task<std::string> code_of(OutgoingFile::Expected& expected);

    void failed(std::string_view what);

private:
    Run& run_;
    const std::size_t index_;
    HttpClient client_;
    std::optional<Clock::time_point> due_;
};

} // namespace dialproof::bench
