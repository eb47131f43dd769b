// All chance of a run: one seed, one order of draws, one story.
#pragma once

#include "base/instant.h"
#include "ports/random.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace dialproof::simulation {

class Draws {
public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}

    // SplitMix64.
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
        z = (z ^ z >> 27) * 0x94D049BB133111EBU;
        return z ^ z >> 31;
    }
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    std::uint64_t between(std::uint64_t least, std::uint64_t most) { return least + below(most - least + 1); }
    bool chance(unsigned permille) { return below(1000) < permille; }
    template <typename T>
    const T& one_of(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }
    // As likely to be between 1 s and 10 s as between 10 s and 100 s.
    Milliseconds time(Milliseconds least, Milliseconds most) {
        const double low = std::log(static_cast<double>(least.count())),
                     high = std::log(static_cast<double>(most.count()));
        const double part = static_cast<double>(next() >> 11) / static_cast<double>(1ULL << 53);
        return Milliseconds(static_cast<Milliseconds::rep>(std::exp(low + part * (high - low))));
    }

private:
    std::uint64_t state_;
};

class SeededRandom final : public ports::Random {
public:
    explicit SeededRandom(std::uint64_t seed) : draws_(seed) {}
    void fill(std::span<unsigned char> bytes) override {
        for (auto& byte : bytes)
            byte = static_cast<unsigned char>(draws_.next());
    }

private:
    Draws draws_;
};

} // namespace dialproof::simulation
