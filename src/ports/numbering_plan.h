// The numbering plans of the world: from what people write to E.164.
#pragma once

#include "base/result.h"
#include "core/phone_number.h"

#include <string>
#include <string_view>

namespace dialproof::ports {

enum class Strictness {
    possible, // the length fits the country
    valid,    // it lies in a range that the country has assigned
};

enum class NumberError {
    not_a_number,    // nothing that looks like a phone number
    no_country_code, // national form, and no default region was given
    not_possible,
    not_valid,
};

class NumberingPlan {
public:
    virtual ~NumberingPlan() = default;

    // `default_region` is ISO 3166-1 alpha-2 or empty: then only international forms are read. Extensions
    // are dropped. Text of more than 250 bytes is not a number. Safe from any thread, never waits for
    // another one. About 0.1 µs for '+' and digits, some 10 to 35 µs for other texts not seen lately.
    [[nodiscard]] virtual Result<core::NumberFacts, NumberError>
    parse(std::string_view text, std::string_view default_region, Strictness strictness) const = 0;
};

} // namespace dialproof::ports
