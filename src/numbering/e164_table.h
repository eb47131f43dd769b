// Answers for "+41791234567" what libphonenumber would, in a hundredth of its time: the plans of the world in
// one table that is read digit by digit. e164_compiler.h makes it.
#pragma once

#include "numbering/parsed_number.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dialproof::numbering {

inline constexpr std::size_t national_digits_max = core::PhoneNumber::digits_max - 1;

// What a state says of a national number that ends there.
namespace outcome {
inline constexpr std::uint16_t type = 0x000F;   // 0: of no type, else 1 + core::NumberType
inline constexpr std::uint16_t region = 0x01F0; // 0: of no region, else 1 + its place in the calling code
inline constexpr unsigned region_shift = 4, regions_max = 31;
// It fits the main region's pattern for all its numbers, whatever its length.
inline constexpr std::uint16_t general = 0x0200;
// A national prefix may be the whole of it, or all but the last digit.
inline constexpr std::uint16_t prefix_end = 0x0400, prefix_before = 0x0800;
} // namespace outcome

class E164Table {
public:
    using StateId = std::uint16_t;
    static constexpr std::size_t states_max = 1U << 16U;
    struct State {
        std::array<StateId, 10> next{}; // 0: no number goes on like this
        std::uint16_t outcome = 0;
    };

    // How long national numbers are, 7 as 1 << 7.
    struct Lengths {
        std::uint32_t possible = 0, local_only = 0;
    };

    struct CallingCode {
        enum class Kind : std::uint8_t { unknown, left_out, compiled };

        Kind kind = Kind::unknown;
        std::uint8_t digits = 0;
        bool prefix_needs_library = false; // it may rewrite the rest
        StateId root = 0;
        Lengths lengths;
        std::vector<std::string> regions; // the main one, and then in the order of trying
    };
    static constexpr std::size_t calling_code_digits_max = 3, calling_code_max = 999;
    using CallingCodes = std::vector<CallingCode>; // by their number, from 0 to 999

    // Without any: everything is left to libphonenumber.
    E164Table() = default;
    E164Table(std::vector<State> states, CallingCodes codes);

    // Empty: ask libphonenumber. Of '+' and 4 to 15 digits, and nothing else, that is so for calling codes
    // that were left out, and where a national prefix ("+44 0 ...") would have to be looked at more closely.
    [[nodiscard]] std::optional<ParsedNumber> find(std::string_view text, std::string_view default_region,
                                                   ports::Strictness strictness) const;

    [[nodiscard]] const CallingCodes& calling_codes() const { return codes_; }
    [[nodiscard]] std::size_t state_count() const { return states_.size(); }

private:
    struct Reading;

    [[nodiscard]] Reading read(StateId root, std::string_view national) const;
    [[nodiscard]] std::optional<Reading> without_prefix(const CallingCode& code,
                                                        const Reading& reading) const;
    static ParsedNumber judged(std::string_view plus_and_code, const CallingCode& code,
                               const Reading& reading, ports::Strictness strictness);
    [[nodiscard]] const CallingCode* calling_code_of(std::string_view digits) const;

    std::vector<State> states_;
    CallingCodes codes_;
};

} // namespace dialproof::numbering
