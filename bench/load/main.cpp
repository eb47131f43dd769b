// Load for a server on this machine: many callers that register a number, read the code and verify it.
//
//   load http://127.0.0.1:8080 --cycle django_phone_verify --outgoing FILE --callers 1000 --seconds 5
//
// Without --rate each caller begins its next cycle when the last has ended. With --rate, cycles begin when a
// clock says so, at random moments, and a request's time is counted from then: one that had to wait because
// the server was slow is not made to look fast (coordinated omission).
#include "base/json_writer.h"
#include "bench/load/cycles.h"
#include "bench/load/server_process.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

namespace dialproof::bench {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 10s;    // with an answer or a message
constexpr auto look_time = 100ms; // between two looks at who waits too long

struct Options {
    std::string url;
    std::vector<std::string> cycles;
    std::string outgoing;
    unsigned callers = 64, users = 16'384;
    double seconds = 5, warm_up = 1, rate = 0;
    std::uint64_t first_number = 0;
    pid_t server = 0;
    bool json = false;
};

struct Outcome {
    double seconds = 0, own_cpu_seconds = 0;
    ServerSample used; // within the seconds
    double resident_mib = 0;
};

class Load {
public:
    Load(const Options& options, Run& run) : options_(options), run_(run), sampler_(run.loop, run.target) {
        for (std::size_t i = 0; i < options.callers; ++i) {
            callers_.push_back(std::make_unique<Caller>(run, i));
            cycles_.push_back(make_cycle(options.cycles[i % options.cycles.size()], *callers_.back()));
        }
    }

    Task<void> measure() {
        bool watching = true;
        spawn(run_.loop, watch(), [&watching] { watching = false; });
        co_await prepare();
        if (run_.failures == 0) {
            begin();
            co_await sample();
        }
        while (running_ > 0)
            co_await run_.loop.sleep_until(Clock::now() + 10ms);
        ended_ = true;
        while (watching)
            co_await run_.loop.sleep_until(Clock::now() + 10ms);
        run_.loop.stop();
    }

    [[nodiscard]] const Outcome& outcome() const { return outcome_; }

private:
    static Task<void> prepare_one(Cycle& cycle) { co_await cycle.prepare(); }

    Task<void> prepare() {
        for (const auto& cycle : cycles_) {
            ++running_;
            spawn(run_.loop, prepare_one(*cycle), [this] { --running_; });
        }
        while (running_ > 0)
            co_await run_.loop.sleep_until(Clock::now() + 1ms);
    }

    void begin() {
        started_ = due_ = Clock::now();
        run_.count_from = started_ + time_of(options_.warm_up);
        run_.count_until = run_.count_from + time_of(options_.seconds);
        for (std::size_t i = 0; i < callers_.size(); ++i) {
            ++running_;
            spawn(run_.loop, work(*callers_[i], *cycles_[i]), [this] { --running_; });
        }
    }

    static Clock::duration time_of(double seconds) {
        return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    }

    Task<void> work(Caller& caller, Cycle& cycle) {
        while (Clock::now() < run_.count_until) {
            auto started = Clock::now();
            if (options_.rate > 0) {
                due_ += time_of(gap_(random_));
                started = due_;
                if (started >= run_.count_until)
                    co_return;
                co_await run_.loop.sleep_until(started);
                caller.due_at(started);
            }
            const bool done = co_await cycle.run();
            const auto ended = Clock::now();
            if (done && run_.counts(ended))
                run_.cycle_times.record(ended - started);
        }
    }

    Task<void> sample() {
        co_await run_.loop.sleep_until(run_.count_from);
        const ServerSample before = co_await sample_server(options_.server, sampler_);
        const double own_before = cpu_seconds_of(getpid());
        const auto from = Clock::now();
        co_await run_.loop.sleep_until(run_.count_until);
        const ServerSample after = co_await sample_server(options_.server, sampler_);
        outcome_.seconds = std::chrono::duration<double>(Clock::now() - from).count();
        outcome_.own_cpu_seconds = cpu_seconds_of(getpid()) - own_before;
        outcome_.used = {after.cpu_seconds - before.cpu_seconds, after.commits - before.commits,
                         after.commit_groups - before.commit_groups};
        outcome_.resident_mib = resident_mib_of(options_.server);
    }

    Task<void> watch() {
        while (!ended_) {
            co_await run_.loop.sleep_until(Clock::now() + look_time);
            const auto then = Clock::now() - patience;
            for (const auto& caller : callers_)
                caller->client().give_up_if_sent_before(then);
            if (run_.outgoing != nullptr)
                run_.outgoing->give_up_if_expected_before(then);
        }
    }

    const Options& options_;
    Run& run_;
    HttpClient sampler_;
    std::vector<std::unique_ptr<Caller>> callers_;
    std::vector<std::unique_ptr<Cycle>> cycles_;
    std::size_t running_ = 0;
    bool ended_ = false;
    Clock::time_point started_, due_;
    std::mt19937_64 random_{1};
    std::exponential_distribution<double> gap_{std::max(options_.rate, 1e-9)};
    Outcome outcome_;
};

void write_times(JsonWriter& json, std::string_view name, const Histogram& times) {
    json.key(name).begin_object().member("count", times.count());
    json.member("p50_ms", times.milliseconds(0.5)).member("p99_ms", times.milliseconds(0.99));
    json.member("p999_ms", times.milliseconds(0.999)).end_object();
}

std::string report(const Run& run, const Outcome& outcome) {
    JsonWriter json;
    json.begin_object().member("seconds", outcome.seconds);
    write_times(json, "requests", run.request_times);
    write_times(json, "cycles", run.cycle_times);
    write_times(json, "messages", run.message_times);
    json.member("server_cpu_seconds", outcome.used.cpu_seconds);
    json.member("own_cpu_seconds", outcome.own_cpu_seconds);
    json.member("resident_mib", outcome.resident_mib);
    json.member("commits", outcome.used.commits).member("commit_groups", outcome.used.commit_groups);
    json.member("next_number", run.next_number);
    json.member("failures", run.failures).member("first_failure", run.first_failure).end_object();
    return json.take();
}

void print(const Run& run, const Outcome& outcome) {
    const auto requests = static_cast<double>(run.request_times.count());
    const auto line = [&](const char* what, const Histogram& times) {
        if (times.count() > 0)
            std::printf("%-9s %9.0f /s   p50 %7.2f ms   p99 %7.2f ms   p99.9 %7.2f ms\n", what,
                        static_cast<double>(times.count()) / outcome.seconds, times.milliseconds(0.5),
                        times.milliseconds(0.99), times.milliseconds(0.999));
    };
    line("cycles", run.cycle_times);
    line("requests", run.request_times);
    line("messages", run.message_times);
    if (outcome.used.commit_groups > 0)
        std::printf("commits   %9.0f /s   %.1f in a group\n", outcome.used.commits / outcome.seconds,
                    outcome.used.commits / outcome.used.commit_groups);
    if (outcome.used.cpu_seconds > 0 && requests > 0)
        std::printf("server    %9.1f us CPU a request   %.1f MiB resident\n",
                    outcome.used.cpu_seconds * 1e6 / requests, outcome.resident_mib);
    if (requests > 0)
        std::printf("load      %9.1f us CPU a request\n", outcome.own_cpu_seconds * 1e6 / requests);
}

void allow_many_files() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int run_load(const Options& options, const Target& target) {
    allow_many_files();
    Loop loop;
    std::optional<OutgoingFile> outgoing;
    if (!options.outgoing.empty())
        outgoing.emplace(loop, options.outgoing);
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value != nullptr ? value : "");
    };
    std::array<char, 13> run_name{};
    std::snprintf(run_name.data(), run_name.size(), "%012llx",
                  static_cast<unsigned long long>(std::chrono::system_clock::now().time_since_epoch() / 1us) &
                      0xffff'ffff'ffffULL);
    Run run{loop,
            target,
            outgoing ? &*outgoing : nullptr,
            variable("DIALPROOF_ADMIN_TOKEN"),
            variable("DIALPROOF_TECHNO_SSO_JWT_KEY"),
            run_name.data(),
            std::max(options.users / options.callers, 1U),
            options.first_number};
    Load load(options, run);
    spawn(loop, load.measure());
    loop.run();
    if (options.json)
        std::puts(report(run, load.outcome()).c_str());
    else
        print(run, load.outcome());
    if (run.failures > 0)
        std::fprintf(stderr, "%llu failures; the first: %s\n", static_cast<unsigned long long>(run.failures),
                     run.first_failure.c_str());
    return run.failures == 0 && run.cycle_times.count() > 0 ? 0 : 1;
}

} // namespace

} // namespace dialproof::bench

int main(int argc, char** argv) {
    using namespace dialproof::bench;
    Options options;
    CLI::App app(
        "Callers for a server on this machine: each registers a number, reads its code, verifies it.");
    app.add_option("URL", options.url, "http://127.0.0.1:PORT or http://[::1]:PORT; no other place")
        ->required();
    app.add_option("--cycle", options.cycles, "What callers do; several: in turn")
        ->required()
        ->check(CLI::IsMember(cycle_names()));
    app.add_option("--outgoing", options.outgoing, "The file of the server's file sender")
        ->check(CLI::ExistingFile);
    app.add_option("--callers", options.callers, "Connections")->check(CLI::Range(1, 20'000));
    app.add_option("--users", options.users, "Of techno_sso: each may ask for a code once in a second")
        ->check(CLI::Range(1, 1'000'000));
    app.add_option("--seconds", options.seconds, "Measured time")->check(CLI::Range(0.1, 600.0));
    app.add_option("--warm-up", options.warm_up, "Seconds before it")->check(CLI::Range(0.0, 60.0));
    app.add_option("--rate", options.rate, "Cycles that begin in a second; 0: as fast as the answers come")
        ->check(CLI::Range(0.0, 1e6));
    app.add_option("--first-number", options.first_number, "Numbers before this one were used already");
    app.add_option("--server", options.server, "The server's process, to say what it used");
    app.add_flag("--json", options.json, "One JSON object instead of lines for people");
    CLI11_PARSE(app, argc, argv);

    const auto target = Target::parse(options.url);
    if (!target) {
        std::fprintf(stderr, "%s: expected http://127.0.0.1:PORT or http://[::1]:PORT\n",
                     options.url.c_str());
        return 2;
    }
    const bool reads = std::any_of(options.cycles.begin(), options.cycles.end(),
                                   [](const auto& name) { return name != "echo" && name != "zitadel"; });
    if (reads && options.outgoing.empty()) {
        std::fputs("--outgoing is needed: these cycles read the code that is sent\n", stderr);
        return 2;
    }
    return run_load(options, *target);
}
