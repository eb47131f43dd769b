// Commits a second of the SQLite store, with 1, 64 and 256 callers waiting at a time.
//
//   store_bench [FOLDER] [SECONDS]      FOLDER is on the disk to measure; it gets bench.db
//
// One cycle is what a verification costs: a load and a commit that starts it (verification, line, two
// events, a message, three limiters), then a load and a commit that approves it (verification, line, event).
#include "base/run_loop.h"
#include "bench/ears.h"
#include "bench/rows.h"
#include "ports/log.h"
#include "ports/meter.h"
#include "stores/sqlite/sqlite_store.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace dialproof::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Run {
    ports::Store& store;
    Ids ids;
    Clock::time_point until;
    std::uint64_t next = 0, running = 0;
    std::vector<double> milliseconds; // of each commit
};

Instant now() { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }

ports::Changes start_of(const core::Verification& v) {
    const core::Rate rate{1'000'000'000, Seconds(3600)};
    ports::Changes changes;
    changes.now = v.created_at;
    changes.puts = {ports::Put{v, 0}, ports::Put{core::Line{*v.number, {v.created_at}, {}, 0}, 0}};
    changes.events = {event_of(v, 1, "verification_started"), event_of(v, 2, "code_made")};
    changes.messages = {message_of(v)};
    changes.charges = {ports::Charge{"sends:caller:192.0.2.7", rate},
                       ports::Charge{"sends:country:default:CH", rate},
                       ports::Charge{"sends:service:default", rate}};
    return changes;
}

ports::Changes approval_of(core::Verification v, Instant at) {
    v.status = core::VerificationStatus::approved;
    v.changed_at = at;
    v.sequence = 3;
    ports::Changes changes;
    changes.now = at;
    changes.puts = {ports::Put{v, 1}, ports::Put{core::Line{*v.number, {v.created_at}, {}, 0}, 1}};
    changes.events = {event_of(v, 3, "verification_approved")};
    return changes;
}

Task<void> commit_timed(Run& run, ports::Changes changes) {
    const auto start = Clock::now();
    const auto done = co_await run.store.commit(changes);
    if (!done) {
        std::fputs("a commit failed\n", stderr);
        std::exit(1);
    }
    run.milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
}

Task<void> call(Run& run) {
    while (Clock::now() < run.until) {
        const core::Verification v = verification_of(run.next++, run.ids, now());
        const std::vector<ports::Key> keys{v.id, *v.number};
        const auto before = co_await run.store.load(keys);
        const ports::Changes start = start_of(v);
        co_await commit_timed(run, start);
        const auto after = co_await run.store.load(keys);
        const ports::Changes approval = approval_of(v, now());
        co_await commit_timed(run, approval);
        if (!before || !after)
            std::exit(1);
    }
    --run.running;
}

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The others end with the commit they are at.
Task<void> all_ended(Run& run, ports::Store& store) {
    while (run.running > 0)
        co_await store.next_due();
}

void measure(ports::Store& store, Meter& meter, Ids ids, unsigned in_flight, Milliseconds time,
             std::uint64_t first) {
    RunLoop loop;
    const auto start = Clock::now();
    const double cpu_before = cpu_seconds();
    meter.batches = 0;
    Run run{store, ids, start + time, first, in_flight, {}};
    for (unsigned i = 1; i < in_flight; ++i)
        spawn(loop, call(run));
    loop.wait_for(call(run));
    loop.wait_for(all_ended(run, store));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const double cpu = cpu_seconds() - cpu_before;
    auto& times = run.milliseconds;
    std::sort(times.begin(), times.end());
    const auto count = static_cast<double>(times.size());
    std::printf("%4u in flight: %8.0f commits/s  p50 %6.2f ms  p99 %7.2f ms  %6.1f commits a group  %5.1f us "
                "CPU each\n",
                in_flight, count / seconds, times[times.size() / 2], times[times.size() * 99 / 100],
                count / static_cast<double>(std::max<std::size_t>(meter.batches, 1)), cpu * 1e6 / count);
}

int run_bench(const std::string& folder, double seconds) {
    stores::SqliteConfig config;
    config.path = folder + "/bench.db";
    Meter meter;
    Log log;
    const auto store = stores::SqliteStore::open(config, meter, log);
    if (!store) {
        std::fprintf(stderr, "%s\n", store.error().message.c_str());
        return 1;
    }
    const Milliseconds time(static_cast<std::int64_t>(seconds * 1000));
    std::uint64_t first = 0;
    for (const Ids ids : {Ids::random, Ids::by_time}) {
        std::printf("%s ids\n", ids == Ids::random ? "random" : "time-ordered");
        for (const unsigned in_flight : {1U, 64U, 256U}) {
            measure(**store, meter, ids, in_flight, time, first);
            first += 5'000'000; // six runs stay below the numbers that there are
        }
    }
    return 0;
}

} // namespace
} // namespace dialproof::bench

int main(int argc, char** argv) {
    const std::string folder = argc > 1 ? argv[1] : ".";
    const double seconds = argc > 2 ? std::atof(argv[2]) : 2.5;
    return dialproof::bench::run_bench(folder, seconds);
}
