// A set of characters as a table that is made at compile time. Heads, bodies and logs are looked at character
// by character; handed to an algorithm a plain function would be called for each, and this is one load.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string_view>

namespace dialproof {

class CharSet {
public:
    template <typename In>
    constexpr explicit CharSet(In in) {
        for (std::size_t byte = 0; byte < table_.size(); ++byte)
            table_[byte] = in(static_cast<char>(byte));
    }
    // Algorithms take what they are given by value: hand them a `std::cref`.
    CharSet(const CharSet&) = delete;
    CharSet& operator=(const CharSet&) = delete;

    constexpr bool operator()(char c) const { return table_[static_cast<unsigned char>(c)]; }
    [[nodiscard]] bool has_all_of(std::string_view text) const {
        return std::all_of(text.begin(), text.end(), std::cref(*this));
    }
    [[nodiscard]] bool has_any_of(std::string_view text) const {
        return std::any_of(text.begin(), text.end(), std::cref(*this));
    }

private:
    std::array<bool, 256> table_{};
};

} // namespace dialproof
