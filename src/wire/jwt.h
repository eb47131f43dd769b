// JSON Web Tokens in compact form (RFC 7519, RFC 7515 section 7.1): taken apart and put together. Whether a
// signature holds is for whoever has the key.
#pragma once

#include "wire/json.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace dialproof::jwt {

inline constexpr std::size_t token_bytes_max = 4096;

struct Token {
    json::Value header, claims; // both objects
    std::string signed_part;    // header and claims as they came
    std::string signature;      // bytes
};

// Nothing where the text is no such token.
std::optional<Token> parse(std::string_view text);

// "header.claims", which is what gets signed; both are JSON texts.
std::string signed_part(std::string_view header, std::string_view claims);
std::string with_signature(std::string signed_part, std::string_view signature);

} // namespace dialproof::jwt
