// Remembers what a text was parsed to, so that the second request of a number costs no parsing.
//
// Bounded, and nobody ever waits for it: where another thread is at the same part of the cache, `find`
// finds nothing and `remember` forgets. Safe from any thread.
#pragma once

#include "numbering/parsed_number.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::numbering {

class NumberCache {
public:
    static constexpr std::size_t entries_max = 16384;
    static constexpr std::size_t text_bytes_max = 48; // longer ones are rare and not kept

    NumberCache();

    [[nodiscard]] std::optional<ParsedNumber> find(std::string_view text, std::string_view region,
                                                   ports::Strictness strictness);
    void remember(std::string_view text, std::string_view region, ports::Strictness strictness,
                  const ParsedNumber& parsed);

private:
    static constexpr std::size_t ways = 8; // entries among which a text may be
    static constexpr std::size_t stripe_count = 64;
    static constexpr std::size_t sets_per_stripe = entries_max / ways / stripe_count;

    struct Entry {
        std::string text, region;
        ports::Strictness strictness = ports::Strictness::valid;
        std::uint64_t used_at = 0; // 0: empty
        ParsedNumber parsed = fail(ports::NumberError::not_a_number);

        [[nodiscard]] bool is_for(std::string_view t, std::string_view r, ports::Strictness s) const {
            return used_at != 0 && strictness == s && text == t && region == r;
        }
    };
    using Set = std::array<Entry, ways>;
    struct alignas(64) Stripe {
        std::mutex mutex;
        std::uint64_t uses = 0;
        std::array<Set, sets_per_stripe> sets;
    };

    struct Place {
        Stripe& stripe;
        Set& set;
    };
    Place place_of(std::string_view text, std::string_view region, ports::Strictness strictness);

    std::vector<Stripe> stripes_;
};

} // namespace dialproof::numbering
