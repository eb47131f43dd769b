#include "wire/jwt.h"

#include "base/base64.h"
#include "base/text.h"

namespace dialproof::jwt {

namespace {

std::optional<json::Value> object_of(std::string_view base64url) {
    const auto text = base64url_decoded(base64url);
    if (!text)
        return {};
    auto value = json::parse(*text);
    if (!value || !value->as_object())
        return {};
    return std::move(*value);
}

} // namespace

std::optional<Token> parse(std::string_view text) {
    if (text.size() > token_bytes_max)
        return {};
    const auto parts = split(text, '.');
    if (parts.size() != 3)
        return {};
    auto header = object_of(parts[0]);
    auto claims = object_of(parts[1]);
    auto signature = base64url_decoded(parts[2]);
    if (!header || !claims || !signature)
        return {};
    return Token{std::move(*header), std::move(*claims),
                 std::string(text.substr(0, parts[0].size() + 1 + parts[1].size())), std::move(*signature)};
}

std::string signed_part(std::string_view header, std::string_view claims) {
    return to_base64url(header) + '.' + to_base64url(claims);
}

std::string with_signature(std::string signed_part, std::string_view signature) {
    return std::move(signed_part) + '.' + to_base64url(signature);
}

} // namespace dialproof::jwt
