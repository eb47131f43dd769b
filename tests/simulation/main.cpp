// simulation [--seeds N | --seconds S] [--first N] [--regressions FILE] [--jobs N] [--results FILE]
// simulation --seed N [--trace]
//
// Plays seeds until one breaks an invariant, and then tells which, and its last steps. With --results it
// leaves a report for tools/test-summary.
#include "simulation.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace dialproof::simulation {
namespace {

struct Options {
    std::optional<std::uint64_t> seed;
    std::uint64_t first = 1, seeds = 100;
    std::optional<unsigned> seconds;
    std::string regressions, results;
    unsigned jobs = 1;
    bool trace = false;
};

Options parse(const std::vector<std::string>& words) {
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto value = [&] {
            if (i + 1 == words.size())
                throw std::invalid_argument(words[i] + " needs a value");
            return words[++i];
        };
        if (words[i] == "--seed")
            options.seed = std::stoull(value());
        else if (words[i] == "--seeds")
            options.seeds = std::stoull(value());
        else if (words[i] == "--first")
            options.first = std::stoull(value());
        else if (words[i] == "--seconds")
            options.seconds = static_cast<unsigned>(std::stoul(value()));
        else if (words[i] == "--regressions")
            options.regressions = value();
        else if (words[i] == "--results")
            options.results = value();
        else if (words[i] == "--jobs")
            options.jobs = static_cast<unsigned>(std::stoul(value()));
        else if (words[i] == "--trace")
            options.trace = true;
        else
            throw std::invalid_argument("there is no option " + words[i]);
    }
    return options;
}

// One seed a line; what follows a '#' is for the reader.
std::vector<std::uint64_t> seeds_in(const std::string& file) {
    std::ifstream lines(file);
    if (!lines)
        throw std::invalid_argument(file + " cannot be read");
    std::vector<std::uint64_t> seeds;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        for (std::uint64_t seed = 0; words >> seed;)
            seeds.push_back(seed);
    }
    return seeds;
}

// An assertion of the product that does not hold ends the process: then at least the seed is told.
thread_local std::uint64_t playing = 0;

void tell_seed(int) {
    std::cerr << "\nseed " << playing << " stopped the process" << std::endl;
    std::signal(SIGABRT, SIG_DFL);
}

class Player {
public:
    explicit Player(Options options) : options_(std::move(options)), next_(options_.first) {}

    int play_all() {
        if (!options_.regressions.empty())
            for (const auto seed : seeds_in(options_.regressions))
                play_one(seed, true);
        std::vector<std::thread> threads;
        for (unsigned i = 1; i < options_.jobs; ++i)
            threads.emplace_back([this] { play_some(); });
        play_some();
        for (auto& thread : threads)
            thread.join();
        report();
        return failed_ ? 1 : 0;
    }

private:
    static constexpr std::uint64_t each_twice = 8; // every eighth seed is played a second time

    void play_some() {
        while (!failed_) {
            const std::uint64_t seed = next_++;
            const bool over =
                options_.seconds ? elapsed() >= *options_.seconds : seed >= options_.first + options_.seeds;
            if (over)
                return;
            play_one(seed, seed % each_twice == 0);
        }
    }

    void play_one(std::uint64_t seed, bool twice) {
        playing = seed;
        Story story = play(seed, Trace::Keep::nothing);
        ++seeds_;
        steps_ += story.steps;
        requests_ += story.requests;
        crashes_ += story.crashes;
        approvals_ += story.approvals;
        if (story.broken.empty() && !twice)
            return;
        const Story again = play(seed, Trace::Keep::last_lines);
        if (again.hash != story.hash)
            story.broken = "two runs of a seed are the same (" + story.broken + ")";
        if (!story.broken.empty())
            tell(seed, story, again);
    }

    void tell(std::uint64_t seed, const Story& story, const Story& again) {
        const std::lock_guard lock(mutex_);
        failed_ = true;
        for (const auto& line : again.lines)
            std::cout << line << '\n';
        std::cout << "\nseed " << seed << " after " << story.steps << " steps: " << story.broken << '\n';
    }

    void report() const {
        const double time = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
        if (!options_.results.empty())
            std::ofstream(options_.results)
                << "<testsuite><testcase name=\"simulation\" status=\"" << (failed_ ? "fail" : "run")
                << "\" time=\"" << time << "\"/></testsuite>\n";
        std::cout << seeds_ << " seeds, " << steps_ << " steps, " << requests_ << " requests, " << approvals_
                  << " approvals, " << crashes_ << " crashes in " << time
                  << " s: " << static_cast<double>(seeds_) / time << " seeds and "
                  << static_cast<std::uint64_t>(static_cast<double>(steps_) / time) << " steps per second\n";
    }

    [[nodiscard]] unsigned elapsed() const {
        return static_cast<unsigned>(
            std::chrono::duration_cast<Seconds>(std::chrono::steady_clock::now() - began_).count());
    }

    Options options_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::atomic<std::uint64_t> next_, seeds_ = 0, steps_ = 0, requests_ = 0, crashes_ = 0, approvals_ = 0;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;
};

int play_alone(std::uint64_t seed, bool trace) {
    const Story story = play(seed, trace ? Trace::Keep::everything : Trace::Keep::last_lines);
    for (const auto& line : story.lines)
        if (!story.broken.empty())
            std::cout << line << '\n';
    std::cout << "seed " << seed << " after " << story.steps
              << " steps: " << (story.broken.empty() ? "all invariants hold" : story.broken) << '\n';
    return story.broken.empty() ? 0 : 1;
}

int run(const std::vector<std::string>& words) {
    const Options options = parse(words);
    std::signal(SIGABRT, tell_seed);
    if (options.seed)
        return play_alone(*options.seed, options.trace);
    return Player(options).play_all();
}

} // namespace
} // namespace dialproof::simulation

int main(int count, char** words) {
    try {
        return dialproof::simulation::run({words + 1, words + count});
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
