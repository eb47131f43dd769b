#include "numbering/e164_table.h"

#include "base/text.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace dialproof::numbering {

namespace {

using ports::NumberError;
using ports::Strictness;
using CallingCode = E164Table::CallingCode;

// The texts that the table is for.
bool is_plus_and_digits(std::string_view text) {
    return text.size() >= 1 + core::PhoneNumber::digits_min &&
           text.size() <= 1 + core::PhoneNumber::digits_max && text[0] == '+' &&
           std::all_of(text.begin() + 1, text.end(), is_digit);
}

std::size_t value_of(char digit) { return static_cast<std::size_t>(digit - '0'); }

enum class Length { possible, local_only, too_long, other };

Length length_of(std::string_view national, const E164Table::Lengths& lengths) {
    const std::uint32_t length = 1U << national.size();
    if ((lengths.local_only & length) != 0)
        return Length::local_only;
    if ((lengths.possible & length) != 0)
        return Length::possible;
    return length > lengths.possible ? Length::too_long : Length::other;
}

} // namespace

struct E164Table::Reading {
    std::string_view national;
    std::uint16_t outcome = 0;
    std::uint32_t prefixes = 0; // lengths that a national prefix may have here, 1 as 1 << 1
};

E164Table::E164Table(std::vector<State> states, CallingCodes codes) :
    states_(std::move(states)), codes_(std::move(codes)) {}

E164Table::Reading E164Table::read(StateId root, std::string_view national) const {
    Reading reading{national};
    const State* state = &states_[root];
    for (std::size_t i = 0; i < national.size(); ++i) {
        state = &states_[state->next[value_of(national[i])]];
        reading.prefixes |= ((state->outcome & outcome::prefix_before) != 0 ? 1U : 0U) << i;
    }
    reading.prefixes |= ((state->outcome & outcome::prefix_end) != 0 ? 1U : 0U) << national.size();
    reading.outcome = state->outcome;
    return reading;
}

// A national prefix does not belong into an international number, but libphonenumber drops one where the
// rest makes sense. Empty where it takes libphonenumber to know.
std::optional<E164Table::Reading> E164Table::without_prefix(const CallingCode& code,
                                                            const Reading& reading) const {
    if ((reading.prefixes & ~1U) == 0)
        return reading;
    if (code.prefix_needs_library || std::popcount(reading.prefixes) != 1)
        return {};
    const auto prefix = static_cast<std::size_t>(std::countr_zero(reading.prefixes));
    const Reading rest = read(code.root, reading.national.substr(prefix));
    if ((reading.outcome & outcome::general) != 0 && (rest.outcome & outcome::general) == 0)
        return reading;
    const Length length = length_of(rest.national, code.lengths);
    return length == Length::possible || length == Length::too_long ? rest : reading;
}

const CallingCode* E164Table::calling_code_of(std::string_view digits) const {
    if (digits[0] == '0')
        return nullptr;
    for (std::size_t i = 0, number = 0; i < calling_code_digits_max; ++i) {
        number = 10 * number + value_of(digits[i]);
        if (codes_[number].kind != CallingCode::Kind::unknown)
            return &codes_[number];
    }
    return nullptr;
}

// Refusals in the order in which libphonenumber would come to them.
ParsedNumber E164Table::judged(std::string_view plus_and_code, const CallingCode& code,
                               const Reading& reading, Strictness strictness) {
    const Length length = length_of(reading.national, code.lengths);
    if (length != Length::possible && length != Length::local_only)
        return fail(NumberError::not_possible);
    const unsigned type = reading.outcome & outcome::type;
    if (strictness == Strictness::valid && type == 0)
        return fail(NumberError::not_valid);
    auto number = core::PhoneNumber::parse(std::string(plus_and_code).append(reading.national));
    if (!number)
        return fail(NumberError::not_possible);
    const std::size_t region =
        code.regions.size() == 1 ? 1U : (reading.outcome & outcome::region) >> outcome::region_shift;
    return core::NumberFacts{*std::move(number),
                             type == 0 ? core::NumberType::unknown : static_cast<core::NumberType>(type - 1),
                             region == 0 ? std::string() : code.regions[region - 1]};
}

std::optional<ParsedNumber> E164Table::find(std::string_view text, std::string_view default_region,
                                            Strictness strictness) const {
    // With "001" as the default libphonenumber forgets the national prefix of the numbers of no country.
    if (codes_.empty() || !is_plus_and_digits(text) || default_region == "001")
        return {};
    const CallingCode* code = calling_code_of(text.substr(1));
    if (code == nullptr && default_region.empty())
        return fail(NumberError::not_possible);
    if (code == nullptr || code->kind == CallingCode::Kind::left_out)
        return {};
    const std::size_t plus_and_code = 1 + code->digits;
    const auto reading = without_prefix(*code, read(code->root, text.substr(plus_and_code)));
    if (!reading)
        return {};
    return judged(text.substr(0, plus_and_code), *code, *reading, strictness);
}

} // namespace dialproof::numbering
