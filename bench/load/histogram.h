// Counts times in buckets that are as fine as 1/64 of the time itself, so that percentiles of any size are
// right within 1.6 % and nothing is kept for each request.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstdint>

namespace dialproof::bench {

class Histogram {
public:
    void record(std::chrono::nanoseconds time) {
        const auto microseconds = std::max<std::int64_t>(time.count() / 1000, 0);
        ++buckets_[bucket_of(std::min(static_cast<std::uint64_t>(microseconds), longest))];
        ++count_;
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }

    // The time that this part of all, 0.99 say, was not longer than; 0 where nothing was recorded.
    [[nodiscard]] double milliseconds(double part) const {
        const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
            seen += buckets_[bucket];
            if (seen > wanted || (seen == count_ && count_ > 0))
                return static_cast<double>(end_of(bucket)) / 1000;
        }
        return 0;
    }

private:
    static constexpr int fine_bits = 6;
    static constexpr std::uint64_t fine = 1 << fine_bits;
    static constexpr std::uint64_t longest = (std::uint64_t{1} << 36) - 1; // 19 hours

    // Up to 2 * fine each microsecond has its bucket; above, each octave has `fine` of them.
    static std::size_t bucket_of(std::uint64_t microseconds) {
        const int octave = std::max(static_cast<int>(std::bit_width(microseconds)) - fine_bits - 1, 0);
        return static_cast<std::size_t>(static_cast<std::uint64_t>(octave) * fine + (microseconds >> octave));
    }
    static std::uint64_t end_of(std::size_t bucket) {
        if (bucket < 2 * fine)
            return bucket;
        const std::uint64_t octave = bucket / fine - 1;
        return (bucket - octave * fine + 1) << octave;
    }

    std::array<std::uint64_t, (36 - fine_bits + 1) * fine> buckets_{};
    std::uint64_t count_ = 0;
};

} // namespace dialproof::bench
