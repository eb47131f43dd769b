// Fills the database of a data folder with verifications that ended within the last day, as the server leaves
// them: many in one commit of the store, which is the only difference.
//
//   seed FOLDER COUNT      FOLDER exists and is not served; it gets the numbers 0 to COUNT - 1
#include "base/run_loop.h"
#include "bench/ears.h"
#include "bench/rows.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "stores/sqlite/sqlite_store.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace dialproof::bench {
namespace {

constexpr std::uint64_t verifications_a_commit = 500;

void add(ports::Changes& changes, std::uint64_t n, Instant at) {
    core::Verification v = verification_of(n, Ids::by_time, at);
    changes.events.push_back(event_of(v, 1, "verification_started"));
    changes.events.push_back(event_of(v, 2, "code_made"));
    auto message = message_of(v);
    message.state = ports::MessageState::sent;
    message.attempts = 1;
    message.due_at.reset();
    ports::Attempt attempt;
    attempt.number = 1;
    attempt.provider = "file";
    attempt.route = "default";
    attempt.at = at;
    attempt.outcome = ports::SubmitOutcome::accepted;
    attempt.reference = message.id.text;
    message.tries.push_back(std::move(attempt));
    changes.messages.push_back(std::move(message));
    v.status = core::VerificationStatus::approved;
    v.changed_at = at + Seconds(20);
    v.sequence = 3;
    changes.events.push_back(event_of(v, 3, "verification_approved"));
    core::Line line{*v.number, {at}, {}, 0};
    line.proofs["django_phone_verify:default"] = {v.id, at};
    changes.puts.push_back({std::move(line), 0});
    changes.puts.push_back({std::move(v), 0});
}

int fill(const std::string& folder, std::uint64_t count) {
    stores::SqliteConfig config;
    config.path = folder + "/dialproof.db";
    Meter meter;
    Log log;
    const auto store = stores::SqliteStore::open(config, meter, log);
    if (!store) {
        std::fprintf(stderr, "%s\n", store.error().message.c_str());
        return 1;
    }
    RunLoop loop;
    constexpr Milliseconds day = std::chrono::hours(24);
    const auto first = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()) - day;
    for (std::uint64_t n = 0; n < count;) {
        ports::Changes changes;
        changes.now = first;
        for (const auto end = std::min(count, n + verifications_a_commit); n < end; ++n)
            add(changes, n, first + day * static_cast<std::int64_t>(n) / static_cast<std::int64_t>(count));
        if (!loop.wait_for((*store)->commit(std::move(changes)))) {
            std::fputs("a commit failed: is the folder filled already?\n", stderr);
            return 1;
        }
    }
    return 0;
}

} // namespace
} // namespace dialproof::bench

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fputs("seed FOLDER COUNT\n", stderr);
        return 2;
    }
    return dialproof::bench::fill(argv[1], std::strtoull(argv[2], nullptr, 10));
}
