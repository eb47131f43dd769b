// What happened, step by step: always as a hash, and as text where somebody wants to read it.
#pragma once

#include "base/instant.h"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <string>
#include <string_view>

namespace dialproof::simulation {

class Trace {
public:
    enum class Keep { nothing, last_lines, everything };

    explicit Trace(Keep keep) : keep_(keep) {}

    // A new step: who goes on, and with what.
    void step(Instant now, unsigned context, std::string_view who, std::string_view what);
    // What came of it.
    void note(std::initializer_list<std::string_view> words);

    [[nodiscard]] bool is_read() const { return keep_ != Keep::nothing; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }
    [[nodiscard]] const std::deque<std::string>& lines() const { return lines_; }

private:
    static constexpr std::size_t last_lines = 120;

    void mix(std::string_view text);
    void mix(std::uint64_t number) { hash_ = (hash_ ^ number) * 0x9E3779B97F4A7C15U ^ hash_ >> 29; }
    void add(std::string line);

    Keep keep_;
    std::uint64_t steps_ = 0, hash_ = 14695981039346656037U;
    std::deque<std::string> lines_;
};

} // namespace dialproof::simulation
