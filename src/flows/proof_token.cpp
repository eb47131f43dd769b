#include "flows/proof_token.h"

#include "base/base64.h"
#include "base/secret.h"
#include "base/text.h"

#include <charconv>
#include <cstdlib>

namespace dialproof::flows {

namespace {

constexpr std::string_view purpose = "proof-token";

constexpr std::string_view header_start = R"({"alg":"HS256","kid":")", header_end = R"(","typ":"JWT"})";
constexpr std::string_view claims_start = R"({"phone_number":")", claims_middle = R"(","nonce":")",
                           claims_end = R"("})";

// What stands in `text` between `start` and `end`, which are its own start and end.
std::optional<std::string_view> between(std::string_view text, std::string_view start, std::string_view end) {
    if (text.size() < start.size() + end.size() || !text.starts_with(start) || !text.ends_with(end))
        return {};
    return text.substr(start.size(), text.size() - start.size() - end.size());
}

std::optional<std::uint32_t> key_number(std::string_view header) {
    const auto digits = between(header, header_start, header_end);
    std::uint32_t key = 0;
    if (!digits)
        return {};
    const auto [stop, error] = std::from_chars(digits->data(), digits->data() + digits->size(), key);
    if (error != std::errc{} || stop != digits->data() + digits->size())
        return {};
    return key;
}

// Only for claims whose signature held: their form is our own.
std::optional<ProofToken::Content> content_of(std::string_view claims) {
    const auto inner = between(claims, claims_start, claims_end);
    const auto middle = inner ? inner->find(claims_middle) : std::string_view::npos;
    if (middle == std::string_view::npos)
        return {};
    auto number = core::PhoneNumber::parse(inner->substr(0, middle));
    if (!number)
        return {};
    return ProofToken::Content{
        std::move(*number), core::VerificationId(std::string(inner->substr(middle + claims_middle.size())))};
}

} // namespace

std::optional<std::string> ProofToken::signature(std::uint32_t key, std::string_view signed_part) const {
    const auto mac = keys_.mac(key, purpose, signed_part);
    if (!mac)
        return {};
    const auto& bytes = mac->reveal();
    return to_base64url({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::string ProofToken::issue(const core::PhoneNumber& number, const core::VerificationId& id) const {
    const std::uint32_t key = keys_.newest();
    std::string header(header_start), claims(claims_start);
    header.append(std::to_string(key)).append(header_end);
    claims.append(number.e164()).append(claims_middle).append(id.text).append(claims_end);
    std::string token = to_base64url(header) + '.' + to_base64url(claims);
    const auto signed_by = signature(key, token);
    if (!signed_by) // the newest key is always there
        std::abort();
    return token + '.' + *signed_by;
}

std::optional<ProofToken::Content> ProofToken::read(std::string_view token) const {
    if (token.size() > bytes_max)
        return {};
    const auto parts = split(token, '.');
    if (parts.size() != 3)
        return {};
    const auto header = base64url_decoded(parts[0]);
    const auto claims = base64url_decoded(parts[1]);
    const auto key = header ? key_number(*header) : std::nullopt;
    if (!key || !claims)
        return {};
    const auto expected = signature(*key, token.substr(0, parts[0].size() + 1 + parts[1].size()));
    if (!expected || !equal_in_constant_time(*expected, parts[2]))
        return {};
    return content_of(*claims);
}

} // namespace dialproof::flows
