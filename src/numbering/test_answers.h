// For tests of this folder: an answer of a numbering plan as one line.
#pragma once

#include "numbering/parsed_number.h"

#include <string>

namespace dialproof::numbering {

inline std::string to_text(ports::NumberError error) {
    switch (error) {
    case ports::NumberError::not_a_number:
        return "not a number";
    case ports::NumberError::no_country_code:
        return "no country code";
    case ports::NumberError::not_possible:
        return "not possible";
    case ports::NumberError::not_valid:
        return "not valid";
    }
    return "?";
}

// "+41791234567 mobile CH", or the error.
inline std::string to_text(const ParsedNumber& parsed) {
    if (!parsed)
        return to_text(parsed.error());
    return parsed->number.e164() + ' ' + std::string(core::to_text(parsed->type)) + ' ' + parsed->region;
}

} // namespace dialproof::numbering
